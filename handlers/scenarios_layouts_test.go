package handlers_test

import (
	"strings"
	"testing"
	"time"

	"marquee/models"
)

// dressed is a house in which ada wears something.
func dressed(t *testing.T, h *house) {
	h.Clock.Add(time.Second)
	_, err := h.Wear(t.Context(), h.ada, models.NewSheet{Source: "p{color:red}\nb{position:fixed}"})
	must(t, err)
	*h.ada = *fresh(t, h.Store, "ada")
}

// twice is a house in which ada wore something else before.
func twice(t *testing.T, h *house) {
	dressed(t, h)
	h.Clock.Add(time.Second)
	_, err := h.Wear(t.Context(), h.ada, models.NewSheet{Source: "p{color:lime}"})
	must(t, err)
}

func layoutScenarios() []scenario {
	var list []scenario
	for _, s := range []scenario{
		{route: "GET /~:name/about", path: "/~ada/about", want: 200, has: []string{"Contacting ~ada", `href="/~ada"`}, not: []string{"the lamp is lit"}},
		{route: "GET /~:name/about", name: "of nobody", path: "/~nobody_here/about", want: 404},
		{route: "GET /~:name/about.json", path: "/~ada/about.json", want: 200, has: []string{`"name":"ada"`, `"interests":{`}},
		{route: "GET /~:name/about.json", name: "of nobody", path: "/~nobody_here/about.json", want: 404},
		{route: "OPTIONS /~:name/about.json", path: "/~ada/about.json", want: 204},
		{route: "GET /~:name/report", path: "/~ada/report?path=/~ada/pictures", want: 200, has: []string{"The webmaster reads it", `value="/~ada/pictures"`}},
		{route: "GET /~:name/report", name: "sent", path: "/~ada/report?sent=1", want: 200, has: []string{"The webmaster will look at it"}},
		{route: "GET /~:name/report", name: "of nobody", path: "/~nobody_here/report", want: 404},
		{route: "GET /~:name/layout.css", path: "/~ada/layout.css", want: 200},
		{route: "GET /~:name/layout.css", name: "of nobody", path: "/~nobody_here/layout.css", want: 404},
		{route: "GET /layouts", want: 200, has: []string{"/layouts/1", "Wear one as it is"}},
		{route: "GET /layouts", name: "beyond the end", path: "/layouts?before=4711", want: 200},
		{route: "GET /layouts", name: "of no number", path: "/layouts?before=x", want: 404},
		{route: "GET /layouts/rules", want: 200, has: []string{"position", "background-image", ".blurbs"}},
		{route: "GET /layouts/:id", path: "/layouts/1", want: 200, has: []string{"/layouts/1/source", "/layouts/1/preview"}},
		{route: "GET /layouts/:id", name: "that is none", path: "/layouts/4711", want: 404, has: []string{"not in the gallery"}},
		{route: "GET /layouts/:id", name: "of no number", path: "/layouts/x", want: 404},
		{route: "GET /layouts/:id.css", path: "/layouts/1.css", want: 200, has: []string{".dressed"}},
		{route: "GET /layouts/:id.css", name: "that is none", path: "/layouts/4711.css", want: 404},
		{route: "GET /layouts/:id/source", path: "/layouts/1/source", want: 200, has: []string{"body"}},
		{route: "GET /layouts/:id/source", name: "that is none", path: "/layouts/4711/source", want: 404},
		{route: "GET /layouts/:id/preview", path: "/layouts/1/preview", want: 200, has: []string{`href="/layouts/1.css"`, `class="dressed worn"`, `class="bar"`, "view plain"}},
		{route: "GET /layouts/:id/preview", name: "that is none", path: "/layouts/4711/preview", want: 404},
		{route: "GET /static/retro/:name.gif", path: "/static/retro/stars.gif", want: 200, has: []string{"GIF89a"}},
		{route: "GET /static/retro/:name.gif", name: "that is none", path: "/static/retro/nothing.gif", want: 404},
		{route: "GET /~:name", name: "dressed", path: "/~ada", first: dressed, want: 200, has: []string{`href="/~ada/layout.css?v=`, `class="dressed worn"`, "?plain=1", "/~ada/report?path=%2f~ada"}},
		{route: "GET /~:name", name: "plain", path: "/~ada?plain=1", first: dressed, want: 200, has: []string{`class="dressed"`, "?plain=0"}, not: []string{"layout.css"}},
		{route: "GET /~:name/layout.css", name: "worn", path: "/~ada/layout.css", first: dressed, want: 200, has: []string{".dressed p{color:red}"}, not: []string{"fixed"}},
	} {
		list = append(list, everybody(s)...)
	}
	return append(list, dressingScenarios()...)
}

