package handlers_test

import (
	"slices"
	"testing"

	"marquee/feeds"
	"marquee/models"
)

// signed is what stands in ada's guestbook: 1 by bob, shown; 2 by a stranger with a drawing, shown.
func (h *house) signed(t *testing.T) {
	t.Helper()
	h.sign(t, h.bob, models.NewEntry{Text: "bob was here"})
	h.sign(t, nil, models.NewEntry{Name: "Zoe", Homepage: "https://zoe.example/", Text: "what a lamp", Signature: "#.#\n.#."})
	must(t, h.ShowEntries(t.Context(), h.ada, 1, 2))
	must(t, h.ReadNotices(t.Context(), h.ada))
}

// sign writes into ada's guestbook.
func (h *house) sign(t *testing.T, by *models.Account, n models.NewEntry) *models.Entry {
	t.Helper()
	n.Network = "the house"
	e, err := h.Sign(t.Context(), h.ada, by, n)
	must(t, err)
	return e
}

// heldEntry is one more entry, 3, that waits.
func heldEntry(t *testing.T, h *house) {
	h.sign(t, nil, models.NewEntry{Name: "Yves", Text: "may I?", Signature: "##"})
}

// heldOfEve is one more entry, 3, by eve, that waits.
func heldOfEve(t *testing.T, h *house) { h.sign(t, h.eve, models.NewEntry{Text: "eve waits"}) }

func closedGuestbook(t *testing.T, h *house) { must(t, h.SetGuestbook(t.Context(), h.ada, true)) }

