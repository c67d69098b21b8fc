package handlers_test

import (
	"maps"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"marquee/tests/kit"
)

// refusedForm is a form with one mistake in it. Everything that was typed must stand in what comes back,
// but for passwords, and the sentence beside the field that is wrong.
type refusedForm struct {
	who, path string
	form      url.Values
	wrong     string // field that the sentence is about, empty: the whole form
	sentence  string
}

func refusedForms() []refusedForm {
	// with is a whole form in which some values are replaced.
	with := func(whole url.Values, pairs ...string) url.Values {
		f := maps.Clone(whole)
		for i := 0; i+1 < len(pairs); i += 2 {
			f.Set(pairs[i], pairs[i+1])
		}
		return f
	}
	st := form("text", "one & two\n\n<three>", "face", "🐱", "mood", "cosy", "mood_text", `rain "on" it`, "visibility", "private", "reply_to", "1")
	profile := form("bio", "me & <you>", "homepage", "https://ada.example/", "language", "fr")
	site := form("site_name", "Odeon", "language", "fr", "signups", "closed", "text_limit", "300", "about", "<p>hello</p>", "rules", "& be kind")
	long := strings.Repeat("long ", 200)
	return []refusedForm{
		{"owner", "/statuses", with(st, "text", long), "text", "At most 500 characters: that is"},
		{"owner", "/statuses", with(st, "text", "e"+strings.Repeat("\u0301", 12)), "text", "too many accents"},
		{"owner", "/statuses", with(st, "face", "ab"), "face", "A face is one emoji"},
		{"owner", "/statuses", with(st, "mood", "wobbly"), "mood", "not on the list"},
		{"owner", "/statuses", with(st, "mood_text", long), "mood_text", "At most 60 characters"},
		{"owner", "/statuses", with(st, "visibility", "friends"), "visibility", "Choose who may read it"},
		{"owner", "/statuses", with(st, "reply_to", "4711"), "reply_to", "not there any more"},
		{"owner", "/statuses", with(st, "reply_to", "bob"), "reply_to", "not the address of anything you can answer"},
		{"owner", "/~ada/1/edit", with(st, "text", long), "text", "At most 500 characters"},
		{"owner", "/settings", with(profile, "bio", strings.Repeat("a", 4001)), "bio", "At most 4000 characters"},
		{"owner", "/settings", with(profile, "homepage", "no page"), "homepage", "does not look like the address"},
		{"owner", "/settings", with(profile, "language", "tlh"), "language", "do not speak that language"},
		{"webmaster", "/settings/site", with(site, "site_name", strings.Repeat("a", 41)), "site_name", "A shorter name"},
		{"webmaster", "/settings/site", with(site, "language", "tlh"), "language", "do not speak that language"},
		{"webmaster", "/settings/site", with(site, "signups", "maybe"), "signups", "Choose open or closed"},
		{"webmaster", "/settings/site", with(site, "text_limit", "many"), "text_limit", "A number from 20 to 2000"},
		{"webmaster", "/settings/site", with(site, "text_limit", "5001"), "text_limit", "A number from 20 to 2000"},
		{"webmaster", "/settings/site", with(site, "about", strings.Repeat("a", 100_001)), "about", "too long"},
		{"webmaster", "/settings/site", with(site, "rules", strings.Repeat("a", 100_001)), "rules", "too long"},
		{"owner", "/settings/friends/new", form("who", "not a & page"), "who", "Write a ~name"},
		{"owner", "/settings/apps", form("token_name", ""), "token_name", "Give it a name"},
		{"owner", "/settings/apps", form("token_name", long+"&"), "token_name", "At most 80 characters"},
		{"guest", "/signup", form("name", "Ä", "password", kit.Password), "name", "2 to 30 small letters"},
		{"guest", "/signup", form("name", "webmaster", "password", kit.Password), "name", "kept for the house"},
		{"guest", "/signup", form("name", "bob", "password", kit.Password), "name", "That name is taken"},
		{"guest", "/signup", form("name", "fay", "password", "short"), "password", "8 characters at least"},
		{"guest", "/signup", form("name", "fay", "password", "password"), "password", "the first one somebody would guess"},
		{"guest", "/login", form("name", "~Ada", "password", "wrong horse"), "password", "do not go together"},
		{"guest", "/recover", form("name", "ada", "code", "abc DEF", "password", kit.Password), "code", "do not go together, or the code was used"},
	}
}

