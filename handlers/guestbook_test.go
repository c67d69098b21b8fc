package handlers_test

import (
	"fmt"
	"maps"
	"net/url"
	"strings"
	"testing"
	"time"

	"marquee/feeds"
	"marquee/models"
	"marquee/safe"
	"marquee/tests/kit"
)

// signer is a guest with the form of ada's guestbook before them, for long enough.
func (h *house) signer(t *testing.T, path string) (*kit.Visitor, string) {
	t.Helper()
	v := h.Guest(t)
	token, _ := named(t, status(t, v.Get(path+"/sign"), 200).Body, "token")
	h.Clock.Add(3 * time.Second)
	return v, token
}

// TestStrangerSigns from the form to the page, with the owner in between.
func TestStrangerSigns(t *testing.T) {
	t.Parallel()
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		h := newHouse(t, s)
		v, token := h.signer(t, "/~ada/guestbook")
		sent := form("token", token, "name", "Yves", "homepage", "yves.example", "text", "one\n\n\u202etwo\x00", "signature", "..\r\n.#")
		for range 2 { // a double click
			a := status(t, v.Post("/~ada/guestbook", maps.Clone(sent)), 303)
			has(t, v.Get(a.Header.Get("Location")), "~ada reads it first")
		}
		hasNot(t, v.Get("/~ada/guestbook"), "Yves")
		ada := h.As(t, h.ada)
		has(t, ada.Get("/"), "for you (new!)")
		has(t, ada.Get("/notices"), "1 entry waits in your guestbook")
		hasNot(t, ada.Get("/"), "for you (new!)")
		has(t, ada.Get("/settings/guestbook"), `name="show.3"`)
		status(t, ada.Post("/settings/guestbook", form("show", "3")), 303)
		has(t, v.Get("/~ada/guestbook"), "Yves", "https://yves.example", "<p>one</p><p>two</p>", "/~ada/guestbook/3.gif")
		has(t, v.Get("/~ada/guestbook/3.gif"), "GIF89a")
		status(t, ada.Post("/settings/guestbook", form("remove", "3")), 303)
		hasNot(t, v.Get("/~ada/guestbook"), "Yves")
		status(t, v.Get("/~ada/guestbook/3.gif"), 404)
	})
}

// TestRefusedEntriesKeepTheirWords sends forms with one mistake: everything that was typed comes back.
func TestRefusedEntriesKeepTheirWords(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	whole := form("name", "Zoë & <Co>", "homepage", "https://zoe.example/?a&b", "text", "\nfirst line\n<b>second</b>", "signature", "#.#\n.#.")
	for _, c := range []struct{ field, value, wrong, sentence string }{
		{"name", " ", "name", "Sign with a name"},
		{"name", "~ada", "name", "for the accounts of this house"},
		{"name", strings.Repeat("a", 51), "name", "At most 50 characters"},
		{"homepage", "no page", "homepage", "does not look like the address"},
		{"text", strings.Repeat("long ", 200), "text", "At most 500 characters: that is"},
		{"text", strings.Repeat("a", 80_000), "text", "At most 500 characters: that is"},
		{"text", "https://a.example https://b.example", "text", "At most 1 link"},
		{"signature", "#\n  o\n#", "signature", "drawn with # and ."},
		{"signature", strings.Repeat("#", 50), "signature", "at most 48 signs wide"},
		{"website", "https://spam.example", "", "that people never see"},
	} {
		t.Run(c.field+" "+c.sentence, func(t *testing.T) {
			v, token := h.signer(t, "/~ada/guestbook")
			before := h.count(t)
			sent := maps.Clone(whole)
			sent.Set("token", token)
			sent.Set(c.field, c.value)
			a := status(t, v.Post("/~ada/guestbook", sent), 422)
			for name := range whole {
				if got, _ := named(t, a.Body, name); got != sent.Get(name) {
					t.Errorf("%s comes back as %q, want %q", name, got, sent.Get(name))
				}
			}
			if c.wrong != "" {
				sentenceBeside(t, a.Body, c.wrong, c.sentence)
			}
			has(t, a, c.sentence)
			if again, _ := named(t, a.Body, "token"); again != token {
				t.Error("the form has another token: one would have to wait again")
			}
			if after := h.count(t); !maps.Equal(before, after) {
				t.Errorf("rows before %v and after %v", before, after)
			}
		})
	}
	v, token := h.signer(t, "/~ada/guestbook")
	status(t, v.Post("/~ada/guestbook", form("token", token, "name", "Zoe", "text", strings.Repeat("a", 1<<20))), 413)
}

