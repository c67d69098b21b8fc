package tests

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"marquee/models"
	"marquee/tests/kit"
)

// says publishes through the form and returns the path of the status.
func says(t *testing.T, v *kit.Visitor, form url.Values) string {
	t.Helper()
	sent := v.Post("/statuses", form)
	path := sent.Header.Get("Location")
	if sent.Status != 303 || path == "" {
		t.Fatalf("publishing: %d %s", sent.Status, sent.Body)
	}
	return path
}

// quiet fails the test when a job failed.
func quiet(t *testing.T, failed map[string]error) {
	t.Helper()
	for kind, err := range failed {
		t.Errorf("the job %s: %v", kind, err)
	}
}

// shows asserts what stands on a page and what does not.
func shows(t *testing.T, what string, page kit.Answer, has string, hasNot ...string) {
	t.Helper()
	body := html.UnescapeString(page.Body)
	if !strings.Contains(body, has) {
		t.Errorf("%s (%d) does not show %q:\n%s", what, page.Status, has, page.Body)
	}
	for _, text := range hasNot {
		if strings.Contains(body, text) {
			t.Errorf("%s shows %q", what, text)
		}
	}
}

// TestTwoTownsAnswerEachOther: bob's words in one town are answered from the other. The answer quotes them, waits at bob's door, is
// shown, follows an edit, and goes when it is taken down; bob answers back.
func TestTwoTownsAnswerEachOther(t *testing.T) {
	t.Parallel()
	odeon, rialto := kit.Town(t), kit.Town(t)
	ada, bob := odeon.As(t, kit.SignUp(t, odeon.Store, "ada")), rialto.As(t, kit.SignUp(t, rialto.Store, "bob"))
	asked := says(t, bob, url.Values{"text": {"who is up for a film tonight?"}})
	answered := says(t, ada, url.Values{"text": {"I am, if it is a comedy"}, "reply_to": {rialto.URL + asked}})
	quiet(t, odeon.Work(t))
	shows(t, "the answer", odeon.Guest(t).Get(answered), "who is up for a film tonight?")
	shows(t, "the answer", odeon.Guest(t).Get(answered), "~bob")
	shows(t, "what ada sees of it", ada.Get(answered+"/sent"), "Told.")

	quiet(t, rialto.Work(t))
	shows(t, "bob's status before he decided", rialto.Guest(t).Get(asked), "film", "if it is a comedy")
	waiting := bob.Get("/settings/mentions")
	shows(t, "what waits for bob", waiting, "if it is a comedy")
	welcome := regexp.MustCompile(`name="welcome\.(\d+)"`).FindStringSubmatch(waiting.Body)
	if welcome == nil {
		t.Fatal("bob cannot welcome the odeon")
	}
	bob.Post("/settings/mentions", url.Values{"welcome": {welcome[1]}})
	shows(t, "bob's status", rialto.Guest(t).Get(asked), "if it is a comedy")

	ada.Post(answered+"/edit", url.Values{"text": {"I am, whatever it is"}})
	quiet(t, odeon.Work(t))
	quiet(t, rialto.Work(t))
	shows(t, "after the edit", rialto.Guest(t).Get(asked), "I am, whatever it is", "comedy")

	back := says(t, bob, url.Values{"text": {"eight o'clock then"}, "reply_to": {odeon.URL + answered}})
	quiet(t, rialto.Work(t))
	quiet(t, odeon.Work(t))
	shows(t, "what waits for ada", ada.Get("/settings/mentions"), "eight o'clock then")
	shows(t, "bob's second", rialto.Guest(t).Get(back), "I am, whatever it is")

	ada.Post(answered+"/delete", nil)
	quiet(t, odeon.Work(t))
	quiet(t, rialto.Work(t))
	shows(t, "after the end", rialto.Guest(t).Get(asked), "film", "whatever it is")
	if left := odeon.Guest(t).Get(answered); left.Status != 410 {
		t.Errorf("what was taken down answers %d", left.Status)
	}
}

