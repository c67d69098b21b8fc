package models_test

import (
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

const home = "http://marquee.example"

// mediaOf is the address of a picture by its key.
func mediaOf(t *testing.T, s *kit.Store, key string) string {
	t.Helper()
	for _, extension := range []string{".png", ".jpg", ".gif"} {
		if p, err := s.MediaPicture(t.Context(), key+extension); err == nil {
			return p.MediaPath()
		}
	}
	t.Fatalf("no picture has the key %q", key)
	return ""
}

// lampSite is a site that has a picture of a lamp, and things that are none.
func lampSite(t *testing.T) string {
	t.Helper()
	far := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/lamp.png":
			_, _ = w.Write(kit.Drawing(t, 7))
		case "/heavy":
			_, _ = w.Write(make([]byte, 12<<20+1))
		case "/words":
			_, _ = w.Write([]byte("<p>no picture</p>"))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(far.Close)
	return far.URL
}

// PictureAt: what waits here is used as it is, what hangs here is copied, what is elsewhere is fetched.
func TestPictureAt(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann, bob := crowd[0], crowd[1]
		at := func(by *models.Account, address string) (string, error) {
			p, err := s.PictureAt(t.Context(), by, "net", address)
			if err != nil {
				return "", err
			}
			return p.Key, nil
		}

		waiting := s.Take(t, ann, kit.Drawing(t, 1), "")
		key, err := at(ann, home+mediaOf(t, s, waiting.Key))
		ok(t, err)
		same(t, "the key of what waits", key, waiting.Key)
		_, err = at(bob, home+mediaOf(t, s, waiting.Key))
		refused(t, err, models.Invalid, "error.picture_lost")

		st := publish(t, s, ann, models.Draft{Pictures: []models.DraftPicture{waiting}})
		for _, address := range []string{home + mediaOf(t, s, waiting.Key), home + st.Pictures[0].Path()} {
			for _, who := range crowd {
				key, err := at(who, address)
				ok(t, err)
				copied := publish(t, s, who, models.Draft{Pictures: []models.DraftPicture{{Key: key, Alt: "again"}}})
				same(t, "bytes", copied.Pictures[0].Hash, st.Pictures[0].Hash)
				ok(t, s.Redraft(t.Context(), who, copied.ID))
			}
		}
		secret := hang(t, s, ann, 2, models.Private)
		_, err = at(bob, home+secret.Pictures[0].Path())
		refused(t, err, models.Invalid, "error.picture_lost")
		ok(t, s.Withdraw(t.Context(), ann, secret.ID))
		_, err = at(ann, home+secret.Pictures[0].Path())
		refused(t, err, models.Invalid, "error.picture_lost")
	})
}

func TestPictureAtElsewhere(t *testing.T) {
	far := lampSite(t)
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		at := func(by *models.Account, address string) (string, error) {
			p, err := s.PictureAt(t.Context(), by, "net", address)
			if err != nil {
				return "", err
			}
			return p.Key, nil
		}
		key, err := at(ann, far+"/lamp.png")
		ok(t, err)
		if !strings.HasSuffix(mediaOf(t, s, key), ".png") {
			t.Errorf("the lamp is at %s", mediaOf(t, s, key))
		}
		for address, text := range map[string]string{
			far + "/nothing": "error.photo_away", far + "/words": "error.picture_kind", far + "/heavy": "error.picture_heavy", "http://192.168.1.1/a.png": "error.photo_address",
			"javascript:alert(1)": "error.photo_address", "http://[::1": "error.photo_address", home + "/~ann": "error.photo_address", home + "/media/x.png": "error.picture_lost",
			home + "/pictures/" + strings.Repeat("a", 32) + ".png": "error.picture_lost", home + "/pictures/%00": "error.picture_lost",
		} {
			_, err := at(ann, address)
			refused(t, err, models.Invalid, text)
		}
		s.Clock.Add(24 * time.Hour)
		name := path.Base(mediaOf(t, s, key))
		ok(t, s.Sweep(t.Context()))
		_, err = s.MediaPicture(t.Context(), name)
		refused(t, err, models.Missing, "error.no_picture")
	})
}

func TestOwnTags(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		publish(t, s, crowd[0], models.Draft{Text: "#tea", Tags: "pot\ntea"})
		publish(t, s, crowd[0], models.Draft{Text: "#secret", Visibility: models.Private})
		gone := say(t, s, crowd[0], "#gone")
		ok(t, s.Withdraw(t.Context(), crowd[0], gone.ID))
		say(t, s, crowd[1], "#milk")
		tags, err := s.OwnTags(t.Context(), crowd[0])
		ok(t, err)
		same(t, "how many", len(tags), 2)
		same(t, "tags", strings.Contains(strings.Join(tags, " "), "tea") && strings.Contains(strings.Join(tags, " "), "pot"), true)
	})
}
