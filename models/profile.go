package models

import (
	"context"
	"regexp"
	"strings"
	"time"

	"gorm.io/gorm"

	"marquee/safe"
)

// Limits of what an account says of itself.
const (
	LinksMost    = 8
	bioMost      = 4000 // graphemes of "about me" and of "who I'd like to meet", each
	bioMostSize  = 16_000
	interestMost = 500 // graphemes of one row
	lineMost     = 100 // graphemes of what has one line
)

// Profile is what an account says of itself.
type Profile struct {
	Bio, Homepage, Language string
	MoodsPrivate            bool   // only the account itself sees its year of moods
	Counting                bool   // the page has a hit counter
	Tagline                 string // the line under the name
	Pronouns                string
	Birthday                string // MM-DD, without a year; empty: not said
	Blurbs                  `gorm:"embedded"`
	Links                   [LinksMost]ProfileLink `gorm:"-"`
}

// Blurbs is the part of a profile that only the page itself shows.
type Blurbs struct {
	Meet     string // who one would like to meet, as typed
	MeetHTML string // what is shown of it

	General, Music, Movies, Television, Books, Heroes string // interests

	Song, SongArtist, SongLink  string
	Reading, Playing, Listening string // currently
}

// ProfileLink is another place where an account is.
type ProfileLink struct{ Label, Address string }

// Interest is one row of what an account cares for; Key is its field.
type Interest struct{ Key, Text string }

// Interests is the six rows in their order, empty ones too.
func (b Blurbs) Interests() []Interest {
	return []Interest{
		{"general", b.General},
		{"music", b.Music},
		{"movies", b.Movies},
		{"television", b.Television},
		{"books", b.Books},
		{"heroes", b.Heroes},
	}
}

// Currently is what an account reads, plays and listens to, empty ones too.
func (b Blurbs) Currently() []Interest {
	return []Interest{{"reading", b.Reading}, {"playing", b.Playing}, {"listening", b.Listening}}
}

// lines are the fields of one line or one row, with their names in forms and their limits in graphemes.
func (p *Profile) lines() []profileLine {
	return []profileLine{
		{"tagline", &p.Tagline, lineMost},
		{"pronouns", &p.Pronouns, lineMost},
		{"song", &p.Song, lineMost},
		{"song_artist", &p.SongArtist, lineMost},
		{"reading", &p.Reading, lineMost},
		{"playing", &p.Playing, lineMost},
		{"listening", &p.Listening, lineMost},
		{"general", &p.General, interestMost},
		{"music", &p.Music, interestMost},
		{"movies", &p.Movies, interestMost},
		{"television", &p.Television, interestMost},
		{"books", &p.Books, interestMost},
		{"heroes", &p.Heroes, interestMost},
	}
}

type profileLine struct {
	field string
	value *string
	most  int
}

// Describe changes what the account says of itself; an empty field clears it.
func (s *Store) Describe(ctx context.Context, by *Account, p Profile) error {
	if err := p.settle(); err != nil {
		return err
	}
	html, err := s.prose(ctx, p.Bio)
	if err != nil {
		return err
	}
	if p.MeetHTML, err = s.prose(ctx, p.Meet); err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		before, err := profile(tx, by.ID, s.locking("NO KEY UPDATE"))
		if err != nil || before == p {
			return err
		}
		if err := saveProfile(tx, by.ID, p, html); err != nil {
			return err
		}
		if err := touchPage(tx, by.ID, s.instant(), p.Bio != before.Bio || p.Language != before.Language); err != nil { // feeds show no more of it
			return err
		}
		if err := s.saveProofs(tx, by.ID, p); err != nil {
			return err
		}
		if before.Language = p.Language; before == p {
			return nil // the same in other words: who asks finds them, nobody is woken for it
		}
		return s.spread(tx, by.ID)
	})
}

// Words is what the account says of itself, without any tags.
func (a *Account) Words() string {
	if safe.Tagged(a.Bio) {
		return safe.Line(safe.Untagged(a.Bio))
	}
	return a.Bio
}

// blocks finds HTML that says itself where its lines end.
var blocks = regexp.MustCompile(`(?i)<(p|br|div|ul|ol|dl|pre|table|h[1-6]|blockquote)\b`)

// prose is the HTML of what somebody wrote about themself: with tags it is a little HTML, without them a text in which
// names and tags are links.
func (s *Store) prose(ctx context.Context, text string) (string, error) {
	if safe.Tagged(text) {
		if !blocks.MatchString(text) {
			text = strings.ReplaceAll(text, "\n", "<br>\n")
		}
		return safe.HTML(text), nil
	}
	return s.rich(ctx, text)
}

