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

// subscribe lets a callback be told of a path for the longest time.
func subscribe(t *testing.T, s *kit.Store, path, callback string) int64 {
	t.Helper()
	id, err := s.Subscribe(t.Context(), models.Subscription{
		Protocol: models.WebSub, Topic: path, Callback: callback, ExpiresAt: models.At(s.Now().Add(models.LeaseMost)),
	})
	ok(t, err)
	return id
}

// claimed is the jobs of a kind that are due.
func claimed(t *testing.T, s *kit.Store, kind string) []models.Job {
	t.Helper()
	jobs, err := s.ClaimJobs(t.Context(), 10_000)
	ok(t, err)
	return slices.DeleteFunc(jobs, func(j models.Job) bool { return j.Kind != kind })
}

func TestOneSubscriptionForOneCallback(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		cast := kit.Cast(t, s)
		long := "https://reader.example/" + strings.Repeat("unguessable", 180)
		first := subscribe(t, s, "/~ann/rss.xml", long)
		ok(t, s.BeginAt(t.Context(), first, "tag"))
		if second := subscribe(t, s, "/~ann/rss.xml", long); second != first {
			t.Errorf("asked twice, subscriptions %d and %d", first, second)
		}
		ok(t, s.BeginAt(t.Context(), first, "another"))
		same(t, "tag of what was sent", count(t, s, "SELECT COUNT(*) FROM subscriptions WHERE sent = 'tag'"), 1)
		other := subscribe(t, s, "/rss.xml", long)
		if other == first {
			t.Error("another topic is another subscription")
		}
		same(t, "subscriptions to ann's", count(t, s, "SELECT COUNT(*) FROM subscriptions WHERE account_id = $1 AND peer = 'reader.example'", cast.Ann.ID), 1)
		same(t, "subscriptions to everybody's", count(t, s, "SELECT COUNT(*) FROM subscriptions WHERE account_id IS NULL"), 1)
		ok(t, s.Unsubscribe(t.Context(), models.RSSCloud, "/rss.xml", long))
		ok(t, s.Unsubscribe(t.Context(), models.WebSub, "/rss.xml", long))
		same(t, "subscriptions to everybody's", count(t, s, "SELECT COUNT(*) FROM subscriptions WHERE account_id IS NULL"), 0)
		_, err := s.Subscribe(t.Context(), models.Subscription{Protocol: models.WebSub, Topic: "/~nobody_here/rss.xml", Callback: long})
		refused(t, err, models.Missing, "error.no_account")
		s.Clock.Add(models.LeaseMost)
		ok(t, s.Sweep(t.Context()))
		same(t, "subscriptions when their time is over", count(t, s, "SELECT COUNT(*) FROM subscriptions"), 0)
	})
}

// TestPublishingIsOneStatement: what is said costs the same however many want to know.
func TestPublishingIsOneStatement(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		cast := kit.Cast(t, s)
		publishing := func() int { return len(kit.Queries(t, s, func() { say(t, s, cast.Ann, "soup") })) }
		alone := publishing()
		same(t, "jobs when nobody subscribed", len(claimed(t, s, models.JobSpread)), 0)
		for i := range 30 {
			subscribe(t, s, "/~ann/rss.xml", fmt.Sprintf("https://reader.example/%d", i))
		}
		same(t, "statements", publishing(), alone)
		say(t, s, cast.Ann, "more soup")
		same(t, "jobs", len(claimed(t, s, models.JobSpread)), 1)
	})
}

// TestSpreadingTakesTurns: all who may have to be told are looked at once, some hundreds at a time, and each of them is told by one job.
func TestSpreadingTakesTurns(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		cast := kit.Cast(t, s)
		for i := range 1100 {
			subscribe(t, s, []string{"/~ann/rss.xml", "/rss.xml", "/~bob"}[i%3], fmt.Sprintf("https://reader%d.example/", i%7)+fmt.Sprint(i))
		}
		say(t, s, cast.Ann, "soup")
		seen := map[int64]bool{}
		for turn := range 3 {
			jobs := claimed(t, s, models.JobSpread)
			same(t, "jobs", len(jobs), 1)
			list, err := s.Subscribers(t.Context(), jobs[0])
			ok(t, err)
			for _, sub := range list {
				if seen[sub.ID] || sub.Topic == "/~bob" {
					t.Fatalf("turn %d sees %s %d", turn, sub.Topic, sub.ID)
				}
				seen[sub.ID] = true
			}
			for range 2 { // a job may be done twice
				ok(t, s.SpreadTo(t.Context(), jobs[0], list, list))
			}
			ok(t, s.FinishJob(t.Context(), jobs[0], nil))
			if len(list) < 500 {
				same(t, "turns", turn, 1)
				break
			}
		}
		same(t, "who was seen", len(seen), 734)
		same(t, "deliveries", count(t, s, "SELECT COUNT(*) FROM jobs WHERE kind = 'deliver'"), 734)
		same(t, "sites they go to", count(t, s, "SELECT COUNT(DISTINCT peer) FROM jobs WHERE kind = 'deliver'"), 7)
		same(t, "jobs that go on", count(t, s, "SELECT COUNT(*) FROM jobs WHERE kind = 'spread' AND attempts = 0"), 0)
	})
}