// dressingScenarios is what people do about layouts.
func dressingScenarios() []scenario {
	asks := []string{"Back again?"}
	css := form("css", "p{color:red}\nb{position:fixed}")
	choices := form("ground", "#102030", "paper", "#ffffff", "ink", "#000000", "link", "#0000ff", "head", "#800000", "head_ink", "#ffffff",
		"tile", "stars", "font", "comic", "size", "large", "width", "wide", "corners", "round", "border", "double")
	kept := map[string]int{"sheets": 1}
	var list []scenario
	for _, path := range []string{"", "/preview", "/choices", "/versions", "/pictures", "/publish"} {
		list = append(list, scenario{route: "POST /settings/layout" + path, who: "guest", form: form(), want: 422, has: asks})
	}
	for _, path := range []string{"", "/preview", "/draft.css"} {
		list = append(list, scenario{route: "GET /settings/layout" + path, who: "guest", want: 200, has: asks})
	}
	for _, path := range []string{"wear", "start", "withdraw"} {
		list = append(list, scenario{route: "POST /layouts/:id/" + path, path: "/layouts/1/" + path, who: "guest", form: form(), want: 422, has: asks})
	}
	return append(list, []scenario{
		{route: "GET /settings/layout", who: "owner", want: 200, has: []string{`name="css"`, "Without any CSS", `name="preview"`}},
		{route: "GET /settings/layout", who: "owner", name: "dressed", first: dressed, want: 200, has: []string{"p{color:red}", "Line 2:", "you wear this"}},
		{route: "POST /settings/layout", who: "owner", form: css, want: 303, to: "/settings/layout?saved=1", left: kept},
		{route: "POST /settings/layout", who: "owner", name: "too long", form: form("css", strings.Repeat("a", 65<<10)), want: 422, has: []string{"64 KB at most"}},
		{route: "POST /settings/layout", who: "owner", name: "taken off", first: dressed, form: form("act", "undress"), want: 303, to: "/settings/layout?saved=1"},
		{route: "POST /settings/layout", who: "owner", name: "undone", first: twice, form: form("act", "undo"), want: 303, to: "/settings/layout?saved=1"},
		{route: "POST /settings/layout", who: "owner", name: "nothing to undo", form: form("act", "undo"), want: 404, has: []string{"no such version"}},
		{route: "GET /settings/layout/preview", who: "owner", want: 200, has: []string{`class="dressed worn"`, "the lamp is lit"}},
		{route: "POST /settings/layout/preview", who: "owner", form: css, want: 303, to: "/settings/layout/preview", left: kept},
		{route: "POST /settings/layout/preview", who: "owner", name: "too long", form: form("css", strings.Repeat("a", 65<<10)), want: 422, has: []string{"64 KB at most"}},
		{route: "GET /settings/layout/draft.css", who: "owner", want: 200},
		{route: "POST /settings/layout/choices", who: "owner", form: choices, want: 303, to: "/settings/layout?saved=1", left: kept},
		{route: "POST /settings/layout/choices", who: "owner", name: "in no colour", form: form("ground", "red"), want: 422, has: []string{"A colour is six digits"}},
		{route: "POST /settings/layout/versions", who: "owner", first: twice, form: form("sheet", "1"), want: 303, to: "/settings/layout?saved=1"},
		{route: "POST /settings/layout/versions", who: "stranger", first: twice, form: form("sheet", "1"), want: 404},
		{route: "POST /settings/layout/versions", who: "owner", name: "of no number", form: form("sheet", "x"), want: 400},
		{route: "GET /settings/layout/versions/:id", who: "guest", path: "/settings/layout/versions/1", want: 200, has: asks},
		{route: "GET /settings/layout/versions/:id", who: "owner", path: "/settings/layout/versions/1", first: dressed, want: 200, has: []string{"b{position:fixed}"}},
		{route: "GET /settings/layout/versions/:id", who: "stranger", path: "/settings/layout/versions/1", first: dressed, want: 404},
		{route: "POST /settings/layout/pictures", who: "owner", form: form(), want: 422, has: []string{"Choose a picture first."}},
		{route: "POST /settings/layout/publish", who: "owner", first: dressed, form: form("title", "Red", "words", "all of it"), want: 303, to: "/layouts/{next layout}", left: map[string]int{"layouts": 1}},
		{route: "POST /settings/layout/publish", who: "owner", name: "without a name", first: dressed, form: form("title", ""), want: 422, has: []string{"Give it a name.", "p{color:red}"}},
		{route: "POST /settings/layout/publish", who: "owner", name: "bare", form: form("title", "Red"), want: 422, has: []string{"Wear a layout first"}},
		{route: "POST /layouts/:id/wear", who: "owner", path: "/layouts/1/wear", form: form(), want: 303, to: "/~ada", left: kept},
		{route: "POST /layouts/:id/wear", who: "owner", name: "of none", path: "/layouts/4711/wear", form: form(), want: 404},
		{route: "POST /layouts/:id/start", who: "owner", path: "/layouts/1/start", form: form(), want: 303, to: "/settings/layout", left: kept},
		{route: "POST /layouts/:id/withdraw", who: "owner", path: "/layouts/1/withdraw", form: form(), want: 403},
		{route: "POST /layouts/:id/withdraw", who: "webmaster", path: "/layouts/1/withdraw", form: form(), want: 303, to: "/layouts"},
		{route: "POST /~:name/report", who: "guest", path: "/~ada/report", form: form("text", "look at this", "path", "/~ada/pictures"), want: 303, to: "/~ada/report?sent=1", left: map[string]int{"reports": 1}},
		{route: "POST /~:name/report", who: "stranger", path: "/~ada/report", form: form("text", "look at this", "path", "https://evil.example/"), want: 303, to: "/~ada/report?sent=1", left: map[string]int{"reports": 1}},
		{route: "POST /~:name/report", who: "guest", name: "empty", path: "/~ada/report", form: form("text", " "), want: 422, has: []string{"what is wrong"}},
		{route: "GET /settings/reports", who: "guest", want: 200, has: asks},
		{route: "GET /settings/reports", who: "owner", want: 403},
		{route: "GET /settings/reports", who: "webmaster", want: 200, has: []string{"A quiet house."}},
		{route: "GET /settings/reports", who: "webmaster", name: "with one", first: reported, want: 200, has: []string{"look &lt;here&gt;", "/~ada/pictures?plain=1", "~bob"}},
		{route: "POST /settings/reports", who: "guest", form: form("report", "1"), want: 422, has: asks},
		{route: "POST /settings/reports", who: "owner", first: reported, form: form("report", "1"), want: 403},
		{route: "POST /settings/reports", who: "webmaster", first: reported, form: form("report", "1"), want: 303, to: "/settings/reports?saved=1"},
	}...)
}

func reported(t *testing.T, h *house) {
	must(t, h.Report(t.Context(), h.bob, h.ada, models.NewReport{Path: "/~ada/pictures", Text: "look <here>", Network: "net"}))
}
