package tests

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// dump is a page as a text browser reads it, its white space made plain.
func dump(t *testing.T, command string, args ...string) string {
	t.Helper()
	c := exec.Command(kit.Tool(t, command), args...)
	c.Env = []string{"HOME=" + t.TempDir(), "LC_ALL=C.UTF-8", "TERM=dumb"}
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
	text := strings.ReplaceAll(string(out), "●", "") // w3m's sign for a small picture without words
	return strings.Join(strings.Fields(text), " ")
}

// inOrder fails the test unless the text has all the parts, one after the other.
func inOrder(t *testing.T, text string, parts ...string) {
	t.Helper()
	rest := text
	for _, part := range parts {
		_, after, found := strings.Cut(rest, part)
		if !found {
			t.Fatalf("%q does not come where it should in\n%s", part, text)
		}
		rest = after
	}
}

func TestTextBrowsersReadTopToBottom(t *testing.T) {
	w := newTown(t)
	front := []string{
		"Marquee", "home", "people", "moods", "random", "log in", "sign up", "Now showing",
		"~ada is feeling happy", "rain on the roof", "Made soup. The cat has opinions about it.", "reply",
		"~dede in answer to ~cleo", "Three metres and it becomes a scarf for the whole house.", "reply",
		"~cleo", "Écharpe : deux mètres trente. Je ne sais plus m’arrêter.", "edited", "reply",
		"« older", "rss", "atom", "rules", "about", "English / français, light / dark",
	}
	page := []string{
		"Marquee", "home", "~ada's page", "view plain", "report", "rss", "rules", "~ada", "View my:", "guestbook", "Contacting ~ada", "ada.example.org",
		"~ada is feeling happy", "Made soup. The cat has opinions about it.", "About me:", "I keep the lights on.", "Soup, cats, cathode rays.",
		"The cat typed this:", "She stands by it.", "Play it, ~dede. At midnight. For science.", "First light on the new marquee.",
		"You are all caught up. Go outside.", "Sign the guestbook",
	}
	thread := []string{
		"~eve says", "~eve is feeling excited", "Opening night!!", "Answers", "~bob in answer to ~eve", "best knees in Elsinore",
		"~cleo in answer to ~eve", "Bravo ~eve", "More from ~eve",
	}
	wall := []string{"Pictures", "a lighthouse at dusk", "You are all caught up. Go outside."}
	year := []string{"The moods of ~dede", "A calendar of drawn faces", "Day by day", "happy", "as a table (CSV)"}
	w.publish(t, w.bob, models.Draft{Text: "Look.", Visibility: models.Public, Pictures: []models.DraftPicture{w.Take(t, w.bob, kit.Drawing(t, 1), "a lighthouse at dusk")}})
	front = append(front[:8:8], append([]string{"Look.", "a lighthouse at dusk"}, front[8:]...)...)
	browsers := map[string][]string{
		"lynx": {"-dump", "-nolist", "-display_charset=utf-8"},
		"w3m":  {"-dump", "-cols", "100", "-I", "UTF-8", "-O", "UTF-8"},
	}
	for browser, args := range browsers {
		t.Run(browser, func(t *testing.T) {
			for path, parts := range map[string][]string{"/": front, "/~ada": page, w.thread.Path(): thread, "/pictures": wall, "/~dede/moods": year} {
				text := dump(t, browser, append(args, w.URL+path)...)
				inOrder(t, text, parts...)
				if strings.Contains(text, "nobody may read this") {
					t.Errorf("%s shows a private status to a guest", path)
				}
			}
		})
	}
}

// terminal is an 80x200 terminal with a program in it.
type terminal struct {
	t       *testing.T
	tmux    func(args ...string) string
	at      int // the number of the link or field where Lynx stands
	stopped int // how often Lynx was seen to stop at a redirect
}

