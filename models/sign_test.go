package models_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

func TestStrangersWait(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		before := marks(t, s, "ann")
		s.Clock.Add(time.Second)
		e, err := trySign(t, s, ann, nil, models.NewEntry{
			Name: " Zoe\u202e ", Homepage: "zoe.example", Text: "hello\x00 <b> #tag ~ann", Signature: "..\n.#\n##", Network: "192.0.2.1",
		})
		ok(t, err)
		same(t, "entry", []any{e.Name, e.Homepage, e.Text, e.Signature, e.ShownAt, e.CreatedAt},
			[]any{"Zoe", "https://zoe.example", "hello <b> #tag ~ann", ".#\n##", 0, models.At(s.Now())})
		same(t, "html", e.HTML, `<p>hello &lt;b&gt; <a href="/tag/tag" class="tag">#tag</a> <a href="/~ann" class="person">~ann</a></p>`)
		same(t, "shown", guestbook(t, s, ann), []string{})
		same(t, "waits", waiting(t, s, ann), []string{"Zoe: hello <b> #tag ~ann"})
		same(t, "what everybody sees has changed", before.changed(marks(t, s, "ann")), []string{})
		if !again(t, s, ann).HasNews() {
			t.Error("ann is not told")
		}
		s.Clock.Add(time.Second)
		ok(t, s.ShowEntry(t.Context(), ann, e.ID))
		same(t, "shown", guestbook(t, s, ann), []string{"Zoe: hello <b> #tag ~ann"})
		same(t, "waits", waiting(t, s, ann), []string{})
		same(t, "changed", before.changed(marks(t, s, "ann")), []string{"ann"})
		same(t, "guestbook changed", again(t, s, ann).GuestbookAt, models.At(s.Now()))
		was := marks(t, s, "ann")
		ok(t, s.ShowEntry(t.Context(), ann, e.ID)) // twice is once
		same(t, "changed by showing it again", was.changed(marks(t, s, "ann")), []string{})
		sign(t, s, ann, nil, "and again")
		same(t, "a stranger stays a stranger", waiting(t, s, ann), []string{"Zoe: and again"})
	})
}

// TestWhoIsKnown: what those sign whom the owner knows is seen at once.
func TestWhoIsKnown(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob", "cat", "dan", "eve", "fay", "gus")
		ann, bob, cat, dan, eve, fay, gus := crowd[0], crowd[1], crowd[2], crowd[3], crowd[4], crowd[5], crowd[6]
		ok(t, s.ShowEntry(t.Context(), ann, sign(t, s, ann, bob, "first").ID))
		answer(t, s, ann, say(t, s, cat, "tea?"), "yes")
		ok(t, s.AddFriend(t.Context(), ann, "dan"))
		ok(t, s.AddFriend(t.Context(), eve, "ann"))        // the other way round is nothing
		answer(t, s, fay, say(t, s, ann, "milk?"), "yes")  // nor is an answer to ann
		st := answer(t, s, ann, say(t, s, gus, "?"), "no") // nor an answer that was taken back
		ok(t, s.Withdraw(t.Context(), ann, st.ID))
		publish(t, s, ann, models.Draft{Text: "psst", Visibility: models.Private, ReplyToID: say(t, s, gus, "??").ID})
		ok(t, s.RemoveEntry(t.Context(), ann, sign(t, s, eve, ann, "elsewhere").ID))
		for by, known := range map[*models.Account]bool{ann: true, bob: true, cat: true, dan: true, eve: false, fay: false, gus: false} {
			before := marks(t, s, "ann")
			e := sign(t, s, ann, by, "hello from "+by.Name)
			if !e.ShownAt.IsZero() != known {
				t.Errorf("%s is known: %t, want %t", by.Name, !known, known)
			}
			if changed := len(before.changed(marks(t, s, "ann"))) > 0; changed != known {
				t.Errorf("%s: ann's page changed: %t", by.Name, changed)
			}
		}
		mine, err := s.WaitingBy(t.Context(), eve, ann)
		ok(t, err)
		same(t, "eve's own", signed(mine), []string{"~eve: hello from eve"})
		none, err := s.WaitingBy(t.Context(), nil, ann)
		ok(t, err)
		same(t, "a guest's own", len(none), 0)
	})
}

