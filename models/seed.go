package models

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

const (
	seedSpan     = 400 * 24 * time.Hour // how far back seeded statuses reach
	seedChunk    = 50_000               // statuses of one transaction
	seedBatch    = 500                  // rows of one insert
	seedPatterns = 2_000                // different statuses
	seedRecent   = 1_000                // how many of the last statuses may be answered
	seedCache    = 64 << 10             // KiB of SQLite's cache while the indexes grow
)

// seedTags says on every how many-th pattern a tag stands: words that many use, and words that few do.
var seedTags = []struct {
	word  string
	every int
}{{"#rain", 5}, {"#smallweb", 12}, {"#thé", 25}, {"#soup", 50}, {"#crêpes", 200}}

// Seed makes data for measuring: accounts named seed00000 and so on, who came one by one over the last
// 400 days and cannot log in, and statuses spread evenly over the same time, with every row that
// Publish and the job of Notify would have written. It may be called again for more; a site where
// somebody real has said something is refused. progress learns how many statuses are done.
func (s *Store) Seed(ctx context.Context, accounts, statuses int, progress func(done int)) error {
	if accounts < 1 || statuses < 0 {
		return errors.New("seeding needs at least one account, and no fewer than zero statuses")
	}
	if err := s.refuseInhabited(ctx); err != nil {
		return err
	}
	if err := s.widenCache(ctx); err != nil {
		return err
	}
	sd := &seeding{store: s, rand: rand.New(rand.NewPCG(1, uint64(accounts))), total: statuses, end: s.instant()}
	sd.start = sd.end.Add(-seedSpan)
	if err := sd.populate(ctx, accounts); err != nil {
		return err
	}
	if err := sd.rehearse(ctx); err != nil {
		return err
	}
	for sd.done < statuses {
		if err := s.tx(ctx, func(tx *gorm.DB) error { return sd.chunk(tx, progress) }); err != nil {
			return err
		}
	}
	return s.exec(ctx, "ANALYZE")
}

func (s *Store) refuseInhabited(ctx context.Context) error {
	var real int64
	err := s.read.WithContext(ctx).Raw(`SELECT COUNT(*) FROM accounts a WHERE NOT (name LIKE 'seed%' AND password = '')
		AND EXISTS (SELECT 1 FROM statuses WHERE account_id = a.id)`).Scan(&real).Error
	if err == nil && real > 0 {
		return errors.New("people have said things here: only a site that is empty, or was seeded, can be seeded")
	}
	return err
}

// widenCache keeps SQLite's growing indexes in memory, for as long as the store is open.
func (s *Store) widenCache(ctx context.Context) error {
	if s.dialect != sqliteDialect {
		return nil
	}
	return s.exec(ctx, fmt.Sprintf("PRAGMA cache_size = %d", -seedCache))
}

// seeding is the state of one call of Seed.
type seeding struct {
	store       *Store
	rand        *rand.Rand
	start, end  Instant
	total, done int
	people      []*Account         // in the order they came
	here        int                // how many of them have come by now
	patterns    []Status           // what they say, without a person and a time
	recent      []Status           // the last statuses
	raised      map[*Account]int64 // by how much the chunk raises revisions
	labels      []Label            // that wait to be written
	notices     []Notice           // that wait to be written
}

// populate makes the accounts that are not there yet and reads all of them.
func (sd *seeding) populate(ctx context.Context, accounts int) error {
	step := max(1, (sd.end-sd.start)/Instant(accounts))
	newcomers := make([]Account, accounts)
	for i := range newcomers {
		at := sd.start + Instant(i)*step
		newcomers[i] = Account{Name: fmt.Sprintf("seed%05d", i), Language: []string{"", "en", "fr"}[i%3], Revision: 1, ChangedAt: at, CreatedAt: at}
	}
	err := sd.store.tx(ctx, func(tx *gorm.DB) error {
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(newcomers, seedBatch).Error; err != nil {
			return err
		}
		return touchStripes(tx, sd.end)
	})
	if err != nil {
		return err
	}
	err = sd.store.read.WithContext(ctx).Raw(`SELECT * FROM accounts WHERE name LIKE 'seed%' AND password = '' AND host = ''
		ORDER BY created_at, id`).Scan(&sd.people).Error
	if err == nil && len(sd.people) == 0 {
		return errors.New("somebody real has the name seed00000")
	}
	return err
}

