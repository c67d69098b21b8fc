package handlers_test

import (
	"testing"

	"marquee/models"
)

// pictureScenarios is what there is to look at, and what people change of it.
func pictureScenarios() []scenario {
	var list []scenario
	for _, s := range []scenario{
		{route: "GET /pictures", want: 200, has: []string{"{picture}", `alt="a lit lamp"`, `href="/~ada/{said}"`, `href="/pictures/rss.xml"`}, not: []string{"{secret picture}", "a loose board"}},
		{route: "GET /pictures", name: "beyond the end", path: "/pictures?before=1", want: 200, not: []string{"a lit lamp"}},
		{route: "GET /pictures", name: "of no number", path: "/pictures?before=x", want: 404},
		{route: "GET /~:name/pictures", path: "/~ada/pictures", want: 200, has: []string{"{picture}", "a lit lamp", "/~ada/pictures/feed.json"}, not: []string{"{secret picture}"}},
		{route: "GET /~:name/pictures", name: "of somebody without", path: "/~bob/pictures", want: 200, has: []string{"No pictures on the wall yet."}, not: []string{"{picture}"}},
		{route: "GET /~:name/pictures", name: "of nobody", path: "/~nobody_here/pictures", want: 404},
		{route: "GET /pictures/:file", path: "{picture}", want: 200, has: []string{"\x89PNG"}},
		{route: "GET /pictures/:file", name: "unknown", path: "/pictures/00112233445566778899aabbccddeeff.jpg", want: 404},
		{route: "GET /pictures/:file", name: "under another type", path: "{picture}.jpg", want: 404},
		{route: "GET /~:name/latest.jpg", path: "/~ada/latest.jpg", want: 200, has: []string{"\x89PNG"}},
		{route: "GET /~:name/latest.jpg", name: "without any", path: "/~bob/latest.jpg", want: 200, has: []string{"GIF89a"}},
		{route: "GET /~:name/latest.jpg", name: "of nobody", path: "/~nobody_here/latest.jpg", want: 404},
		{route: "GET /~:name/moods/:year.gif", path: "/~ada/moods/2026.gif", want: 200, has: []string{"GIF89a"}},
		{route: "GET /~:name/moods/:year.gif", name: "of no year", path: "/~ada/moods/last.gif", want: 404},
		{route: "GET /~:name/moods.csv", path: "/~ada/moods.csv", want: 200, has: []string{"date,time,mood,mood_text,face,url", "2026-11-21,14:05:01,cosy,rain on the roof,"}},
		{route: "GET /~:name/moods.csv", name: "of another year", path: "/~ada/moods.csv?year=1999", want: 200, not: []string{"cosy"}},
		{route: "GET /mood/week.gif", want: 200, has: []string{"GIF89a"}},
		{route: "GET /internet/current.gif", want: 200, has: []string{"GIF89a"}},
		{route: "GET /button.gif", want: 200, has: []string{"GIF89a"}},
		{route: "GET /faces/:file", path: "/faces/cosy-48.gif", want: 200, has: []string{"GIF89a"}},
		{route: "GET /faces/:file", name: "of another size", path: "/faces/cosy-47.gif", want: 404},
		{route: "GET /faces/:file", name: "of no mood", path: "/faces/wobbly-16.gif", want: 404},
		{route: "GET /display/uname-:name/*", path: "/display/uname-ada/fg-ff0000/trans-1/imood.gif", want: 200, has: []string{"GIF89a"}},
		{route: "GET /display/uname-:name/*", name: "of another file", path: "/display/uname-ada/fg-ff0000/mood.php", want: 404},
		{route: "GET /display/uname-:name/*", name: "of nobody", path: "/display/uname-nobody_here/imood.gif", want: 404},
	} {
		list = append(list, everybody(s)...)
	}
	return append(append(list, privateScenarios()...), hangScenarios()...)
}

