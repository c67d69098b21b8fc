package handlers_test

import (
	"strings"
	"testing"

	"marquee/feeds"
	"marquee/static"
	"marquee/widgets"
)

// pageScenarios is what anybody may read.
func pageScenarios() []scenario {
	secret := []string{"under the floor"}
	var list []scenario
	for _, s := range []scenario{
		{route: "GET /", want: 200, has: []string{"Now showing", "the lamp is lit", "is feeling", "rain on the roof", "hello yourself", `href="/rss.xml"`}, not: append(secret, "never mind")},
		{route: "GET /tag/:word", path: "/tag/lamps", want: 200, has: []string{"#lamps", "the lamp is lit"}, not: []string{"hello yourself"}},
		{route: "GET /tag/:word", name: "in capitals", path: "/tag/LAMPS", want: 200, has: []string{"the lamp is lit"}},
		{route: "GET /tag/:word", name: "nobody used", path: "/tag/nothing", want: 200, has: []string{"Nothing here yet"}},
		{route: "GET /tag/:word", name: "that is none", path: "/tag/a%20b", want: 404},
		{route: "GET /mood", want: 200, has: []string{"The mood of the house", `href="/mood/cosy"`}},
		{route: "GET /mood/:mood", path: "/mood/cosy", want: 200, has: []string{"Feeling cosy", "the lamp is lit"}},
		{route: "GET /mood/:mood", name: "unknown", path: "/mood/wobbly", want: 404},
		{route: "GET /directory", want: 200, has: []string{"~ada", "~bob", "~eve"}},
		{route: "GET /directory", name: "unanswered", path: "/directory?sort=hello", want: 200, has: []string{`<a href="/~bob">~bob</a> <span`}, not: []string{`<a href="/~ada">~ada</a> <span`}},
		{route: "GET /directory.opml", want: 200, has: []string{`xmlUrl="`, "/~ada/rss.xml", "/~eve/rss.xml"}},
		{route: "GET /about", want: 200, has: []string{"Someone runs this site"}},
		{route: "GET /rules", want: 200, has: []string{"Be kind."}},
		{route: "GET /~:name", path: "/~ada", want: 200, has: []string{"the lamp is lit", "is feeling"}},
		{route: "GET /~:name", name: "unknown", path: "/~nobody_here", want: 404, has: []string{"Nobody of that name"}},
		{route: "GET /~:name", name: "of a name that cannot be", path: "/~a", want: 404},
		{route: "GET /~:name", name: "old spelling", path: "/%7Eada", want: 301, to: "/~ada"},
		{route: "GET /~:name", name: "in capitals", path: "/~ADA/?before=3", want: 301, to: "/~ada?before=3"},
		{route: "GET /~:name/moods", path: "/~ada/moods", want: 200, has: []string{"The moods of ~ada", "rain on the roof"}},
		{route: "GET /~:name/:id", path: "/~ada/{said}", want: 200, has: []string{"~ada says", "the lamp is lit", "Answers", "hello yourself"}},
		{route: "GET /~:name/:id", name: "of somebody else", path: "/~bob/{said}", want: 404},
		{route: "GET /~:name/:id", name: "withdrawn", path: "/~bob/{gone}", want: 410, has: []string{"its owner took it away"}, not: []string{"never mind"}},
		{route: "GET /~:name/:id", name: "unknown", path: "/~ada/4711", want: 404},
		{route: "GET /users/:name", path: "/users/ada", want: 301, to: "/~ada"},
		{route: "GET /users/:name", name: "unknown", path: "/users/nobody_here", want: 404},
		{route: "GET /reading", want: 200, has: []string{"How you read Marquee", "Français", `name="token"`}},
		{route: "GET /reading", name: "with a way back that leads out", path: "/reading?back=//evil.example", want: 200, not: []string{"evil.example"}},
		{route: "GET /signup", want: 200, has: []string{`name="password"`, `name="website"`}},
		{route: "GET /login", want: 200, has: []string{`name="password"`}},
		{route: "GET /recover", want: 200, has: []string{`name="code"`}},
		{route: "GET /static/:file", path: static.Path("site.css"), want: 200, has: []string{".bulbs"}},
		{route: "GET /static/:file", name: "without its hash", path: "/static/site.css", want: 404},
		{route: "GET /robots.txt", want: 200, has: []string{"User-agent: *"}},
		{route: "GET /favicon.ico", want: 200, has: []string{"<svg"}},
		{route: "GET /healthz", want: 200, has: []string{"ok"}},
		{route: "GET /readyz", want: 200, has: []string{"ready"}},
	} {
		list = append(list, everybody(s)...)
	}
	return append(list,
		scenario{route: "GET /", who: "guest", name: "frame", path: "/", want: 200, has: []string{"log in"}, not: []string{"log out", "<textarea", `name="token"`}},
		scenario{route: "GET /", who: "owner", name: "frame", path: "/", want: 200, has: []string{"log out", `<textarea name="text"`}, not: []string{"log in", "under the floor"}},
		scenario{route: "GET /~:name", who: "owner", name: "own", path: "/~ada", want: 200, has: []string{"under the floor", "only you can read this", "/edit"}},
		scenario{route: "GET /~:name", who: "stranger", name: "not own", path: "/~ada", want: 200, not: append(secret, "/edit")},
		scenario{route: "GET /~:name/moods", who: "guest", name: "private", path: "/~ada/moods", want: 200, not: []string{"/~ada/{secret}"}},
		scenario{route: "GET /~:name/:id", who: "owner", name: "private", path: "/~ada/{secret}", want: 200, has: secret},
		scenario{route: "GET /~:name/:id", who: "guest", name: "private", path: "/~ada/{secret}", want: 404, not: secret},
		scenario{route: "GET /~:name/:id", who: "stranger", name: "private", path: "/~ada/{secret}", want: 404, not: secret},
		scenario{route: "GET /~:name/:id", who: "webmaster", name: "private", path: "/~ada/{secret}", want: 404, not: secret},
		scenario{route: "GET /~:name/:id", who: "owner", name: "own buttons", path: "/~ada/{said}", want: 200, has: []string{"/~ada/{said}/delete", "/~ada/{said}/redraft"}},
		scenario{route: "GET /~:name/:id", who: "stranger", name: "no buttons", path: "/~ada/{said}", want: 200, has: []string{"Answer ~ada"}, not: []string{"/~ada/{said}/delete"}},
		scenario{route: "GET /random", who: "guest", want: 303, first: onlyAda, to: "/~ada"},
		scenario{route: "GET /random", who: "owner", want: 303, first: onlyAda, to: "/~ada"},
		scenario{route: "GET /random", who: "guest", name: "of nobody", want: 303, first: silence, to: "/directory"},
	)
}

