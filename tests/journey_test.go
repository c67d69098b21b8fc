package tests

import (
	"strings"
	"testing"

	"marquee/models"
	"marquee/tests/kit"
)

// traveller is somebody who uses everything once, in order.
type traveller struct {
	*kit.Tab
	t      *testing.T
	site   *kit.Site
	script bool
}

const sendStatus = "form.composer .main-button"

func TestJourneyWithScript(t *testing.T) { journey(t, true) }

func TestJourneyWithoutScript(t *testing.T) { journey(t, false) }

func journey(t *testing.T, script bool) {
	site := kit.Serve(t, kit.SQLite(t))
	tr := &traveller{Tab: site.Browser(t), t: t, site: site, script: script}
	tr.Script(script)
	for _, leg := range []func(){
		tr.signUp, tr.post, tr.edit, tr.redraft, tr.withdraw, tr.refused, tr.logOutAndIn, tr.comeBackLate,
		tr.speakFrench, tr.turnDark, tr.answerSomebody, tr.settle, tr.leave,
	} {
		leg()
		if t.Failed() {
			t.FailNow() // the legs after this one would only repeat it
		}
	}
}

// gets fails the journey unless a step ended with the status at the path.
func (tr *traveller) gets(status, want int, path string) {
	tr.t.Helper()
	if here := tr.Here(); status != want || here != path {
		tr.t.Fatalf("status %d at %s, want %d at %s: %s", status, here, want, path, tr.Text("body"))
	}
}

func (tr *traveller) signUp() {
	tr.gets(tr.Open("/"), 200, "/")
	tr.See("Nothing here yet.")
	tr.gets(tr.Follow("a[href='/signup']"), 200, "/signup")
	tr.Fill("name", "ada")
	tr.Fill("password", kit.Password)
	tr.gets(tr.Follow("form[action='/signup'] button"), 422, "/signup")
	tr.See("quicker than a person types")
	if tr.Value("name") != "ada" {
		tr.t.Error("the name is lost")
	}
	tr.site.Clock.Add(humanPause)
	tr.Fill("password", kit.Password)
	tr.gets(tr.Follow("form[action='/signup'] button"), 200, "/signup")
	tr.See("Welcome, ~ada!", "you are the webmaster")
	if codes := strings.Fields(tr.Text("pre")); len(codes) != 10 {
		tr.t.Errorf("the recovery codes are %q, want ten", codes)
	}
	tr.gets(tr.Follow("a.button"), 200, "/")
}

func (tr *traveller) post() {
	tr.Click("form.composer details:has(.faces) summary")
	tr.Click("input[name=face_pick][value='🍜']")
	if tr.script && tr.Value("face") != "🍜" {
		tr.t.Error("the script does not write the face into its field")
	}
	tr.Fill("mood", "cosy")
	tr.Fill("mood_text", "rain on the roof")
	tr.Fill("text", "Made soup.\n\nThe cat & I <3 it.")
	tr.gets(tr.Follow(sendStatus), 200, "/~ada/1")
	for _, path := range []string{"/~ada/1", "/", "/~ada"} {
		tr.Open(path)
		tr.See("~ada is feeling cosy", "rain on the roof", "Made soup.", "The cat & I <3 it.")
		if face := tr.Text("#s1 .face"); face != "🍜" {
			tr.t.Errorf("%s shows the face %q", path, face)
		}
	}
	if said := tr.Text("#s1 .when"); strings.Contains(said, "edited") {
		tr.t.Errorf("a new status is marked: %s", said)
	}
	if absolute := strings.Contains(tr.Text("#s1 .when"), "21 Nov 2026, 14:05"); absolute == tr.script {
		tr.t.Errorf("script %v, and the time is %q", tr.script, tr.Text("#s1 .when"))
	}
}

func (tr *traveller) edit() {
	tr.gets(tr.Follow("#s1 a[href='/~ada/1/edit']"), 200, "/~ada/1/edit")
	for name, want := range map[string]string{"face": "🍜", "mood": "cosy", "mood_text": "rain on the roof", "text": "Made soup.\n\nThe cat & I <3 it."} {
		if got := tr.Value(name); got != want {
			tr.t.Errorf("%s stands as %q in the form, want %q", name, got, want)
		}
	}
	tr.site.Clock.Add(humanPause)
	tr.Fill("text", "Made better soup.")
	tr.gets(tr.Follow(sendStatus), 200, "/~ada/1")
	tr.See("Made better soup.")
	tr.SeeNot("The cat & I")
	if marked := tr.Text("#s1 .when"); !strings.Contains(marked, "edited") {
		tr.t.Errorf("an edited status is not marked: %s", marked)
	}
}

