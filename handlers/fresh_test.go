package handlers_test

import (
	"bytes"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// watched is what each act may change; the widgets with other words for the same thing stand for all.
var watched = []string{
	"/", "/rss.xml", "/atom.xml", "/feed.json", "/directory", "/directory?sort=hello", "/directory.opml", "/about", "/rules", "/mood", "/mood/cosy",
	"/mood/cosy/rss.xml", "/tag/lamps", "/tag/lamps/feed.json", "/~ada", "/~ada/moods", "/~ada/rss.xml", "/~ada/atom.xml", "/~ada/feed.json",
	"/users/ada.atom", "/~ada/widget", "/~ada/widget.js", "/~ada/status.json", "/~ada/status.txt", "/users/ada/status.json",
	"/current-status.js?name=ada", "/~ada/1", "/~bob", "/~bob/rss.xml", "/~bob/3", "/~bob/status.json",
	"/~ada/mood.gif", "/~ada/button.gif", "/~ada/blinkie.gif", "/~ada/widget.svg", "/display/uname-ada/imood.gif", "/button.gif", "/internet/current.gif",
	"/mood/week.gif", "/~ada/moods/2026.gif", "/~ada/moods.csv", "/pictures", "/pictures/rss.xml", "/~ada/pictures", "/~ada/pictures/feed.json",
	"/~ada/latest.jpg", "{picture}", "/rings", "/rings/lamps", "/rings/lamps/list.json", "/rings/lamps/button.gif", "/rings/lamps/2/widget",
	"/~ada/guestbook", "/~ada/guestbook/rss.xml", "/~ada/guestbook/atom.xml", "/~ada/guestbook/feed.json", "/~ada/guestbook/2.gif",
	"/~bob/guestbook",
	"/sitemap.xml", "/sitemap/accounts/1.xml", "/sitemap/statuses/1.xml", "/humans.txt", "/~ada/1/embed", "/~ada/friends.opml",
}

const (
	adasPage    = "/~ada /~ada/rss.xml /~ada/atom.xml /~ada/feed.json /users/ada.atom"
	adasWidgets = "/~ada/widget /~ada/widget.js /~ada/status.json /~ada/status.txt /users/ada/status.json /current-status.js?name=ada"
	adasImages  = "/~ada/mood.gif /~ada/button.gif /~ada/blinkie.gif /~ada/widget.svg /display/uname-ada/imood.gif"
	adasMoods   = "/~ada/moods /~ada/moods/2026.gif /~ada/moods.csv"
	adasWall    = "/pictures /pictures/rss.xml /~ada/pictures /~ada/pictures/feed.json /~ada/latest.jpg {picture}"
	adasBook    = "/~ada/guestbook " + adasEntries
	adasEntries = "/~ada/guestbook/rss.xml /~ada/guestbook/atom.xml /~ada/guestbook/feed.json"
	siteMood    = "/mood /internet/current.gif /mood/week.gif"
	streams     = "/ /rss.xml /atom.xml /feed.json"
)

// act is something that somebody does, and everything that must show it at once, and nothing else may.
type act struct {
	name    string
	changes string
	does    func(t *testing.T, h *house)
}

func acts() []act {
	site := func(change func(*models.SiteSettings)) func(t *testing.T, h *house) {
		return func(t *testing.T, h *house) {
			s := models.SiteSettings{Name: "Marquee", Language: "en", Signups: models.SignupsOpen, TextLimit: 500}
			change(&s)
			must(t, h.ChangeSite(t.Context(), h.eve, s))
		}
	}
	var pages []string
	for _, path := range watched {
		if !strings.ContainsAny(path, ".{") && !strings.HasSuffix(path, "/widget") && !strings.HasSuffix(path, "/embed") {
			pages = append(pages, path)
		}
	}
	return append(slices.Concat(ringActs(), mentionActs(), sourceActs()), []act{
		{"nothing", "", func(*testing.T, *house) {}},
		{"ada publishes", "/sitemap/statuses/1.xml /sitemap/accounts/1.xml " + streams + " /directory.opml " + adasPage + " " + adasWidgets + " " + adasImages, func(t *testing.T, h *house) { h.publish(t, h.ada, models.Draft{Text: "news", Face: "📰"}) }},
		{"ada publishes with tag and mood", "/sitemap/statuses/1.xml /sitemap/accounts/1.xml " + streams + " /directory.opml /tag/lamps /tag/lamps/feed.json /mood/cosy /mood/cosy/rss.xml /~ada/mood.gif /~ada/widget.svg /display/uname-ada/imood.gif /mood/week.gif /~ada/moods /~ada/moods.csv " + adasPage + " " + adasWidgets, func(t *testing.T, h *house) {
			h.publish(t, h.ada, models.Draft{Text: "news #lamps", Mood: "cosy"})
		}},
		{"ada says something privately", "", func(t *testing.T, h *house) {
			h.publish(t, h.ada, models.Draft{Text: "psst #lamps", Mood: "cosy", Visibility: models.Private})
		}},
		{"ada edits", "/sitemap/statuses/1.xml /~ada/1/embed " + streams + " /directory.opml /tag/lamps /tag/lamps/feed.json /mood/cosy /mood/cosy/rss.xml " + adasPage + " " + adasWidgets + " " + adasImages + " " + adasMoods + " " + adasWall + " " + siteMood + " /~ada/1 /~bob/3", func(t *testing.T, h *house) {
			_, err := h.Edit(t.Context(), h.ada, h.said.ID, models.Draft{Text: "darkness", Mood: "sad"})
			must(t, err)
		}},
		{"ada edits a secret", "", func(t *testing.T, h *house) {
			_, err := h.Edit(t.Context(), h.ada, h.secret.ID, models.Draft{Text: "deeper", Visibility: models.Private})
			must(t, err)
		}},
		{"ada tells her secret", "/sitemap/statuses/1.xml /sitemap/accounts/1.xml " + streams + " /directory.opml " + adasPage + " " + adasWidgets + " " + adasImages, func(t *testing.T, h *house) {
			_, err := h.Edit(t.Context(), h.ada, h.secret.ID, models.Draft{Text: "under the floor", Face: "🤫", Visibility: models.Public})
			must(t, err)
		}},
		{"ada deletes", "/sitemap/statuses/1.xml /sitemap/accounts/1.xml /~ada/1/embed " + streams + " /directory.opml /tag/lamps /tag/lamps/feed.json /mood/cosy /mood/cosy/rss.xml " + adasPage + " " + adasWidgets + " " + adasImages + " " + adasMoods + " " + adasWall + " " + siteMood + " /~ada/1 /~bob /~bob/3 /~bob/rss.xml", func(t *testing.T, h *house) {
			must(t, h.Withdraw(t.Context(), h.ada, h.said.ID))
		}},
		{"ada takes back what she deleted", "/mood/cosy/rss.xml /~ada/rss.xml /~ada/atom.xml /users/ada.atom /pictures/rss.xml", func(t *testing.T, h *house) {
			must(t, h.Withdraw(t.Context(), h.ada, h.said.ID))
			seen(t, h, h.Guest(t)) // what is kept now must not stay
			must(t, h.Restore(t.Context(), h.ada, h.said.ID))
		}},
		{"ada describes herself", "/~ada /~ada/rss.xml /~ada/atom.xml /~ada/feed.json /users/ada.atom", func(t *testing.T, h *house) {
			must(t, h.Describe(t.Context(), h.ada, models.Profile{Bio: "keeper of lamps"}))
		}},
		{"ada changes her language", "/~ada/1/embed /~ada/friends.opml " + "/~ada/rss.xml /~ada/atom.xml /~ada/feed.json /users/ada.atom /~ada/widget /~ada/widget.js /~ada/status.json /~ada/status.txt /~ada/mood.gif /~ada/button.gif /~ada/blinkie.gif /~ada/widget.svg /~ada/moods/2026.gif /~ada/pictures/feed.json " + adasEntries, func(t *testing.T, h *house) {
			must(t, h.Store.SetLanguage(t.Context(), h.ada, "fr"))
		}},
		{"ada hangs a picture", "/sitemap/statuses/1.xml /sitemap/accounts/1.xml " + streams + " /directory.opml /pictures /pictures/rss.xml /~ada/pictures /~ada/pictures/feed.json /~ada/latest.jpg " + adasPage + " " + adasWidgets + " " + adasImages, func(t *testing.T, h *house) {
			h.publish(t, h.ada, models.Draft{Pictures: []models.DraftPicture{h.Take(t, h.ada, kit.Drawing(t, 3), "new")}})
		}},
		{"ada says what it shows", "/sitemap/statuses/1.xml /~ada/1/embed " + streams + " /pictures /pictures/rss.xml /~ada/pictures /~ada/pictures/feed.json /tag/lamps /tag/lamps/feed.json /mood/cosy /mood/cosy/rss.xml /~ada/1 /~bob/3 " + adasPage, func(t *testing.T, h *house) {
			pictures := models.DraftPictures(h.said.Pictures)
			pictures[0].Alt = "a lamp, lit"
			_, err := h.Edit(t.Context(), h.ada, h.said.ID, models.Draft{Text: h.said.Text, Mood: h.said.Mood, MoodText: h.said.MoodText, Pictures: pictures})
			must(t, err)
		}},
		{"ada wears an avatar", "/ /tag/lamps /mood/cosy /~ada /~ada/1 /~bob/3 /~ada/rss.xml /~ada/atom.xml /~ada/feed.json /users/ada.atom /~ada/pictures/feed.json " + adasEntries, func(t *testing.T, h *house) {
			must(t, h.SetAvatar(t.Context(), h.ada, bytes.NewReader(kit.Drawing(t, 4))))
		}},
		{"ada makes a button", "/~ada/button.gif", func(t *testing.T, h *house) {
			must(t, h.SetDesign(t.Context(), h.ada, models.Design{Top: "mine"}))
		}},
		{"ada keeps her moods to herself", "/~ada " + adasMoods, func(t *testing.T, h *house) {
			must(t, h.Describe(t.Context(), h.ada, models.Profile{MoodsPrivate: true}))
		}},
		{"ada lets a program in", "", func(t *testing.T, h *house) { h.handmade(t, h.ada, "create") }},
		{"ada names a top friend", "/~ada/friends.opml " + "/~ada", func(t *testing.T, h *house) { must(t, h.AddFriend(t.Context(), h.ada, "~bob")) }},
		{"ada counts her visitors", "/~ada", func(t *testing.T, h *house) {
			must(t, h.Describe(t.Context(), h.ada, models.Profile{Counting: true}))
		}},
		{"a friend's home page is seen for the first time", "/~ada", func(t *testing.T, h *house) {
			zoe := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<title>Zoe</title>")) }))
			t.Cleanup(zoe.Close)
			must(t, h.AddFriend(t.Context(), h.ada, zoe.URL))
			jobs, err := h.ClaimJobs(t.Context(), 100)
			must(t, err)
			for _, j := range jobs {
				if j.Kind == models.JobFriend {
					must(t, h.SeeFriend(t.Context(), j))
				}
			}
		}},
		{"a link of ada's is proven", "/~ada", func(t *testing.T, h *house) {
			must(t, h.Describe(t.Context(), h.ada, models.Profile{Homepage: "https://ada.example/"}))
			must(t, h.NoteProof(t.Context(), &models.Proof{AccountID: h.ada.ID, Address: "https://ada.example/"}, ""))
		}},
		{"somebody strange signs", "", func(t *testing.T, h *house) { h.sign(t, nil, models.NewEntry{Name: "Yves", Text: "may I?"}) }},
		{"bob signs", adasBook + " /~ada", func(t *testing.T, h *house) { h.sign(t, h.bob, models.NewEntry{Text: "me again"}) }},
		{"ada takes an entry away", adasBook + " /~ada /~ada/guestbook/2.gif", func(t *testing.T, h *house) { must(t, h.RemoveEntry(t.Context(), h.ada, 2)) }},
		{"ada closes her guestbook", "/~ada /~ada/guestbook", func(t *testing.T, h *house) { must(t, h.SetGuestbook(t.Context(), h.ada, true)) }},
		{"bob wears an avatar", "/ /~bob /~bob/3 /~ada/1 /~bob/rss.xml /~ada /~ada/guestbook", func(t *testing.T, h *house) {
			must(t, h.SetAvatar(t.Context(), h.bob, bytes.NewReader(kit.Drawing(t, 5))))
		}},
		{"bob goes", "/sitemap/statuses/1.xml /sitemap/accounts/1.xml " + streams + " /directory /directory.opml /~bob /~bob/rss.xml /~bob/3 /~bob/status.json /~bob/guestbook /~ada/1 /directory?sort=hello /mood/cosy/rss.xml /pictures/rss.xml /~ada /rings /rings/lamps /rings/lamps/list.json " + adasBook, func(t *testing.T, h *house) {
			h.withPassword(t, h.bob)
			must(t, h.CloseAccount(t.Context(), h.bob, kit.Password))
		}},
		{"bob answers", "/sitemap/statuses/1.xml /sitemap/accounts/1.xml " + streams + " /directory.opml /~bob /~bob/moods /~bob/rss.xml /~bob/status.json /~ada/1", func(t *testing.T, h *house) {
			h.publish(t, h.bob, models.Draft{Text: "and again", ReplyToID: h.said.ID})
		}},
		{"bob answers elsewhere", "/sitemap/statuses/1.xml /sitemap/accounts/1.xml " + streams + " /directory.opml /~bob /~bob/moods /~bob/rss.xml /~bob/status.json", func(t *testing.T, h *house) {
			h.publish(t, h.bob, models.Draft{Text: "so are mine", ReplyURL: frost(t)})
		}},
		{"eve speaks for the first time", "/sitemap/statuses/1.xml /sitemap/accounts/1.xml " + streams + " /directory?sort=hello /directory.opml", func(t *testing.T, h *house) {
			h.publish(t, h.eve, models.Draft{Text: "hello, I run this"})
		}},
		{"somebody signs up", "/sitemap/accounts/1.xml " + "/directory", func(t *testing.T, h *house) { kit.SignUp(t, h.Store, "fay") }},
		{"eve renames the site", "/humans.txt " + strings.Join(pages, " ") + " " + streams + " /directory.opml /mood/cosy/rss.xml /tag/lamps/feed.json /~ada/rss.xml /~ada/atom.xml /~ada/feed.json /users/ada.atom /~bob/rss.xml /button.gif /pictures/rss.xml /~ada/pictures/feed.json " + adasEntries, site(func(s *models.SiteSettings) { s.Name = "Odeon" })},
		{"eve writes about it", "/about", site(func(s *models.SiteSettings) { s.About = "<p>mine</p>" })},
		{"eve writes rules", "/rules", site(func(s *models.SiteSettings) { s.Rules = "<p>none</p>" })},
		{"ada goes", "/sitemap/statuses/1.xml /sitemap/accounts/1.xml /~ada/1/embed /~ada/friends.opml " + streams + " /directory /directory.opml /mood/cosy /mood/cosy/rss.xml /tag/lamps /tag/lamps/feed.json " + adasPage + " " + adasWidgets + " " + adasImages + " " + adasMoods + " " + adasWall + " " + siteMood + " /~ada/1 /~ada/guestbook/2.gif /~bob /~bob/3 /~bob/rss.xml " + adasBook + " /rings /rings/lamps /rings/lamps/list.json", func(t *testing.T, h *house) {
			h.withPassword(t, h.ada)
			must(t, h.CloseAccount(t.Context(), h.ada, kit.Password))
		}},
	}...)
}

// seen is what a process answers to each path, told by its status and its tag.
func seen(t *testing.T, h *house, v *kit.Visitor) map[string]string {
	t.Helper()
	shown := map[string]string{}
	for _, path := range watched {
		a := v.Get(h.fill(path))
		shown[path] = a.Header.Get("ETag")
		if a.Status != 200 {
			shown[path] = a.Body
		}
	}
	return shown
}

// TestKeptAnswersAreNeverStale: after each act, both processes show it everywhere, and what it does not
// concern keeps its tag. The house's clock stands still where the act does not move it, so a kept answer
// cannot pass for a fresh one by its time.
func TestKeptAnswersAreNeverStale(t *testing.T) {
	t.Parallel()
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		for _, a := range kit.Sample(acts()) {
			t.Run(a.name, func(t *testing.T) {
				t.Parallel()
				staleness(t, another(t, s), a)
			})
		}
	})
}

