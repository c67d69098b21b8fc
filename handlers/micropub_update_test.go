package handlers_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// clientOf is a Micropub client of ada's, in a town that is there.
func clientOf(t *testing.T, site *kit.Site) *client {
	t.Helper()
	ada := kit.SignUp(t, site.Store, "ada")
	secret, err := site.CreateToken(t.Context(), ada, "client", models.Scopes)
	must(t, err)
	return &client{site, t, site.Guest(t), ada, secret}
}

// TestMicropubUpdatesAtOnce: of updates that come at the same time, each is done.
func TestMicropubUpdatesAtOnce(t *testing.T) {
	kit.EachTown(t, func(t *testing.T, site *kit.Site) {
		c := clientOf(t, site)
		path := c.form("content", "busy").Header.Get("Location")
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				a := c.json(fmt.Sprintf(`{"action":"update","url":"{url}%s","add":{"category":["at%d"]}}`, path, i))
				if a.Status != 204 {
					t.Errorf("update %d: %d %s", i, a.Status, a.Body)
				}
			})
		}
		all.Wait()
		got := fmt.Sprint(c.source(path)["category"])
		for i := range 8 {
			if !strings.Contains(got, fmt.Sprint("at", i)) {
				t.Errorf("update %d is lost: %s", i, got)
			}
		}
	})
}

// TestMicropubUpdateKeepsTheMood: own words that are a mood's, too, stay what they are.
func TestMicropubUpdateKeepsTheMood(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for _, d := range []models.Draft{{Text: "a", Mood: "happy", MoodText: "cosy"}, {Text: "b", MoodText: "cosy"}} {
		st, err := c.Publish(t.Context(), c.ada, d)
		must(t, err)
		status(t, c.json(`{"action":"update","url":"{url}`+st.Path()+`","add":{"category":["x"]}}`), 204)
		kept, err := c.Status(t.Context(), c.ada, "ada", st.ID)
		must(t, err)
		if kept.Mood != d.Mood || kept.MoodText != d.MoodText || kept.Tags == "" {
			t.Errorf("%+v becomes %q, %q", d, kept.Mood, kept.MoodText)
		}
	}
	kept := c.source(c.form("content", "c", "mood[]", "happy", "mood[]", "cosy").Header.Get("Location"))
	if fmt.Sprint(kept["mood"]) != "[happy cosy]" {
		t.Errorf("sent as happy and cosy: %v", kept["mood"])
	}
}

// TestMicropubFixed: the address, the time and what is answered are ours to say; an update may repeat them.
func TestMicropubFixed(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	path := c.form("content", "yes", "url", "https://x.example/", "updated", "2017-05-31", "in-reply-to", "https://far.example/1").Header.Get("Location")
	before := c.source(path)
	if fmt.Sprint(before["url"], before["updated"]) != "["+c.URL+path+"] <nil>" {
		t.Errorf("source is %v", before)
	}
	at, err := time.Parse(time.RFC3339, before["published"].([]any)[0].(string))
	must(t, err)
	update := `{"action":"update","url":"{url}` + path + `","replace":{"content":["no"],"url":["{url}` + path + `"],"published":["%s"],"in-reply-to":["%s"]}}`
	status(t, c.json(fmt.Sprintf(update, at.In(time.FixedZone("", 3600)).Format(time.RFC3339), "https://far.example/1")), 204)
	after := c.source(path)
	if fmt.Sprint(after["content"], after["published"], after["in-reply-to"]) != fmt.Sprint([]any{"no"}, before["published"], before["in-reply-to"]) {
		t.Errorf("after: %v", after)
	}
	status(t, c.json(fmt.Sprintf(update, at.Add(time.Hour).Format(time.RFC3339), "https://far.example/1")), 400)
	status(t, c.json(fmt.Sprintf(update, at.Format(time.RFC3339), "https://far.example/2")), 400)
}

// TestMicropubDraftIsPublished: with the time at which it is, not the one at which it was begun.
func TestMicropubDraftIsPublished(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	draft := func(words string) string {
		return c.form("content", words, "category", "soup", "post-status", "draft").Header.Get("Location")
	}
	path, other, own := draft("the draft"), draft("the other"), draft("for me")
	c.Clock.Add(time.Hour)
	c.form("content", "in between", "category", "soup")
	c.Clock.Add(time.Hour)
	status(t, c.json(`{"action":"update","url":"{url}`+path+`","replace":{"content":["the draft, better"]}}`), 204)
	if got := c.source(path)["published"]; fmt.Sprint(got) == "["+c.Now().UTC().Format(time.RFC3339)+"]" {
		t.Errorf("a draft that stays one has another time: %v", got)
	}
	status(t, c.json(`{"action":"update","url":"{url}`+path+`","replace":{"post-status":["published"]}}`), 204)
	status(t, c.json(`{"action":"update","url":"{url}`+own+`","replace":{"post-status":["published"],"visibility":["private"]}}`), 204)
	for _, path := range []string{path, own} {
		if got := c.source(path); fmt.Sprint(got["published"], got["updated"]) != "["+c.Now().UTC().Format(time.RFC3339)+"] <nil>" {
			t.Errorf("%s is of %v, changed %v", path, got["published"], got["updated"])
		}
	}
	for _, list := range []string{"/", "/~ada", "/tag/soup", "/~ada/atom.xml"} {
		body := status(t, c.v.Get(list), 200).Body
		if first, next := strings.Index(body, "the draft"), strings.Index(body, "in between"); first < 0 || next < first {
			t.Errorf("%s: the draft at %d, what came before it at %d", list, first, next)
		}
	}
	status(t, c.json(`{"action":"update","url":"{url}`+other+`","replace":{"post-status":["published"],"published":["2017-05-31T12:00:00Z"]}}`), 204)
	if got := c.source(other)["published"]; fmt.Sprint(got) != "[2017-05-31T12:00:00Z]" {
		t.Errorf("the other is of %v", got)
	}
}