// takeDown presses one of the buttons that are folded away on a status's own page.
func (tr *traveller) takeDown(action string) int {
	tr.t.Helper()
	tr.Click("main details:has(form[action='" + action + "']) summary")
	return tr.Follow("form[action='" + action + "'] button")
}

func (tr *traveller) redraft() {
	tr.gets(tr.takeDown("/~ada/1/redraft"), 200, "/")
	if text, mood := tr.Value("text"), tr.Value("mood"); text != "Made better soup." || mood != "cosy" {
		tr.t.Errorf("the draft holds %q and the mood %q", text, mood)
	}
	tr.gets(tr.Open("/~ada/1"), 410, "/~ada/1")
	tr.See("That page has left the building")
	tr.Open("/")
	tr.SeeNot("Made better soup.")
	tr.Fill("text", "Made the best soup.")
	tr.gets(tr.Follow(sendStatus), 200, "/~ada/2")
}

func (tr *traveller) withdraw() {
	for range 2 {
		tr.gets(tr.takeDown("/~ada/2/delete"), 410, "/~ada/2")
		tr.See("It has left the building", "until 22 Nov 2026")
		tr.SeeNot("Made the best soup.")
		tr.gets(tr.Follow("form[action='/~ada/2/restore'] button"), 200, "/~ada/2")
		tr.See("Made the best soup.")
	}
	tr.gets(tr.takeDown("/~ada/2/delete"), 410, "/~ada/2")
	tr.gets(tr.Open("/~ada"), 200, "/~ada")
	tr.SeeNot("Made the best soup.")
}

func (tr *traveller) refused() {
	tr.Open("/")
	tr.gets(tr.Follow(sendStatus), 422, "/statuses")
	tr.See("Say something, or pick a face or a mood.")
	tr.Fill("face", "ab")
	tr.Fill("mood", "sunny")
	tr.Fill("mood_text", "nearly")
	tr.Fill("text", "What I typed is still here.")
	tr.Fill("visibility", "private")
	tr.gets(tr.Follow(sendStatus), 422, "/statuses")
	tr.See("A face is one emoji.")
	kept := map[string]string{"face": "ab", "mood": "sunny", "mood_text": "nearly", "text": "What I typed is still here.", "visibility": "private"}
	for name, want := range kept {
		if got := tr.Value(name); got != want {
			tr.t.Errorf("%s came back as %q, want %q", name, got, want)
		}
	}
	tr.Fill("face", "🌞")
	tr.gets(tr.Follow(sendStatus), 200, "/~ada/3")
	tr.See("What I typed is still here.", "(only you can read this)")
}

func (tr *traveller) logIn(password string) int {
	tr.t.Helper()
	tr.Fill("name", "ada")
	tr.Fill("password", password)
	return tr.Follow("form[action='/login'] button")
}

func (tr *traveller) logOutAndIn() {
	tr.gets(tr.Follow("form[action='/logout'] button"), 200, "/")
	tr.SeeNot("log out", "How are you?")
	if got := tr.Open("/~ada/3"); got != 404 && got != 403 {
		tr.t.Errorf("a guest gets a private status: %d", got)
	}
	tr.gets(tr.Follow("a[href='/login']"), 200, "/login")
	tr.gets(tr.logIn("not the password"), 422, "/login")
	tr.See("do not go together")
	if tr.Value("name") != "ada" || tr.Value("password") != "" {
		tr.t.Error("the log-in form comes back without the name, or with the password")
	}
	tr.gets(tr.logIn(kit.Password), 200, "/")
	tr.See("log out")
}

