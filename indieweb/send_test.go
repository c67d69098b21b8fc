package indieweb_test

import (
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

// peer is another site that answers as a test says.
func peer(t *testing.T, answer func(w http.ResponseWriter, r *http.Request)) string {
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

// TestWhatCameOfIt: every way in which a page may answer that it wants to be told, or not.
func TestWhatCameOfIt(t *testing.T) {
	t.Parallel()
	town := kit.Town(t)
	ada := kit.Crowd(t, town.Store, "ada")[0]
	posts := 0
	at := ""
	at = peer(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		switch r.Method + " " + r.URL.Path {
		case "GET /header-of-404":
			w.Header().Set("Link", "</take>; rel=webmention")
			w.WriteHeader(404)
		case "GET /body-of-404":
			w.WriteHeader(404)
			_, _ = io.WriteString(w, `<a rel=webmention href=/take>`)
		case "GET /gone":
			w.WriteHeader(410)
		case "GET /closed":
			w.WriteHeader(403)
		case "GET /broken", "POST /broken":
			w.WriteHeader(503)
		case "POST /busy":
			w.WriteHeader(429)
		case "POST /no":
			w.WriteHeader(400)
		case "GET /deaf":
		case "GET /long":
			_, _ = io.WriteString(w, `<a rel=webmention href=/take>`+strings.Repeat("x", 2<<20))
		case "POST /take":
			posts++
			_, _ = io.WriteString(w, strings.Repeat("thank you ", 1<<10))
		case "POST /moved", "POST /moved-again":
			http.Redirect(w, r, "/take", map[string]int{"/moved": 301, "/moved-again": 308}[r.URL.Path])
		case "POST /see":
			http.Redirect(w, r, "/done", http.StatusSeeOther)
		case "POST /round":
			http.Redirect(w, r, "/round", http.StatusTemporaryRedirect)
		case "POST /lost":
			http.Redirect(w, r, "http://[::1", http.StatusTemporaryRedirect)
		default:
			to := map[string]string{
				"/private": "http://10.0.0.1/take", "/private6": "http://[::1]/take", "/odd": "gopher://x.example/", "/self": town.URL + "/webmention", "/malformed": "http://[::1>",
			}[r.URL.Path]
			if to == "" {
				to = strings.TrimPrefix(r.URL.Path, "/to")
			}
			w.Header().Set("Link", fmt.Sprintf("<%s>; rel=webmention", to))
		}
	})
	for path, want := range map[string]string{
		"/header-of-404": "sent 200 ", "/body-of-404": "failed 404 error.web_gone", "/gone": "failed 410 error.web_gone", "/closed": "failed 403 error.web_refused",
		"/broken": "waiting 503 error.web_away", "/to/broken": "waiting 503 error.web_away", "/to/busy": "waiting 429 error.web_away", "/to/no": "failed 400 error.web_refused",
		"/deaf": "deaf 200 ", "/long": "sent 200 ", "/to/take": "sent 200 ", "/to/moved": "sent 200 ", "/to/moved-again": "sent 200 ", "/to/see": "sent 303 ",
		"/to/round": "failed 0 error.web_address", "/to/lost": "failed 0 error.web_address", "/private": "failed 0 error.web_private", "/private6": "failed 0 error.web_private",
		"/odd": "deaf 200 ", "/self": "failed 0 error.web_address", "/malformed": "deaf 200 ",
	} {
		posts = 0
		st := say(t, town, ada, "look "+at+path)
		failed := town.Work(t)
		m := sentOf(t, town, st)
		if got := fmt.Sprint(m.State, " ", m.Code, " ", m.Problem); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
		if wait := strings.HasPrefix(want, "waiting"); (failed[models.JobMention] != nil) != wait {
			t.Errorf("%s: the job says %v", path, failed)
		}
		if sent := want == "sent 200 "; sent != (posts == 1) {
			t.Errorf("%s: %d posts", path, posts)
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
	at := peer(t, func(w http.ResponseWriter, r *http.Request) {
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