// guestbookScenarios is reading, signing and deciding.
func guestbookScenarios() []scenario {
	asks := []string{"Back again?"}
	words := form("text", "hello ada", "signature", " #\n##")
	mine := form("name", "Zoe", "homepage", "zoe.example", "text", "hello ada", "signature", "")
	list := slices.Concat(
		everybody(scenario{
			route: "GET /~:name/guestbook", path: "/~ada/guestbook", want: 200,
			has: []string{"The guestbook of ~ada", "bob was here", `href="/~bob">~bob</a>`, "what a lamp", `href="https://zoe.example/" rel="nofollow ugc noopener">Zoe`, "/~ada/guestbook/2.gif", "drawn signature of Zoe", "/~ada/guestbook/sign"},
		}),
		everybody(scenario{route: "GET /~:name/guestbook", name: "empty", path: "/~eve/guestbook", want: 200, has: []string{"Nobody has signed yet"}}),
		everybody(scenario{route: "GET /~:name/guestbook", name: "older", path: "/~ada/guestbook?before=2", want: 200, has: []string{"bob was here"}, not: []string{"what a lamp"}}),
		everybody(scenario{route: "GET /~:name/guestbook", name: "of nobody", path: "/~nobody_here/guestbook", want: 404}),
		everybody(scenario{route: "GET /~:name/guestbook", name: "of no number", path: "/~ada/guestbook?before=x", want: 404}),
		everybody(scenario{route: "GET /~:name/guestbook", name: "closed", path: "/~ada/guestbook", first: closedGuestbook, want: 200, has: []string{"closed for now", "bob was here"}, not: []string{"/guestbook/sign"}}),
		everybody(scenario{route: "GET /~:name/guestbook/:id.gif", path: "/~ada/guestbook/2.gif", want: 200, has: []string{"GIF89a"}}),
		everybody(scenario{route: "GET /~:name/guestbook/:id.gif", name: "none", path: "/~ada/guestbook/1.gif", want: 404}),
		everybody(scenario{route: "GET /~:name/guestbook/:id.gif", name: "elsewhere", path: "/~bob/guestbook/2.gif", want: 404}),
		everybody(scenario{route: "GET /~:name/guestbook/:id.gif", name: "waiting", path: "/~ada/guestbook/3.gif", first: heldEntry, want: 404}),
		everybody(scenario{route: "GET /~:name/guestbook/sign", name: "closed", path: "/~ada/guestbook/sign", first: closedGuestbook, want: 200, has: []string{"closed for now"}, not: []string{"<textarea"}}),
		everybody(scenario{route: "GET /~:name/guestbook/sign", name: "of nobody", path: "/~nobody_here/guestbook/sign", want: 404}),
	)
	return append(list, []scenario{
		{route: "GET /~:name/guestbook", who: "guest", name: "held", path: "/~ada/guestbook?signed=held", want: 200, has: []string{"~ada reads it first"}},
		{route: "GET /~:name/guestbook", who: "guest", name: "strange word", path: "/~ada/guestbook?signed=ada", want: 200, not: []string{"Thank you"}},
		{route: "GET /~:name/guestbook", who: "guest", name: "waiting", path: "/~ada/guestbook", first: heldEntry, want: 200, not: []string{"may I?", "/remove", "entry waits", "<form"}},
		{route: "GET /~:name/guestbook", who: "owner", name: "waiting", path: "/~ada/guestbook", first: heldEntry, want: 200, has: []string{"1 entry waits in your guestbook", "/~ada/guestbook/1/remove", "/~ada/guestbook/2/remove"}, not: []string{"may I?"}},
		{route: "GET /~:name/guestbook", who: "stranger", name: "own", path: "/~ada/guestbook", first: heldEntry, want: 200, has: []string{"/~ada/guestbook/1/remove"}, not: []string{"may I?", "/~ada/guestbook/2/remove", "entry waits"}},
		{route: "GET /~:name/guestbook", who: "webmaster", name: "own that waits", path: "/~ada/guestbook", first: heldOfEve, want: 200, has: []string{"eve waits", "Only you see this until ~ada", "/~ada/guestbook/3/remove"}},
		{route: "GET /~:name/guestbook", who: "stranger", name: "of somebody else that waits", path: "/~ada/guestbook", first: heldOfEve, want: 200, not: []string{"eve waits"}},
		{route: "GET /~:name/guestbook/sign", who: "guest", path: "/~ada/guestbook/sign", want: 200, has: []string{`name="name"`, `name="homepage"`, `name="text"`, `name="signature"`, `name="website"`, `name="token"`}},
		{route: "GET /~:name/guestbook/sign", who: "guest", name: "with an account", path: "/~ada/guestbook/sign?as=member", want: 200, has: asks, not: []string{`name="text"`}},
		{route: "GET /~:name/guestbook/sign", who: "stranger", path: "/~ada/guestbook/sign?as=member", want: 200, has: []string{"You sign as ~bob", `name="text"`}, not: []string{`name="homepage"`, `name="website"`}},
		{route: "POST /~:name/guestbook", who: "guest", name: "too quick", path: "/~ada/guestbook", form: mine, want: 422, has: []string{"quicker than anybody writes", "hello ada", `value="Zoe"`}},
		{route: "POST /~:name/guestbook", who: "stranger", name: "known", path: "/~ada/guestbook", form: words, want: 303, to: "/~ada/guestbook?signed=shown", left: map[string]int{"entries": 1}},
		{route: "POST /~:name/guestbook", who: "webmaster", name: "not known", path: "/~ada/guestbook", form: words, want: 303, to: "/~ada/guestbook?signed=held", left: map[string]int{"entries": 1}},
		{route: "POST /~:name/guestbook", who: "owner", name: "own", path: "/~ada/guestbook", form: words, want: 303, to: "/~ada/guestbook?signed=shown", left: map[string]int{"entries": 1}},
		{route: "POST /~:name/guestbook", who: "stranger", name: "closed", path: "/~ada/guestbook", first: closedGuestbook, form: words, want: 403, has: []string{"has just been closed", "hello ada"}},
		{route: "POST /~:name/guestbook", who: "stranger", name: "of nobody", path: "/~nobody_here/guestbook", form: words, want: 404},
		{route: "GET /~:name/guestbook/:id/remove", who: "guest", path: "/~ada/guestbook/1/remove", want: 200, has: asks, not: []string{"bob was here"}},
		{route: "GET /~:name/guestbook/:id/remove", who: "owner", path: "/~ada/guestbook/2/remove", want: 200, has: []string{"Take this entry away?", "what a lamp", `action="/~ada/guestbook/2/remove"`}},
		{route: "GET /~:name/guestbook/:id/remove", who: "stranger", path: "/~ada/guestbook/1/remove", want: 200, has: []string{"bob was here"}},
		{route: "GET /~:name/guestbook/:id/remove", who: "stranger", name: "of somebody else", path: "/~ada/guestbook/2/remove", want: 403},
		{route: "GET /~:name/guestbook/:id/remove", who: "stranger", name: "of somebody else that waits", path: "/~ada/guestbook/3/remove", first: heldEntry, want: 404, not: []string{"may I?"}},
		{route: "POST /~:name/guestbook/:id/remove", who: "guest", path: "/~ada/guestbook/1/remove", form: form(), want: 422, has: asks},
		{route: "POST /~:name/guestbook/:id/remove", who: "owner", path: "/~ada/guestbook/2/remove", form: form(), want: 303, to: "/~ada/guestbook", left: map[string]int{"entries": -1}},
		{route: "POST /~:name/guestbook/:id/remove", who: "stranger", path: "/~ada/guestbook/1/remove", form: form(), want: 303, to: "/~ada/guestbook", left: map[string]int{"entries": -1}},
		{route: "POST /~:name/guestbook/:id/remove", who: "stranger", name: "of somebody else", path: "/~ada/guestbook/2/remove", form: form(), want: 403},
		{route: "POST /~:name/guestbook/:id/remove", who: "webmaster", path: "/~ada/guestbook/2/remove", form: form(), want: 403},
		{route: "GET /settings/guestbook", who: "guest", want: 200, has: asks},
		{route: "GET /settings/guestbook", who: "owner", first: heldEntry, want: 200, has: []string{"1 entry waits", "may I?", "goes by itself in 30 days", "data:image/gif;base64,", `name="show.3"`, "bob was here", `name="remove.1"`}, not: []string{"Show all of these"}},
		{route: "GET /settings/guestbook", who: "stranger", first: heldEntry, want: 200, has: []string{"Nothing waits for you"}, not: []string{"may I?", "what a lamp"}},
		{route: "GET /settings/guestbook", who: "owner", name: "of no number", path: "/settings/guestbook?waiting=x", want: 404},
		{route: "POST /settings/guestbook", who: "guest", form: form("show", "3"), want: 422, has: asks},
		{route: "POST /settings/guestbook", who: "owner", name: "show", first: heldEntry, form: form("show", "3"), want: 303, to: "/settings/guestbook?saved=1"},
		{route: "POST /settings/guestbook", who: "owner", name: "show all", first: heldEntry, form: form("show", "3-4"), want: 303, to: "/settings/guestbook?saved=1"},
		{route: "POST /settings/guestbook", who: "owner", name: "remove", first: heldEntry, form: form("remove", "3"), want: 303, to: "/settings/guestbook?saved=1", left: map[string]int{"entries": -1}},
		{route: "POST /settings/guestbook", who: "owner", name: "nothing", form: form("show", "a-b"), want: 400},
		{route: "POST /settings/guestbook", who: "stranger", name: "show of somebody else", first: heldEntry, form: form("show", "3"), want: 404},
		{route: "POST /settings/guestbook", who: "stranger", name: "remove of somebody else", form: form("remove", "2"), want: 403},
		{route: "POST /settings/guestbook/door", who: "guest", form: form("closed", "1"), want: 422, has: asks},
		{route: "POST /settings/guestbook/door", who: "owner", form: form("closed", "1"), want: 303, to: "/settings/guestbook?saved=1"},
		{route: "GET /notices", who: "owner", name: "entry", first: heldEntry, want: 200, has: []string{"1 entry waits in your guestbook", `href="/settings/guestbook"`}, not: []string{"Nothing at the stage door"}},
	}...)
}

// guestbookFeedScenarios opens the feeds of ada's guestbook.
func guestbookFeedScenarios() []scenario {
	var list []scenario
	for _, format := range feeds.Formats {
		get, path := "/~:name/guestbook/"+format.File, "/~ada/guestbook/"+format.File
		list = slices.Concat(list,
			everybody(scenario{route: "GET " + get, path: path, want: 200, has: []string{"bob was here", "what a lamp", "Zoe signed the guestbook of ~ada", "~bob signed", "/guestbook/2.gif"}}),
			everybody(scenario{route: "GET " + get, name: "waiting", path: path, first: heldEntry, want: 200, not: []string{"may I?"}}),
			everybody(scenario{route: "GET " + get, name: "older", path: path + "?before=2", want: 200, has: []string{"bob was here"}, not: []string{"what a lamp"}}),
			everybody(scenario{route: "GET " + get, name: "missing", path: "/~nobody_here/guestbook/" + format.File, want: 404}),
			everybody(scenario{route: "OPTIONS " + get, path: path, want: 204}))
	}
	return list
}