// comeBackLate sends a status after its session has ended: nothing may be lost.
func (tr *traveller) comeBackLate() {
	tr.Open("/")
	tr.Fill("text", "Said after the doors had closed.")
	tr.Fill("mood", "calm")
	ada := account(tr.t, tr.site, "ada")
	sessions, err := tr.site.Sessions(tr.t.Context(), ada)
	if err != nil || len(sessions) == 0 {
		tr.t.Fatalf("ada's sessions are %v (%v)", sessions, err)
	}
	for _, session := range sessions {
		if err := tr.site.EndSession(tr.t.Context(), ada, session.Hash); err != nil {
			tr.t.Fatal(err)
		}
	}
	tr.gets(tr.Follow(sendStatus), 422, "/statuses")
	tr.See("Nothing is lost")
	if got := tr.logIn("not the password"); got != 422 {
		tr.t.Errorf("a wrong password on the way gets %d", got)
	}
	tr.gets(tr.logIn(kit.Password), 200, "/~ada/4")
	tr.See("Said after the doors had closed.", "~ada is feeling calm")
}

func account(t *testing.T, site *kit.Site, name string) *models.Account {
	t.Helper()
	a, err := site.Account(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// reads chooses a language or a light and goes back to where it was.
func (tr *traveller) reads(name, value, back string) {
	tr.t.Helper()
	tr.Click("input[name=" + name + "][value=" + value + "]")
	tr.gets(tr.Follow("main button"), 200, back)
}

func (tr *traveller) speakFrench() {
	tr.Open("/~ada")
	tr.Follow("footer a[href^='/reading']")
	tr.reads("lang", "fr", "/~ada")
	tr.See("accueil", "Comment ça va", "est d’humeur")
	if lang := kit.Eval[string](tr.Tab, "document.documentElement.lang"); lang != "fr" {
		tr.t.Errorf("the French page says it is %q", lang)
	}
	tr.Follow("footer a[href^='/reading']")
	tr.reads("lang", "en", "/~ada")
	tr.See("home")
}

// answerSomebody has bob answer ada, who is told.
func (tr *traveller) answerSomebody() {
	bob := &traveller{Tab: tr.Another(), t: tr.t, site: tr.site, script: tr.script}
	bob.Script(tr.script)
	bob.As(kit.SignUp(tr.t, tr.site.Store, "bob"))
	tr.site.Clock.Add(humanPause)
	bob.Open("/~ada")
	bob.gets(bob.Follow("#s4 a[href='/post?reply_to=4']"), 200, "/post?reply_to=4")
	bob.See("Answer ~ada", "Said after the doors had closed.")
	bob.Fill("text", "I left a window open.")
	bob.gets(bob.Follow(sendStatus), 200, "/~bob/5")
	bob.See("in answer to ~ada")
	runJobs(tr.t, tr.site.Store)
	tr.Open("/~ada/4")
	tr.See("I left a window open.", "for you (new!)")
	tr.gets(tr.Follow("nav a[href='/notices']"), 200, "/notices")
	tr.See("An answer to you:", "I left a window open.")
	tr.Open("/")
	tr.SeeNot("for you (new!)")
}

func (tr *traveller) settle() {
	tr.Follow("nav a[href='/settings']")
	tr.Fill("bio", "I keep the lights on.")
	tr.Fill("homepage", "https://ada.example.org/")
	tr.gets(tr.Follow("form[action='/settings'] button"), 200, "/settings?saved=1")
	tr.See("Saved.")
	tr.gets(tr.Follow("main a[href='/~ada']"), 200, "/~ada")
	tr.See("I keep the lights on.", "ada.example.org")
}

func (tr *traveller) leave() {
	tr.Open("/settings/security")
	tr.Fill("delete_password", "not the password")
	tr.gets(tr.Follow("form[action='/settings/delete'] button"), 422, "/settings/delete")
	tr.See("That is not your password.")
	tr.Fill("delete_password", kit.Password)
	tr.gets(tr.Follow("form[action='/settings/delete'] button"), 422, "/settings/delete") // she runs the site
	tr.handOver("bob")
	tr.Fill("delete_password", kit.Password)
	tr.gets(tr.Follow("form[action='/settings/delete'] button"), 200, "/")
	tr.SeeNot("log out", "Said after the doors had closed.")
	for _, path := range []string{"/~ada", "/~ada/4", "/~ada/rss.xml"} {
		if got := tr.Open(path); got != 410 {
			tr.t.Errorf("%s answers %d after the account is gone, want 410", path, got)
		}
	}
}
