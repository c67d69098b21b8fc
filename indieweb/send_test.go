package indieweb_test

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// answering is another site that answers as a test says.
func answering(t *testing.T, answer func(w http.ResponseWriter, r *http.Request)) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(answer))
	t.Cleanup(s.Close)
	return s.URL
}

// sentOf is what came of telling the only page that a status leads to.
func sentOf(t *testing.T, town *kit.Site, st *models.Status) models.SentMention {
	t.Helper()
	_, sent, err := town.Sent(t.Context(), st.Account, st.ID)
	must(t, err)
	if len(sent) != 1 {
		t.Fatalf("told %d pages: %+v", len(sent), sent)
	}
	return sent[0]
}

// leadsTo is where the header of some pages of the counter says that its endpoint is; that of /to/x is at /x.
func leadsTo(path, town string) string {
	to := map[string]string{
		"/private": "http://10.0.0.1/take", "/private6": "http://[::1]/take", "/odd": "gopher://x.example/", "/self": town + "/webmention", "/malformed": "http://[::1>",
	}[path]
	return cmp.Or(to, strings.TrimPrefix(path, "/to"))
}

// counter is a site that answers in every way there is, and counts the mentions that it took.
func counter(t *testing.T, town string, taken *int) string {
	t.Helper()
	codes := map[string]int{
		"GET /body-of-404": 404, "GET /gone": 410, "GET /closed": 403, "GET /broken": 503, "POST /broken": 503, "POST /busy": 429, "POST /no": 400, "GET /deaf": 200,
	}
	return answering(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		asked := r.Method + " " + r.URL.Path
		switch code, ok := codes[asked]; {
		case ok:
			w.WriteHeader(code)
			if code == 404 {
				_, _ = io.WriteString(w, `<a rel=webmention href=/take>`)
			}
		case asked == "GET /header-of-404":
			w.Header().Set("Link", "</take>; rel=webmention")
			w.WriteHeader(404)
		case asked == "GET /long":
			_, _ = io.WriteString(w, `<a rel=webmention href=/take>`+strings.Repeat("x", 2<<20))
		case asked == "POST /take":
			*taken++
			_, _ = io.WriteString(w, strings.Repeat("thank you ", 1<<10))
		case r.Method == "POST":
			to := map[string]string{"/round": "/round", "/lost": "http://[::1", "/see": "/done"}[r.URL.Path]
			code := map[string]int{"/moved": 301, "/moved-again": 308, "/see": 303}[r.URL.Path]
			w.Header().Set("Location", cmp.Or(to, "/take"))
			w.WriteHeader(cmp.Or(code, 307))
		default:
			w.Header().Set("Link", fmt.Sprintf("<%s>; rel=webmention", leadsTo(r.URL.Path, town)))
		}
	})
}

// TestWhatCameOfIt: every way in which a page may answer that it wants to be told, or not.
func TestWhatCameOfIt(t *testing.T) {
	t.Parallel()
	town := kit.Town(t)
	ada := kit.Crowd(t, town.Store, "ada")[0]
	taken := 0
	at := counter(t, town.URL, &taken)
	for path, want := range map[string]string{
		"/header-of-404": "sent 200 ", "/body-of-404": "failed 404 error.web_gone", "/gone": "failed 410 error.web_gone", "/closed": "failed 403 error.web_refused",
		"/broken": "waiting 503 error.web_away", "/to/broken": "waiting 503 error.web_away", "/to/busy": "waiting 429 error.web_away", "/to/no": "failed 400 error.web_refused",
		"/deaf": "deaf 200 ", "/long": "sent 200 ", "/to/take": "sent 200 ", "/to/moved": "sent 200 ", "/to/moved-again": "sent 200 ", "/to/see": "sent 303 ",
		"/to/round": "failed 0 error.web_address", "/to/lost": "failed 0 error.web_address", "/private": "failed 0 error.web_private", "/private6": "failed 0 error.web_private",
		"/odd": "deaf 200 ", "/self": "failed 0 error.web_address", "/malformed": "deaf 200 ",
	} {
		taken = 0
		st := say(t, town, ada, "look "+at+path)
		failed := town.Work(t)
		m := sentOf(t, town, st)
		if got := fmt.Sprint(m.State, " ", m.Code, " ", m.Problem); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
		if wait := strings.HasPrefix(want, "waiting"); (failed[models.JobMention] != nil) != wait {
			t.Errorf("%s: the job says %v", path, failed)
		}
		if sent := want == "sent 200 "; sent != (taken == 1) {
			t.Errorf("%s: %d posts", path, taken)
		}
		if m.TriedAt != models.At(town.Now()) {
			t.Errorf("%s: tried at %v", path, m.TriedAt)
		}
		if path == "/to/see" && m.Location != at+"/done" {
			t.Errorf("%s: more is at %q", path, m.Location)
		}
	}
	town.Clock.Add(5 * time.Minute)
	if failed := town.Work(t); failed[models.JobMention] == nil {
		t.Error("what was busy was not asked again")
	}
}

