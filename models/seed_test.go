package models_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

func seed(t *testing.T, s *kit.Store, accounts, statuses int) {
	t.Helper()
	last := 0
	ok(t, s.Seed(t.Context(), accounts, statuses, func(done int) { last = done }))
	same(t, "progress at the end", last, statuses)
}

// rows are the lines of a query, each a line of text.
func rows(t *testing.T, s *kit.Store, query string) (lines []string) {
	t.Helper()
	found, err := s.DB.QueryContext(t.Context(), query)
	ok(t, err)
	defer found.Close()
	names, err := found.Columns()
	ok(t, err)
	for found.Next() {
		values, into := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		ok(t, found.Scan(into...))
		lines = append(lines, fmt.Sprintf("%v", values))
	}
	ok(t, found.Err())
	return lines
}

// TestSeededIsAsPublished says everything that was seeded again, at its time and through Publish and
// the jobs, in another database: the rows must be the same.
func TestSeededIsAsPublished(t *testing.T) {
	kit.Each(t, func(t *testing.T, seeded *kit.Store) {
		seed(t, seeded, 12, 700)
		said := kit.SQLite(t)
		if seeded.IsPostgres() {
			said = kit.Postgres(t)
		}
		var names []string
		for i := range 12 {
			names = append(names, fmt.Sprintf("seed%05d", i))
		}
		people := kit.Crowd(t, said, names...)
		for id := int64(1); id <= 700; id++ {
			sayAgain(t, seeded, said, people, id)
		}
		for what, query := range map[string]string{
			"statuses": "SELECT * FROM statuses ORDER BY id",
			"labels":   "SELECT * FROM labels ORDER BY status_id, kind, word",
			"notices":  "SELECT account_id, status_id, kind, created_at FROM notices ORDER BY account_id, status_id",
			"accounts": `SELECT id, name, host, password, role, bio, bio_html, homepage, revision, changed_at, posted_at, answered_at,
				noticed_at, read_at FROM accounts WHERE posted_at > 0 ORDER BY id`,
			"jobs": "SELECT * FROM jobs",
		} {
			got, want := rows(t, seeded, query), rows(t, said, query)
			same(t, "number of "+what, len(got), len(want))
			for i := range min(len(got), len(want)) {
				if got[i] != want[i] {
					t.Fatalf("%s:\nseeded    %s\npublished %s", what, got[i], want[i])
				}
			}
		}
		if answers := count(t, seeded, "SELECT COUNT(*) FROM statuses WHERE reply_to_id IS NOT NULL"); answers < 20 {
			t.Errorf("only %d of 700 statuses are answers", answers)
		}
	})
}

func sayAgain(t *testing.T, seeded, said *kit.Store, people []*models.Account, id int64) {
	t.Helper()
	var at, account, replyTo int64
	var d models.Draft
	ok(t, seeded.DB.QueryRowContext(t.Context(), fmt.Sprintf(`SELECT account_id, published_at, text, face, mood, mood_text, visibility,
		COALESCE(reply_to_id, 0) FROM statuses WHERE id = %d`, id)).
		Scan(&account, &at, &d.Text, &d.Face, &d.Mood, &d.MoodText, &d.Visibility, &replyTo))
	d.ReplyToID = replyTo
	said.Clock.Add(models.Instant(at).Time().Sub(said.Now()))
	by := people[slices.IndexFunc(people, func(a *models.Account) bool { return a.ID == account })]
	same(t, "id", publish(t, said, by, d).ID, id)
	jobs, err := said.ClaimJobs(t.Context(), 10)
	ok(t, err)
	for _, j := range jobs {
		ok(t, said.FinishJob(t.Context(), j, said.Notify(t.Context(), j)))
	}
}

func TestSeedSpreadsAndReads(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		before, err := s.SiteMark(t.Context())
		ok(t, err)
		seed(t, s, 10, 400)
		after, err := s.SiteMark(t.Context())
		ok(t, err)
		if before == after {
			t.Error("the site's mark has not moved")
		}
		n, moment := 0, kit.Start
		for stream := (models.Stream{}); n == 0 || stream.Before != 0; {
			page, err := s.Read(t.Context(), nil, stream)
			ok(t, err)
			for _, st := range page.Statuses {
				n, moment = n+1, moment.Add(-24*time.Hour)
				if !st.PublishedAt.Time().Equal(moment) || st.Account.CreatedAt > st.PublishedAt {
					t.Fatalf("status %d from the end is of %v by somebody who came %v", n, st.PublishedAt.Time(), st.Account.CreatedAt.Time())
				}
			}
			stream.Before = page.Older
		}
		same(t, "statuses read", n, 400)
		tagged := read(t, s, nil, models.Stream{Kind: models.TagLabel, Word: "rain"})
		if len(tagged) != models.PageSize || !strings.Contains(tagged[0].Text, "#rain") {
			t.Errorf("%d statuses about rain are read", len(tagged))
		}
		_, err = s.LogIn(t.Context(), models.Credentials{Name: "seed00000", Password: "", Network: "test"})
		refused(t, err, models.Invalid, "error.wrong_password")
	})
}

func TestSeedAgain(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		seed(t, s, 3, 30)
		s.Clock.Add(time.Hour)
		seed(t, s, 5, 30)
		same(t, "statuses", count(t, s, "SELECT COUNT(*) FROM statuses"), 60)
		same(t, "accounts", count(t, s, "SELECT COUNT(*) FROM accounts"), 5)
		same(t, "accounts whose marks are wrong", count(t, s, `SELECT COUNT(*) FROM accounts a WHERE posted_at <> COALESCE(
			(SELECT MAX(published_at) FROM statuses WHERE account_id = a.id), 0) OR changed_at <> CASE WHEN posted_at > 0 THEN posted_at ELSE created_at END
			OR revision <> 1 + (SELECT COUNT(*) FROM statuses WHERE account_id = a.id)`), 0)
	})
}

func TestSeedRefusesPeople(t *testing.T) {
	s := kit.SQLite(t)
	cast := kit.Cast(t, s)
	seed(t, s, 2, 5)
	say(t, s, cast.Bob, "Hello!")
	err := s.Seed(t.Context(), 2, 5, func(int) {})
	if err == nil || !strings.Contains(err.Error(), "people have said things here") {
		t.Errorf("the error is %v, want a refusal", err)
	}
}
