package models_test

import (
	"bytes"
	"path"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/safe"
	"marquee/tests/kit"
)

// hang publishes a status with one drawing.
func hang(t *testing.T, s *kit.Store, by *models.Account, number int, visibility string) *models.Status {
	t.Helper()
	return publish(t, s, by, models.Draft{Visibility: visibility, Pictures: []models.DraftPicture{s.Take(t, by, kit.Drawing(t, number), "a drawing")}})
}

// file looks for a picture as somebody.
func file(t *testing.T, s *models.Store, viewer *models.Account, p models.Picture) (*models.PictureFile, error) {
	t.Helper()
	return s.PictureFile(t.Context(), viewer, path.Base(p.Path()))
}

func TestPicturesOfAStatus(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann", "bob")[0]
		var drafts []models.DraftPicture
		for i, alt := range []string{"first ", "", "third\x00", "fourth"} {
			drafts = append(drafts, s.Take(t, ann, kit.Drawing(t, i+1), alt))
		}
		st := publish(t, s, ann, models.Draft{Text: "look", Pictures: drafts})
		for _, where := range []models.Stream{{}, {Account: ann}, models.Pictures(), ann.PictureStream()} {
			page := read(t, s, nil, where)
			same(t, "statuses", len(page), 1)
			var alts []string
			for _, p := range page[0].Pictures {
				alts = append(alts, p.Alt)
			}
			same(t, "alt texts, in order", strings.Join(alts, "|"), "first||third|fourth")
		}
		got, err := file(t, s.Store, nil, st.Pictures[0])
		ok(t, err)
		ok(t, s.ReadPicture(t.Context(), got))
		if !bytes.HasPrefix(got.Body, []byte("\x89PNG")) || int64(len(got.Body)) != got.Size || got.Width != 32 || got.Height != 24 {
			t.Errorf("the file is %d bytes of %s, %dx%d", len(got.Body), got.Type, got.Width, got.Height)
		}
		newest, err := s.LatestPicture(t.Context(), ann)
		ok(t, err)
		same(t, "the newest", newest.Hash, st.Pictures[0].Hash)
		publish(t, s, ann, models.Draft{Text: "look again", ReplyToID: st.ID})
		page := read(t, s, nil, models.Stream{})
		same(t, "pictures of a status that stands beside its answer", len(page[1].Pictures), 4)
		same(t, "pictures of what is answered", len(page[0].ReplyTo.Pictures), 4)
		_, err = s.Publish(t.Context(), ann, models.Draft{Pictures: append(drafts, drafts[0])})
		refused(t, err, models.Invalid, "error.pictures_many")
	})
}

func TestPicturesThatAreNotYours(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann, bob := crowd[0], crowd[1]
		waiting := s.Take(t, ann, kit.Drawing(t, 1), "")
		shown := hang(t, s, ann, 2, models.Public).Pictures[0]
		for name, key := range map[string]string{"of somebody else": waiting.Key, "on somebody else's status": shown.Key, "unknown": "nothing", "empty": ""} {
			_, err := s.Publish(t.Context(), bob, models.Draft{Text: name, Pictures: []models.DraftPicture{{Key: key}}})
			refused(t, err, models.Invalid, "error.picture_lost")
		}
		_, err := s.Publish(t.Context(), ann, models.Draft{Pictures: []models.DraftPicture{{Key: shown.Key}}})
		refused(t, err, models.Invalid, "error.picture_lost") // it hangs elsewhere already
		same(t, "statuses", count(t, s, "SELECT COUNT(*) FROM statuses"), 1)
		_, err = s.Publish(t.Context(), ann, models.Draft{Pictures: []models.DraftPicture{{Key: waiting.Key, Alt: strings.Repeat("a", 1001)}}})
		refused(t, err, models.Invalid, "error.alt_long")
		lost, err := s.TakePicture(t.Context(), nil, "net", bytes.NewReader(kit.Drawing(t, 3)), safe.PictureWish{})
		ok(t, err)
		st := publish(t, s, bob, models.Draft{Pictures: []models.DraftPicture{{Key: lost.Key}}}) // bob's session had ended
		same(t, "whose it is now", *st.Pictures[0].AccountID, bob.ID)
	})
}

