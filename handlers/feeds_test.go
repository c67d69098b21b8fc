package handlers_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/mmcdole/gofeed"

	"marquee/feeds"
	"marquee/models"
	"marquee/tests/kit"
)

// parsed is a feed as a reader understands it.
func parsed(t *testing.T, a kit.Answer) *gofeed.Feed {
	t.Helper()
	status(t, a, 200)
	f, err := gofeed.NewParser().ParseString(a.Body)
	if err != nil {
		t.Fatalf("%v\n%s", err, a.Body)
	}
	return f
}

func (h *house) path(t *testing.T, address string) string {
	t.Helper()
	path, ok := strings.CutPrefix(address, h.URL)
	if !ok {
		t.Errorf("%q does not lead to this site, %s", address, h.URL)
	}
	return path
}

// TestFeedsAreFeeds reads every feed as a reader does.
func TestFeedsAreFeeds(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.Guest(t)
	for base, items := range map[string]int{"/": 2, "/~ada/": 1, "/tag/lamps/": 1, "/mood/cosy/": 1, "/~eve/": 0} {
		for _, format := range feeds.Formats {
			a := v.Get(base + format.File)
			header(t, base+format.File, a, "Content-Type", format.Type)
			f := parsed(t, a)
			if len(f.Items) != items || f.FeedLink != h.URL+base+format.File || f.Title == "" {
				t.Errorf("%s%s: %d items, self %q, title %q", base, format.File, len(f.Items), f.FeedLink, f.Title)
			}
			status(t, v.Get(h.path(t, f.Link)), 200)
			for _, item := range f.Items {
				page := status(t, v.Get(h.path(t, item.Link)), 200)
				has(t, page, strings.TrimSpace(item.PublishedParsed.UTC().Format("2 Jan 2006, 15:04")))
				if item.GUID == "" || item.GUID == item.Link {
					t.Errorf("%s: the id of %s is %q, which changes with the site's address", base, item.Link, item.GUID)
				}
				if strings.Contains(item.Content+item.Description, `href="/`) {
					t.Errorf("%s: a link that works only here: %s", format.File, item.Content)
				}
			}
		}
	}
}

// TestCategories: feeds name every tag that the page does, also those that have no page here; one in two spellings stands there once.
func TestCategories(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	d := models.Draft{Text: "lit #Lamps", Tags: "two words\nlamps\nc++\nNight\na-b\nc++"}
	if _, err := h.Publish(t.Context(), h.bob, d); err != nil {
		t.Fatal(err)
	}
	for _, format := range feeds.Formats {
		item := parsed(t, h.Guest(t).Get("/~bob/"+format.File)).Items[0]
		if got := strings.Join(item.Categories, ","); got != "lamps,night,two words,c++,a-b" {
			t.Errorf("%s: %q", format.File, got)
		}
	}
}

// TestAutodiscovery: each link that a page announces leads to a feed of that kind with that title.
func TestAutodiscovery(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.Guest(t)
	for _, page := range []string{"/", "/~ada", "/~ada/1", "/tag/lamps", "/mood/cosy"} {
		found := 0
		for _, n := range elements(t, v.Get(page).Body) {
			rel, _ := attribute(n, "rel")
			kind, _ := attribute(n, "type")
			if n.Data != "link" || rel != "alternate" || strings.HasSuffix(kind, "+oembed") {
				continue
			}
			found++
			href, _ := attribute(n, "href")
			title, _ := attribute(n, "title")
			a := v.Get(href)
			if got, _, _ := strings.Cut(a.Header.Get("Content-Type"), ";"); got != kind {
				t.Errorf("%s announces %s as %q, it is %q", page, href, kind, got)
			}
			if f := parsed(t, a); !strings.HasPrefix(title, f.Title) || strings.Count(title, "(") != 1 {
				t.Errorf("%s calls %s %q, it calls itself %q", page, href, title, f.Title)
			}
		}
		if found != len(feeds.Formats) {
			t.Errorf("%s announces %d feeds", page, found)
		}
	}
}

