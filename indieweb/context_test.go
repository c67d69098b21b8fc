package indieweb_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// TestContextIsRead: what pages of all kinds say, as it is shown.
func TestContextIsRead(t *testing.T) {
	t.Parallel()
	town := kit.Town(t)
	ada := kit.Crowd(t, town.Store, "ada")[0]
	const early = "The first frost came early and the beans were not ready for it."
	pages := map[string]string{
		"/entry":    `<div class=h-entry><span class="p-author h-card"><img class=u-photo src=/zoe.png alt><a class="p-name u-url" href=/>Zoe</a></span><p class=p-name>Frost</p><div class=e-content>The <b>beans</b><script>alert(1)</script> are <img src=x onerror=alert(1)>gone.</div><time class=dt-published datetime=2026-03-04T12:00:00Z>`,
		"/note":     `<div class=h-entry><div class="e-content p-name">A note.</div><a class="p-author h-card" href="https://www.zoe.example/"></a>`,
		"/hostile":  `<div class=h-entry><span class="p-author h-card"><a class="p-name u-url" href="javascript:alert(1)">"&gt;&lt;b&gt;Zoe</a></span><div class=e-content>&lt;script&gt;alert(1)&lt;/script&gt; ` + strings.Repeat("and on ", 100) + `</div>`,
		"/plain":    `<title>Frost – Zoe</title><meta property="og:title" content="Frost"><meta property="og:site_name" content="Zoe's"><p>` + early,
		"/titled":   `<title>Frost</title>`,
		"/picture":  "",
		"/wordless": "<hr>",
		"/meta":     `<meta http-equiv=Status content="410 Gone"><title>Gone</title>`,
	}
	at := answering(t, func(w http.ResponseWriter, r *http.Request) {
		switch body, ok := pages[r.URL.Path]; {
		case r.URL.Path == "/zoe.png":
			_, _ = w.Write(kit.Drawing(t, 1))
		case r.URL.Path == "/picture":
			w.Header().Set("Content-Type", "image/png")
			_, _ = w.Write(kit.Drawing(t, 2))
		case !ok:
			w.WriteHeader(404)
		default:
			_, _ = io.WriteString(w, "<!doctype html>"+body)
		}
	})
	for path, want := range map[string]models.Context{
		"/entry":    {Author: "Zoe", AuthorURL: "{at}/", Title: "Frost", HTML: "<p>The beans are gone.</p>", PublishedAt: models.At(time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC))},
		"/note":     {Author: "zoe.example", AuthorURL: "https://www.zoe.example/", HTML: "<p>A note.</p>"},
		"/hostile":  {Author: `"><b>Zoe`, HTML: "<p>&lt;script&gt;alert(1)&lt;/script&gt; and on"},
		"/plain":    {Author: "Zoe's", Title: "Frost", HTML: "<p>" + early + "</p>"},
		"/titled":   {Title: "Frost"},
		"/picture":  {Problem: "error.web_wordless"},
		"/wordless": {Problem: "error.web_wordless"},
		"/meta":     {Problem: "error.web_gone"},
		"/missing":  {Problem: "error.web_gone"},
	} {
		st, err := town.Publish(t.Context(), ada, models.Draft{Text: "so true", ReplyURL: at + path})
		must(t, err)
		works(t, town)
		st, err = town.StatusByID(t.Context(), nil, st.ID)
		must(t, err)
		got := st.Context
		if got == nil {
			t.Errorf("%s: nothing", path)
			continue
		}
		want.AuthorURL = strings.ReplaceAll(want.AuthorURL, "{at}", at)
		if got.Author != want.Author || got.AuthorURL != want.AuthorURL || got.Title != want.Title || got.PublishedAt != want.PublishedAt || got.Problem != want.Problem ||
			!strings.HasPrefix(got.HTML, want.HTML) || (want.HTML == "") != (got.HTML == "") || len(got.HTML) > 400 {
			t.Errorf("%s: %+v, want %+v", path, got, want)
		}
		if (path == "/entry") != (got.PicturePath() != "") {
			t.Errorf("%s: the picture is %q", path, got.PicturePath())
		}
		if picture := got.PicturePath(); picture != "" && town.Guest(t).Get(picture).Status != 200 {
			t.Errorf("%s: nobody sees %s", path, picture)
		}
	}
}

// TestContextIsReadLater: a page that is away is asked again, once it was read never more.
func TestContextIsReadLater(t *testing.T) {
	t.Parallel()
	town := kit.Town(t)
	ada := kit.Crowd(t, town.Store, "ada")[0]
	asked := 0
	at := answering(t, func(w http.ResponseWriter, r *http.Request) {
		if asked++; asked == 1 {
			w.WriteHeader(503)
		}
		_, _ = io.WriteString(w, `<!doctype html><div class=h-entry><p class=e-content>hello`)
	})
	st, err := town.Publish(t.Context(), ada, models.Draft{Text: "so true", ReplyURL: at})
	must(t, err)
	if town.Work(t)[models.JobContext] == nil {
		t.Error("nobody asks again")
	}
	town.Clock.Add(5 * time.Minute)
	works(t, town)
	st, err = town.StatusByID(t.Context(), ada, st.ID)
	must(t, err)
	if st.Context.HTML != "<p>hello</p>" || asked != 3 { // it is asked once more whether it wants to be told
		t.Errorf("asked %d times, %+v", asked, st.Context)
	}
	must(t, town.Speaker.ReadContext(t.Context(), models.Job{Payload: `{"Status":1}`}))
	must(t, town.Speaker.ReadContext(t.Context(), models.Job{Payload: `{"Status":99}`}))
	if asked != 3 {
		t.Errorf("asked %d times", asked)
	}
}

// TestSecretsAskNobody: what a private status answers is read when it becomes public, and not before.
func TestSecretsAskNobody(t *testing.T) {
	t.Parallel()
	town := kit.Town(t)
	ada := kit.Crowd(t, town.Store, "ada")[0]
	asked := 0
	at := answering(t, func(w http.ResponseWriter, _ *http.Request) {
		asked++
		_, _ = io.WriteString(w, `<!doctype html><div class=h-entry><p class=e-content>hello`)
	})
	st, err := town.Publish(t.Context(), ada, models.Draft{Text: "hush", ReplyURL: at, Visibility: models.Private})
	must(t, err)
	works(t, town)
	must(t, town.Speaker.ReadContext(t.Context(), models.Job{Payload: `{"Status":1}`}))
	for _, visibility := range []string{models.Public, models.Private} { // a job waits, and finds that it is private again
		_, err = town.Edit(t.Context(), ada, st.ID, models.Draft{Text: "hush", Visibility: visibility})
		must(t, err)
	}
	works(t, town)
	same(t, "asked for a secret", asked, 0)
	_, err = town.Edit(t.Context(), ada, st.ID, models.Draft{Text: "hello", Visibility: models.Public})
	must(t, err)
	works(t, town)
	st, err = town.StatusByID(t.Context(), nil, st.ID)
	must(t, err)
	if st.Context == nil || st.Context.HTML != "<p>hello</p>" {
		t.Errorf("what it answers is %+v", st.Context)
	}
}