func TestGivingUp(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		kit.Cast(t, s)
		sub := &models.Subscription{ID: subscribe(t, s, "/rss.xml", "https://reader.example/")}
		for _, step := range []struct {
			do   func() error
			left int
		}{
			{func() error { return s.GiveUp(t.Context(), sub) }, 1},
			{func() error { return s.GiveUp(t.Context(), sub) }, 1},
			{func() error { return s.Delivered(t.Context(), sub, "tag") }, 1},
			{func() error { return s.GiveUp(t.Context(), sub) }, 1},
			{func() error { return s.GiveUp(t.Context(), sub) }, 1},
			{func() error { return s.GiveUp(t.Context(), sub) }, 0},
		} {
			ok(t, step.do())
			same(t, "subscriptions", count(t, s, "SELECT COUNT(*) FROM subscriptions"), step.left)
		}
	})
}

func TestWhichCallbacksAreAsked(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		for callback, text := range map[string]string{
			"https://reader.example/":                             "",
			"http://127.0.0.1:81/":                                "", // as the kit allows
			"http://10.0.0.1/":                                    "error.callback_private",
			"http://[::1]/":                                       "error.callback_private",
			"http://169.254.169.254/latest/":                      "error.callback_private",
			"http://marquee.example/hub":                          "error.callback",
			"http://reader.local/":                                "error.callback",
			"http://ada:secret@reader.example/":                   "error.callback",
			"ftp://reader.example/":                               "error.callback",
			"https://reader.example/" + strings.Repeat("a", 3000): "error.callback",
			"https://reader.example/\x00":                         "error.callback",
			"":                                                    "error.callback",
		} {
			err := s.AdmitCallback(t.Context(), callback, "a network")
			if text == "" {
				ok(t, err)
			} else {
				refused(t, err, models.Invalid, text)
			}
		}
		for i := range 3 { // one network spends its part, and not that of others
			network := fmt.Sprint("network ", i)
			ok(t, s.AdmitCallback(t.Context(), fmt.Sprintf("https://a%d.reader.example.co.uk/", i), network))
			_, err := s.DB.ExecContext(t.Context(), "UPDATE throttles SET count = count + 1199 WHERE key LIKE $1 OR key LIKE 'hub-peer/%'", "hub-pair/"+network+"/%")
			ok(t, err)
			refused(t, s.AdmitCallback(t.Context(), "https://a.reader.example.co.uk/", network), models.TooMany, "error.too_many")
		}
		refused(t, s.AdmitCallback(t.Context(), "https://another.example.co.uk/", "network"), models.TooMany, "error.too_many")
		ok(t, s.AdmitCallback(t.Context(), "https://other.co.uk/", "network"))
		s.Clock.Add(time.Hour)
		ok(t, s.AdmitCallback(t.Context(), "https://another.example.co.uk/", "network"))
	})
}

func TestAFullSite(t *testing.T) {
	s := kit.SQLite(t)
	kit.Cast(t, s)
	_, err := s.DB.ExecContext(t.Context(), `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
		INSERT INTO subscriptions (key, protocol, topic, callback, peer, secret, sent, failures, expires_at, created_at)
		SELECT i, 'websub', '/', '', 'reader.example', '', '', 0, 0, 0 FROM n`)
	ok(t, err)
	refused(t, s.AdmitCallback(t.Context(), "https://reader.example/more", "net"), models.TooMany, "error.callback_many")
	ok(t, s.AdmitCallback(t.Context(), "https://another.example/", "net"))
}

func TestTopicPath(t *testing.T) {
	s := kit.SQLite(t)
	for address, want := range map[string]string{
		"http://marquee.example/":                     "/",
		"http://marquee.example/~ada/rss.xml":         "/~ada/rss.xml",
		"http://marquee.example/tag/%C3%A9t%C3%A9":    "/tag/%C3%A9t%C3%A9",
		"http://marquee.example":                      "",
		"https://marquee.example/":                    "",
		"http://marquee.example.evil/":                "",
		"http://marquee.example/?before=3":            "",
		"http://marquee.example/#top":                 "",
		"http://marquee.example/\x00":                 "",
		"http://marquee.example/%zz":                  "",
		"http://marquee.example@evil.example/":        "",
		"http://evil.example/http://marquee.example/": "",
	} {
		if path, ours := s.TopicPath(address); ours != (want != "") || ours && path != want {
			t.Errorf("%s: %q, %v", address, path, ours)
		}
	}
}

// TestNobodyIsToldOfALanguage: the same in other words is nothing new.
func TestNobodyIsToldOfALanguage(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Cast(t, s).Ann
		subscribe(t, s, "/~ann/rss.xml", "https://reader.example/")
		claimed(t, s, models.JobSpread)
		ok(t, s.SetLanguage(t.Context(), ann, "fr"))
		ok(t, s.Describe(t.Context(), ann, models.Profile{Language: "en"}))
		same(t, "jobs of a language", len(claimed(t, s, models.JobSpread)), 0)
		ok(t, s.Describe(t.Context(), ann, models.Profile{Language: "fr", Bio: "I knit."}))
		same(t, "jobs of a profile", len(claimed(t, s, models.JobSpread)), 1)
	})
}
