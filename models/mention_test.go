package models_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

const noteOfZoe = "https://zoe.example/1"

// mention sends a mention of a path here and lets its source say something.
func mention(t *testing.T, s *kit.Store, source, path string, seen models.Sight) *models.Mention {
	t.Helper()
	m, err := s.TakeMention(t.Context(), models.NewMention{Source: source, Target: "http://marquee.example" + path, Network: "net"})
	ok(t, err)
	if seen.URL == "" {
		seen.URL = source
	}
	ok(t, s.NoteMention(t.Context(), m.ID, seen))
	return mentionAgain(t, s, m)
}

func mentionAgain(t *testing.T, s *kit.Store, m *models.Mention) *models.Mention {
	t.Helper()
	found, err := s.MentionByKey(t.Context(), m.Key)
	ok(t, err)
	return found
}

func replies(words string) models.Sight {
	return models.Sight{Kind: "reply", Author: "Zoe", AuthorURL: "https://zoe.example/", HTML: words}
}

func under(t *testing.T, s *kit.Store, st *models.Status) (said []string) {
	t.Helper()
	list, err := s.StatusMentions(t.Context(), st)
	ok(t, err)
	for _, m := range list {
		said = append(said, m.By()+" "+m.Kind+" "+m.HTML)
	}
	return said
}

// TestMentionsWaitForTheOwner: who is not known waits, what is approved and changes waits again, what is refused stays away.
func TestMentionsWaitForTheOwner(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Cast(t, s).Ann
		st := say(t, s, ann, "tea?")
		path := fmt.Sprintf("/~ann/%d", st.ID)
		m := mention(t, s, noteOfZoe, path, replies("<p>yes</p>"))
		same(t, "a stranger's", m.State, models.MentionHeld)
		same(t, "under it", under(t, s, st), []string{})
		waits, err := s.WaitsFor(t.Context(), ann)
		ok(t, err)
		same(t, "waiting", waits.Mentions, 1)
		same(t, "news", again(t, s, ann).HasNews(), true)
		ok(t, s.ShowMention(t.Context(), ann, m.ID, m.Read()))
		same(t, "under it", under(t, s, st), []string{"Zoe reply <p>yes</p>"})
		mention(t, s, noteOfZoe, path, replies("<p>yes</p>"))
		same(t, "the same words", len(under(t, s, st)), 1)
		same(t, "other words", mention(t, s, noteOfZoe, path, replies("<p>buy pills</p>")).State, models.MentionHeld)
		same(t, "under it", len(under(t, s, st)), 0)
		ok(t, s.JudgeSite(t.Context(), ann, m.ID, models.VerdictWelcome))
		same(t, "welcome", mention(t, s, noteOfZoe, path, replies("<p>more</p>")).State, models.MentionShown)
		same(t, "from another page of it", mention(t, s, "https://zoe.example/2", path, replies("<p>and more</p>")).State, models.MentionShown)
		same(t, "from another site", mention(t, s, "https://blog.zoe.example/2", path, replies("<p>no</p>")).State, models.MentionHeld)
		same(t, "a like", mention(t, s, "https://zoe.example/3", path, models.Sight{Kind: "like"}).State, models.MentionQuiet)
		ok(t, s.RefuseMention(t.Context(), ann, m.ID))
		same(t, "refused", mention(t, s, noteOfZoe, path, replies("<p>please</p>")).State, models.MentionRefused)
		ok(t, s.AdmitMention(t.Context(), ann, m.ID))
		same(t, "let in again, it waits", []any{mentionAgain(t, s, m).State, mentionAgain(t, s, m).HTML}, []any{models.MentionHeld, "<p>more</p>"})
		ok(t, s.ForgetMention(t.Context(), ann, m.ID))
		same(t, "only what is refused is forgotten", mentionAgain(t, s, m).State, models.MentionHeld)
		ok(t, s.RefuseMention(t.Context(), ann, m.ID))
		ok(t, s.ForgetMention(t.Context(), ann, m.ID))
		_, err = s.MentionByKey(t.Context(), m.Key)
		refused(t, err, models.Missing, "")
		m = mention(t, s, noteOfZoe, path, replies("<p>once more</p>"))
		ok(t, s.Pardon(t.Context(), ann, "zoe.example"))
		same(t, "not welcome any more", mention(t, s, "https://zoe.example/4", path, replies("<p>hm</p>")).State, models.MentionHeld)
		ok(t, s.JudgeSite(t.Context(), ann, m.ID, models.VerdictBlocked))
		same(t, "blocked", len(under(t, s, st)), 0)
		_, err = s.TakeMention(t.Context(), models.NewMention{Source: noteOfZoe, Target: "http://marquee.example" + path, Network: "net"})
		refused(t, err, models.Forbidden, "error.mention_blocked")
		bob := kit.Crowd(t, s, "ben")[0]
		refused(t, s.ShowMention(t.Context(), bob, m.ID, m.Read()), models.Missing, "")
		refused(t, s.RefuseMention(t.Context(), bob, m.ID), models.Missing, "")
		refused(t, s.AdmitMention(t.Context(), bob, m.ID), models.Missing, "")
		refused(t, s.ForgetMention(t.Context(), bob, m.ID), models.Missing, "")
		refused(t, s.JudgeSite(t.Context(), bob, m.ID, models.VerdictWelcome), models.Missing, "")
	})
}

