package handlers_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"willnorris.com/go/microformats"

	"marquee/models"
	"marquee/tests/kit"
)

// marked is the microformats of a page.
func marked(t *testing.T, h *house, path string) *microformats.Data {
	t.Helper()
	base, err := url.Parse(h.URL + path)
	must(t, err)
	return microformats.Parse(strings.NewReader(status(t, h.Guest(t).Get(path), 200).Body), base)
}

// rooted is the items of a type among some.
func rooted(items []*microformats.Microformat, kind string) (found []*microformats.Microformat) {
	for _, item := range items {
		if slices.Contains(item.Type, kind) {
			found = append(found, item)
		}
	}
	return found
}

// property is the first value of a property as a text; nested things are told by their value.
func property(m *microformats.Microformat, name string) string {
	if values := properties(m, name); len(values) > 0 {
		return values[0]
	}
	return ""
}

func properties(m *microformats.Microformat, name string) (values []string) {
	for _, value := range m.Properties[name] {
		switch v := value.(type) {
		case string:
			values = append(values, v)
		case map[string]string:
			values = append(values, v["value"])
		case *microformats.Microformat:
			values = append(values, v.Value)
		}
	}
	return values
}

// nested is the things of a property.
func nested(m *microformats.Microformat, name string) (things []*microformats.Microformat) {
	for _, value := range m.Properties[name] {
		if thing, ok := value.(*microformats.Microformat); ok {
			things = append(things, thing)
		}
	}
	return things
}

// expect compares some properties of a thing, all values of each.
func expect(t *testing.T, what string, m *microformats.Microformat, want map[string][]string) {
	t.Helper()
	for name, values := range want {
		if got := properties(m, name); !slices.Equal(got, values) {
			t.Errorf("%s: %s is %q, want %q", what, name, got, values)
		}
	}
}

// expectStatus is what every status has, wherever it stands: address, time, author, and no name.
func expectStatus(t *testing.T, h *house, what string, m *microformats.Microformat, st *models.Status) {
	t.Helper()
	expect(t, what, m, map[string][]string{
		"url": {h.URL + st.Path()}, "uid": {h.URL + st.Path()}, "published": {st.PublishedAt.Time().Format(time.RFC3339)}, "name": nil,
	})
	authors := nested(m, "author")
	if len(authors) != 1 || !slices.Equal(authors[0].Type, []string{"h-card"}) {
		t.Fatalf("%s: %d authors", what, len(authors))
	}
	expect(t, what+" author", authors[0], map[string][]string{"name": {"~" + st.Account.Name}, "url": {h.URL + st.Account.Path()}})
}

func TestPermalinkIsOneEntry(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	must(t, h.SetAvatar(t.Context(), h.ada, strings.NewReader(string(kit.Drawing(t, 4)))))
	edited, err := h.Edit(t.Context(), h.ada, h.said.ID, models.Draft{
		Text: "hello ~bob, the lamps are lit #Lamps", Mood: "cosy", MoodText: "rain on the roof", Face: "☕", Tags: "two words\nlamps\nnight", Pictures: models.DraftPictures(h.said.Pictures),
	})
	must(t, err)
	data := marked(t, h, edited.Path())
	if len(data.Items) != 1 || !slices.Equal(data.Items[0].Type, []string{"h-entry"}) {
		t.Fatalf("the permalink has %d things, the first a %v", len(data.Items), data.Items[0].Type)
	}
	entry := data.Items[0]
	expectStatus(t, h, "permalink", entry, edited)
	expect(t, "permalink", entry, map[string][]string{
		"content": {"hello ~bob, the lamps are lit #Lamps"}, "category": {"cosy", "Lamps", "two words", "night"}, "x-mood": {"cosy"}, "x-mood-text": {"rain on the roof"},
		"x-face": {"☕"}, "photo": {h.URL + edited.Pictures[0].Path()}, "updated": {edited.EditedAt.Time().Format(time.RFC3339)}, "in-reply-to": nil,
	})
	if photo, _ := entry.Properties["photo"][0].(map[string]string); photo["alt"] != "a lit lamp" {
		t.Errorf("the picture's alt text is %q", photo["alt"])
	}
	if author := nested(entry, "author")[0]; property(author, "photo") != h.URL+fresh(t, h.Store, "ada").AvatarPath() {
		t.Errorf("the author has the photo %q", property(author, "photo"))
	}
	comments := nested(entry, "comment")
	if len(comments) != 1 || len(entry.Children) != 0 {
		t.Fatalf("%d comments, %d children", len(comments), len(entry.Children))
	}
	expectStatus(t, h, "comment", comments[0], h.answer)
	expect(t, "comment", comments[0], map[string][]string{"content": {"hello yourself"}, "in-reply-to": {h.URL + edited.Path()}})

	answer := marked(t, h, h.answer.Path())
	if len(answer.Items) != 1 {
		t.Fatalf("the answer has %d things", len(answer.Items))
	}
	expectStatus(t, h, "answer", answer.Items[0], h.answer)
	context := nested(answer.Items[0], "in-reply-to")
	if len(context) != 1 || len(answer.Items[0].Properties["in-reply-to"]) != 1 || !slices.Equal(context[0].Type, []string{"h-cite"}) {
		t.Fatalf("the answer answers %v", answer.Items[0].Properties["in-reply-to"])
	}
	expectStatus(t, h, "context", context[0], edited)
}