func TestEntriesThatAreRefused(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann, bob := crowd[0], crowd[1]
		const link = " https://a.example/ "
		for _, c := range []struct {
			by    *models.Account
			n     models.NewEntry
			field string
			text  string
		}{
			{nil, models.NewEntry{Text: "hi"}, "name", "error.entry_name"},
			{nil, models.NewEntry{Name: " \u200b\u202e", Text: "hi"}, "name", "error.entry_name"},
			{nil, models.NewEntry{Name: "\u2066~bob", Text: "hi"}, "name", "error.entry_tilde"},
			{nil, models.NewEntry{Name: strings.Repeat("é", 51), Text: "hi"}, "name", "error.entry_name_long"},
			{nil, models.NewEntry{Name: strings.Repeat("👩‍👩‍👧‍👧🏿\u200d", 100), Text: "hi"}, "name", "error.entry_name_long"},
			{nil, models.NewEntry{Name: "Z" + strings.Repeat("\u0301", 12), Text: "hi"}, "name", "error.overstacked"},
			{nil, models.NewEntry{Name: "Zoe", Homepage: "javascript:alert(1)", Text: "hi"}, "homepage", "error.homepage"},
			{nil, models.NewEntry{Name: "Zoe", Text: " \n\u200b"}, "text", "error.entry_empty"},
			{bob, models.NewEntry{Signature: "....\n...."}, "text", "error.entry_empty"},
			{bob, models.NewEntry{Text: strings.Repeat("é", 501)}, "text", "error.text_long"},
			{bob, models.NewEntry{Text: strings.Repeat("a", 1<<20)}, "text", "error.text_long"},
			{bob, models.NewEntry{Text: "e" + strings.Repeat("\u200d", 30_000)}, "text", "error.entry_heavy"},
			{bob, models.NewEntry{Text: "e" + strings.Repeat("\u0301", 12)}, "text", "error.overstacked"},
			{nil, models.NewEntry{Name: "Zoe", Text: link + link}, "text", "error.entry_links"},
			{bob, models.NewEntry{Text: link + link + link}, "text", "error.entry_links"},
			{bob, models.NewEntry{Text: "hi", Signature: "<b>"}, "signature", "error.signature"},
			{bob, models.NewEntry{Text: "hi", Signature: strings.Repeat("#", 49)}, "signature", "error.signature_large"},
		} {
			c.n.Network = "net"
			_, err := trySign(t, s, ann, c.by, c.n)
			refused(t, err, models.Invalid, c.text)
			if e, isOurs := err.(*models.Error); isOurs && e.Field != c.field {
				t.Errorf("%s is said of %q, want %q", c.text, e.Field, c.field)
			}
		}
		same(t, "entries", count(t, s, "SELECT COUNT(*) FROM entries"), 0)
		same(t, "budgets", count(t, s, "SELECT COUNT(*) FROM throttles"), 0)
		for _, c := range []struct {
			by *models.Account
			n  models.NewEntry
		}{
			{nil, models.NewEntry{Name: strings.Repeat("é", 50), Text: strings.Repeat("é", 480) + link}},
			{bob, models.NewEntry{Text: link + link}},
			{bob, models.NewEntry{Signature: "#"}},
		} {
			_, err := trySign(t, s, ann, c.by, c.n)
			ok(t, err)
		}
	})
}