// privateScenarios is what only ada sees.
func privateScenarios() []scenario {
	hide := func(t *testing.T, h *house) {
		must(t, h.Describe(t.Context(), h.ada, models.Profile{MoodsPrivate: true}))
	}
	return []scenario{
		{route: "GET /pictures/:file", who: "owner", name: "private", path: "{secret picture}", want: 200, has: []string{"\x89PNG"}},
		{route: "GET /pictures/:file", who: "guest", name: "private", path: "{secret picture}", want: 404},
		{route: "GET /pictures/:file", who: "stranger", name: "private", path: "{secret picture}", want: 404},
		{route: "GET /pictures/:file", who: "webmaster", name: "private", path: "{secret picture}", want: 404},
		{route: "GET /~:name/moods", who: "owner", name: "with secrets", path: "/~ada/moods", want: 200, has: []string{"anxious", "/~ada/{secret}", "/~ada/moods/2026.gif"}},
		{route: "GET /~:name/moods.csv", who: "owner", name: "with secrets", path: "/~ada/moods.csv", want: 200, has: []string{"anxious"}},
		{route: "GET /~:name/moods.csv", who: "stranger", name: "without secrets", path: "/~ada/moods.csv", want: 200, has: []string{"cosy"}, not: []string{"anxious"}},
		{route: "GET /~:name/moods", who: "guest", name: "kept back", path: "/~ada/moods", first: hide, want: 403, has: []string{"kept private"}, not: []string{"cosy"}},
		{route: "GET /~:name/moods", who: "owner", name: "kept back", path: "/~ada/moods", first: hide, want: 200, has: []string{"Only you see this page", "cosy"}},
		{route: "GET /~:name/moods/:year.gif", who: "guest", name: "kept back", path: "/~ada/moods/2026.gif", first: hide, want: 403},
		{route: "GET /~:name/moods.csv", who: "stranger", name: "kept back", path: "/~ada/moods.csv", first: hide, want: 403, not: []string{"cosy"}},
		{route: "GET /~:name", who: "guest", name: "with moods kept back", path: "/~ada", first: hide, want: 200, not: []string{"/~ada/moods"}},
	}
}

// hangScenarios is what people hang on their pages, but for files: those are sent in picture_test.go.
func hangScenarios() []scenario {
	asks := []string{"Back again?"}
	friend := form("link", "https://zoe.example/", "source", "https://zoe.example/button.gif", "alt", "zoe")
	mine := form("top", "hello", "bottom", "{mood}", "fg", "#FFD447", "face", "mood", "style", "film")
	return []scenario{
		{route: "POST /settings/avatar", who: "guest", form: form(), want: 422, has: asks},
		{route: "POST /settings/avatar", who: "owner", name: "without a file", form: form(), want: 422, has: []string{"Choose a picture first."}},
		{route: "POST /settings/avatar", who: "owner", name: "taken down", form: form("drop", "1"), want: 303, to: "/settings?saved=1"},
		{route: "GET /settings/buttons", who: "guest", want: 200, has: asks},
		{route: "GET /settings/buttons", who: "owner", want: 200, has: []string{"data:image/gif;base64,R0lGOD", `value="{name}"`, "Hang a button"}},
		{route: "POST /settings/buttons/design", who: "guest", form: mine, want: 422, has: asks},
		{route: "POST /settings/buttons/design", who: "owner", form: mine, want: 303, to: "/settings/buttons?saved=1", left: map[string]int{"designs": 1}},
		{route: "POST /settings/buttons/design", who: "owner", name: "to look at", form: form("top", "hello", "act", "preview"), want: 200, has: []string{`value="hello"`}},
		{route: "POST /settings/buttons/design", who: "owner", name: "in no colour", form: form("top", "hello", "fg", "red"), want: 422, has: []string{"A colour is six digits", `value="hello"`}},
		{route: "POST /settings/buttons/design", who: "owner", name: "too long", form: form("top", "a line that no button can hold"), want: 422, has: []string{"too long for a button"}},
		{route: "POST /settings/buttons/new", who: "guest", form: friend, want: 422, has: asks},
		{route: "POST /settings/buttons/new", who: "owner", form: friend, want: 303, to: "/settings/buttons?saved=1", left: map[string]int{"buttons": 1, "jobs": 1}},
		{route: "POST /settings/buttons/new", who: "owner", name: "leading nowhere", form: form("link", "javascript:1", "source", "https://zoe.example/b.gif"), want: 422, has: []string{"does not look like the address", `value="https://zoe.example/b.gif"`}},
		{route: "POST /settings/buttons/new", who: "owner", name: "without an image", form: form("link", "https://zoe.example/"), want: 422, has: []string{"not the address of an image"}},
		{route: "POST /settings/buttons", who: "guest", form: form("remove", "1"), want: 422, has: asks},
		{route: "POST /settings/buttons", who: "owner", form: form("remove", "1"), want: 303, to: "/settings/buttons?saved=1"},
		{route: "POST /settings/buttons", who: "owner", name: "about nothing", form: form(), want: 400},
	}
}