// settle makes a profile harmless, or says what cannot stay.
func (p *Profile) settle() error {
	for _, long := range []profileLine{{"bio", &p.Bio, bioMost}, {"meet", &p.Meet, bioMost}} {
		*long.value = safe.Text(*long.value)
		if err := checkWords(long.field, *long.value, long.most, bioMostSize); err != nil {
			return err
		}
	}
	for _, line := range p.lines() {
		*line.value = safe.Line(*line.value)
		if err := checkWords(line.field, *line.value, line.most, line.most*bytesPerChar); err != nil {
			return err
		}
	}
	if p.Language != "" && !Speaks(p.Language) {
		return invalid("language", "error.language")
	}
	if err := settleAddress("homepage", &p.Homepage); err != nil {
		return err
	}
	if err := settleAddress("song_link", &p.SongLink); err != nil {
		return err
	}
	if p.Birthday != "" {
		// 2024 had a 29 February: a birthday without a year may be that one.
		if _, err := time.Parse("2006-01-02", "2024-"+p.Birthday); err != nil {
			return invalid("birthday", "error.birthday")
		}
	}
	return p.settleLinks()
}

// settleLinks closes the gaps between the links and checks what is there.
func (p *Profile) settleLinks() error {
	typed := p.Links
	p.Links = [LinksMost]ProfileLink{}
	n := 0
	for _, link := range typed {
		link.Label = safe.Line(link.Label)
		if err := checkWords("links", link.Label, lineMost, lineMost*bytesPerChar); err != nil {
			p.Links = typed
			return err
		}
		if err := settleAddress("links", &link.Address); err != nil {
			p.Links = typed
			return err
		}
		if link.Label != "" && link.Address == "" {
			p.Links = typed
			return invalid("links", "error.link_address")
		}
		if link.Address != "" {
			p.Links[n] = link
			n++
		}
	}
	return nil
}

func checkWords(field, text string, most, mostSize int) error {
	switch {
	case safe.Graphemes(text) > most || len(text) > mostSize:
		return &Error{Kind: Invalid, Field: field, Text: "error.words_long", Args: map[string]any{"Most": most}}
	case safe.Overstacked(text):
		return invalid(field, "error.overstacked")
	}
	return nil
}

// settleAddress makes an address of a form a whole one; empty stays empty.
func settleAddress(field string, address *string) error {
	if *address = strings.TrimSpace(*address); *address == "" {
		return nil
	}
	whole, ok := safe.URL(*address)
	if !ok {
		return invalid(field, "error.homepage")
	}
	*address = whole
	return nil
}

func saveProfile(tx *gorm.DB, account int64, p Profile, html string) error {
	err := tx.Exec(`UPDATE accounts SET bio = ?, bio_html = ?, homepage = ?, language = ?, moods_private = ?, counting = ?,
		tagline = ?, pronouns = ?, birthday = ? WHERE id = ?`,
		p.Bio, html, p.Homepage, p.Language, p.MoodsPrivate, p.Counting, p.Tagline, p.Pronouns, p.Birthday, account).Error
	if err != nil {
		return err
	}
	err = tx.Exec(`INSERT INTO blurbs (account_id, meet, meet_html, general, music, movies, television, books, heroes,
			song, song_artist, song_link, reading, playing, listening)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (account_id) DO UPDATE SET meet = excluded.meet, meet_html = excluded.meet_html, general = excluded.general,
			music = excluded.music, movies = excluded.movies, television = excluded.television, books = excluded.books,
			heroes = excluded.heroes, song = excluded.song, song_artist = excluded.song_artist, song_link = excluded.song_link,
			reading = excluded.reading, playing = excluded.playing, listening = excluded.listening`,
		account, p.Meet, p.MeetHTML, p.General, p.Music, p.Movies, p.Television, p.Books, p.Heroes,
		p.Song, p.SongArtist, p.SongLink, p.Reading, p.Playing, p.Listening).Error
	if err != nil {
		return err
	}
	if err := tx.Exec("DELETE FROM links WHERE account_id = ?", account).Error; err != nil {
		return err
	}
	for i, link := range p.Links {
		if link.Address == "" {
			break
		}
		err := tx.Exec("INSERT INTO links (account_id, place, label, address) VALUES (?, ?, ?, ?)", account, i, link.Label, link.Address).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// ProfileOf is what the account says of itself.
func (s *Store) ProfileOf(ctx context.Context, a *Account) (Profile, error) {
	return profile(s.read.WithContext(ctx), a.ID, "")
}

func profile(db *gorm.DB, account int64, locking string) (p Profile, err error) {
	err = db.Raw(`SELECT bio, homepage, language, moods_private, counting, tagline, pronouns, birthday
		FROM accounts WHERE id = ?`+locking, account).Scan(&p).Error
	if err != nil {
		return p, err
	}
	if err := db.Raw("SELECT * FROM blurbs WHERE account_id = ?", account).Scan(&p.Blurbs).Error; err != nil {
		return p, err
	}
	var links []ProfileLink
	err = db.Raw("SELECT label, address FROM links WHERE account_id = ? ORDER BY place LIMIT ?", account, LinksMost).Scan(&links).Error
	copy(p.Links[:], links)
	return p, err
}