func onlyAda(t *testing.T, h *house) {
	must(t, h.Withdraw(t.Context(), h.bob, h.answer.ID))
}

func silence(t *testing.T, h *house) {
	onlyAda(t, h)
	must(t, h.Withdraw(t.Context(), h.ada, h.said.ID))
}

// feedScenarios opens every feed in every format.
func feedScenarios() []scenario {
	var list []scenario
	for _, format := range feeds.Formats {
		for _, feed := range []struct{ route, path, missing string }{
			{"/", "/", ""},
			{"/~:name/", "/~ada/", "/~nobody_here/"},
			{"/tag/:word/", "/tag/lamps/", "/tag/a%20b/"},
			{"/mood/:mood/", "/mood/cosy/", "/mood/wobbly/"},
			{"/pictures/", "/pictures/", ""},
			{"/~:name/pictures/", "/~ada/pictures/", "/~nobody_here/pictures/"},
		} {
			get, path := "GET "+feed.route+format.File, feed.path+format.File
			list = append(list, everybody(scenario{route: get, path: path, want: 200, has: []string{"the lamp is lit"}, not: []string{"under the floor", "never mind"}})...)
			list = append(list, everybody(scenario{route: get, name: "beyond the end", path: path + "?before=1", want: 200, not: []string{"the lamp is lit"}})...)
			list = append(list, scenario{route: get, name: "of no number", who: "guest", path: path + "?before=abc", want: 404})
			list = append(list, everybody(scenario{route: "OPTIONS " + feed.route + format.File, path: path, want: 204})...)
			if feed.missing != "" {
				list = append(list, scenario{route: get, name: "missing", who: "guest", path: feed.missing + format.File, want: 404})
			}
		}
	}
	list = append(list, everybody(scenario{route: "OPTIONS /users/:name.atom", path: "/users/ada.atom", want: 204})...)
	list = append(list, everybody(scenario{route: "OPTIONS /directory.opml", want: 204})...)
	return append(list, everybody(scenario{route: "GET /users/:name.atom", path: "/users/ada.atom", want: 200, has: []string{"the lamp is lit"}, not: []string{"under the floor"}})...)
}

// widgetScenarios opens every widget, also of somebody who has said nothing.
func widgetScenarios() []scenario {
	var list []scenario
	add := func(s scenario) { list = append(list, everybody(s)...) }
	for _, w := range widgets.All {
		route := "GET /~:name/" + w.Path
		said, name := []string{"the lamp is lit", "ada"}, []string{"eve"}
		if w.Type == widgets.GIFType { // widgets/ looks at its pixels
			said, name = []string{"GIF89a"}, []string{"GIF89a"}
		}
		add(scenario{route: route, path: "/~ada/" + w.Path, want: 200, has: said, not: []string{"under the floor"}})
		add(scenario{route: route, name: "silent", path: "/~eve/" + w.Path, want: 200, has: name})
		add(scenario{route: route, name: "missing", path: "/~nobody_here/" + w.Path, want: 404})
		add(scenario{route: strings.Replace(route, "GET", "OPTIONS", 1), path: "/~ada/" + w.Path, want: 204})
	}
	add(scenario{route: "GET /users/:name/status.json", path: "/users/ada/status.json", want: 200, has: []string{`"author":"ada"`, "the lamp is lit", `"timeAgo":"1 minute ago"`}})
	add(scenario{route: "GET /users/:name/status.json", name: "silent", path: "/users/eve/status.json", want: 200, has: []string{`"content":""`}})
	add(scenario{route: "GET /current-status.js", path: "/current-status.js?name=ada", want: 200, has: []string{"statuscafe-username", "the lamp is lit"}})
	add(scenario{route: "GET /current-status.js", name: "in capitals", path: "/current-status.js?name=ADA", want: 200, has: []string{"the lamp is lit"}})
	add(scenario{route: "OPTIONS /current-status.js", want: 204})
	add(scenario{route: "OPTIONS /users/:name/status.json", path: "/users/ada/status.json", want: 204})
	add(scenario{route: "GET /current-status.js", name: "of nobody", want: 404})
	return list
}