// TestBareStatusHasNoName: what has no words gets none from a parser either.
func TestBareStatusHasNoName(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	for _, d := range []models.Draft{
		{Mood: "sad"},
		{Face: "☕"},
		{MoodText: "only words"},
		{Markup: "<p>written <b>elsewhere</b> #night</p>", Tags: "lamps"},
		{Pictures: []models.DraftPicture{h.Take(t, h.ada, kit.Drawing(t, 6), "a picture alone")}},
	} {
		st := h.publish(t, h.ada, d)
		items := marked(t, h, st.Path()).Items
		expectStatus(t, h, "bare", items[0], st)
		if d.Markup != "" {
			expect(t, "markup", items[0], map[string][]string{"category": {"night", "lamps"}, "content": {"written elsewhere #night"}})
		}
	}
}

func TestPageIsACardAndAFeed(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	must(t, h.SetAvatar(t.Context(), h.ada, strings.NewReader(string(kit.Drawing(t, 4)))))
	must(t, h.Describe(t.Context(), h.ada, models.Profile{
		Bio: `keeper of <b class="p-name">lamps</b> #lamps <a rel="me" class="u-url" href="https://evil.example/">me</a>`, Homepage: "https://ada.example/", Pronouns: "she/her", Birthday: "02-29",
		Links: [models.LinksMost]models.ProfileLink{{Label: "shop", Address: "https://shop.example/ada"}},
	}))
	data := marked(t, h, "/~ada")
	cards := rooted(data.Items, "h-card")
	if len(cards) != 1 {
		t.Fatalf("the page has %d h-cards", len(cards))
	}
	expect(t, "card", cards[0], map[string][]string{
		"url": {h.URL + "/~ada", "https://ada.example/", "https://shop.example/ada"}, "uid": {h.URL + "/~ada"}, "name": {"~ada"},
		"photo": {h.URL + fresh(t, h.Store, "ada").AvatarPath()}, "note": {"keeper of lamps #lamps me"}, "pronouns": {"she/her"}, "bday": {"--02-29"},
	})
	if photo, _ := cards[0].Properties["photo"][0].(map[string]string); photo["alt"] != "~ada" {
		t.Errorf("the photo's alt text is %q", photo["alt"])
	}
	if me := data.Rels["me"]; !slices.Equal(me, []string{"https://ada.example/", "https://shop.example/ada"}) {
		t.Errorf("rel=me leads to %q", me)
	}
	feeds := rooted(data.Items, "h-feed")
	if len(feeds) != 1 || len(data.Items) != 2 {
		t.Fatalf("the page has %d feeds among %d things", len(feeds), len(data.Items))
	}
	expect(t, "feed", feeds[0], map[string][]string{"url": {h.URL + "/~ada"}})
	if property(feeds[0], "name") == "" {
		t.Error("the feed has no name")
	}
	entries := rooted(feeds[0].Children, "h-entry")
	if len(entries) != 1 {
		t.Fatalf("ada's feed has %d entries", len(entries))
	}
	expectStatus(t, h, "entry", entries[0], h.said)
	guestbook := rooted(feeds[0].Children, "h-feed")
	if len(guestbook) != 1 || len(rooted(guestbook[0].Children, "h-entry")) == 0 {
		t.Errorf("the guestbook is %v", guestbook)
	}
}