// TestRefusedFormsComeBackFilledIn sends every form wrong.
func TestRefusedFormsComeBackFilledIn(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	for _, f := range append(refusedForms(), refusedRings()...) {
		t.Run(f.path+" "+f.wrong+" "+f.sentence, func(t *testing.T) {
			v := h.visitor(t, f.who)
			token := v.Token()
			h.Clock.Add(3 * time.Second)
			before := h.count(t)
			sent := maps.Clone(f.form)
			sent.Set("token", token)
			a := status(t, v.Post(f.path, sent), 422)
			has(t, a, "<html", "</html>", `name="token"`)
			sentenceBeside(t, a.Body, f.wrong, f.sentence)
			for name, values := range f.form {
				cameBack(t, a.Body, f, name, values[0])
			}
			after := h.count(t)
			after["throttles"] = before["throttles"]
			if !maps.Equal(before, after) {
				t.Errorf("rows before %v and after %v", before, after)
			}
		})
	}
}

// sentenceBeside fails the test unless the field is marked as wrong and described by the sentence.
func sentenceBeside(t *testing.T, page, field, sentence string) {
	t.Helper()
	var said *html.Node
	marked := map[string]string{}
	for _, n := range elements(t, page) {
		if id, _ := attribute(n, "id"); id == "wrong-"+field {
			said = n
		}
		if invalid, _ := attribute(n, "aria-invalid"); invalid == "true" {
			name, _ := attribute(n, "name")
			marked[name], _ = attribute(n, "aria-describedby")
		}
	}
	switch {
	case said == nil:
		t.Errorf("there is no sentence for %s", field)
	case !strings.Contains(text(said), sentence):
		t.Errorf("the sentence is %q, want %q", text(said), sentence)
	case !inside(said, "form"):
		t.Error("the sentence stands outside the form")
	}
	if field == "reply_to" { // a hidden field, which is gone
		return
	}
	if len(marked) != 1 || marked[field] != "wrong-"+field {
		t.Errorf("marked as wrong: %v, want %s", marked, field)
	}
}

func inside(n *html.Node, element string) bool {
	for p := range n.Ancestors() {
		if p.Data == element {
			return true
		}
	}
	return false
}

// cameBack fails the test unless the field holds what was typed. A choice that does not exist cannot be
// chosen again, and what is not there cannot be answered.
func cameBack(t *testing.T, page string, f refusedForm, name, typed string) {
	t.Helper()
	got, field := named(t, page, name)
	switch {
	case name == f.wrong && (name == "mood" || name == "visibility" || name == "language" || name == "signups" || name == "reply_to"):
		return
	case strings.HasSuffix(name, "password"):
		if field == nil || got != "" {
			t.Errorf("the password comes back as %q", got)
		}
		return
	case f.path != "/statuses" && name == "reply_to": // an edit keeps what it answers
		return
	case name == "text_limit" && typed == "many":
		typed = "0"
	}
	if field == nil || got != typed {
		t.Errorf("%s comes back as %q, want %q", name, got, typed)
	}
}

func TestRefusedSecurityForms(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	h.withPassword(t, h.ada)
	v := h.As(t, h.ada)
	for _, f := range []refusedForm{
		{path: "/settings/password", form: form("old_password", "no", "password", "three green bottles"), wrong: "old_password", sentence: "not your password"},
		{path: "/settings/password", form: form("old_password", kit.Password, "password", "short"), wrong: "password", sentence: "8 characters at least"},
		{path: "/settings/codes", form: form("codes_password", "no"), wrong: "codes_password", sentence: "not your password"},
		{path: "/settings/delete", form: form("delete_password", "no"), wrong: "delete_password", sentence: "not your password"},
	} {
		t.Run(f.path+" "+f.wrong, func(t *testing.T) {
			a := status(t, v.Post(f.path, f.form), 422)
			sentenceBeside(t, a.Body, f.wrong, f.sentence)
			hasNot(t, a, "three green bottles", `value="no"`, `value="short"`)
		})
	}
}

// TestTooManyTries: the sentence stands in the form, and a program reads when to come back.
func TestTooManyTries(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.Guest(t)
	for range 10 {
		status(t, v.Post("/login", form("name", "ada", "password", "no")), 422)
	}
	a := status(t, v.Post("/login", form("name", "ada", "password", "no")), 429)
	has(t, a, "Too many tries", `value="ada"`)
	if wait := a.Header.Get("Retry-After"); wait != "301" {
		t.Errorf("Retry-After is %q, want 301 seconds", wait)
	}
	sentenceBesideForm(t, a)
}

func sentenceBesideForm(t *testing.T, a kit.Answer) {
	t.Helper()
	for _, n := range elements(t, a.Body) {
		if class, _ := attribute(n, "class"); class == "wrong" && inside(n, "form") {
			return
		}
	}
	t.Error("no sentence stands in the form")
}