func TestEditingPictures(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		st := publish(t, s, ann, models.Draft{Text: "two", Pictures: []models.DraftPicture{
			s.Take(t, ann, kit.Drawing(t, 1), "one"), s.Take(t, ann, kit.Drawing(t, 2), "two"),
		}})
		s.Clock.Add(time.Minute)
		pictures := models.DraftPictures(st.Pictures)
		same(t, "edited without a change", edit(t, s, ann, st, models.Draft{Text: "two", Pictures: pictures}).EditedAt, models.Instant(0))
		pictures[1].Alt = "the second"
		added := s.Take(t, ann, kit.Drawing(t, 3), "three")
		now := edit(t, s, ann, st, models.Draft{Text: "two", Pictures: []models.DraftPicture{pictures[1], added}})
		if now.EditedAt.IsZero() {
			t.Error("it is not marked as edited")
		}
		var shown []string
		for _, p := range read(t, s, nil, models.Pictures())[0].Pictures {
			shown = append(shown, p.Alt)
		}
		same(t, "shown", strings.Join(shown, "|"), "the second|three")
		_, err := file(t, s.Store, ann, st.Pictures[0])
		refused(t, err, models.Gone, "error.gone_picture")
		edit(t, s, ann, st, models.Draft{Text: "none"})
		same(t, "on the wall", len(read(t, s, nil, models.Pictures())), 0)
		same(t, "uses", count(t, s, "SELECT COUNT(*) FROM pictures"), 0)
		same(t, "files with bytes", count(t, s, "SELECT COUNT(*) FROM picture_files WHERE length(body) > 0"), 0)
	})
}

// TestWithdrawnPicturesAreGone: at once, also for a second process on the same database.
func TestWithdrawnPicturesAreGone(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		other, err := models.Open(t.Context(), kit.Options(s.Database, s.Clock))
		ok(t, err)
		defer other.Close()
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann, bob := crowd[0], crowd[1]
		st := hang(t, s, ann, 1, models.Public)
		picture := st.Pictures[0]
		seen, err := file(t, other, nil, picture)
		ok(t, err)
		ok(t, s.Withdraw(t.Context(), ann, st.ID))
		_, err = file(t, other, nil, picture)
		refused(t, err, models.Gone, "error.gone_picture")
		takeDown(t, s, ann, hang(t, s, ann, 2, models.Public).ID)
		refused(t, other.ReadPicture(t.Context(), seen), models.Gone, "error.gone_picture")
		again, twin := hang(t, s, ann, 1, models.Public), hang(t, s, bob, 1, models.Public)
		same(t, "the same bytes", again.Pictures[0].Hash == picture.Hash && twin.Pictures[0].Hash == picture.Hash, true)
		ok(t, s.Withdraw(t.Context(), ann, again.ID))
		_, err = file(t, other, nil, picture) // bob shows it still
		ok(t, err)
		ok(t, s.Withdraw(t.Context(), bob, twin.ID))
		_, err = file(t, other, nil, picture)
		refused(t, err, models.Gone, "")
	})
}

func TestPrivatePictures(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann, bob := crowd[0], crowd[1]
		st := hang(t, s, ann, 1, models.Private)
		waiting := s.Take(t, ann, kit.Drawing(t, 2), "")
		for _, viewer := range []*models.Account{nil, bob} {
			_, err := file(t, s.Store, viewer, st.Pictures[0])
			refused(t, err, models.Missing, "error.no_picture")
		}
		mine, err := file(t, s.Store, ann, st.Pictures[0])
		ok(t, err)
		same(t, "public", mine.Public, false)
		same(t, "on the walls", len(read(t, s, ann, models.Pictures()))+len(read(t, s, ann, ann.PictureStream())), 0)
		newest, err := s.LatestPicture(t.Context(), ann)
		ok(t, err)
		if newest != nil {
			t.Error("her newest picture is a private one")
		}
		draft := models.Draft{Pictures: []models.DraftPicture{waiting}}
		ok(t, s.SeePictures(t.Context(), ann, &draft))
		same(t, "she sees what waits", len(draft.Pictures), 1)
		ok(t, s.SeePictures(t.Context(), bob, &draft))
		same(t, "bob doesn't", len(draft.Pictures), 0)
		edit(t, s, ann, st, models.Draft{Pictures: models.DraftPictures(st.Pictures), Visibility: models.Public})
		_, err = file(t, s.Store, nil, st.Pictures[0])
		ok(t, err)
	})
}

