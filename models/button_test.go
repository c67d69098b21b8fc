package models_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// elsewhere is another site: it has a button, a page that is none, nothing, and one that breaks until it is mended.
func elsewhere(t *testing.T) (site *httptest.Server, asked *int, mend func()) {
	t.Helper()
	count, broken := 0, true
	site = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		count++
		switch {
		case r.URL.Path == "/button.png", r.URL.Path == "/moody.png" && !broken:
			_, _ = w.Write(kit.Drawing(t, 7))
		case r.URL.Path == "/page":
			_, _ = w.Write([]byte("<html>no button"))
		case r.URL.Path == "/endless":
			for range 40 {
				if _, err := w.Write(make([]byte, 1<<16)); err != nil {
					return
				}
			}
		case r.URL.Path == "/moody.png":
			w.WriteHeader(http.StatusInternalServerError)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(site.Close)
	return site, &count, func() { broken = false }
}

// fetchButtons does the jobs that are due.
func fetchButtons(t *testing.T, s *kit.Store) {
	t.Helper()
	jobs, err := s.ClaimJobs(t.Context(), 100)
	ok(t, err)
	for _, j := range jobs {
		ok(t, s.FinishJob(t.Context(), j, s.FetchButton(t.Context(), j)))
	}
}

func wall(t *testing.T, s *kit.Store, a *models.Account, all bool) []models.Button {
	t.Helper()
	list, err := s.Buttons(t.Context(), a, all)
	ok(t, err)
	return list
}

func TestButtonsAreFetchedOnce(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		site, asked, mend := elsewhere(t)
		for _, address := range []string{"/button.png", "/page", "/gone.png", "/endless", "/moody.png"} {
			ok(t, s.AddButton(t.Context(), ann, models.NewButton{Link: site.URL, Source: site.URL + address, Alt: address}))
		}
		same(t, "shown before the job", len(wall(t, s, ann, false)), 0)
		before := again(t, s, ann).Revision
		fetchButtons(t, s)
		same(t, "asked", *asked, 5)
		var told []string
		for _, b := range wall(t, s, ann, true) {
			told = append(told, b.Alt+" "+b.Problem)
		}
		same(t, "told", strings.Join(told, "|"), "/button.png |/page error.picture_kind|/gone.png error.button_missing|/endless error.picture_heavy|/moody.png error.button_away")
		shown := wall(t, s, ann, false)
		if len(shown) != 1 || shown[0].Path() == "" || again(t, s, ann).Revision == before {
			t.Fatalf("on the page hang %+v", shown)
		}
		file, err := s.PictureFile(t.Context(), nil, path.Base(shown[0].Path()))
		ok(t, err)
		same(t, "everybody sees it", file.Public, true)
		mend()
		s.Clock.Add(6 * time.Minute)
		fetchButtons(t, s)
		same(t, "asked again", *asked, 6)
		same(t, "shown", len(wall(t, s, ann, false)), 2)
		for _, b := range wall(t, s, ann, true) {
			ok(t, s.RemoveButton(t.Context(), ann, b.ID))
		}
		_, err = s.PictureFile(t.Context(), nil, path.Base(shown[0].Path()))
		refused(t, err, models.Gone, "")
	})
}

func TestButtonsThatAreRefused(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann, bob := crowd[0], crowd[1]
		good := bytes.NewReader(kit.Drawing(t, 1))
		for text, n := range map[string]models.NewButton{
			"error.homepage":      {Link: "javascript:alert(1)", File: good},
			"error.button_source": {Link: "https://a.example/"},
			"error.picture_kind":  {Link: "https://a.example/", File: strings.NewReader("<svg/>")},
			"error.alt_long":      {Link: "https://a.example/", Alt: strings.Repeat("a", 101), File: good},
		} {
			refused(t, s.AddButton(t.Context(), ann, n), models.Invalid, text)
		}
		same(t, "buttons", len(wall(t, s, ann, true)), 0)
		for range models.ButtonsMost {
			s.Clock.Add(time.Minute)
			ok(t, s.AddButton(t.Context(), ann, models.NewButton{Link: "https://a.example/", File: bytes.NewReader(kit.Drawing(t, 1))}))
		}
		refused(t, s.AddButton(t.Context(), ann, models.NewButton{Link: "https://a.example/", File: good}), models.Invalid, "error.buttons_many")
		ok(t, s.RemoveButton(t.Context(), bob, wall(t, s, ann, true)[0].ID))
		same(t, "after bob tried to take one down", len(wall(t, s, ann, true)), models.ButtonsMost)
	})
}

func TestButtonsHaveAnOrder(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		for _, alt := range []string{"a", "b", "c"} {
			ok(t, s.AddButton(t.Context(), ann, models.NewButton{Link: "https://a.example/", Alt: alt, File: bytes.NewReader(kit.Drawing(t, 1))}))
		}
		order := func() (alts string) {
			for _, b := range wall(t, s, ann, false) {
				alts += b.Alt
			}
			return alts
		}
		list := wall(t, s, ann, true)
		ok(t, s.RaiseButton(t.Context(), ann, list[2].ID))
		same(t, "c went up", order(), "acb")
		ok(t, s.RaiseButton(t.Context(), ann, list[0].ID))
		same(t, "the first stays", order(), "acb")
	})
}

