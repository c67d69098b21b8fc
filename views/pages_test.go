package views_test

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"marquee/models"
	"marquee/safe"
	"marquee/views"
	"marquee/widgets"
)

var (
	noon = models.At(time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC))
	ada  = &models.Account{ID: 1, Name: "ada", Role: models.RoleWebmaster, BioHTML: "<p>keeper of lamps</p>", Homepage: "https://ada.example/", Tagline: "the <lamp>", Pronouns: "she/her", Birthday: "02-29", Layout: "ab12", NoticedAt: noon, CreatedAt: noon}
	bob  = &models.Account{ID: 2, Name: "bob", CreatedAt: noon}
	site = &models.Site{Name: "Odeon & Sons", Language: "en", Signups: models.SignupsOpen}
)

// spoken are statuses with everything that the template draws.
func spoken() []models.Status {
	first, gone := int64(1), int64(9)
	answered := models.Status{ID: 1, AccountID: 2, Account: bob, HTML: "<p>hello</p>", Visibility: models.Public, PublishedAt: noon}
	return []models.Status{
		{
			ID: 4, AccountID: 1, Account: ada, HTML: "<p>hello <a href=\"/~bob\">~bob</a></p>", Face: "☕", Mood: "cosy", MoodText: "rain & <roof>", PictureCount: 2,
			Pictures:   []models.Picture{{Hash: "ab12", Type: "image/jpeg", Alt: "a \"lamp\" & <b>", Width: 640, Height: 480}, {Hash: "cd34", Type: "image/png", Width: 32, Height: 32}},
			Visibility: models.Public, PublishedAt: noon, EditedAt: noon.Add(time.Hour), ReplyToID: &first, ReplyTo: &answered,
		},
		{ID: 3, AccountID: 1, Account: ada, Mood: "sad", Tags: "two words\nlamps", Visibility: models.Private, PublishedAt: noon, ReplyToID: &gone},
		{ID: 2, AccountID: 2, Account: bob, MoodText: "only words", Extra: `{"like-of":["https://zoe.example/soup?a&b=\"<b>"],"repost-of":["https://zoe.example/"],"bookmark-of":["https://zoe.example/"],"rsvp":["maybe"]}`, Origin: "https://bob.example/?a&b", Visibility: models.Public, PublishedAt: noon},
		answered,
	}
}

// wall is every button there is: hung, on its way, and one that cannot be had.
func wall() []models.Button {
	return []models.Button{
		{ID: 1, Link: "https://a.example/", Alt: "A & <B>", Hash: "ef56", Type: "image/gif", Width: 88, Height: 31},
		{ID: 2, Link: "https://b.example/"},
		{ID: 3, Link: "https://c.example/", Alt: "C", Problem: "error.button_missing"},
	}
}