// TestPagesOfFeedsAndStreams: every status stands on exactly one page, in order, and the walk ends.
func TestPagesOfFeedsAndStreams(t *testing.T) {
	t.Parallel()
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		h := newHouse(t, s)
		var want []string
		for i := range 45 {
			st := h.publish(t, h.ada, models.Draft{Text: fmt.Sprintf("walk %d #walk", i), Mood: "cosy"})
			want = append([]string{h.URL + st.Path()}, want...)
		}
		v := h.Guest(t)
		for _, base := range []string{"/", "/~ada/", "/tag/walk/", "/mood/cosy/"} {
			walk(t, h, v, base, want)
		}
		for _, base := range []string{"/", "/~ada", "/tag/walk", "/mood/cosy"} {
			for path, pages := base, 0; path != ""; pages++ {
				if pages > 4 {
					t.Fatalf("%s never ends", base)
				}
				page := status(t, v.Get(path), 200)
				path = ""
				for _, n := range elements(t, page.Body) {
					if rel, _ := attribute(n, "rel"); rel == "next" {
						path, _ = attribute(n, "href")
					}
				}
				if path == "" && pages != 2 {
					t.Errorf("%s ends after %d pages, want 3", base, pages+1)
				}
			}
		}
	})
}

// walk follows a JSON feed to its end, and the same pages in Atom.
func walk(t *testing.T, h *house, v *kit.Visitor, base string, want []string) {
	t.Helper()
	var got []string
	for next := h.URL + base + "feed.json"; next != ""; {
		path := h.path(t, next)
		a := status(t, v.Get(path), 200)
		var page struct {
			Next  string `json:"next_url"`
			Items []struct{ URL string }
		}
		must(t, json.Unmarshal([]byte(a.Body), &page))
		for _, item := range page.Items {
			got = append(got, item.URL)
		}
		atom := parsed(t, v.Get(strings.Replace(path, "feed.json", "atom.xml", 1)))
		if len(atom.Items) != len(page.Items) {
			t.Errorf("%s: %d items in Atom, %d in JSON", path, len(atom.Items), len(page.Items))
		}
		if len(page.Items) > models.PageSize || len(got) > 100 || page.Next == next {
			t.Fatalf("%s: %d items, next %s", path, len(page.Items), page.Next)
		}
		next = page.Next
	}
	if len(got) < len(want) || strings.Join(got[:len(want)], " ") != strings.Join(want, " ") {
		t.Errorf("%s: the pages hold %v, want %v first", base, got, want)
	}
}

// TestIDsNeverChange: not by an edit, and they don't depend on the address of the site.
func TestIDsNeverChange(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	other := h.second(t)
	for _, format := range feeds.Formats {
		before := parsed(t, h.Guest(t).Get("/~ada/"+format.File)).Items[0]
		h.Clock.Add(1e9)
		_, err := h.Edit(t.Context(), h.ada, h.said.ID, models.Draft{Text: "edited for " + format.File, Mood: "cosy"})
		must(t, err)
		after := parsed(t, h.Guest(t).Get("/~ada/"+format.File)).Items[0]
		moved := parsed(t, other.Guest(t).Get("/~ada/"+format.File)).Items[0]
		if after.GUID != before.GUID || moved.GUID != before.GUID || after.Published != before.Published {
			t.Errorf("%s: %s %s, after an edit %s %s, at another address %s", format.File, before.GUID, before.Published, after.GUID, after.Published, moved.GUID)
		}
		if after.Content+after.Description == before.Content+before.Description {
			t.Errorf("%s does not show the edit", format.File)
		}
	}
}