// TestGuestbookTimeTrap: faster than three seconds, and later than a day, nobody signs; the words stay.
func TestGuestbookTimeTrap(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.Guest(t)
	fresh := func() string {
		token, _ := named(t, v.Get("/~ada/guestbook/sign").Body, "token")
		return token
	}
	send := func(token string) kit.Answer {
		return v.Post("/~ada/guestbook", form("token", token, "name", "Yves", "text", "typed with care"), "Sec-Fetch-Site", "same-origin")
	}
	token := fresh()
	h.Clock.Add(2999 * time.Millisecond)
	has(t, status(t, send(token), 422), "quicker than anybody writes", "typed with care", token)
	h.Clock.Add(time.Millisecond)
	status(t, send(token), 303)
	token = fresh()
	h.Clock.Add(24*time.Hour + time.Second)
	a := status(t, send(token), 403)
	has(t, a, "lay open for a long time", "typed with care", `value="Yves"`)
	token, _ = named(t, a.Body, "token")
	h.Clock.Add(3 * time.Second)
	status(t, send(token), 303)
	has(t, status(t, v.Post("/~ada/guestbook", form("token", token, "name", "Yves", "text", "hi"), "Sec-Fetch-Site", "cross-site"), 403), "did not come from this site")
	status(t, v.Post("/~ada/guestbook", form("token", "forged", "name", "Yves", "text", "hi")), 403)
	member := h.As(t, h.bob)
	a = status(t, member.Post("/~ada/guestbook", form("token", token, "text", "typed <with> care"), "Sec-Fetch-Site", "same-origin"), 403)
	has(t, a, "typed &lt;with&gt; care", "You sign as ~bob")
}

// TestFloodOfEntries: 500 a minute get a sentence, keep their words, and nobody else is kept out.
func TestFloodOfEntries(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v, token := h.signer(t, "/~ada/guestbook")
	taken := 0
	for i := range 500 {
		sent := form("token", token, "name", "Spam", "text", fmt.Sprintf("buy %d lamps", i), "signature", "#.#\n.#.")
		switch a := v.Post("/~ada/guestbook", sent); a.Status {
		case 303:
			taken++
		case 429:
			if seconds := a.Header.Get("Retry-After"); seconds == "" {
				t.Error("nobody says how long to wait")
			}
			for name := range sent {
				if got, _ := named(t, a.Body, name); got != sent.Get(name) {
					t.Fatalf("%s comes back as %q", name, got)
				}
			}
			has(t, a, "Too many tries. Wait")
		default:
			t.Fatalf("status %d\n%s", a.Status, gist(a))
		}
		h.Clock.Add(120 * time.Millisecond)
	}
	if taken != 10 || h.count(t)["entries"] != 12 {
		t.Errorf("%d of 500 were taken, %d rows", taken, h.count(t)["entries"])
	}
	status(t, h.As(t, h.bob).Post("/~ada/guestbook", form("text", "still here")), 303)
	has(t, h.Guest(t).Get("/~ada/guestbook"), "still here")
}

// TestGuestbookIsEscaped writes every payload into every field of an entry.
func TestGuestbookIsEscaped(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	ada := h.As(t, h.ada)
	see := func(n models.NewEntry) map[string]shape {
		h.Clock.Add(time.Hour)
		e := h.sign(t, nil, n)
		shapes := map[string]shape{"waiting": shapeOf(t, "/settings/guestbook", ada.Get("/settings/guestbook").Body)}
		must(t, h.ShowEntry(t.Context(), h.ada, e.ID))
		for _, path := range []string{"/~ada/guestbook", "/settings/guestbook", fmt.Sprintf("/~ada/guestbook/%d/remove", e.ID)} {
			a := status(t, ada.Get(path), 200)
			name := strings.ReplaceAll(path, fmt.Sprint(e.ID), "N")
			shapes[name] = shapeOf(t, path, a.Body)
		}
		for _, format := range feeds.Formats {
			wellFormed(t, format.File, status(t, ada.Get("/~ada/guestbook/"+format.File), 200))
		}
		must(t, h.RemoveEntry(t.Context(), h.ada, e.ID))
		return shapes
	}
	normal := see(models.NewEntry{Name: "Zoe", Homepage: "https://a.example/", Text: "harmless https://a.example/ ~bob #lamps"})
	for path, homeless := range see(models.NewEntry{Name: "Zoe", Text: "harmless"}) {
		maps.Copy(normal[path].tags, homeless.tags)
	}
	for _, p := range kit.Sample(payloads) {
		n := models.NewEntry{Name: safe.Line("x" + p), Text: "x" + p}
		if len([]rune(n.Name)) > 50 {
			n.Name = string([]rune(n.Name)[:50])
		}
		if address, ok := safe.URL("https://a.example/" + p); ok {
			n.Homepage = address
		}
		for path, got := range see(n) {
			sameShape(t, path+" with "+p, got, normal[path])
		}
		v, token := h.signer(t, "/~ada/guestbook")
		a := v.Post("/~ada/guestbook", form("token", token, "name", p, "homepage", p, "text", p, "signature", p))
		if a.Status != 422 {
			t.Errorf("a signature of %q: %d", p, a.Status)
		}
		sameShape(t, "the form with "+p, shapeOf(t, "form", a.Body), shapeOf(t, "form", v.Post("/~ada/guestbook", form("token", token, "signature", "x", "name", "", "homepage", "x")).Body))
	}
}