// samples are every page, each more than once where it has two sides.
func samples(p views.Page) []any {
	list := spoken()
	composer := &views.Composer{Action: "/statuses", Legend: "How are you?", Button: "Go", Faces: []string{"☕"}, Once: "abc", Draft: models.Draft{Text: "words", Face: "☕", Mood: "cosy", MoodText: "own", Visibility: models.Private, ReplyToID: 1, Pictures: []models.DraftPicture{{Key: "KEY", Alt: "a lamp", Path: "/pictures/ab12.jpg"}}}, Crunch: "fried", Dither: true}
	popup := &views.Composer{Action: "/statuses", Popup: true}
	pages := []any{
		views.Stream{Page: p, Welcome: true, Composer: composer, Statuses: list, Older: "/?before=1", First: true, Family: models.MoodTree()[0].Children},
		views.Stream{Page: p},
		views.Stream{Page: p, Statuses: list},
		views.Account{Page: owned(p, ada), Account: ada, Profile: all, Latest: &list[0], Composer: composer, Buttons: wall()[:1], Statuses: list, Older: "/~ada?before=1", First: true, Address: "https://odeon.example/~ada"},
		views.Account{Page: owned(p, ada), Account: ada, Profile: all, About: true, Blogroll: true, Proven: map[string]bool{ada.Homepage: true}, Address: "https://odeon.example/~ada"},
		views.Account{Page: owned(p, bob), Account: bob, Address: "https://odeon.example/~bob"},
		views.Layouts{Page: p, First: true, Older: "/layouts?before=2", Layouts: layouts()},
		views.Layouts{Page: p},
		views.LayoutPage{Page: p, Layout: &layouts()[0], Lineage: layouts()[1:]},
		views.LayoutPage{Page: p, Layout: &layouts()[1]},
		views.LayoutRules{Page: p, Lists: safe.CSSAllowed(), Classes: []string{".inner"}, Tiles: widgets.Tiles()},
		views.Report{Page: p, Account: ada, Path: "/~ada", Text: "words"},
		views.Report{Page: p, Account: ada, Sent: true},
		views.Status{Page: p, Status: &list[0], Answers: list, Composer: composer},
		views.Status{Page: p, Status: &list[2]},
		views.Diary{Page: p, Account: ada, Year: 2026, Years: []int{2025, 2026}, Months: []views.DiaryMonth{{Name: "Mar", Statuses: list[:2]}}},
		views.Diary{Page: p, Account: bob},
		views.Pictures{Page: p, Statuses: list, Older: "/pictures?before=1", First: true},
		views.Pictures{Page: p, Account: ada, Statuses: list},
		views.Pictures{Page: p, Account: bob, First: true},
		views.Moods{Page: p, Tree: models.MoodTree(), Week: []views.MoodShare{{Key: "happy", Percent: 60}, {Key: "sad", Percent: 40}}},
		views.Moods{Page: p},
		views.Directory{Page: p, Order: models.ByName, People: []models.Account{*ada, *bob}, Older: "/directory?after=bob"},
		views.Directory{Page: p, Order: models.ByNewest, People: []models.Account{*ada}},
		views.Directory{Page: p, Order: models.Unanswered},
		views.Prose{Page: p, HTML: "<p>mine</p>", Snippet: "<img>"},
		views.Prose{Page: p, Empty: "nothing"},
		views.SignUp{Page: p, Name: "fay"},
		views.SignUp{Page: p, Closed: true},
		views.LogIn{Page: p, Name: "ada", Held: "x.y"},
		views.LogIn{Page: p},
		views.LogIn{Page: p, Held: "x.y", Asks: "quill.example"},
		views.Recover{Page: p, Name: "ada", Code: "abc"},
		views.Resend{Page: p, Action: "/statuses", Fields: []views.Value{{Name: "text", Value: "words"}}},
		views.Post{Page: p, Composer: composer, ReplyTo: &list[3], Sent: &list[0]},
		views.Post{Page: p, Composer: popup},
		views.Edit{Page: p, Composer: composer},
		views.Edit{Page: p, Status: &models.Status{Origin: "https://zoe.example/soup"}, Composer: composer},
		views.Reading{Page: p, Back: "/~ada"},
		views.Error{Page: p, Sentence: "Something broke", Request: "abc"},
		views.Error{Page: p, Sentence: "No"},
	}
	pages = append(pages, ringSamples(p)...)
	pages = append(pages, guestbooks(p)...)
	pages = append(pages, citations(p)...)
	pages = append(pages, mentionSamples(p)...)
	if p.Viewer == nil {
		return pages
	}
	return append(append(pages, slices.Concat(programs(p), sourceSamples(p))...),
		views.Withdrawn{Page: p, Path: "/~ada/4", Until: noon},
		sentOf(p), views.Sent{Page: p, Status: &models.Status{ID: 9, Account: ada, WithdrawnAt: noon}},
		views.Codes{Page: p, Codes: []string{"aaa", "bbb"}, First: true}, views.Codes{Page: p},
		views.Settings{Page: p, Profile: all, Saved: true, Proofs: []models.Proof{{Address: "https://a.example/?a&b", VerifiedAt: noon, CheckedAt: noon}, {Address: "https://b.example/", Problem: models.ProofGone, CheckedAt: noon}, {Address: "https://c.example/"}}}, views.Settings{Page: p},
		views.Dress{Page: p, Choices: models.UsualChoices()},
		views.Dress{
			Page: p, Saved: true, Source: "p{}</textarea>", From: 1, Origin: &layouts()[1], Worn: &models.Sheet{State: "worn"}, Problems: left,
			Hints: []safe.Contrast{{Selector: "p", Ratio: 1.5}}, Choices: models.UsualChoices(), Tiles: widgets.Tiles(), Name: "Moon", Words: "w",
			Versions: []models.Sheet{{ID: 2, State: "worn", Source: "p{}", CreatedAt: noon}, {ID: 1, State: "kept", CreatedAt: noon}},
			Pictures: []models.Picture{{ID: 5, Hash: "ab12", Type: "image/png"}},
		},
		views.Account{Page: tried(p), Account: ada, First: true, Address: "https://odeon.example/~ada", Problems: left},
		views.Reports{Page: p, Saved: true, Reports: []models.Report{{ID: 1, Path: "/~ada", Text: "look <here>", Name: "ada"}, {ID: 2, Path: "/~bob", Text: "x", Reporter: "ada"}}}, views.Reports{Page: p},
		views.Jobs{Page: p, Queues: []models.Queue{{Kind: "notify", Waiting: 2}, {Kind: "ring", Peer: "a.example", Waiting: 1}}, Resting: []models.Peer{{Name: "b.example:81", Failures: 7, RestsUntil: noon}}, Dead: []models.Job{{ID: 3, Kind: "friend", Peer: "c.example", Reason: "no <answer>", DeadAt: noon}, {ID: 2, Kind: "notify", DeadAt: noon}}, Older: "/settings/jobs?before=2", First: true, Saved: true},
		views.Jobs{Page: p}, views.Jobs{Page: p, First: true},
		views.Onward{Page: p, Address: "https://id.example/auth?a=1&b=<2>", Host: "id.example"},
		views.WebSignUp{Page: p, Me: "https://ada.example/<a>", Name: "ada"},
		views.WebSignUp{Page: p, Me: "https://ada.example/", Closed: true},
		views.Addresses{Page: p, Identities: []models.Identity{{Me: "https://ada.example/<a>", CreatedAt: noon}}, Me: "ada.example", Fresh: true, Saved: true},
		views.Addresses{Page: p, Identities: []models.Identity{{Me: "https://ada.example/", CreatedAt: noon}}, Home: "x.y"},
		views.Addresses{Page: p},
		views.Client{Page: p, Home: "https://odeon.example", Redirect: "https://odeon.example/login/web/back"},
		views.Resend{Page: p, Action: "/statuses", Back: true},
		views.Security{Page: p, Sessions: []models.Session{{Hash: "a", SeenAt: noon}}, Session: &models.Session{Hash: "a"}, Fresh: true},
		views.Security{Page: p, Sessions: []models.Session{{Hash: "a", Agent: "Lynx", SeenAt: noon}, {Hash: "b", SeenAt: noon}}, Session: &models.Session{Hash: "a"}, CodesLeft: 1, Saved: true},
		views.SiteSettings{Page: p, Settings: models.SiteSettings{Name: "Odeon", Language: "fr", Signups: models.SignupsClosed, TextLimit: 500}, Waiting: 1, Dead: 2, Saved: true},
		views.Widgets{Page: p, Query: "?theme=late", Themes: []string{"matinee", "late", "bare"}, Options: views.WidgetOptions{Theme: "late"}, Snippets: []views.Snippet{{Key: "link", Code: "<a>"}, {Key: "json", Code: "x"}, {Key: "button", Code: "<img>", Image: "/~ada/button.gif?bg=fff"}}},
		views.Buttons{Page: p, Styles: []string{"bulbs", "film"}, Tree: models.MoodTree()[:2]},
		views.Buttons{Page: p, Saved: true, Design: models.Design{Top: "{name}", Face: "mood", Style: "film"}, Preview: "data:image/gif;base64,R0lG", Styles: []string{"bulbs", "film"}, Wall: wall(), New: views.NewButton{Link: "https://a.example/"}},
		views.TopFriends{Page: p, Saved: true, Friends: friends()}, views.TopFriends{Page: p, Who: "~ada"},
		views.Notices{Page: p, Notices: []models.Notice{{Kind: models.NoticeAnswer, Status: &list[0]}, {Kind: models.NoticeMention, Status: &list[2]}}}, views.Notices{Page: p}, views.Notices{Page: p, Waits: models.Waits{Entries: 2, Knocks: 1, Reports: 3}},
	)
}

