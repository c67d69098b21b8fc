package models_test

import (
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// freshness is the marks of the site and of some accounts.
type freshness struct {
	Site     models.Mark
	Accounts map[string]models.Mark
}

func marks(t *testing.T, s *kit.Store, names ...string) freshness {
	t.Helper()
	site, err := s.SiteMark(t.Context())
	ok(t, err)
	f := freshness{site, map[string]models.Mark{}}
	for _, name := range names {
		f.Accounts[name], err = s.AccountMark(t.Context(), name)
		ok(t, err)
	}
	return f
}

// changed names what differs between two moments.
func (f freshness) changed(now freshness) []string {
	list := []string{}
	if f.Site != now.Site {
		list = append(list, "site")
	}
	for _, name := range []string{"ann", "bob", "cat"} {
		if f.Accounts[name] != now.Accounts[name] {
			list = append(list, name)
		}
	}
	return list
}

// act is something somebody does and whose answers must be made anew after it.
type act struct {
	name string
	do   func() error
	want []string
}

func TestMarksChangeWithWhatIsShown(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		cast := kit.Cast(t, s)
		ann, bob, ctx := cast.Ann, cast.Bob, t.Context()
		kit.Crowd(t, s, "cat")
		first := say(t, s, ann, "first")
		private := publish(t, s, ann, models.Draft{Text: "private", Visibility: models.Private})
		reply := answer(t, s, bob, first, "mm")
		say := func(by *models.Account, d models.Draft) func() error {
			return func() error { _, err := s.Publish(ctx, by, d); return err }
		}
		rewrite := func(by *models.Account, id int64, d models.Draft) func() error {
			return func() error { _, err := s.Edit(ctx, by, id, d); return err }
		}
		for _, act := range []act{
			{"a status", say(bob, models.Draft{Text: "hello"}), []string{"site", "bob"}},
			{"an answer", say(bob, models.Draft{Text: "hello", ReplyToID: first.ID}), []string{"site", "ann", "bob"}},
			{"an answer to oneself", say(ann, models.Draft{Text: "also", ReplyToID: first.ID}), []string{"site", "ann"}},
			{"a private status", say(ann, models.Draft{Text: "psst", Visibility: models.Private}), nil},
			{"a private answer", say(ann, models.Draft{Text: "psst", Visibility: models.Private, ReplyToID: reply.ID}), nil},
			{"a refused status", func() error { s.Publish(ctx, ann, models.Draft{}); return nil }, nil},
			{"a private edit", rewrite(ann, private.ID, models.Draft{Text: "psst!", Visibility: models.Private}), nil},
			{"an edit of an answer", rewrite(bob, reply.ID, models.Draft{Text: "mmm"}), []string{"site", "ann", "bob"}},
			{"an edit of what was answered", rewrite(ann, first.ID, models.Draft{Text: "First"}), []string{"site", "ann", "bob"}},
			{"private to public", rewrite(ann, private.ID, models.Draft{Text: "psst!", Visibility: models.Public}), []string{"site", "ann"}},
			{"public to private", rewrite(ann, private.ID, models.Draft{Text: "psst!", Visibility: models.Private}), []string{"site", "ann"}},
			{"a private one withdrawn", func() error { return s.Withdraw(ctx, ann, private.ID) }, nil},
			{"an answered one withdrawn", func() error { return s.Withdraw(ctx, ann, first.ID) }, []string{"site", "ann", "bob"}},
			{"an orphan answer redrafted", func() error { return s.Redraft(ctx, bob, reply.ID) }, []string{"site", "bob"}},
			{"a description", func() error { return s.Describe(ctx, bob, models.Profile{Bio: "I am bob"}) }, []string{"bob"}},
			{"site settings", func() error {
				return s.ChangeSite(ctx, ann, models.SiteSettings{Name: "Home", Language: "fr", Signups: "open", TextLimit: 500})
			}, []string{"site", "ann", "bob", "cat"}},
		} {
			before := marks(t, s, "ann", "bob", "cat")
			ok(t, act.do())
			want := act.want
			if want == nil {
				want = []string{}
			}
			same(t, act.name, before.changed(marks(t, s, "ann", "bob", "cat")), want)
		}
	})
}

func TestMarksIgnoreWhatNobodySees(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		cast := kit.Cast(t, s)
		ann, bob, ctx := cast.Ann, cast.Bob, t.Context()
		publish(t, s, bob, models.Draft{Text: "hi ~ann"})
		before := marks(t, s, "ann", "bob")
		_, err := s.StartSession(ctx, ann, "Lynx", "net")
		ok(t, err)
		_, err = s.LogIn(ctx, models.Credentials{Name: "ann", Password: "wrong", Network: "net"})
		refused(t, err, models.Invalid, "error.wrong_password")
		runJobs(t, s)
		same(t, "ann's notices", len(notices(t, s, ann)), 1)
		ok(t, s.ReadNotices(ctx, ann))
		ok(t, s.Sweep(ctx))
		same(t, "changed", before.changed(marks(t, s, "ann", "bob")), []string{})
		ok(t, s.SetLanguage(ctx, ann, "fr")) // her feeds and widgets speak French now
		same(t, "changed by a language", before.changed(marks(t, s, "ann", "bob")), []string{"ann"})
	})
}

func TestMarkOfNobody(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		_, err := s.AccountMark(t.Context(), "nobody_here")
		refused(t, err, models.Missing, "error.no_account")
		cast := kit.Cast(t, s)
		_, err = s.AccountMark(t.Context(), cast.Zoe.Name)
		refused(t, err, models.Missing, "error.no_account")
		ok(t, s.CloseAccount(t.Context(), cast.Bob, kit.Password))
		_, err = s.AccountMark(t.Context(), "bob")
		refused(t, err, models.Gone, "error.gone")
	})
}

func TestMarkSaysWhenLastPosted(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		same(t, "posted", marks(t, s, "ann").Accounts["ann"].Posted, 0)
		first := say(t, s, ann, "one")
		s.Clock.Add(5 * time.Second)
		last := say(t, s, ann, "two")
		same(t, "posted", marks(t, s, "ann").Accounts["ann"].Posted, last.PublishedAt)
		ok(t, s.Withdraw(t.Context(), ann, last.ID))
		same(t, "posted", marks(t, s, "ann").Accounts["ann"].Posted, first.PublishedAt)
	})
}