// TestListsAreFeeds: every list of statuses and entries is an h-feed with a name, an address, and entries that have authors and addresses.
func TestListsAreFeeds(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	for path, least := range map[string]int{"/": 2, "/tag/lamps": 1, "/mood/cosy": 1, "/pictures": 1, "/~ada/pictures": 1, "/~ada/guestbook": 1} {
		items := marked(t, h, path).Items
		feeds := rooted(items, "h-feed")
		if len(feeds) != 1 || len(items) != 1 {
			t.Errorf("%s has %d feeds among %d things", path, len(feeds), len(items))
			continue
		}
		expect(t, path, feeds[0], map[string][]string{"url": {h.URL + path}})
		entries := rooted(feeds[0].Children, "h-entry")
		if property(feeds[0], "name") == "" || len(feeds[0].Properties["name"]) != 1 || len(entries) < least {
			t.Errorf("%s: name %q, %d entries", path, feeds[0].Properties["name"], len(entries))
		}
		for _, e := range entries {
			if !strings.HasPrefix(property(e, "url"), h.URL+"/~") || property(e, "author") == "" || property(e, "published") == "" || e.Properties["name"] != nil {
				said, _ := json.Marshal(e)
				t.Errorf("%s: an entry is %s", path, said)
			}
		}
	}
}

// TestNobodyWritesMicroformats: whatever people write, no page says with their words who somebody is.
func TestNobodyWritesMicroformats(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	spoof := `<div class="h-card"><a class="u-url u-uid p-name h-card" rel="me webmention micropub hub self canonical authorization_endpoint" href="https://evil.example/">Eve</a>` +
		`<link rel="webmention" href="https://evil.example/"><span class="p-name e-content dt-published h-entry vcard">x</span></div>`
	must(t, h.Describe(t.Context(), h.ada, models.Profile{Bio: spoof, Blurbs: models.Blurbs{Meet: spoof, General: spoof, Song: "x"}}))
	mark := h.publish(t, h.ada, models.Draft{Markup: spoof})
	plain := h.publish(t, h.ada, models.Draft{Text: spoof + ` class="tag">#lamps</a>`, MoodText: spoof[:60]})
	h.sign(t, h.bob, models.NewEntry{Text: spoof})
	for _, path := range []string{"/", "/~ada", "/~ada/about", mark.Path(), plain.Path(), "/~ada/guestbook", "/pictures"} {
		data := marked(t, h, path)
		for _, rel := range []string{"me", "webmention", "micropub", "hub", "self", "authorization_endpoint"} {
			if slices.ContainsFunc(data.Rels[rel], func(to string) bool { return strings.Contains(to, "evil") }) {
				t.Errorf("%s has rel=%s to %q", path, rel, data.Rels[rel])
			}
		}
		var walk func(m *microformats.Microformat)
		walk = func(m *microformats.Microformat) {
			for name, values := range m.Properties {
				for _, v := range values {
					if text, ok := v.(string); ok && (name == "url" || name == "uid" || name == "name") && (strings.Contains(text, "evil") || text == "Eve" || text == "x") {
						t.Errorf("%s: somebody wrote the %s %q of a %v", path, name, text, m.Type)
					}
					if thing, ok := v.(*microformats.Microformat); ok {
						walk(thing)
					}
				}
			}
			for _, child := range m.Children {
				walk(child)
			}
		}
		for _, item := range data.Items {
			walk(item)
		}
	}
}