// tried is a page that is framed, to look at a layout.
func tried(p views.Page) views.Page {
	p = owned(p, ada)
	p.Try, p.Framed = "/layouts/1.css", true
	return p
}

// owned is a page that belongs to an account.
func owned(p views.Page, a *models.Account) views.Page {
	p.Owner, p.Popup = a, false
	return p
}

// frames are the ways in which a page is framed: languages, lights, guest and members, a problem.
func frames() []views.Page {
	var list []views.Page
	for _, l := range models.Languages {
		feeds := []views.Link{{Type: "application/rss+xml", Title: "everybody", Href: "/rss.xml", Word: "rss"}}
		base := views.Page{Site: site, Lang: l.Code, Title: "A page", Here: "/", Token: "token", Feeds: feeds}
		member, stranger, hidden, wrong := base, base, base, base
		member.Viewer, member.Look = ada, "late"
		stranger.Viewer = bob
		hidden.Hide, hidden.Popup = true, true
		wrong.Viewer, wrong.Problem = ada, &models.Error{Kind: models.Invalid, Text: "error.too_many", Args: map[string]any{"Count": 2}}
		list = append(list, base, member, stranger, hidden, wrong)
	}
	return list
}

// keyShown is a key of the locales that shows itself: nobody wrote its sentence.
var keyShown = regexp.MustCompile(`\b(nav|home|stream|pager|status|composer|account|diary|tag|mood|moods|directory|about|rules|field|signup|codes|login|recover|resend|post|edit|guestbook|notices|notice|settings|security|site|widgets|widget_theme|widget_hint|reading|ago|month|time|error|picture|pictures|crunch|buttons|button_style|feed|widget|sent|context|dress|layout|layouts|css|tile|whose|report|reports|friends|counter|rings|ring|mention|webmention|apps|consent|scope)\.[a-z_0-9]+\b`)