// newTerminal runs the command in a tmux of its own, until the test ends.
func newTerminal(t *testing.T, command ...string) *terminal {
	t.Helper()
	tmux, home := kit.Tool(t, "tmux"), t.TempDir()
	run := func(args ...string) string {
		t.Helper()
		c := exec.Command(tmux, append([]string{"-u", "-f", "/dev/null", "-S", filepath.Join(home, "tmux")}, args...)...)
		c.Env = []string{"HOME=" + home, "LC_ALL=C.UTF-8", "TERM=screen", "PATH=/usr/bin:/bin"}
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("tmux %v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	run(append([]string{"new-session", "-d", "-x", "80", "-y", "200"}, command...)...)
	t.Cleanup(func() { run("kill-server") })
	return &terminal{t: t, tmux: run, at: 1}
}

func (x *terminal) screen() string { return x.tmux("capture-pane", "-p") }

// waits waits until the screen shows the text.
func (x *terminal) waits(text string) string {
	x.t.Helper()
	for deadline := time.Now().Add(15 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		screen := x.screen()
		if strings.Contains(screen, "Location URL is not absolute") {
			x.stopped++
		}
		if strings.Contains(screen, text) {
			return screen
		}
	}
	x.t.Fatalf("the screen never shows %q:\n%s", text, x.screen())
	return ""
}

// goes moves to the link or field that has its number where the pattern says: `\[(\d+)\]log in`.
func (x *terminal) goes(pattern string) {
	x.t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(x.screen())
	if found == nil {
		x.t.Fatalf("nothing on the screen is like %s:\n%s", pattern, x.screen())
	}
	number, err := strconv.Atoi(found[1])
	if err != nil || number < x.at {
		x.t.Fatalf("%s is number %s, and Lynx stands at %d", pattern, found[1], x.at)
	}
	if tabs := number - x.at; tabs > 0 {
		x.tmux("send-keys", "-N", strconv.Itoa(tabs), "Tab")
		x.at = number
	}
}

// follows presses Enter there, and waits for the page behind it.
func (x *terminal) follows(pattern, shown string) string {
	x.t.Helper()
	x.goes(pattern)
	x.tmux("send-keys", "Enter")
	x.at = 1
	return x.waits(shown)
}

var areaLine = regexp.MustCompile(`(?m)^ +\[(\d+)\]_+ *$`)

// types types into the field that has its number where the pattern says. Each line of a text area has a
// number, but Tab leaves them all at once.
func (x *terminal) types(pattern, text string) {
	x.t.Helper()
	x.goes(pattern)
	area := false
	for _, line := range areaLine.FindAllStringSubmatch(x.screen(), -1) {
		number, err := strconv.Atoi(line[1])
		if err != nil {
			x.t.Fatal(err)
		}
		area = area || number == x.at
		if area && number == x.at+1 {
			x.at = number
		}
	}
	x.tmux("send-keys", "-l", text)
}

// TestJourneyInLynx signs up, says something, reads it, logs out and in again.
func TestJourneyInLynx(t *testing.T) {
	site := kit.Serve(t, kit.SQLite(t))
	x := newTerminal(t, kit.Tool(t, "lynx"), "-accept_all_cookies", "-display_charset=utf-8", "-number_fields", site.URL+"/")
	x.waits("Nothing")
	x.follows(`\[(\d+)\]sign up`, "Get your name in lights")
	site.Clock.Add(humanPause)
	x.types(`Name \[(\d+)\]_`, "ada")
	x.types(`Password \[(\d+)\]_`, kit.Password)
	x.follows(`\(\[(\d+)\]BUTTON\) Open the doors`, "Welcome, ~ada!")
	x.follows(`\[(\d+)\]I have them`, "How are you?")
	x.goes(`Mood \[(\d+)\]`)
	x.tmux("send-keys", "Enter")
	x.waits("1: ")
	x.tmux("send-keys", "/cosy", "Enter")
	x.tmux("send-keys", "Enter")
	x.waits("_☕ cosy_")
	x.types(`in your own words \[(\d+)\]`, "rain on the roof")
	x.types(`What is going on\?\s+\[(\d+)\]_`, "Written in a terminal.")
	x.follows(`\(\[(\d+)\]BUTTON\) Put it`, "~ada says")
	inOrder(t, strings.Join(strings.Fields(x.screen()), " "), "is feeling", "cosy", "rain on the roof", "Written in a terminal.", "reply")
	x.follows(`\[(\d+)\]home`, "Now showing")
	x.waits("Written in a terminal.")
	x.follows(`\(\[(\d+)\]BUTTON\) log out`, "log in")
	x.follows(`\[(\d+)\]log in`, "Back again?")
	x.types(`Name \[(\d+)\]_`, "ada")
	x.types(`Password \[(\d+)\]_`, kit.Password)
	x.follows(`\(\[(\d+)\]BUTTON\) Log in`, "log out")

	st, err := site.Status(t.Context(), nil, "ada", 1)
	if err != nil || st.Text != "Written in a terminal." || st.Mood != "cosy" || st.MoodText != "rain on the roof" {
		t.Fatalf("what Lynx sent is %+v (%v)", st, err)
	}
	if x.stopped > 0 {
		t.Error("Lynx wants absolute addresses in redirects, and stops for four seconds at each that is not")
	}
	if st.Face != "" {
		t.Errorf("nobody picked the face %s: Lynx chooses the first radio button when none is", st.Face)
	}
}
