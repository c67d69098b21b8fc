package models_test

import (
	"cmp"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// faces is a site that has a picture for each number.
func faces(t *testing.T) (address string) {
	t.Helper()
	far := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		number, err := strconv.Atoi(r.URL.Path[1:])
		if err != nil {
			_, _ = w.Write([]byte("no picture"))
			return
		}
		_, _ = w.Write(kit.Drawing(t, number))
	}))
	t.Cleanup(far.Close)
	return far.URL
}

func TestContextOfAStatus(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		bob, site := kit.Cast(t, s).Bob, faces(t)
		st := publish(t, s, bob, models.Draft{Text: "so true", ReplyURL: "https://www.zoe.example/1"})
		same(t, "host", st.AnsweredHost(), "zoe.example")
		keep := func(c models.Context, picture string) {
			t.Helper()
			c.StatusID = st.ID
			face, err := s.FetchFace(t.Context(), site+picture)
			ok(t, cmp.Or(err, s.KeepContext(t.Context(), c, face)))
		}
		files := func() int64 { return count(t, s, "SELECT COUNT(*) FROM picture_files WHERE gone_at = 0") }
		known := func() *models.Context {
			t.Helper()
			found, err := s.StatusByID(t.Context(), nil, st.ID)
			ok(t, err)
			return found.Context
		}
		keep(models.Context{Problem: "error.web_away"}, "/none")
		same(t, "known", known().Known(), false)
		keep(models.Context{Author: "Zoe", HTML: "<h1>big</h1> words", AuthorURL: "javascript:0"}, "/1")
		same(t, "words", known().HTML, "<p>big words</p>")
		same(t, "author", known().AuthorURL+known().Author, "Zoe")
		same(t, "files", files(), 1)
		keep(models.Context{Problem: "error.web_gone"}, "/none")
		same(t, "still known", known().Author, "Zoe")
		keep(models.Context{Author: "Zoe", HTML: "new", AuthorURL: "zoe.example"}, "/2")
		same(t, "again", known().HTML+known().AuthorURL, "<p>new</p>https://zoe.example")
		same(t, "files", files(), 1)
		keep(models.Context{Author: "Zoe", HTML: "new"}, "/none")
		same(t, "files", files(), 0)
		keep(models.Context{Author: "Zoe", HTML: "new"}, "/2")
		ok(t, s.Redraft(t.Context(), bob, st.ID))
		same(t, "contexts of what is withdrawn", count(t, s, "SELECT COUNT(*) FROM contexts"), 0)
		same(t, "files", files(), 0)
		draft, err := s.KeptDraft(t.Context(), bob)
		ok(t, err)
		same(t, "kept", draft.ReplyURL, "https://www.zoe.example/1")
		keep(models.Context{Author: "Zoe"}, "/1")
		same(t, "contexts of what is withdrawn", count(t, s, "SELECT COUNT(*) FROM contexts"), 0)

		st = publish(t, s, bob, draft)
		keep(models.Context{Author: "Zoe"}, "/3")
		ok(t, s.CloseAccount(t.Context(), bob, kit.Password))
		same(t, "contexts", count(t, s, "SELECT COUNT(*) FROM contexts"), 0)
		same(t, "files", files(), 0)
	})
}

// What many statuses answer is one query more.
func TestContextsCostOneQuery(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		face, err := s.FetchFace(t.Context(), faces(t)+"/1")
		ok(t, err)
		for range 10 {
			st := publish(t, s, ann, models.Draft{Text: "so true", ReplyURL: "https://zoe.example/1"})
			ok(t, s.KeepContext(t.Context(), models.Context{StatusID: st.ID, Author: "Zoe"}, face))
		}
		queries := kit.Queries(t, s, func() {
			for _, st := range read(t, s, nil, models.Stream{}) {
				if st.Context.PicturePath() == "" {
					t.Error("a status has lost its context")
				}
			}
		})
		same(t, "queries", len(queries), 3)
	})
}

// TestFacesAreBounded: nobody's pictures are fetched for ever, however many pages name them.
func TestFacesAreBounded(t *testing.T) {
	s := kit.SQLite(t)
	site := faces(t)
	_, err := s.FetchFace(t.Context(), site+"/none")
	ok(t, err)
	_, err = s.DB.ExecContext(t.Context(), "UPDATE throttles SET count = count + 599 WHERE key LIKE 'face/%'")
	ok(t, err)
	face, err := s.FetchFace(t.Context(), site+"/1")
	same(t, "beyond the budget", []any{face == nil, err}, []any{true, nil})
	s.Clock.Add(time.Hour)
	face, err = s.FetchFace(t.Context(), site+"/1")
	same(t, "an hour later", []any{face != nil, err}, []any{true, nil})
}

func TestRefusedReplies(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		for address, text := range map[string]string{
			"non sense": "error.reply_url", "ftp://zoe.example/": "error.reply_url", "http://[::1>": "error.reply_url", "http://marquee.example/rules": "error.reply_url",
			"http://zoe.example:22/": "", "http://10.0.0.1/": "error.web_private", "http://169.254.169.254/": "error.web_private", "http://printer.local/": "error.reply_url",
			"http://marquee.example/~ann/99": "error.reply_to",
		} {
			_, err := s.Publish(t.Context(), ann, models.Draft{Text: "so true", ReplyURL: address})
			if text != "" {
				refused(t, err, models.Invalid, text)
			}
		}
	})
}