func TestDesigns(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		d := models.Design{Top: " ada's\x00 page ", Bottom: "{mood}", FG: "ffd447", Face: "cosy", Style: "film"}
		ok(t, s.SetDesign(t.Context(), ann, d))
		got, err := s.DesignOf(t.Context(), ann)
		ok(t, err)
		same(t, "design", got, models.Design{AccountID: ann.ID, Top: "ada's page", Bottom: "{mood}", FG: "ffd447", Face: "cosy", Style: "film"})
		for text, wrong := range map[string]models.Design{
			"error.design_words": {Top: strings.Repeat("i", 25)},
			"error.design_color": {BG: "red"},
			"error.mood":         {Face: "snug"},
		} {
			refused(t, s.SetDesign(t.Context(), ann, wrong), models.Invalid, text)
		}
		ok(t, s.SetDesign(t.Context(), ann, models.Design{}))
		got, err = s.DesignOf(t.Context(), ann)
		ok(t, err)
		same(t, "none", got.IsZero(), true)
	})
}

func TestAvatar(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		ok(t, s.SetAvatar(t.Context(), ann, bytes.NewReader(kit.Drawing(t, 1))))
		first := again(t, s, ann).AvatarPath()
		file, err := s.PictureFile(t.Context(), nil, path.Base(first))
		ok(t, err)
		if file.Width != 48 || file.Height != 48 || file.Size >= 1460 || !file.Public {
			t.Errorf("the avatar is %+v", file)
		}
		ok(t, s.SetAvatar(t.Context(), ann, bytes.NewReader(kit.Drawing(t, 1))))
		same(t, "the same again", again(t, s, ann).AvatarPath(), first)
		_, err = s.PictureFile(t.Context(), nil, path.Base(first))
		ok(t, err)
		ok(t, s.SetAvatar(t.Context(), ann, bytes.NewReader(kit.Drawing(t, 2))))
		_, err = s.PictureFile(t.Context(), nil, path.Base(first))
		refused(t, err, models.Gone, "")
		ok(t, s.RemoveAvatar(t.Context(), ann))
		same(t, "without", again(t, s, ann).AvatarPath(), "")
		same(t, "uses", count(t, s, "SELECT COUNT(*) FROM pictures"), 0)
		refused(t, s.SetAvatar(t.Context(), ann, strings.NewReader("no picture")), models.Invalid, "error.picture_kind")
	})
}

// A verb that leaves a query open on the writing connection keeps it in the past: after a write of another process it could
// never write again.
func TestAnAvatarLeavesTheWriterFree(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		ok(t, s.SetAvatar(t.Context(), ann, bytes.NewReader(kit.Drawing(t, 1))))
		other, err := models.Open(t.Context(), kit.Options(s.Database, s.Clock))
		ok(t, err)
		defer other.Close()
		ok(t, other.SetLanguage(t.Context(), ann, "fr"))
		ok(t, s.SetLanguage(t.Context(), ann, "en"))
	})
}

func TestDiary(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann, bob := crowd[0], crowd[1]
		publish(t, s, ann, models.Draft{Mood: "cosy"})
		publish(t, s, ann, models.Draft{Text: "no mood"})
		publish(t, s, ann, models.Draft{Mood: "sad", Visibility: models.Private})
		s.Clock.Add(365 * 24 * time.Hour)
		publish(t, s, ann, models.Draft{Mood: "snug"})
		felt := func(viewer *models.Account, year int) string {
			d, err := s.MoodsOf(t.Context(), viewer, again(t, s, ann), year)
			ok(t, err)
			var words []string
			for _, st := range d.Statuses {
				words = append(words, st.Mood+"/"+st.Family())
			}
			return strings.Join(words, " ") + " " + strings.Join([]string{time.Date(d.First, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006"), time.Date(d.Last, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006")}, "-")
		}
		same(t, "the last year", felt(nil, 0), "snug/cosy 2026-2027")
		same(t, "the first year", felt(bob, 2026), "cosy/cosy 2026-2027")
		same(t, "her own", felt(ann, 2026), "cosy/cosy sad/sad 2026-2027")
		same(t, "another", felt(nil, 1999), " 2026-2027")
		ok(t, s.Describe(t.Context(), ann, models.Profile{MoodsPrivate: true}))
		_, err := s.MoodsOf(t.Context(), bob, again(t, s, ann), 0)
		refused(t, err, models.Forbidden, "error.moods_private")
		same(t, "her own, kept back", felt(ann, 2026), "cosy/cosy sad/sad 2026-2027")
		week, err := s.WeekOfMoods(t.Context())
		ok(t, err)
		same(t, "this week", week, map[string]int{"cosy": 1})
	})
}