// TestTwoTownsLikeEachOther: what a program of ada's likes, keeps and accepts over there is typed there as what it is, follows a change,
// and stands in her feed.
func TestTwoTownsLikeEachOther(t *testing.T) {
	t.Parallel()
	odeon, rialto := kit.Town(t), kit.Town(t)
	ada, bob := kit.SignUp(t, odeon.Store, "ada"), rialto.As(t, kit.SignUp(t, rialto.Store, "bob"))
	asked := rialto.URL + says(t, bob, url.Values{"text": {"film night on Thursday"}})
	key, err := odeon.CreateToken(t.Context(), ada, "test", models.Scopes)
	if err != nil {
		t.Fatal(err)
	}
	program := odeon.Guest(t)
	made := func(form url.Values) string {
		form.Set("access_token", key)
		a := program.Post("/micropub", form)
		if a.Status != 201 && a.Status != 204 {
			t.Fatalf("micropub: %d %s", a.Status, a.Body)
		}
		quiet(t, odeon.Work(t))
		quiet(t, rialto.Work(t))
		return odeon.URL + strings.TrimPrefix(a.Header.Get("Location"), odeon.URL)
	}
	like := made(url.Values{"like-of": {asked}})
	made(url.Values{"bookmark-of": {asked}, "content": {"for later"}})
	made(url.Values{"repost-of": {asked}})
	made(url.Values{"rsvp": {"maybe"}, "in-reply-to": {asked}})
	heard := bob.Get("/settings/mentions")
	for _, verb := range []string{"likes it", "bookmarked it", "passed it on", "may come"} {
		shows(t, "what bob hears", heard, verb)
	}
	shows(t, "the like", odeon.Guest(t).Get(strings.TrimPrefix(like, odeon.URL)), `likes <a class="u-like-of" href="`+asked+`"`)
	shows(t, "the feed", odeon.Guest(t).Get("/~ada/rss.xml"), `likes <a href="`+asked+`">`)
	shows(t, "the feed", odeon.Guest(t).Get("/~ada/rss.xml"), `in answer to <a href="`+asked+`">~bob at 127.0.0.1</a>`)
	shows(t, "the source", program.Get("/micropub?q=source&url="+url.QueryEscape(like), "Authorization", "Bearer "+key), `"like-of":["`+asked+`"]`)
	made(url.Values{"action": {"delete"}, "url": {like}})
	shows(t, "after the end", bob.Get("/settings/mentions"), "bookmarked it", "likes it")
}

// TestPageOfOneTownOpensAnother: somebody signs up, and then logs in, with their page in another town (IndieAuth, both sides ours).
func TestPageOfOneTownOpensAnother(t *testing.T) {
	t.Parallel()
	odeon, rialto := kit.Town(t), kit.Town(t)
	at := rialto.As(t, kit.SignUp(t, rialto.Store, "bob"))
	kit.SignUp(t, odeon.Store, "ada")
	me := rialto.URL + "/~bob"
	newcomer := odeon.Guest(t)
	page := passes(t, odeon, rialto, newcomer, at, me)
	if page != "/signup/web" {
		t.Fatalf("a stranger is led to %s", page)
	}
	shows(t, "the sign-up", newcomer.Get(page), me)
	made := newcomer.Post("/signup/web", url.Values{"name": {"bobby"}})
	shows(t, "the new account", made, "recovery codes")
	shows(t, "the front page", newcomer.Get("/"), "~bobby")

	again := odeon.Guest(t)
	if page := passes(t, odeon, rialto, again, at, me); page == "/signup/web" {
		t.Error("who has an account is asked to sign up")
	}
	shows(t, "the front page of who came back", again.Get("/"), "~bobby")
}

var refresh = regexp.MustCompile(`http-equiv="refresh" content="0; url=([^"]+)"`)

// passes walks from a log-in of one town through the consent of another and back; it returns where the visitor is led in the end.
func passes(t *testing.T, odeon, rialto *kit.Site, newcomer, at *kit.Visitor, me string) string {
	t.Helper()
	leave := newcomer.Post("/login/web", url.Values{"me": {me}})
	way := refresh.FindStringSubmatch(leave.Body)
	if way == nil {
		t.Fatalf("%d, and no way onward:\n%s", leave.Status, leave.Body)
	}
	there, ok := strings.CutPrefix(html.UnescapeString(way[1]), rialto.URL)
	if !ok {
		t.Fatalf("the way leads to %s", way[1])
	}
	consent := at.Get(there)
	shows(t, "the consent", consent, odeon.URL+"/client")
	request := regexp.MustCompile(`name="request" value="([^"]+)"`).FindStringSubmatch(consent.Body)
	if request == nil {
		t.Fatal("there is nothing to agree to")
	}
	yes := at.Post("/indieauth/consent", url.Values{"request": {html.UnescapeString(request[1])}})
	home, ok := strings.CutPrefix(yes.Header.Get("Location"), odeon.URL)
	if !ok {
		t.Fatalf("%d, and the way back leads to %q", yes.Status, yes.Header.Get("Location"))
	}
	back := newcomer.Get(home)
	if back.Status != 303 {
		t.Fatalf("coming back: %d\n%s", back.Status, back.Body)
	}
	if replayed := newcomer.Get(home); replayed.Status < 400 {
		t.Errorf("the same code once more: %d", replayed.Status)
	}
	return back.Header.Get("Location")
}
