package tests

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"marquee/tests/kit"
)

const axeFile = "node_modules/axe-core/axe.min.js"

// checker holds pages against axe-core's rules, and against a few of our own.
type checker struct {
	t    *testing.T
	site *kit.Site
	axe  string
}

func newChecker(t *testing.T, site *kit.Site) checker {
	t.Helper()
	axe, err := os.ReadFile(axeFile)
	if os.IsNotExist(err) {
		kit.Lacking(t, "tests/"+axeFile+" is missing: npm install --prefix tests --no-save --no-package-lock axe-core@4.14.1")
	}
	if err != nil {
		t.Fatal(err)
	}
	return checker{t, site, string(axe)}
}

// violation is what axe says against a page.
type violation struct {
	ID, Help string
	Nodes    []struct {
		Target  []string
		Failure string `json:"failureSummary"`
	}
}

const axeRun = `axe.run(document, {resultTypes: ["violations"], iframes: false, runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then(
	r => r.violations.map(v => ({ID: v.id, Help: v.help, Nodes: v.nodes.map(n => ({Target: n.target.map(String), failureSummary: n.failureSummary}))})))`

// violations is what axe, which is on the page already, says against it.
func violations(b *kit.Tab) []violation { return kit.Eval[[]violation](b, axeRun) }

// accessible fails the test for each rule that the page in the tab breaks; but are the rules that it may.
func (c checker) accessible(b *kit.Tab, where string, but ...string) {
	c.t.Helper()
	for _, v := range violations(b) {
		if strings.Contains(" "+strings.Join(but, " ")+" ", " "+v.ID+" ") {
			continue
		}
		var places strings.Builder
		for _, n := range v.Nodes {
			fmt.Fprintf(&places, "\n  %v: %s", n.Target, strings.Join(strings.Fields(n.Failure), " "))
		}
		c.t.Errorf("%s: %s (%s)%s", where, v.ID, v.Help, places.String())
	}
}

// wide says what sticks out of the window; nothing when the page fits.
func wide(b *kit.Tab) []string {
	return kit.Eval[[]string](b, `document.documentElement.scrollWidth <= innerWidth ? [] : ["the page is " + document.documentElement.scrollWidth + " px wide"].concat(
		[...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > innerWidth).slice(0, 5).map(e => e.tagName + "." + e.className))`)
}

// fits fails the test when the page is wider than the window.
func (c checker) fits(b *kit.Tab, where string) {
	c.t.Helper()
	if out := wide(b); len(out) > 0 {
		c.t.Errorf("%s scrolls sideways: %v", where, out)
	}
}

// quiet fails the test when the page asked for anything outside the site or complained of anything but
// that it is an error page itself.
func (c checker) quiet(b *kit.Tab, where string) {
	c.t.Helper()
	requests, complaints := b.Heard()
	if len(requests) == 0 {
		c.t.Errorf("%s: no request was heard, so this test proves nothing", where)
	}
	for _, address := range requests {
		if !strings.HasPrefix(address, c.site.URL+"/") && !strings.HasPrefix(address, "data:image/gif;") {
			c.t.Errorf("%s asks for %s", where, address)
		}
	}
	for _, complaint := range complaints {
		if !strings.Contains(complaint, "the server responded with a status of 4") || strings.Contains(complaint, "/static/") {
			c.t.Errorf("%s complains: %s", where, complaint)
		}
	}
}

// mayLack is what a widget lacks: headings are the business of the page around it.
func mayLack(s stop) []string {
	if strings.HasPrefix(s.name, "widget") {
		return []string{"page-has-heading-one"}
	}
	return nil
}

// visit opens a page once and looks at it in both lights and at both widths, with all its folds open.
func (c checker) visit(b *kit.Tab, s stop) {
	c.t.Helper()
	b.Size(320, 800)
	b.Heard()
	if got := b.Open(s.path); got != s.status {
		c.t.Errorf("%s: status %d, want %d", s.path, got, s.status)
	}
	c.quiet(b, s.path)
	c.fits(b, s.path)
	kit.Eval[any](b, `document.querySelectorAll("details").forEach(d => d.open = true)`)
	c.fits(b, s.path+" with everything open")
	kit.Eval[any](b, c.axe+"; null")
	for _, width := range []int64{320, 1280} {
		b.Size(width, 800)
		for _, light := range []string{"light", "dark"} {
			b.Light(light)
			c.accessible(b, fmt.Sprintf("%s (%s, %d px)", s.path, light, width), mayLack(s)...)
		}
	}
}