// TestEveryPageIsDrawn draws every template in every frame and looks for what templates leave behind.
func TestEveryPageIsDrawn(t *testing.T) {
	t.Parallel()
	drawn := map[string]bool{}
	for _, frame := range frames() {
		for _, page := range samples(frame) {
			name := strings.ToLower(reflect.TypeOf(page).Name())
			drawn[name] = true
			body, err := views.Render(page)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			checkPage(t, name+" in "+frame.Lang, string(body), frame)
		}
	}
	for _, name := range views.Names() {
		if !drawn[name] {
			t.Errorf("no sample draws %s.html", name)
		}
		delete(drawn, name)
	}
	for name := range drawn {
		t.Errorf("the page %s has no template", name)
	}
}

func checkPage(t *testing.T, name, body string, frame views.Page) {
	t.Helper()
	for _, bad := range []string{"<no value>", "%!", "ZgotmplZ", "&lt;nil&gt;", "{{", "error calling", "<p></p>", `href=""`} {
		if strings.Contains(body, bad) {
			t.Errorf("%s holds %q", name, bad)
		}
	}
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	count, ids := map[string]int{}, map[string]bool{}
	for n := range root.Descendants() {
		if n.Type == html.TextNode {
			if key := keyShown.FindString(n.Data); key != "" && !slices.Contains([]string{"script", "style"}, n.Parent.Data) {
				t.Errorf("%s shows the key %s", name, key)
			}
			continue
		}
		if n.Type != html.ElementNode {
			continue
		}
		count[n.Data]++
		for _, a := range n.Attr {
			switch {
			case a.Key == "id" && ids[a.Val] && !regexp.MustCompile(`^s\d+$`).MatchString(a.Val):
				t.Errorf("%s has the id %s twice", name, a.Val)
			case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
				t.Errorf("%s has %s=%q, which the policy forbids", name, a.Key, a.Val)
			case a.Key == "lang" && n.Data == "html" && a.Val != frame.Lang:
				t.Errorf("%s is in %q", name, a.Val)
			}
			ids[a.Val] = ids[a.Val] || a.Key == "id"
		}
	}
	for _, element := range []string{"html", "head", "title", "body", "main", "h1"} {
		if count[element] != 1 {
			t.Errorf("%s has %d <%s>", name, count[element], element)
		}
	}
	if want := 1 - b2i(strings.Contains(body, `class="popup"`) || strings.Contains(body, "<base")); count["footer"] != want {
		t.Errorf("%s has %d footers, want %d", name, count["footer"], want)
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// TestPagesStandApart: pages may be drawn at once and in any order.
func TestPagesStandApart(t *testing.T) {
	t.Parallel()
	frame := frames()[1]
	want := map[int]string{}
	pages := samples(frame)
	for i, page := range pages {
		body, err := views.Render(page)
		if err != nil {
			t.Fatal(err)
		}
		want[i] = string(body)
	}
	for range 4 {
		t.Run("again", func(t *testing.T) {
			t.Parallel()
			for i, page := range slices.Backward(pages) {
				if body, err := views.Render(page); err != nil || string(body) != want[i] {
					t.Errorf("%T is drawn in another way (%v)", page, err)
				}
			}
		})
	}
	if _, err := views.Render(struct{ views.Page }{}); err == nil {
		t.Error("a page without a template is drawn")
	}
}
