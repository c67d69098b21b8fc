package tests

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"marquee/models"
	"marquee/tests/kit"
)

// hostileNote is a page elsewhere that tries to do something in every field that is read of it.
const hostileNote = `<!doctype html><title><script>alert("title")</script></title><div class="h-entry">
<div class="p-author h-card"><img class="u-photo" src="x" onerror="alert('photo')"><a class="p-name u-url" href="javascript:alert('author')">&lt;img src=x onerror=alert(1)&gt;"'</a></div>
<h1 class="p-name">&lt;script&gt;alert("name")&lt;/script&gt;"'&gt;</h1><a class="u-url" href="javascript:alert('url')">x</a>
<a class="u-in-reply-to" href="TARGET">x</a><data class="p-rsvp" value="yes&quot;><script>alert('rsvp')</script>"></data>
<time class="dt-published" datetime='"><script>alert("when")</script>'>x</time>
<div class="e-content"><script>alert("content")</script><svg onload="alert('svg')"><img src=x onerror="alert('img')"><a href="javascript:alert('link')">hostile words</a>
<style>body{display:none}</style><iframe srcdoc="<script>alert('frame')</script>"></iframe><form action="/logout"><button>x</button></form><math><mi xlink:href="javascript:alert(1)">m</mi></math></div></div>`

// mentionedBy is a site that mentions an address here with a note like that, from a page whose own address is hostile, too.
func mentionedBy(t *testing.T, site *kit.Site, target string) {
	t.Helper()
	peer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(strings.ReplaceAll(hostileNote, "TARGET", target)))
	}))
	t.Cleanup(peer.Close)
	source := peer.URL + "/'onclick=alert(1)//?%22%3E%3Cscript%3Ealert('source')%3C/script%3E"
	if _, err := site.TakeMention(t.Context(), models.NewMention{Source: source, Target: target, Network: "net"}); err != nil {
		t.Fatal(err)
	}
}

// heard is one mention of the town: what its source says, and what becomes of it.
type heard struct {
	who, kind, rsvp, html string
	becomes               string // shown, refused; else it waits
}

var mentions = []heard{
	{who: "zoe", kind: "reply", html: "<p>Those knees deserve a curtain call of their own. I have written about <a href=\"https://zoe.example/knees\">famous knees</a> before.</p>", becomes: models.MentionShown},
	{who: "yves", kind: "mention", html: "<p>" + strings.Repeat("Un rideau qui se coince, c’est un acteur de plus, et celui-là ne rate jamais sa réplique. ", 9) + "</p>", becomes: models.MentionShown},
	{who: "xenia", kind: "rsvp", rsvp: "yes", html: "<p>Front row, please.</p>", becomes: models.MentionShown},
	{who: "walt", kind: "bookmark", becomes: models.MentionShown},
	{who: "vera", kind: "reply", html: "<p>May I quote you?</p>"},
	{who: "uma", kind: "like"},
	{who: "spam", kind: "mention", html: "<p>Cheap knees!</p>", becomes: models.MentionRefused},
}

// mentioned has other sites speak of what somebody said.
func (w *town) mentioned(t *testing.T, by *models.Account, st *models.Status) {
	t.Helper()
	peer := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write(kit.Drawing(t, 5)) }))
	defer peer.Close()
	for i, said := range mentions {
		source := fmt.Sprintf("https://%s.example/%d", said.who, st.ID)
		m, err := w.TakeMention(t.Context(), models.NewMention{Source: source, Target: "http://marquee.example" + st.Path(), Network: "net"})
		if err != nil {
			t.Fatal(err)
		}
		seen := models.Sight{URL: source, Kind: said.kind, RSVP: said.rsvp, Author: said.who, AuthorURL: "https://" + said.who + ".example/", HTML: said.html}
		if i == 0 {
			seen.Photo = peer.URL + "/face.png"
			if seen.Face, err = w.FetchFace(t.Context(), seen.Photo); err != nil || seen.Face == nil {
				t.Fatalf("%s has no face (%v)", said.who, err)
			}
		}
		if err = w.NoteMention(t.Context(), m.ID, seen); err == nil {
			m, err = w.OwnMention(t.Context(), by, m.ID)
		}
		switch {
		case err != nil:
		case said.becomes == models.MentionShown:
			err = w.ShowMention(t.Context(), by, m.ID, m.Read())
		case said.becomes == models.MentionRefused:
			err = w.RefuseMention(t.Context(), by, m.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.JudgeSite(t.Context(), by, 1, models.VerdictWelcome); err != nil && !models.IsKind(err, models.Missing) {
		t.Fatal(err)
	}
}

// TestMentionsInABrowser: nothing that another site says does anything on the pages that show it, to its owner or to anybody.
func TestMentionsInABrowser(t *testing.T) {
	site := kit.Town(t)
	ada := kit.Crowd(t, site.Store, "ada")[0]
	said, err := site.Publish(t.Context(), ada, models.Draft{Text: "tea?"})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{said.Path(), ada.Path()} {
		mentionedBy(t, site, site.URL+path)
	}
	site.Work(t)
	b := site.Browser(t)
	calm := func(path string) {
		t.Helper()
		b.Open(path)
		b.See("hostile words")
		if bad := kit.Eval[float64](b, `document.querySelectorAll("main script, main iframe, main svg, main style, main math, main [onerror], main [onload], main a[href^='javascript:'], main form[action='/logout']").length`); bad != 0 {
			t.Errorf("%s holds %v things of theirs", path, bad)
		}
		if !kit.Eval[bool](b, `getComputedStyle(document.body).display !== "none"`) {
			t.Errorf("%s is hidden", path)
		}
	}
	b.As(ada)
	calm("/settings/mentions")
	waiting, err := site.Mentions(t.Context(), ada, models.MentionHeld, 0)
	if err != nil || len(waiting.Mentions) != 2 {
		t.Fatalf("%d wait (%v)", len(waiting.Mentions), err)
	}
	for _, m := range waiting.Mentions {
		if err := site.ShowMention(t.Context(), ada, m.ID, m.Read()); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{said.Path(), "/~ada/guestbook", "/~ada", "/settings/mentions", "/notices"} {
		calm(path)
	}
}
