package kit

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"marquee/models"
)

// stepLimit is what one step in a browser may take; a page here takes some milliseconds.
const stepLimit = 30 * time.Second

// Tab is one tab of a headless Chromium. Each verb is one step of a person at it, and ends the test when
// it fails.
type Tab struct {
	*Ear
	t    testing.TB
	ctx  context.Context
	site *Site
}

// Lacking skips the test for what the machine lacks, or fails it when MARQUEE_TEST_ALL is 1.
func Lacking(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("MARQUEE_TEST_ALL") == "1" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// Tool is the path of a program that the test needs.
func Tool(t testing.TB, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	Lacking(t, strings.Join(names, " or ")+" is not installed")
	return ""
}

// Browser is a tab of a fresh Chromium at the site, until the test ends. It reaches nothing but 127.0.0.1.
func (s *Site) Browser(t testing.TB) *Tab {
	t.Helper()
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(Tool(t, "chromium", "chromium-browser", "google-chrome")), chromedp.UserDataDir(t.TempDir()),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-quic", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"), chromedp.Flag("lang", "en"),
		chromedp.Flag("hide-scrollbars", true))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	return s.tab(t, ctx)
}

// Another is a tab of the same Chromium for somebody else: it shares no cookie with this one.
func (b *Tab) Another() *Tab {
	b.t.Helper()
	return b.site.tab(b.t, b.ctx, chromedp.WithNewBrowserContext())
}

func (s *Site) tab(t testing.TB, parent context.Context, options ...chromedp.ContextOption) *Tab {
	t.Helper()
	b := &Tab{Ear: &Ear{}, t: t, site: s}
	ctx, cancel := chromedp.NewContext(parent, append(options, chromedp.WithListener(b.hear))...)
	t.Cleanup(cancel)
	b.ctx = ctx
	// The browser lives as long as the context of its first step, so this one has no limit.
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1280, 800)); err != nil {
		t.Fatalf("Chromium does not start: %v", err)
	}
	return b
}

// As logs somebody in behind the browser's back.
func (b *Tab) As(a *models.Account) *Tab {
	b.t.Helper()
	token, err := b.site.StartSession(b.t.Context(), a, "a test", "127.0.0.0/24")
	if err != nil {
		b.t.Fatal(err)
	}
	send(b, network.SetCookie, network.SetCookieParams{Name: "s", Value: token, URL: b.site.URL, HTTPOnly: new(true)})
	return b
}

// Open goes to a path of the site, or to any address, and returns the status of the answer.
func (b *Tab) Open(address string) int {
	b.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = b.site.URL + address
	}
	return int(do(b, "open "+address, chromedp.NavigateResponse(address)).Status)
}

// Click clicks on what a CSS selector finds and stays on the page.
func (b *Tab) Click(css string) {
	b.t.Helper()
	do(b, "click "+css, chromedp.Click(chromedp.CSS(css)))
}

// Follow clicks on a link or a button, waits for the page behind it and returns its status.
func (b *Tab) Follow(css string) int {
	b.t.Helper()
	click := func(ctx context.Context, _ *chromedp.Target) (*network.Response, error) {
		return chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(css)))
	}
	return int(do(b, "follow "+css, click).Status)
}

// Fill types into the field of that name, or chooses from it, in place of what was there.
func (b *Tab) Fill(name, value string) {
	b.t.Helper()
	rest := Eval[string](b, `(() => {
		const e = document.querySelector('[name="`+name+`"]:not([type=hidden])'), value = `+strconv.Quote(value)+`;
		if (!e) return "missing";
		e.focus();
		if (e.tagName !== "SELECT") { e.select(); return "type"; }
		e.value = value;
		return e.value === value ? "done" : "no such choice";
	})()`)
	if rest == "type" {
		send(b, input.InsertText, input.InsertTextParams{Text: value})
	} else if rest != "done" {
		b.t.Fatalf("%s cannot be filled with %q: %s\n%s", name, value, rest, b.state())
	}
}

// Value is what stands in the field of that name.
func (b *Tab) Value(name string) string {
	b.t.Helper()
	return Eval[string](b, `document.querySelector('[name="`+name+`"]:not([type=hidden])').value`)
}

// Text is the text of the first element that a CSS selector finds, as a person sees it.
func (b *Tab) Text(css string) string {
	b.t.Helper()
	return do(b, "text of "+css, chromedp.Text(chromedp.CSS(css), chromedp.NodeReady))
}

// Here is the path of the page, with its query.
func (b *Tab) Here() string {
	b.t.Helper()
	return Eval[string](b, "location.pathname + location.search")
}