// TestRedraftKeepsPictures: with their alt texts, until the draft is sent or another takes its place.
func TestRedraftKeepsPictures(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		st := hang(t, s, ann, 1, models.Public)
		ok(t, s.Redraft(t.Context(), ann, st.ID))
		d, err := s.KeptDraft(t.Context(), ann)
		ok(t, err)
		if len(d.Pictures) != 1 || d.Pictures[0].Alt != "a drawing" || !d.Kept {
			t.Fatalf("the draft is %+v", d)
		}
		_, err = file(t, s.Store, nil, st.Pictures[0])
		refused(t, err, models.Missing, "error.no_picture")
		s.Clock.Add(48 * time.Hour)
		ok(t, s.Sweep(t.Context()))
		sent := publish(t, s, ann, d)
		same(t, "the same picture", sent.Pictures[0].Hash, st.Pictures[0].Hash)
		d, err = s.KeptDraft(t.Context(), ann)
		ok(t, err)
		same(t, "what is kept now", d.Kept, false)
		ok(t, s.Redraft(t.Context(), ann, sent.ID))
		second := hang(t, s, ann, 2, models.Public)
		ok(t, s.Redraft(t.Context(), ann, second.ID))
		_, err = file(t, s.Store, ann, sent.Pictures[0])
		refused(t, err, models.Gone, "")
		same(t, "uses", count(t, s, "SELECT COUNT(*) FROM pictures"), 1)
	})
}

func TestUnfinishedUploadsAreSwept(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		left := s.Take(t, ann, kit.Drawing(t, 1), "")
		kept := hang(t, s, ann, 2, models.Private)
		s.Clock.Add(23 * time.Hour)
		ok(t, s.Sweep(t.Context()))
		same(t, "uses within a day", count(t, s, "SELECT COUNT(*) FROM pictures"), 2)
		s.Clock.Add(2 * time.Hour)
		ok(t, s.Sweep(t.Context()))
		same(t, "uses after it", count(t, s, "SELECT COUNT(*) FROM pictures"), 1)
		_, err := s.Publish(t.Context(), ann, models.Draft{Pictures: []models.DraftPicture{left}})
		refused(t, err, models.Invalid, "error.picture_lost")
		_, err = file(t, s.Store, ann, kept.Pictures[0])
		ok(t, err)
	})
}

func TestRefusedPictures(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		for text, bad := range map[string][]byte{
			"error.picture_empty":  nil,
			"error.picture_kind":   []byte("<svg xmlns='http://www.w3.org/2000/svg'/>"),
			"error.picture_heic":   []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"),
			"error.picture_broken": kit.Drawing(t, 1)[:60],
		} {
			_, err := s.TakePicture(t.Context(), ann, "net", bytes.NewReader(bad), safe.PictureWish{})
			refused(t, err, models.Invalid, text)
		}
		same(t, "files", count(t, s, "SELECT COUNT(*) FROM picture_files"), 0)
		var err error
		for range 200 {
			if _, err = s.TakePicture(t.Context(), ann, "net", bytes.NewReader(nil), safe.PictureWish{}); !models.IsKind(err, models.Invalid) {
				break
			}
		}
		refused(t, err, models.TooMany, "error.too_many")
	})
}

// TestPicturesUnderPressure: some hang the same drawing and take it off while others look. Whatever is shown has its bytes.
func TestPicturesUnderPressure(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		other, err := models.Open(t.Context(), kit.Options(s.Database, s.Clock))
		ok(t, err)
		defer other.Close()
		crowd := kit.Crowd(t, s, "ann", "bob", "cat", "dan")
		first := hang(t, s, crowd[0], 1, models.Public).Pictures[0]
		together(8, func(i int) {
			store := s.Store
			if i%2 == 1 {
				store = other
			}
			for range 10 {
				if i < 4 {
					p, err := store.TakePicture(t.Context(), crowd[i], "net", bytes.NewReader(kit.Drawing(t, 1)), safe.PictureWish{})
					if err != nil {
						t.Error(err)
						return
					}
					st, err := store.Publish(t.Context(), crowd[i], models.Draft{Pictures: []models.DraftPicture{{Key: p.Key}}})
					if err == nil {
						_, err = store.Edit(t.Context(), crowd[i], st.ID, models.Draft{Text: "taken off"})
					}
					if err != nil {
						t.Error(err)
					}
					continue
				}
				f, err := store.PictureFile(t.Context(), nil, path.Base(first.Path()))
				if err == nil {
					err = store.ReadPicture(t.Context(), f)
				}
				if err != nil {
					t.Errorf("ann's drawing, which nobody took down: %v", err)
				}
			}
		})
		same(t, "uses", count(t, s, "SELECT COUNT(*) FROM pictures"), 1)
		problems, err := s.Integrity(t.Context())
		ok(t, err)
		same(t, "problems of the database", problems, []string{})
	})
}