// TestSentTwiceIsOnce: also when both clicks arrive at the same time.
func TestSentTwiceIsOnce(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob", "cat")
		ann, bob, cat := crowd[0], crowd[1], crowd[2]
		made := make([]int64, 8)
		together(8, func(i int) {
			e, err := s.Sign(t.Context(), ann, nil, models.NewEntry{Name: "Zoe", Text: "hello", Network: "net"})
			if err != nil {
				t.Error(err)
				return
			}
			made[i] = e.ID
		})
		for _, id := range made {
			same(t, "id", id, made[0])
		}
		same(t, "entries", count(t, s, "SELECT COUNT(*) FROM entries"), 1)
		ok(t, s.ShowEntry(t.Context(), ann, made[0]))
		e := sign(t, s, ann, nil, "hello")
		same(t, "after it was shown", []any{e.ID, e.ShownAt.IsZero()}, []any{made[0], false})
		sign(t, s, ann, bob, "hello")
		sign(t, s, ann, cat, "hello")
		sign(t, s, bob, nil, "hello")
		same(t, "others, and elsewhere", count(t, s, "SELECT COUNT(*) FROM entries"), 4)
		s.Clock.Add(24 * time.Hour)
		sign(t, s, ann, nil, "hello")
		same(t, "the next day", count(t, s, "SELECT COUNT(*) FROM entries"), 5)
	})
}

func TestSignBudgets(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob", "cat")
		ann, bob, cat := crowd[0], crowd[1], crowd[2]
		flood := func(page, by *models.Account, network string, n int) (taken int) {
			for i := range n {
				_, err := trySign(t, s, page, by, models.NewEntry{Name: "Zoe", Text: fmt.Sprint(network, i, s.Now()), Network: network})
				if err == nil {
					taken++
				} else {
					refused(t, err, models.TooMany, "error.too_many")
				}
			}
			return taken
		}
		same(t, "of one network", flood(ann, nil, "192.0.2.1", 30), 10)
		same(t, "of another network", flood(ann, nil, "192.0.2.2", 5), 5)
		same(t, "of one account", flood(ann, bob, "192.0.2.1", 30), 20)
		same(t, "of another account", flood(ann, cat, "192.0.2.1", 5), 5)
		for i := range 12 {
			flood(ann, nil, fmt.Sprint("2001:db8::", i, "/64"), 8)
		}
		same(t, "of strangers on one page, beside people with accounts", len(waitingAll(t, s, ann)), 100+25)
		same(t, "of another page", flood(cat, nil, "192.0.2.9", 3), 3)
		same(t, "of its owner", flood(ann, ann, "", 3), 3)
		s.Clock.Add(10 * time.Minute)
		same(t, "of one network, on another page, later", flood(bob, nil, "192.0.2.1", 30), 10)
		same(t, "of one page, later", flood(ann, nil, "192.0.2.3", 3), 0)
		s.Clock.Add(time.Hour)
		same(t, "of one page, an hour later", flood(ann, nil, "192.0.2.3", 3), 3)
	})
}

// waitingAll walks through all pages of what waits.
func waitingAll(t *testing.T, s *kit.Store, a *models.Account) (list []models.Entry) {
	t.Helper()
	for before := int64(0); ; {
		g, err := s.WaitingEntries(t.Context(), a, before)
		ok(t, err)
		list = append(list, g.Entries...)
		if before = g.Older; before == 0 {
			return list
		}
	}
}

func TestOnlySoManyWait(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann, bob := crowd[0], crowd[1]
		for i := range 200 {
			_, err := s.DB.ExecContext(t.Context(), `INSERT INTO entries (account_id, name, homepage, text, html, signature, hash, created_at, shown_at)
				VALUES ($1, 'Zoe', '', 'hi', '<p>hi</p>', '', $2, $3, 0)`, ann.ID, fmt.Sprint(i), int64(models.At(s.Now())))
			ok(t, err)
		}
		_, err := trySign(t, s, ann, bob, models.NewEntry{Text: "me too"})
		refused(t, err, models.TooMany, "error.guestbook_full")
		same(t, "ann's own", sign(t, s, ann, ann, "mine").ShownAt.IsZero(), false)
		list := waitingAll(t, s, ann)
		same(t, "all pages", len(list), 200)
		n, err := s.CountWaiting(t.Context(), ann)
		ok(t, err)
		same(t, "counted", n, 200)
		ok(t, s.ShowEntries(t.Context(), ann, list[19].ID, list[0].ID))
		same(t, "left", len(waitingAll(t, s, ann)), 180)
		sign(t, s, ann, bob, "me too")
	})
}
