package models_test

import (
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// For a day nobody sees what was withdrawn, neither its owner: no list, no page, no picture, no face in the composer.
func TestWithdrawnIsInvisibleWhileItCanComeBack(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann, bob := crowd[0], crowd[1]
		for _, visibility := range []string{models.Public, models.Private} {
			st := publish(t, s, ann, models.Draft{
				Text: "#tea ~bob", Face: "🍵", Mood: "snug", Visibility: visibility, Pictures: []models.DraftPicture{s.Take(t, ann, kit.Drawing(t, 1), "a pot")},
			})
			runJobs(t, s)
			ok(t, s.Withdraw(t.Context(), ann, st.ID))
			runJobs(t, s)
			for _, viewer := range []*models.Account{nil, ann, bob} {
				for _, stream := range []models.Stream{{}, {Account: ann}, models.Pictures(), ann.PictureStream(), {Kind: models.TagLabel, Word: "tea"}, {Kind: models.MoodLabel, Word: "cosy"}} {
					same(t, "a stream", len(read(t, s, viewer, stream)), 0)
				}
				_, err := file(t, s.Store, viewer, st.Pictures[0])
				refused(t, err, models.Gone, "error.gone_picture")
			}
			faces, err := s.LastFaces(t.Context(), ann)
			ok(t, err)
			same(t, "faces", len(faces), 0)
			same(t, "notices", len(notices(t, s, bob)), 0)
			_, err = s.Status(t.Context(), ann, "ann", st.ID)
			refused(t, err, models.Gone, "error.gone")
			draft := models.Draft{Pictures: []models.DraftPicture{{Key: st.Pictures[0].Key}}}
			_, err = s.Publish(t.Context(), ann, draft)
			refused(t, err, models.Invalid, "error.picture_lost")
		}
	})
}

func TestRestoreBringsBackEverything(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann, bob := crowd[0], crowd[1]
		st := publish(t, s, ann, models.Draft{
			Text: "#tea ~bob https://far.example/", Face: "🍵", Mood: "snug", Tags: "kettle", Pictures: []models.DraftPicture{s.Take(t, ann, kit.Drawing(t, 1), "a pot")},
		})
		reply := answer(t, s, bob, st, "mm")
		later := say(t, s, ann, "later")
		ok(t, s.Withdraw(t.Context(), ann, later.ID))
		ok(t, s.Withdraw(t.Context(), ann, st.ID))
		_, err := s.DB.ExecContext(t.Context(), "DELETE FROM jobs")
		ok(t, err)
		before := marks(t, s, "ann", "bob")
		s.Clock.Add(24*time.Hour - time.Millisecond)
		ok(t, s.Sweep(t.Context()))
		until, err := s.Restorable(t.Context(), ann, "ann", st.ID)
		ok(t, err)
		same(t, "until", until, models.At(s.Now().Add(time.Millisecond)))
		for range 2 { // a second press of the button finds it done
			ok(t, s.Restore(t.Context(), ann, st.ID))
		}
		same(t, "changed", before.changed(marks(t, s, "ann", "bob")), []string{"site", "ann", "bob"})
		kept, err := s.Status(t.Context(), nil, "ann", st.ID)
		ok(t, err)
		same(t, "words", kept.Text+kept.Face+kept.Mood+kept.Tags, st.Text+st.Face+st.Mood+st.Tags)
		same(t, "edited", kept.EditedAt, 0)
		same(t, "alt", kept.Pictures[0].Alt, "a pot")
		_, err = file(t, s.Store, nil, kept.Pictures[0])
		ok(t, err)
		for _, stream := range []models.Stream{{Account: ann}, models.Pictures(), {Kind: models.TagLabel, Word: "tea"}, {Kind: models.TagLabel, Word: "kettle"}, {Kind: models.MoodLabel, Word: "cosy"}} {
			same(t, "a stream", len(read(t, s, nil, stream)), 1)
		}
		same(t, "posted", again(t, s, ann).PostedAt, st.PublishedAt)
		answered, err := s.Status(t.Context(), nil, "bob", reply.ID)
		ok(t, err)
		if answered.ReplyTo == nil {
			t.Error("the answer does not know it again")
		}
		same(t, "mentions to send", count(t, s, "SELECT COUNT(*) FROM jobs WHERE kind = $1", models.JobMentions), 1)
		_, err = s.DB.ExecContext(t.Context(), "DELETE FROM jobs WHERE kind <> $1", models.JobNotify)
		ok(t, err)
		runJobs(t, s)
		same(t, "bob's notices", len(notices(t, s, bob)), 1)
		s.Clock.Add(time.Millisecond)
		refused(t, s.Restore(t.Context(), ann, later.ID), models.Gone, "error.gone")
	})
}

func TestRestoreIsForTheOwnerAndForADay(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann, bob := crowd[0], crowd[1]
		for visibility, kind := range map[string]models.Kind{models.Public: models.Forbidden, models.Private: models.Missing} {
			st := publish(t, s, ann, models.Draft{Text: "mine", Visibility: visibility})
			ok(t, s.Withdraw(t.Context(), ann, st.ID))
			refused(t, s.Restore(t.Context(), bob, st.ID), kind, "")
			for name, who := range map[string]*models.Account{"a guest": nil, "bob": bob} {
				until, err := s.Restorable(t.Context(), who, "ann", st.ID)
				ok(t, err)
				same(t, name, until, 0)
			}
			s.Clock.Add(24 * time.Hour) // also before the sweep
			until, err := s.Restorable(t.Context(), ann, "ann", st.ID)
			ok(t, err)
			same(t, "until", until, 0)
			refused(t, s.Restore(t.Context(), ann, st.ID), models.Gone, "error.gone")
		}
		redrafted := say(t, s, ann, "again")
		ok(t, s.Redraft(t.Context(), ann, redrafted.ID))
		refused(t, s.Restore(t.Context(), ann, redrafted.ID), models.Gone, "error.gone")
		refused(t, s.Restore(t.Context(), ann, 99), models.Missing, "error.no_status")
	})
}

// What is older than the others comes in at its place, and all that shows it is fresh.
func TestPublishingSomethingOlder(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		first := say(t, s, ann, "#tea first")
		s.Clock.Add(time.Hour)
		now := models.At(s.Now())
		old := publish(t, s, ann, models.Draft{Text: "#tea long ago", PublishedAt: first.PublishedAt.Add(-time.Hour)})
		same(t, "page", texts(read(t, s, nil, models.Stream{Account: ann})), []string{first.Text, old.Text})
		same(t, "posted", again(t, s, ann).PostedAt, first.PublishedAt)
		same(t, "changed", again(t, s, ann).ChangedAt, now)
		at, err := s.LabelChanged(t.Context(), models.TagLabel, "tea")
		ok(t, err)
		same(t, "the tag changed", at, now)
	})
}