// TestMentionsOfAPage stand in its guestbook; taken out of it they are refused for good.
func TestMentionsOfAPage(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Cast(t, s).Ann
		seen := replies("<p>what a lamp</p>")
		seen.Title = "On <lamps>"
		m := mention(t, s, noteOfZoe, "/~ann", seen)
		entries := func() (said []string) {
			book, err := s.Entries(t.Context(), ann, 0)
			ok(t, err)
			for _, e := range book.Entries {
				said = append(said, e.Name+" "+e.Homepage+" "+e.HTML+" "+e.Source)
			}
			return said
		}
		same(t, "before", len(entries()), 0)
		ok(t, s.JudgeSite(t.Context(), ann, m.ID, models.VerdictWelcome))
		same(t, "shown", entries(), []string{"Zoe https://zoe.example/ <p>On &lt;lamps&gt;</p><p>what a lamp</p> " + noteOfZoe})
		mention(t, s, noteOfZoe, "/~ann/guestbook", replies("<p>two lamps</p>"))
		same(t, "changed", entries(), []string{"Zoe https://zoe.example/ <p>two lamps</p> " + noteOfZoe})
		ok(t, s.NoteGone(t.Context(), m.ID, "error.mention_gone"))
		same(t, "gone", len(entries()), 0)
		mention(t, s, noteOfZoe, "/~ann/about", replies("<p>back</p>"))
		book, err := s.Entries(t.Context(), ann, 0)
		ok(t, err)
		ok(t, s.RemoveEntry(t.Context(), ann, book.Entries[0].ID))
		same(t, "taken out", mention(t, s, noteOfZoe, "/~ann", replies("<p>again</p>")).State, models.MentionRefused)
		same(t, "taken out", len(entries()), 0)
		same(t, "a like of the page", mention(t, s, "https://zoe.example/2", "/~ann", models.Sight{Kind: "like"}).State, models.MentionQuiet)
		same(t, "no entry", len(entries()), 0)
	})
}

// TestMentionsAreOne: http and https, a slash and redirects are one mention.
func TestMentionsAreOne(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Cast(t, s).Ann
		st := say(t, s, ann, "tea?")
		path := fmt.Sprintf("/~ann/%d", st.ID)
		m := mention(t, s, noteOfZoe, path, replies("<p>yes</p>"))
		ok(t, s.JudgeSite(t.Context(), ann, m.ID, models.VerdictWelcome))
		for _, source := range []string{"http://zoe.example/1", "https://ZOE.example/1/", noteOfZoe + "#x"} {
			same(t, source, mention(t, s, source, path+"/", replies("<p>yes</p>")).ID, m.ID)
		}
		queued := models.NewMention{Source: "https://zoe.example/9", Target: "http://marquee.example" + path, Network: "net"}
		first, err := s.TakeMention(t.Context(), queued)
		ok(t, err)
		queued.Target += "?x=1"
		_, err = s.TakeMention(t.Context(), queued)
		ok(t, err)
		same(t, "a stranger's spelling", mentionAgain(t, s, first).Target, "http://marquee.example"+path)
		moved := replies("<p>newer</p>")
		moved.URL = noteOfZoe
		same(t, "a redirect", mention(t, s, "https://t.example/abc", path, moved).ID, m.ID)
		same(t, "who leads there does not say what it says", under(t, s, st), []string{"Zoe reply <p>yes</p>"})
		same(t, "it is looked at again", mentionAgain(t, s, m).Queued, true)
		ok(t, s.NoteMention(t.Context(), m.ID, moved))
		same(t, "its words", under(t, s, st), []string{"Zoe reply <p>newer</p>"})
	})
}