// See fails the test unless the page shows each of the texts.
func (b *Tab) See(texts ...string) { b.t.Helper(); b.shows(true, texts) }

// SeeNot fails the test when the page shows one of the texts.
func (b *Tab) SeeNot(texts ...string) { b.t.Helper(); b.shows(false, texts) }

func (b *Tab) shows(want bool, texts []string) {
	b.t.Helper()
	shown := Eval[string](b, `document.body.innerText.replace(/  +/g, " ")`) // two where a picture stands between
	for _, text := range texts {
		if strings.Contains(shown, text) != want {
			b.t.Errorf("%q is on the page: %v, want %v\n%s", text, !want, want, b.state())
		}
	}
}

// Frame is the text of the document in the first frame that a CSS selector finds.
func (b *Tab) Frame(css string) string {
	b.t.Helper()
	frames := do(b, "frame "+css, chromedp.Nodes(chromedp.CSS(css)))
	return do(b, "text in "+css, chromedp.Text(chromedp.CSS("body"), chromedp.FromNode(frames[0]), chromedp.NodeReady))
}

// Eval is the value of a JavaScript expression, also while the page's own script is off.
func Eval[T any](b *Tab, expression string) T {
	b.t.Helper()
	return do(b, "evaluate", chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// Size makes the window that large, in CSS pixels.
func (b *Tab) Size(width, height int64) {
	b.t.Helper()
	do(b, "size", chromedp.EmulateViewport(width, height))
}

// Light makes the system ask for "light" or "dark", and for no motion, which keeps the bulbs still.
func (b *Tab) Light(scheme string) {
	b.t.Helper()
	features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}
	send(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
}

// Script turns the script of pages on or off.
func (b *Tab) Script(on bool) {
	b.t.Helper()
	send(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
}

// Block keeps addresses from being loaded: "*.css". No pattern lets everything through again.
func (b *Tab) Block(patterns ...string) {
	b.t.Helper()
	var params network.SetBlockedURLsParams
	for _, pattern := range patterns {
		params.URLPatterns = append(params.URLPatterns, &network.BlockPattern{URLPattern: pattern, Block: true})
	}
	send(b, network.SetBlockedURLs, params)
}

// Shot draws the page to a file: the whole page, or only what the window shows.
func (b *Tab) Shot(file string, whole bool) {
	b.t.Helper()
	var params page.CaptureScreenshotParams
	if whole {
		size := Eval[[]float64](b, "[innerWidth, document.documentElement.scrollHeight]")
		params.CaptureBeyondViewport, params.Clip = new(true), &page.Viewport{Width: size[0], Height: size[1], Scale: 1}
	}
	picture := send(b, page.CaptureScreenshot, params)
	err := os.MkdirAll(filepath.Dir(file), 0o755)
	if err == nil {
		err = os.WriteFile(file, picture.Data, 0o644)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// state is where the tab is and what it shows, for the message of a failure.
func (b *Tab) state() string {
	ctx, cancel := context.WithTimeout(b.ctx, 2*time.Second)
	defer cancel()
	shown, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText.slice(0, 600)`))
	return cmp.Or(shown, fmt.Sprint("(no page: ", err, ")"))
}

// do runs one step within the limit.
func do[T any](b *Tab, what string, step chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, stepLimit)
	defer cancel()
	got, err := chromedp.Run(ctx, step)
	if err != nil {
		b.t.Fatalf("%s: %v\n%s", what, err, b.state())
	}
	return got
}

// send sends one command of the protocol.
func send[P, R any](b *Tab, command cdp.Command[P, R], params P) R {
	b.t.Helper()
	return do(b, command.Method, func(ctx context.Context, t *chromedp.Target) (R, error) {
		return cdp.Call(ctx, t, command, params)
	})
}

// Ear keeps what a tab asked the network for and what it complained about.
type Ear struct {
	mu               sync.Mutex
	requests, errors []string
}

func (e *Ear) hear(event any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch event := event.(type) {
	case *network.EventRequestWillBeSent:
		e.requests = append(e.requests, event.Request.URL)
	case *log.EventEntryAdded:
		if event.Entry.Level == log.EntryLevelError || event.Entry.Level == log.EntryLevelWarning {
			e.errors = append(e.errors, event.Entry.Text+" "+event.Entry.URL)
		}
	case *runtime.EventExceptionThrown:
		e.errors = append(e.errors, event.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		e.errors = append(e.errors, "console."+string(event.Type))
	}
}

// Heard is every address asked for and every complaint of the pages since it was last called.
func (e *Ear) Heard() (requests, errors []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	requests, errors, e.requests, e.errors = e.requests, e.errors, nil, nil
	return requests, errors
}