func TestEveryPageIsAccessible(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.decorate(t)
	c := newChecker(t, w.Site)
	guest := w.Browser(t)
	for _, s := range w.guestWalk() {
		c.visit(guest, s)
	}
	member := guest.Another().As(w.ada)
	for _, s := range w.memberWalk() {
		c.visit(member, s)
	}
}

// TestCheckerSeesFaults keeps the tests above honest.
func TestCheckerSeesFaults(t *testing.T) {
	w := newTown(t)
	c := newChecker(t, w.Site)
	b := w.Browser(t)
	b.Size(320, 800)
	b.Open("/")
	kit.Eval[any](b, c.axe+`; document.documentElement.removeAttribute("lang");
		document.querySelector(".said").style.color = "#ddd"; document.querySelector(".when").style.width = "900px"; null`)
	var found []string
	for _, v := range violations(b) {
		found = append(found, v.ID)
	}
	if slices.Sort(found); !slices.Equal(found, []string{"color-contrast", "html-has-lang"}) {
		t.Errorf("axe finds %v", found)
	}
	if len(wide(b)) == 0 {
		t.Error("a page of 900 px fits into 320")
	}
}

// mistake is a form sent wrong: the page it stands on, what is typed, and the button.
type mistake struct {
	path, field, value, button string
	wrong                      string // the field that the sentence stands beside; empty: at the top
}

func TestRefusedFormsAreAccessible(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := newChecker(t, w.Site)
	guest := w.Browser(t)
	member := guest.Another().As(w.ada)
	guests := []mistake{
		{"/signup", "name", "a b", "form[action='/signup'] button", "name"},
		{"/login", "name", "ada", "form[action='/login'] button", ""},
		{"/recover", "name", "ada", "form[action='/recover'] button", ""},
	}
	members := []mistake{
		{"/post", "face", "ab", "form.composer button", "face"},
		{"/settings", "homepage", "no page", "form[action='/settings'] button", "homepage"},
		{"/settings/security", "old_password", "not it", "form[action='/settings/password'] button", "old_password"},
		{"/settings/security", "delete_password", "not it", "form[action='/settings/delete'] button", "delete_password"},
		{"/settings/site", "site_name", "", "form[action='/settings/site'] button", "site_name"},
	}
	for _, light := range []string{"light", "dark"} {
		for _, m := range guests {
			c.refused(guest, m, light)
		}
		for _, m := range members {
			c.refused(member, m, light)
		}
	}
}

// refused sends a form wrong and looks at what comes back.
func (c checker) refused(b *kit.Tab, m mistake, light string) {
	c.t.Helper()
	where := fmt.Sprintf("%s refused for %s (%s)", m.path, m.field, light)
	b.Light(light)
	b.Size(320, 800)
	b.Open(m.path)
	c.site.Clock.Add(humanPause)
	kit.Eval[any](b, `document.querySelectorAll("form").forEach(f => f.noValidate = true)`)
	b.Fill(m.field, m.value)
	if got := b.Follow(m.button); got != 422 {
		c.t.Errorf("%s: status %d, want 422", where, got)
	}
	sentence := "#wrong-" + m.wrong
	if m.wrong == "" {
		sentence = ".wrong"
	} else if got := kit.Eval[string](b, `document.querySelector('[aria-invalid=true]')?.getAttribute("aria-describedby") ?? "no field"`); got != sentence[1:] {
		c.t.Errorf("%s: the wrong field is described by %s", where, got)
	}
	if strings.TrimSpace(b.Text(sentence)) == "" {
		c.t.Errorf("%s: no sentence", where)
	}
	if !strings.Contains(m.field, "password") && b.Value(m.field) != m.value {
		c.t.Errorf("%s: %s came back as %q", where, m.field, b.Value(m.field))
	}
	c.fits(b, where)
	kit.Eval[any](b, c.axe+"; null")
	c.accessible(b, where)
}

// TestPopupFits holds the pop-up composer to its 350x350 pixels: nobody should scroll to send.
func TestPopupFits(t *testing.T) {
	w := newTown(t)
	b := w.Browser(t).As(w.ada)
	b.Size(350, 350)
	b.Open("/post?popup=1")
	if bottom := kit.Eval[float64](b, `document.querySelector("form.composer .main-button").getBoundingClientRect().bottom`); bottom > 350 {
		t.Errorf("the button of the pop-up ends at %.0f px, the window at 350", bottom)
	}
}