// another is a fresh house on the same kind of database.
func another(t *testing.T, s *kit.Store) *house {
	t.Helper()
	if s.IsPostgres() {
		return newHouse(t, kit.Postgres(t))
	}
	return sqliteHouse(t)
}

func staleness(t *testing.T, h *house, a act) {
	t.Helper()
	here, there := h.Guest(t), h.second(t).Guest(t)
	before := map[*kit.Visitor]map[string]string{here: seen(t, h, here), there: seen(t, h, there)}
	a.does(t, h)
	want := strings.Fields(a.changes)
	slices.Sort(want)
	for name, v := range map[string]*kit.Visitor{"here": here, "in the other process": there} {
		after := seen(t, h, v)
		var changed []string
		for path, tag := range after {
			if tag != before[v][path] {
				changed = append(changed, path)
			}
		}
		slices.Sort(changed)
		for _, path := range want {
			if !slices.Contains(changed, path) && slices.Contains(watched, path) {
				t.Errorf("%s, %s is stale", name, path)
			}
		}
		for _, path := range changed {
			if !slices.Contains(want, path) && !mayMove(path) {
				t.Errorf("%s, %s changed", name, path)
			}
		}
		if again := seen(t, h, v); !maps.Equal(after, again) {
			t.Errorf("%s: asked twice, two answers", name)
		}
	}
}

// mayMove is what shows when the whole stream last changed, so that its tag may move although its items don't.
func mayMove(path string) bool {
	return path == "/directory.opml" || path == "/rss.xml" || path == "/atom.xml" || path == "/feed.json"
}

// TestWidgetsTick: "3 hours ago" is kept no longer than it is true.
func TestWidgetsTick(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.Guest(t)
	h.say(t, "tick")
	for _, step := range []struct {
		pass time.Duration
		want string
	}{
		{0, "just now"},
		{59 * time.Second, "just now"},
		{time.Second, "1 minute ago"},
		{58*time.Minute + 59*time.Second, "59 minutes ago"},
		{time.Second, "1 hour ago"},
		{47 * time.Hour, "2 days ago"},
		{365 * 24 * time.Hour, "1 year ago"},
	} {
		h.Clock.Add(step.pass)
		for range 2 {
			has(t, v.Get("/~ada/status.json"), `"ago":"`+step.want+`"`)
			has(t, v.Get("/~ada/status.txt"), "— "+step.want)
			has(t, v.Get("/~ada/widget"), step.want)
		}
	}
}