// TestClosedAccount: everything under its name is gone, and says so.
func TestClosedAccount(t *testing.T) {
	t.Parallel()
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		h := newHouse(t, s)
		h.withPassword(t, h.ada)
		v := h.Guest(t)
		paths := []string{"/~ada", "/~ada/moods", "/users/ada", "/users/ada.atom", "/users/ada/status.json", "/current-status.js?name=ada", "/~ada/widget", "/~ada/widget.js", "/~ada/status.json", "/~ada/status.txt", "/~ada/rss.xml", "/~ada/atom.xml", "/~ada/feed.json"}
		for _, path := range paths {
			v.Get(path) // kept
		}
		ada := h.As(t, h.ada)
		status(t, ada.Post("/settings/delete", url.Values{"delete_password": {kit.Password}}), 303)
		for _, path := range paths {
			a := v.Get(path)
			status(t, a, 410)
			hasNot(t, a, "the lamp is lit", "rain on the roof")
		}
		has(t, ada.Get("/"), "log in")
		for _, path := range []string{"/", "/rss.xml", "/tag/lamps", "/tag/lamps/rss.xml", "/mood/cosy/feed.json", "/directory", "/directory.opml", "/~bob/3"} {
			hasNot(t, status(t, v.Get(path), 200), "the lamp is lit", "~ada")
		}
	})
}

// TestPrivateStaysPrivate looks for a secret everywhere, as everybody but its owner.
func TestPrivateStaysPrivate(t *testing.T) {
	t.Parallel()
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		h := newHouse(t, s)
		const secret = "the key lies under the mat"
		private := func() {
			h.publish(t, h.ada, models.Draft{Text: secret + " #mat ~bob", Mood: "sad", MoodText: "secretly", Visibility: models.Private, ReplyToID: h.answer.ID})
			st := h.publish(t, h.ada, models.Draft{Text: secret + " #mat", Mood: "sad"})
			_, err := h.Edit(t.Context(), h.ada, st.ID, models.Draft{Text: secret + " #mat", Mood: "sad", Visibility: models.Private})
			must(t, err)
		}
		private()
		for _, who := range []string{"guest", "stranger", "webmaster"} {
			v := h.visitor(t, who)
			paths := append(publicPaths(), "/tag/mat", "/tag/mat/rss.xml", "/mood/sad", "/mood/sad/feed.json", "/~bob", "/~bob/moods", "/notices",
				"/post?reply_to=5", "/post?popup=1&sent=5", "/~ada/5", "/~ada/6", "/~ada/5/edit", "/~ada/6/edit", "/directory?sort=hello")
			for _, path := range paths {
				a := v.Get(path)
				if strings.Contains(a.Body, secret) || strings.Contains(a.Body, "secretly") || strings.Contains(a.Body, "/~ada/5\"") {
					t.Errorf("%s shows %s the secret:\n%s", path, who, a.Body)
				}
			}
			for _, path := range []string{"/~ada/5", "/~ada/6"} {
				status(t, v.Get(path), 404)
			}
		}
		owner := h.visitor(t, "owner")
		has(t, owner.Get("/~ada/5"), secret)
		has(t, owner.Get("/~ada"), secret)
		for _, path := range append(publicFeeds(), publicWidgets()...) {
			hasNot(t, owner.Get(path), secret)
		}
	})
}

// TestSecretsThatWereTold: a status that is made private after other sites were told of it is gone for all but its owner, without a word, so
// that those sites let go of what they keep; made public again, it is back.
func TestSecretsThatWereTold(t *testing.T) {
	t.Parallel()
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		h := newHouse(t, s)
		const path, secret = "/~ada/5", "the key lies under the mat"
		told := models.Draft{Text: secret + " " + nobodyHome}
		h.publish(t, h.ada, told)
		h.Work(t)
		told.Visibility = models.Private
		for range 2 {
			_, err := h.Edit(t.Context(), h.ada, 5, told)
			must(t, err)
			for _, who := range []string{"guest", "stranger", "webmaster"} {
				v := h.visitor(t, who)
				hasNot(t, status(t, v.Get(path), 410), secret, nobodyHome)
				hasNot(t, status(t, v.Get(path+"/embed"), 410), secret)
				hasNot(t, status(t, v.Get("/oembed?url="+h.URL+path), 404), secret)
				hasNot(t, v.Get("/post?reply_to=5"), secret)
			}
			has(t, status(t, h.visitor(t, "owner").Get(path), 200), secret)
			told.Text = secret + " still" // nobody is told of it now, but some were
		}
		_, err := h.Edit(t.Context(), h.ada, 5, models.Draft{Text: "the key is gone", Visibility: models.Public})
		must(t, err)
		status(t, h.Guest(t).Get(path), 200)
	})
}