// TestGuestbookFeeds reads them as a reader does.
func TestGuestbookFeeds(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.Guest(t)
	other := h.second(t).Guest(t)
	for _, format := range feeds.Formats {
		path := "/~ada/guestbook/" + format.File
		a := v.Get(path)
		header(t, path, a, "Content-Type", format.Type)
		f := parsed(t, a)
		if len(f.Items) != 2 || f.FeedLink != h.URL+path || f.Title != "The guestbook of ~ada on Marquee" {
			t.Errorf("%s: %d items, self %q, title %q", path, len(f.Items), f.FeedLink, f.Title)
		}
		zoe := f.Items[0]
		if zoe.Title != "Zoe signed the guestbook of ~ada" || zoe.GUID == "" || zoe.GUID == zoe.Link {
			t.Errorf("%s: %q with id %q", path, zoe.Title, zoe.GUID)
		}
		page, _, _ := strings.Cut(h.path(t, zoe.Link), "#")
		has(t, v.Get(page), "what a lamp", `id="e2"`)
		if moved := parsed(t, other.Get(path)).Items[0]; moved.GUID != zoe.GUID {
			t.Errorf("%s: the id is %q here and %q there", path, zoe.GUID, moved.GUID)
		}
	}
	must(t, h.Store.SetLanguage(t.Context(), h.ada, "fr"))
	has(t, v.Get("/~ada/guestbook/feed.json"), "Zoe a signé le livre d’or de ~ada")
	before := v.Get("/~ada/guestbook/atom.xml").Header.Get("Last-Modified")
	h.Clock.Add(time.Minute)
	must(t, h.RemoveEntry(t.Context(), h.ada, 2))
	status(t, v.Get("/~ada/guestbook/atom.xml", "If-Modified-Since", before), 200)
	found := 0
	for _, n := range elements(t, v.Get("/~ada/guestbook").Body) {
		if rel, _ := attribute(n, "rel"); n.Data == "link" && rel == "alternate" {
			href, _ := attribute(n, "href")
			status(t, v.Get(href), 200)
			found++
		}
	}
	if found != len(feeds.Formats) {
		t.Errorf("the guestbook announces %d feeds", found)
	}
}

// TestGuestbookPages walks to the end, as a guest and in the owner's lists.
func TestGuestbookPages(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	for i := range 45 {
		h.Clock.Add(time.Hour)
		h.sign(t, h.ada, models.NewEntry{Text: fmt.Sprintf("shown-%d.", i)})
		h.sign(t, nil, models.NewEntry{Name: "Yves", Text: fmt.Sprintf("waits-%d.", i)})
	}
	for _, c := range []struct{ who, path, word string }{
		{"guest", "/~ada/guestbook", "shown-"}, {"owner", "/settings/guestbook", "shown-"}, {"owner", "/settings/guestbook?waiting=9999", "waits-"},
	} {
		v := h.visitor(t, c.who)
		seen := map[string]bool{}
		for path, pages := c.path, 0; path != ""; pages++ {
			if pages > 4 {
				t.Fatalf("%s never ends", c.path)
			}
			page := status(t, v.Get(path), 200)
			for i := range 45 {
				if word := fmt.Sprintf("%s%d.", c.word, i); strings.Contains(page.Body, word) {
					seen[word] = true
				}
			}
			path = nextPage(t, page.Body, c.word == "waits-")
		}
		if len(seen) != 45 {
			t.Errorf("%s shows %d entries of 45", c.path, len(seen))
		}
	}
}

// nextPage is where the list on a page goes on; empty at its end.
func nextPage(t *testing.T, page string, waiting bool) string {
	t.Helper()
	for _, n := range elements(t, page) {
		href, _ := attribute(n, "href")
		address, err := url.Parse(href)
		must(t, err)
		if n.Data == "a" && text(n) == "« older" && address.Query().Has("waiting") == waiting {
			return href
		}
	}
	return ""
}
