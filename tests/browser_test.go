package tests

import (
	"strconv"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

func TestMain(m *testing.M) { kit.Main(m) }

// town is a site that looks lived in: five people, what they said, answers, one edit, one secret.
type town struct {
	*kit.Site
	ada, bob, cleo, dede, eve *models.Account
	said                      map[string]*models.Status // the last public status of each
	thread                    *models.Status            // the one with two answers
	gone                      *models.Status            // it was there
}

// remark is one status of the town; the newest stands last.
type remark struct {
	who, face, mood, own, text, answers string
	private                             bool
}

var remarks = []remark{
	{who: "ada", face: "☕", text: "First light on the new marquee. Two bulbs are out already and I love them."},
	{who: "bob", mood: "happy", text: "hello everybody! found the ladder, fixed one bulb."},
	{who: "cleo", face: "🌧️", mood: "calm", own: "la pluie sur le toit", text: "Il pleut sur Lyon depuis mardi. Le chat a décidé que c’était ma faute."},
	{who: "dede", face: "📼", text: "Anybody else still keep tapes? I found one that only says « ne pas effacer » and I am afraid of it."},
	{who: "ada", answers: "dede", face: "😱", text: "Play it, ~dede. At midnight. For science."},
	{who: "eve", mood: "sad", own: "homesick, a little"},
	{who: "bob", answers: "eve", face: "🍜", text: "Soup at mine on Thursday, ~eve. Bring the board game with the missing goose."},
	{who: "cleo", face: "🥖", text: "J’ai fait du pain. Il est dense. On pourrait en faire une cale de porte."},
	{who: "ada", mood: "angry", text: "The printer says PC LOAD LETTER and so do I."},
	{who: "dede", face: "🚲", mood: "happy", text: "40 km along the canal, three herons, one puncture."},
	{who: "eve", text: "reading https://example.org/a/very/long/address/that/goes/on/and/on/without/any/mercy/for/small/screens/at-all.html and nodding"},
	{who: "bob", face: "💾", text: "Backed up everything to a floppy shaped USB stick. Feels right. #retro"},
	{who: "cleo", mood: "tired", own: "sept cafés", text: "Relecture terminée : 312 pages, 1 208 virgules déplacées."},
	{who: "ada", face: "🐱", text: "The cat typed this: ;;;;;;;;;;;;;;;\n\nShe stands by it."},
	{who: "dede", answers: "ada", face: "🐶", text: "My dog would like to reply but he is busy being a rug."},
	{who: "eve", face: "🎭", mood: "excited", text: "Opening night!! The curtain got stuck halfway, so the front row saw Hamlet’s knees for ten minutes."},
	{who: "bob", face: "👏", answers: "eve", text: "best knees in Elsinore"},
	{who: "cleo", answers: "eve", face: "🌹", text: "Bravo ~eve ! On t’a entendue jusqu’au dernier rang."},
	{who: "ada", mood: "sad", text: "Dear diary: nobody may read this.", private: true},
	{who: "dede", face: "🌙", text: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft is a word I said aloud today."},
	{who: "eve", mood: "calm", face: "🍵"},
	{who: "bob", text: "Changed the CRT in the box office. It hums in B flat. #retro #crt"},
	{who: "cleo", face: "🧶", text: "Écharpe : deux mètres dix. Je ne sais plus m’arrêter."},
	{who: "dede", answers: "cleo", text: "Three metres and it becomes a scarf for the whole house."},
	{who: "ada", mood: "happy", own: "rain on the roof", face: "🍲", text: "Made soup. The cat has opinions about it."},
}

// newTown builds the town on SQLite; its last status was said just now, on the clock of this machine.
func newTown(t *testing.T) *town {
	t.Helper()
	s := kit.SQLite(t)
	s.Clock.Add(time.Since(s.Clock.Now()) - time.Duration(len(remarks))*time.Hour - 20*time.Minute)
	w := &town{Site: kit.Serve(t, s), said: map[string]*models.Status{}}
	people := map[string]*models.Account{}
	for _, name := range []string{"ada", "bob", "cleo", "dede", "eve"} {
		people[name] = kit.SignUp(t, s, name)
	}
	w.ada, w.bob, w.cleo, w.dede, w.eve = people["ada"], people["bob"], people["cleo"], people["dede"], people["eve"]
	for _, r := range remarks {
		s.Clock.Add(time.Hour)
		w.say(t, people[r.who], r)
	}
	w.edit(t, w.cleo, "Écharpe : deux mètres trente. Je ne sais plus m’arrêter.")
	w.describe(t)
	kit.SignUp(t, s, "fay")
	w.withdraw(t, w.bob)
	runJobs(t, s)
	w.encircle(t)
	return w
}

func (w *town) say(t *testing.T, by *models.Account, r remark) {
	t.Helper()
	draft := models.Draft{Text: r.text, Face: r.face, Mood: r.mood, MoodText: r.own}
	if r.private {
		draft.Visibility = models.Private
	}
	if r.answers != "" {
		draft.ReplyToID = w.said[r.answers].ID
	}
	st, err := w.Publish(t.Context(), by, draft)
	if err != nil {
		t.Fatalf("%s cannot say %q: %v", r.who, r.text, err)
	}
	if r.face == "🎭" {
		w.thread = st
	}
	if !r.private {
		w.said[r.who] = st
	}
}

func (w *town) edit(t *testing.T, by *models.Account, text string) {
	t.Helper()
	st := w.said[by.Name]
	w.Clock.Add(20 * time.Minute)
	if _, err := w.Edit(t.Context(), by, st.ID, models.Draft{Text: text, Face: st.Face}); err != nil {
		t.Fatal(err)
	}
}

func (w *town) describe(t *testing.T) {
	t.Helper()
	profile := models.Profile{Bio: "I keep the lights on.\n\nSoup, cats, cathode rays. Say hello!", Homepage: "https://ada.example.org/"}
	if err := w.Describe(t.Context(), w.ada, profile); err != nil {
		t.Fatal(err)
	}
}

// runJobs does what the worker would do, until nothing waits any more.
func runJobs(t *testing.T, s *kit.Store) {
	t.Helper()
	for {
		jobs, err := s.ClaimJobs(t.Context(), 100)
		if err != nil {
			t.Fatal(err)
		}
		if len(jobs) == 0 {
			return
		}
		for _, j := range jobs {
			var failure error
			switch j.Kind {
			case models.JobNotify:
				failure = s.Notify(t.Context(), j)
			case models.JobMe, models.JobMentions: // these sites of the cast do not exist
			default:
				t.Fatalf("no test knows the job %s", j.Kind)
			}
			if err := s.FinishJob(t.Context(), j, failure); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// stop is one page on a walk through the site.
type stop struct {
	name, path string
	status     int
}

// guestWalk is every page that a guest can see, errors too.
func (w *town) guestWalk() []stop {
	return []stop{
		{"front", "/", 200},
		{"page", "/~ada", 200},
		{"page-empty", "/~fay", 200},
		{"moods-of", "/~ada/moods", 200},
		{"status", w.said["ada"].Path(), 200},
		{"thread", w.thread.Path(), 200},
		{"thread-french", w.thread.Path() + "?lang=fr", 200},
		{"webmention", "/webmention?target=/~ada", 200},
		{"tag", "/tag/retro", 200},
		{"pictures", "/pictures", 200},
		{"pictures-of", "/~dede/pictures", 200},
		{"pictures-none", "/~fay/pictures", 200},
		{"year", "/~eve/moods", 200},
		{"guestbook", "/~ada/guestbook", 200},
		{"guestbook-empty", "/~fay/guestbook", 200},
		{"guestbook-sign", "/~ada/guestbook/sign", 200},
		{"mood", "/mood", 200},
		{"mood-one", "/mood/happy", 200},
		{"directory", "/directory", 200},
		{"directory-hello", "/directory?sort=hello", 200},
		{"about", "/about", 200},
		{"rules", "/rules", 200},
		{"signup", "/signup", 200},
		{"login", "/login", 200},
		{"recover", "/recover", 200},
		{"reading", "/reading", 200},
		{"ask", "/settings", 200},
		{"missing", "/nothing/here", 404},
		{"gone", w.gone.Path(), 410},
		{"french", "/?lang=fr", 200},
		{"widget", "/~ada/widget", 200},
		{"widget-late", "/~ada/widget?theme=late", 200},
		{"rings", "/rings", 200},
		{"ring", "/rings/small-lights", 200},
		{"client", "/client", 200},
		{"widget-ring", "/rings/small-lights/1/widget", 200},
	}
}

// memberWalk is every page that a member, here the webmaster, sees otherwise than a guest.
func (w *town) memberWalk() []stop {
	return []stop{
		{"member-front", "/", 200},
		{"member-page", "/~ada", 200},
		{"member-own", w.said["ada"].Path(), 200},
		{"member-thread", w.thread.Path(), 200},
		{"member-edit", w.said["ada"].Path() + "/edit", 200},
		{"member-reply", "/post?reply_to=" + strconv.FormatInt(w.thread.ID, 10), 200},
		{"member-popup", "/post?popup=1", 200},
		{"member-notices", "/notices", 200},
		{"member-settings", "/settings", 200},
		{"member-security", "/settings/security", 200},
		{"member-apps", "/settings/apps", 200},
		{"member-consent", "/indieauth/authorize?response_type=code&client_id=http%3A%2F%2F127.0.0.1%3A1%2F&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2F&state=x&scope=create+media&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256", 200},
		{"member-addresses", "/settings/addresses", 200},
		{"member-widgets", "/settings/widgets", 200},
		{"member-buttons", "/settings/buttons", 200},
		{"member-friends", "/settings/friends", 200},
		{"member-guestbook", "/settings/guestbook", 200},
		{"member-mentions", "/settings/mentions", 200},
		{"member-mentions-french", "/settings/mentions?lang=fr", 200},
		{"member-block", "/settings/mentions/1/block", 200},
		{"member-sent", w.said["ada"].Path() + "/sent", 200},
		{"member-guestbook-own", "/~ada/guestbook", 200},
		{"member-guestbook-sign", "/~bob/guestbook/sign", 200},
		{"member-guestbook-remove", "/~ada/guestbook/1/remove", 200},
		{"member-site", "/settings/site", 200},
		{"member-reading", "/reading", 200},
		{"member-rings", "/rings", 200},
		{"member-ring-new", "/rings/new", 200},
		{"member-ring-join", "/rings/small-lights/join", 200},
		{"member-ring-keep", "/rings/small-lights/keep", 200},
	}
}

// withdraw says something and takes it away again.
func (w *town) withdraw(t *testing.T, by *models.Account) {
	t.Helper()
	var err error
	if w.gone, err = w.Publish(t.Context(), by, models.Draft{Text: "nevermind"}); err == nil {
		err = w.Withdraw(t.Context(), by, w.gone.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// humanPause is longer than the time within which nobody fills in a form.
const humanPause = 3 * time.Second
