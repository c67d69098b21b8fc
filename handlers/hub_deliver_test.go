package handlers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// TestDeliveriesThatFail: they are tried again with what is there by then, dropped in the end, and the subscription with the third.
func TestDeliveriesThatFail(t *testing.T) {
	t.Parallel()
	kit.EachTown(t, func(t *testing.T, site *kit.Site) {
		ada := speaking(t, site)
		r := subscribed(t, site)
		r.set(func(r *reader) { r.thanks = 500 })
		says(t, site, ada, "the second")
		site.Work(t)
		r.told()
		says(t, site, ada, "the third")
		r.set(func(r *reader) { r.thanks, r.thanksLocated = 307, r.URL+"/moved" })
		site.Work(t)
		if d := r.told(); d.path != "/hook?id=17" {
			t.Errorf("moved to %s", d.path)
		}
		r.set(func(r *reader) { r.thanks, r.thanksLocated = 200, "" })
		site.Clock.Add(5 * time.Minute)
		worked(t, site)
		if d := r.told(); !strings.Contains(d.body, "the third") || !d.signed(r.secret) {
			t.Errorf("tried again with %s", d.body)
		}
		r.set(func(r *reader) { r.thanks = 403 })
		for i := range 3 {
			says(t, site, ada, "again")
			tries := 0
			for range 13 {
				site.Work(t)
				_, got := r.take()
				tries += len(got)
				site.Clock.Add(4 * time.Hour)
			}
			if tries != 6 {
				t.Errorf("tried %d times", tries)
			}
			if n, want := subscriptions(t, site), map[bool]int{true: 1}[i < 2]; n != want {
				t.Fatalf("after %d: %d subscriptions", i+1, n)
			}
		}
		if waiting, dead, err := site.JobCounts(t.Context()); err != nil || waiting+dead != 0 {
			t.Errorf("%d jobs wait, %d are dead (%v)", waiting, dead, err)
		}
	})
}

func TestGoneSubscriber(t *testing.T) {
	t.Parallel()
	site := kit.Town(t)
	ada := speaking(t, site)
	r := subscribed(t, site)
	r.set(func(r *reader) { r.thanks = 410 })
	says(t, site, ada, "are you there?")
	worked(t, site)
	r.told()
	if n := subscriptions(t, site); n != 0 {
		t.Errorf("%d subscriptions", n)
	}
}

// TestGoneTopic: who goes takes along who listened to them alone; the others hear that they are gone.
func TestGoneTopic(t *testing.T) {
	t.Parallel()
	kit.EachTown(t, func(t *testing.T, site *kit.Site) {
		kit.SignUp(t, site.Store, "eve") // who runs the site may not leave it
		ada, _, err := site.SignUp(t.Context(), models.Newcomer{Name: "ada", Password: kit.Password})
		must(t, err)
		bob := kit.SignUp(t, site.Store, "bob")
		says(t, site, ada, "the last")
		says(t, site, bob, "the next")
		worked(t, site)
		own, all := subscribed(t, site), newReader(t)
		status(t, all.wants(site.Guest(t), site, "subscribe", "/atom.xml"), 202)
		worked(t, site)
		must(t, site.CloseAccount(t.Context(), ada, kit.Password))
		worked(t, site)
		own.quiet()
		if d := all.told(); strings.Contains(d.body, "the last") || !strings.Contains(d.body, "the next") {
			t.Errorf("told %s", d.body)
		}
		if n := subscriptions(t, site); n != 1 {
			t.Errorf("%d subscriptions", n)
		}
	})
}

// TestPublishersPing: what has not changed is not delivered, what has is, by either name of the parameter.
func TestPublishersPing(t *testing.T) {
	t.Parallel()
	site := kit.Town(t)
	ada := speaking(t, site)
	r, v := subscribed(t, site), site.Guest(t)
	for _, name := range []string{"hub.url", "hub.topic"} {
		ping := func() {
			values := form("hub.mode", "publish", name, site.URL+"/~ada/rss.xml", name, site.URL+"/")
			status(t, v.Send(http.MethodPost, "/hub", values.Encode(), "Content-Type", "application/x-www-form-urlencoded"), 202)
			worked(t, site)
		}
		ping()
		r.quiet()
		says(t, site, ada, "by "+name)
		_, err := site.DB.ExecContext(t.Context(), "DELETE FROM jobs") // as if the site had forgotten
		must(t, err)
		ping()
		r.told()
	}
}

// TestProfilesAndEntriesAreTold: not only statuses change what others read.
func TestProfilesAndEntriesAreTold(t *testing.T) {
	t.Parallel()
	site := kit.Town(t)
	ada := speaking(t, site)
	r := newReader(t)
	status(t, r.wants(site.Guest(t), site, "subscribe", "/~ada"), 202)
	worked(t, site)
	r.take()
	must(t, site.Describe(t.Context(), ada, models.Profile{Bio: "keeper of lamps"}))
	worked(t, site)
	r.told()
	_, err := site.Sign(t.Context(), ada, ada, models.NewEntry{Text: "me", Network: "net"})
	must(t, err)
	worked(t, site)
	r.told()
	must(t, site.RemoveEntry(t.Context(), ada, 1))
	worked(t, site)
	r.told()
	must(t, site.SetAvatar(t.Context(), ada, strings.NewReader(string(kit.Drawing(t, 9)))))
	worked(t, site)
	r.told()
}

// TestPingSpendsABudget: also for what is not there, as somebody has to look.
func TestPingSpendsABudget(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v, ping := h.Guest(t), form("hub.mode", "publish", "hub.url", "http://marquee.example/nothing").Encode()
	status(t, v.Send(http.MethodPost, "/hub", ping, "Content-Type", formType), 400)
	spend(t, h.Site, "hub-network", 11998)
	status(t, v.Send(http.MethodPost, "/hub", ping, "Content-Type", formType), 400)
	status(t, v.Send(http.MethodPost, "/hub", ping, "Content-Type", formType), 429)
}

// spend takes a lot of a budget that somebody has begun to spend.
func spend(t *testing.T, site *kit.Site, budget string, much int) {
	t.Helper()
	spent, err := site.DB.ExecContext(t.Context(), "UPDATE throttles SET count = count + $1 WHERE key LIKE $2", much, budget+"/%")
	must(t, err)
	if n, err := spent.RowsAffected(); n != 1 || err != nil {
		t.Fatalf("%d budgets, %v", n, err)
	}
}

func TestHubSpendsABudget(t *testing.T) {
	t.Parallel()
	site := kit.Town(t)
	speaking(t, site)
	r, v := newReader(t), site.Guest(t)
	status(t, r.wants(v, site, "unsubscribe", "/rss.xml"), 202)
	spend(t, site, "hub-pair", 1198)
	status(t, r.wants(v, site, "unsubscribe", "/rss.xml"), 202)
	a := status(t, r.wants(v, site, "unsubscribe", "/rss.xml"), 429)
	if a.Header.Get("Retry-After") == "" || a.Header.Get("Content-Type") != "text/plain; charset=utf-8" || a.Header.Get("Set-Cookie") != "" {
		t.Errorf("refused as %v", a.Header)
	}
}