// TestTriedAgain: a site that is away is asked again by the ladder, and given up at its end.
func TestTriedAgain(t *testing.T) {
	t.Parallel()
	town := kit.Town(t)
	ada := kit.Crowd(t, town.Store, "ada")[0]
	asked, back := 0, false
	at := answering(t, func(w http.ResponseWriter, r *http.Request) {
		asked++
		if !back {
			w.WriteHeader(500)
			return
		}
		w.Header().Set("Link", "</take>; rel=webmention")
	})
	st := say(t, town, ada, "look "+at)
	for i, wait := range []time.Duration{0, 5 * time.Minute, time.Hour, 4 * time.Hour, 12 * time.Hour, 24 * time.Hour, 24 * time.Hour} {
		town.Clock.Add(wait)
		town.Work(t)
		m := sentOf(t, town, st)
		if want := min(i+1, 6); asked != want || m.Problem != "error.web_away" || (m.State == models.SentFailed) != (i >= 5) {
			t.Errorf("after %d tries: asked %d times, %+v", i+1, asked, m)
		}
	}
	back = true
	must(t, town.SendAgain(t.Context(), ada, sentOf(t, town, st).ID))
	must(t, town.SendAgain(t.Context(), ada, sentOf(t, town, st).ID))
	works(t, town)
	if m := sentOf(t, town, st); m.State != models.SentTaken || m.Problem != "" || asked != 8 {
		t.Errorf("sent again: %+v, asked %d times", m, asked)
	}
}

// TestClosingIsTold: who closes an account leaves 410s behind, and those who took a mention are told.
func TestClosingIsTold(t *testing.T) {
	t.Parallel()
	rocks, town := newRocks(t), kit.Town(t)
	kit.SignUp(t, town.Store, "eve")
	ada := kit.SignUp(t, town.Store, "ada")
	st := say(t, town, ada, "look "+rocks.URL+"/update/1 and "+rocks.URL+"/nothing")
	works(t, town)
	rocks.all()
	must(t, town.CloseAccount(t.Context(), ada, kit.Password))
	works(t, town)
	got := rocks.all()
	if len(got) != 1 || got[0].source != town.URL+st.Path() || got[0].target != rocks.URL+"/update/1" || got[0].found != 410 {
		t.Errorf("told %+v", got)
	}
}

// TestAnswersAreToldUpwards: who is answered elsewhere is told once of each answer to the answer (Salmention).
func TestAnswersAreToldUpwards(t *testing.T) {
	t.Parallel()
	rocks, town := newRocks(t), kit.Town(t)
	crowd := kit.Crowd(t, town.Store, "ada", "bob")
	target := rocks.URL + "/update/1"
	st, err := town.Publish(t.Context(), crowd[0], models.Draft{Text: "so true", ReplyURL: target})
	must(t, err)
	works(t, town)
	if got := rocks.all(); len(got) != 1 || !got[0].linked || got[0].target != target {
		t.Errorf("told %+v", got)
	}
	answer, err := town.Publish(t.Context(), crowd[1], models.Draft{Text: "is it?", ReplyToID: st.ID})
	must(t, err)
	works(t, town)
	if got := rocks.all(); len(got) != 1 || got[0].source != town.URL+st.Path() {
		t.Errorf("of the answer: told %+v", got)
	}
	_, err = town.Edit(t.Context(), crowd[1], answer.ID, models.Draft{Text: "is it so?"})
	must(t, err)
	_, err = town.Publish(t.Context(), crowd[1], models.Draft{Text: "between us", ReplyToID: st.ID, Visibility: models.Private})
	must(t, err)
	works(t, town)
	if got := rocks.all(); len(got) != 0 {
		t.Errorf("of an edit and a secret: told %+v", got)
	}
}