// rehearse lets compose make what people will say: its rules and its HTML, not ours.
func (sd *seeding) rehearse(ctx context.Context) error {
	moods := seedMoods()
	for i := range seedPatterns {
		d := Draft{Text: pick(sd.rand, seedTexts), Face: pick(sd.rand, seedFaces), Mood: pick(sd.rand, moods)}
		if d.Mood != "" {
			d.MoodText = pick(sd.rand, seedMoodTexts)
		}
		for n, tag := range seedTags {
			if (i+n)%tag.every == 0 {
				d.Text += " " + tag.word
			}
		}
		st, err := sd.store.compose(ctx, &Account{}, d)
		if err != nil {
			return fmt.Errorf("the text %q: %w", d.Text, err)
		}
		sd.patterns = append(sd.patterns, *st)
	}
	return nil
}

// seedMoods are the moods of the tree; as often none.
func seedMoods() []string {
	var keys []string
	for _, family := range MoodTree() {
		keys = append(keys, family.Key, "")
		for _, child := range family.Children {
			keys = append(keys, child.Key, "")
		}
	}
	return keys
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// chunk writes the next statuses, and what follows from them, in one transaction.
func (sd *seeding) chunk(tx *gorm.DB, progress func(done int)) error {
	sd.raised = map[*Account]int64{}
	for until := min(sd.total, sd.done+seedChunk); sd.done < until; {
		if err := sd.batch(tx, min(seedBatch, until-sd.done)); err != nil {
			return err
		}
		progress(sd.done)
	}
	if err := flush(tx, &sd.labels, 1); err != nil {
		return err
	}
	if err := flush(tx, &sd.notices, 1); err != nil {
		return err
	}
	if err := sd.saveAccounts(tx); err != nil {
		return err
	}
	return touchStripes(tx, sd.end)
}

// batch writes a few statuses and gathers what follows from them.
func (sd *seeding) batch(tx *gorm.DB, size int) error {
	list := make([]Status, size)
	for i := range list {
		list[i] = sd.say()
	}
	if err := tx.Create(&list).Error; err != nil {
		return err
	}
	for i := range list {
		sd.labels = append(sd.labels, list[i].labels()...)
		sd.follow(&list[i])
	}
	sd.recent = append(sd.recent, list...)
	sd.recent = slices.Delete(sd.recent, 0, max(0, len(sd.recent)-seedRecent))
	if err := flush(tx, &sd.labels, seedBatch); err != nil {
		return err
	}
	return flush(tx, &sd.notices, seedBatch)
}

// flush inserts the rows while there are at least that many, in batches of one size: one prepared
// statement serves them all.
func flush[T any](tx *gorm.DB, rows *[]T, least int) error {
	for len(*rows) >= least {
		batch := (*rows)[:min(seedBatch, len(*rows))]
		if err := tx.Create(&batch).Error; err != nil {
			return err
		}
		*rows = slices.Delete(*rows, 0, len(batch))
	}
	return nil
}

// say is the next status: somebody who is here by then says something, now and then as an answer to
// a status of an earlier batch.
func (sd *seeding) say() Status {
	at := sd.start + (sd.end-sd.start)*Instant(sd.done)/Instant(sd.total)
	sd.done++
	for sd.here < len(sd.people) && sd.people[sd.here].CreatedAt <= at {
		sd.here++
	}
	st := pick(sd.rand, sd.patterns)
	st.Account = sd.people[sd.rand.IntN(max(1, sd.here))]
	st.AccountID, st.PublishedAt = st.Account.ID, at
	if len(sd.recent) > 0 && sd.rand.IntN(6) == 0 {
		parent := pick(sd.rand, sd.recent)
		st.ReplyToID, st.ReplyTo = &parent.ID, &Status{AccountID: parent.AccountID, Account: parent.Account}
	}
	return st
}

// follow does to the accounts in memory what touchStatus and Notify do in the database.
func (sd *seeding) follow(st *Status) {
	by, at := st.Account, st.PublishedAt
	by.PostedAt, by.ChangedAt = max(by.PostedAt, at), max(by.ChangedAt, at)
	sd.raised[by]++
	if st.ReplyTo == nil || st.ReplyTo.Account == by {
		return
	}
	to := st.ReplyTo.Account
	if to.AnsweredAt.IsZero() {
		to.AnsweredAt = at
	}
	to.NoticedAt = max(to.NoticedAt, at)
	sd.raised[to]++
	sd.notices = append(sd.notices, Notice{AccountID: to.ID, StatusID: st.ID, Kind: NoticeAnswer, CreatedAt: at})
}

func (sd *seeding) saveAccounts(tx *gorm.DB) error {
	for _, a := range sd.people {
		if sd.raised[a] == 0 {
			continue
		}
		err := tx.Exec("UPDATE accounts SET revision = revision + ?, changed_at = ?, posted_at = ?, answered_at = ?, noticed_at = ? WHERE id = ?",
			sd.raised[a], a.ChangedAt, a.PostedAt, a.AnsweredAt, a.NoticedAt, a.ID).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// touchStripes marks that what the whole site shows has changed by many accounts' doing.
func touchStripes(tx *gorm.DB, at Instant) error {
	return tx.Exec("UPDATE marks SET revision = revision + 1, streamed_at = ?", at).Error
}

// What the seeded people say: short, in the languages of the site, with the marks, addresses and line
// ends that real people write.
var (
	seedFaces     = []string{"", "", "🙂", "☕", "🌧️", "🍲", "🐈", "🌻", "📚", "🚲", "🎧", "🥐", "🫠", "👩‍🌾", "🇫🇷"}
	seedMoodTexts = []string{"", "", "", "a bit", "like a Monday", "for no reason", "comme un dimanche", "plutôt bien", "enfin"}
	seedTexts     = []string{
		"Soup is on the stove. Leeks, potatoes, patience.", "It has been raining since breakfast and I am not sorry.",
		"Finished the blue scarf!", "Who else is up?", "The cat has opinions about the new chair.",
		"Bread came out flat again.\nTasted fine though.", "Walked to the harbour and back, 9 km, saw two herons.",
		"New page about my grandmother's radio: https://radio.example/grandma",
		"I changed my page's background. Tell me if it hurts.", "Third coffee. This is fine.",
		"Reading in the bath until the water is cold.", "My bike has a bell now & everybody knows.", "Snow!!",
		"Today's small win: the drawer closes.", "Can anyone name this bird? Brown, loud, five in the morning.",
		"Learning the accordion. The neighbours are learning it too.", "Back from the market with too many plums.\n\nJam it is.",
		"Thank you for the kind words in my guestbook, all of you.",
		"Old photographs in a shoe box. Half of them are of the same dog.", "If x < 3 then I <3 x. That is the whole joke.",
		"The tomatoes are red at last, and it took them until September to think about it. I counted: forty-one, not one of them straight.",
		"Il pleut, il mouille, c'est la fête à la grenouille.", "Une tarte aux poireaux, une salade, et au lit.",
		"J'ai enfin rangé le garage. On y voit le mur du fond.", "Quelqu'un aurait une bouture de menthe ?",
		"Premier café en terrasse de l'année : 12 °C, mais quel soleil !", "Le chat dort sur le clavier, j'écris donc au téléphone.",
		"Nouvelle page : mes timbres de 1974, https://timbres.example/1974?page=2",
		"Lu d'une traite, fini à deux heures du matin. Aucun regret.", "Le train a du retard.\nLe thermos est plein.\nTout va bien.",
		"« On verra bien », disait ma tante, et l'on a vu.", "Réparé la radio : c'était le fusible, c'est toujours le fusible.",
		"Bonne nuit tout le monde, demain c'est marché.", "Deux heures au jardin, trois courgettes, un coup de soleil.",
		"Ça sent la brioche jusque dans l'escalier.", "Cherche partition de « La Paimpolaise » pour accordéon débutant…",
		"Vent d'ouest, volets fermés, bougies sorties.", "Ma page a dix ans aujourd'hui. Elle n'a pas pris une ride, moi si.",
		"Petite fierté du jour : zéro faute à la dictée.", "Hop, au vélo.",
	}
)