// TestTwins: two addresses of the same words are one mention when one of them says so, in whatever order they come; other words are not.
func TestTwins(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Cast(t, s).Ann
		const long, short = "https://zoe.example/2026/yes", "https://zoe.example/s/1"
		alias := replies("<p>yes</p>")
		alias.Page = long
		for _, order := range [][]string{{long, short}, {short, long}} {
			st := say(t, s, ann, "tea?")
			for i, source := range order {
				seen := replies("<p>yes</p>")
				if source == short {
					seen = alias
				}
				if m := mention(t, s, source, st.Path(), seen); i == 0 {
					ok(t, s.ShowMention(t.Context(), ann, m.ID, m.Read()))
				}
			}
			list, err := s.StatusMentions(t.Context(), st)
			ok(t, err)
			same(t, "once", len(list), 1)
			same(t, "where it stands", list[0].URL, long)
			mention(t, s, short, st.Path(), alias)
			same(t, "sent again", len(under(t, s, st)), 1)
			evil := alias
			evil.HTML = "<p>no</p>"
			same(t, "other words are another mention", mention(t, s, "https://zoe.example/~mallory", st.Path(), evil).State, models.MentionHeld)
			same(t, "and hide nothing", under(t, s, st), []string{"Zoe reply <p>yes</p>"})
			alias.Page = "https://yves.example/1"
			same(t, "another site's words are its own", mention(t, s, "https://zoe.example/5", st.Path(), alias).State, models.MentionHeld)
			alias.Page = long
		}
	})
}

// TestMentionsKeepTheirPlace: who leads to the page of somebody else holds its words until that is mentioned itself, and then has no
// say in what becomes of them; what the owner thought of them stays so.
func TestMentionsKeepTheirPlace(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Cast(t, s).Ann
		for i, farther := range []string{"https://evil.example/r", "https://zoe.example/~mallory/r"} {
			st := say(t, s, ann, "tea?")
			path := st.Path()
			page := fmt.Sprint("https://zoe.example/~zoe/", i)
			led := replies("<p>yes</p>")
			led.URL = page
			evil := mention(t, s, farther, path, led)
			same(t, "through", evil.Through() != "", i == 0)
			ok(t, s.ShowMention(t.Context(), ann, evil.ID, evil.Read()))
			zoe := mention(t, s, page, path, replies("<p>yes</p>"))
			same(t, "it has its own place", []any{zoe.ID != evil.ID, zoe.State, zoe.Source}, []any{true, models.MentionShown, page})
			same(t, "under it, once", under(t, s, st), []string{"Zoe reply <p>yes</p>"})
			same(t, "the other is the same", mentionAgain(t, s, evil).ID, zoe.ID)
			ok(t, s.NoteGone(t.Context(), evil.ID, "error.mention_gone"))
			mention(t, s, farther, path, replies("<p>pills</p>"))
			same(t, "whatever the other does", under(t, s, st), []string{"Zoe reply <p>yes</p>"})
			same(t, "and if it leads there again", mention(t, s, farther, path, led).ID, zoe.ID)
			ok(t, s.RefuseMention(t.Context(), ann, zoe.ID))
			same(t, "no way around a no", mention(t, s, "https://t.example/abc", path, led).State, models.MentionRefused)
		}
		st := say(t, s, ann, "more tea?")
		led := replies("<p>no</p>")
		led.URL = "https://zoe.example/~zoe/no"
		evil := mention(t, s, "https://evil.example/no", st.Path(), led)
		ok(t, s.RefuseMention(t.Context(), ann, evil.ID))
		zoe := mention(t, s, led.URL, st.Path(), led)
		same(t, "the same words, refused", []any{zoe.State, zoe.HTML}, []any{models.MentionRefused, "<p>no</p>"})
	})
}

// TestMentionsAreClean: whatever a source says is cut, cleaned, and never looks like one of ours.
func TestMentionsAreClean(t *testing.T) {
	s := kit.SQLite(t)
	kit.Cast(t, s)
	const evil = `<script>alert(1)</script><p class="h-card u-url" rel="me" onclick="x()">hi <a href="javascript:x()" rel="me">a</a><a href="https://b.example" rel="me webmention">b</a><img src=x onerror=y></p><iframe src="https://c.example"></iframe>`
	m := mention(t, s, noteOfZoe, "/~ann", models.Sight{
		Kind: "reply", Author: "~ann\u202e " + strings.Repeat("z", 99), AuthorURL: "javascript:alert(1)", Photo: "data:image/png;base64,x", Title: strings.Repeat("t", 999), HTML: evil,
		Published: time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC),
	})
	for _, word := range []string{"script", "onclick", "onerror", "class", "me", "iframe", "javascript", "<img"} {
		if strings.Contains(strings.ReplaceAll(m.HTML, "noreferrer", ""), word) {
			t.Errorf("%q in %s", word, m.HTML)
		}
	}
	same(t, "who", []string{m.Author, m.By(), m.AuthorURL, m.Photo, m.URL}, []string{"", "zoe.example", "", "", noteOfZoe})
	same(t, "title", len([]rune(m.Title)), 151)
	same(t, "when", m.PublishedAt, m.ReceivedAt)
	long := mention(t, s, noteOfZoe, "/~ann", replies("<p>"+strings.Repeat("word <b>x</b> ", 2000)+"</p>"))
	if len(long.HTML) > 2000 || !strings.HasSuffix(long.HTML, "…</p>") {
		t.Errorf("%d bytes: %.60s", len(long.HTML), long.HTML)
	}
	plain := mention(t, s, noteOfZoe, "/~ann", models.Sight{Kind: "mention", Text: "a <b> & https://b.example"})
	same(t, "plain", plain.HTML, `<p>a &lt;b&gt; &amp; <a href="https://b.example" rel="nofollow ugc noopener">b.example</a></p>`)
	same(t, "zalgo", mention(t, s, noteOfZoe, "/~ann", replies("z"+strings.Repeat("\u0301", 40))).HTML, "")
}

// TestMentionFaces: the picture of an author is ours while it is used, and seen by all only while the mention is.
func TestMentionFaces(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Cast(t, s).Ann
		ok(t, s.SetAvatar(t.Context(), ann, bytes.NewReader(kit.Drawing(t, 1)))) // a file as FetchFace makes one
		var file models.PictureFile
		ok(t, s.DB.QueryRowContext(t.Context(), "SELECT hash, type, width, height, size, body FROM picture_files").Scan(&file.Hash, &file.Type, &file.Width, &file.Height, &file.Size, &file.Body))
		ok(t, s.RemoveAvatar(t.Context(), ann))
		seen := replies("<p>hi</p>")
		seen.Photo, seen.Face = "https://zoe.example/zoe.png", &file
		m := mention(t, s, noteOfZoe, "/~ann", seen)
		name := strings.TrimPrefix(m.Face(), "/pictures/")
		_, err := s.PictureFile(t.Context(), nil, name)
		refused(t, err, models.Missing, "")
		ok(t, s.ShowMention(t.Context(), ann, m.ID, m.Read()))
		_, err = s.PictureFile(t.Context(), nil, name)
		ok(t, err)
		seen.Face = nil
		same(t, "kept", mention(t, s, noteOfZoe, "/~ann", seen).Face(), "/pictures/"+name)
		ok(t, s.NoteGone(t.Context(), m.ID, "error.mention_gone"))
		_, err = s.PictureFile(t.Context(), nil, name)
		refused(t, err, models.Gone, "")
	})
}

func TestMentionsAreSwept(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Cast(t, s).Ann
		shown := mention(t, s, noteOfZoe, "/~ann", replies("<p>stays</p>"))
		ok(t, s.ShowMention(t.Context(), ann, shown.ID, shown.Read()))
		no := mention(t, s, "https://zoe.example/2", "/~ann", replies("<p>no</p>"))
		ok(t, s.RefuseMention(t.Context(), ann, no.ID))
		mention(t, s, "https://zoe.example/3", "/~ann", replies("<p>waits</p>"))
		s.Clock.Add(31 * 24 * time.Hour)
		ok(t, s.Sweep(t.Context()))
		same(t, "left", count(t, s, "SELECT COUNT(*) FROM mentions"), 2)
	})
}
