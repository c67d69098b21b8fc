package models_test

import (
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

func TestEditMarksEdited(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		st := publish(t, s, ann, models.Draft{Text: "#tea", Face: "🍵", Mood: "snug", MoodText: "warm"})
		s.Clock.Add(time.Minute)
		edit(t, s, ann, st, models.Draft{Text: "#coffee", Mood: "happy"})
		kept, err := s.Status(t.Context(), nil, "ann", st.ID)
		ok(t, err)
		same(t, "words", models.Draft{Text: kept.Text, Face: kept.Face, Mood: kept.Mood, MoodText: kept.MoodText},
			models.Draft{Text: "#coffee", Mood: "happy"})
		same(t, "published", kept.PublishedAt, st.PublishedAt)
		same(t, "edited", kept.EditedAt, models.At(s.Now()))
		for word, want := range map[string]int{"tea": 0, "coffee": 1} {
			same(t, word, len(read(t, s, nil, models.Stream{Kind: models.TagLabel, Word: word})), want)
		}
		for word, want := range map[string]int{"snug": 0, "cosy": 0, "happy": 1} {
			same(t, word, len(read(t, s, nil, models.Stream{Kind: models.MoodLabel, Word: word})), want)
		}
	})
}

func TestEditWithoutChangeChangesNothing(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		d := models.Draft{Text: "a  b\r\n", Face: "🍵", Mood: "snug", MoodText: "warm"}
		st := publish(t, s, ann, d)
		before := marks(t, s, "ann")
		s.Clock.Add(time.Minute)
		if edited := edit(t, s, ann, st, d); !edited.EditedAt.IsZero() {
			t.Error("the status is marked as edited although it says the same")
		}
		same(t, "marks", marks(t, s, "ann"), before)
	})
}

func TestEditKeepsWhatItAnswersAndWhoMayRead(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann, bob := crowd[0], crowd[1]
		question := say(t, s, ann, "tea?")
		reply := answer(t, s, bob, question, "yes")
		edit(t, s, bob, reply, models.Draft{Text: "yes please", ReplyToID: 77})
		kept, err := s.Status(t.Context(), nil, "bob", reply.ID)
		ok(t, err)
		if kept.ReplyTo == nil || kept.ReplyTo.ID != question.ID {
			t.Error("the edited answer answers something else")
		}
		secret := publish(t, s, ann, models.Draft{Text: "secret", Visibility: models.Private})
		edit(t, s, ann, secret, models.Draft{Text: "a better secret"})
		_, err = s.Status(t.Context(), nil, "ann", secret.ID)
		refused(t, err, models.Missing, "error.no_status")
	})
}

func TestOnlyTheOwnerMayChangeAStatus(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann, bob := crowd[0], crowd[1]
		for visibility, kind := range map[string]models.Kind{models.Public: models.Forbidden, models.Private: models.Missing} {
			st := publish(t, s, ann, models.Draft{Text: "mine", Visibility: visibility})
			_, err := s.Edit(t.Context(), bob, st.ID, models.Draft{Text: "his"})
			refused(t, err, kind, "")
			refused(t, s.Withdraw(t.Context(), bob, st.ID), kind, "")
			refused(t, s.Redraft(t.Context(), bob, st.ID), kind, "")
			kept, err := s.Status(t.Context(), ann, "ann", st.ID)
			ok(t, err)
			same(t, "text", kept.Text, "mine")
		}
		_, err := s.Edit(t.Context(), ann, 99, models.Draft{Text: "x"})
		refused(t, err, models.Missing, "error.no_status")
		_, err = s.Edit(t.Context(), ann, 1, models.Draft{})
		refused(t, err, models.Invalid, "error.status_empty")
	})
}

// everywhere counts the rows of any table in which any column has the needle.
func everywhere(t *testing.T, s *kit.Store, needle string) (found []string) {
	t.Helper()
	for table, names := range columns(t, s) {
		for _, column := range names {
			n := count(t, s, "SELECT COUNT(*) FROM "+table+" WHERE CAST("+column+" AS TEXT) LIKE $1", "%"+needle+"%")
			if n > 0 {
				found = append(found, table+"."+column)
			}
		}
	}
	return found
}

func TestWithdrawnWordsAreNowhere(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann", "bob")[0]
		for _, visibility := range []string{models.Public, models.Private} {
			st := publish(t, s, ann, models.Draft{
				Text: "xyzzy ~bob", MoodText: "xyzzy", Face: "🪄", Mood: "snug", Visibility: visibility, Once: "o" + visibility,
			})
			if len(everywhere(t, s, "xyzzy")) == 0 || len(everywhere(t, s, "🪄")) == 0 {
				t.Fatal("the search finds nothing: it is broken")
			}
			takeDown(t, s, ann, st.ID)
			for _, word := range []string{"xyzzy", "🪄"} {
				if found := everywhere(t, s, word); len(found) > 0 {
					t.Errorf("%s %s is still in %v", visibility, word, found)
				}
			}
			_, err := s.Status(t.Context(), ann, "ann", st.ID)
			refused(t, err, models.Gone, "error.gone")
			refused(t, s.Withdraw(t.Context(), ann, st.ID), models.Gone, "error.gone")
			_, err = s.Edit(t.Context(), ann, st.ID, models.Draft{Text: "back"})
			refused(t, err, models.Gone, "error.gone")
		}
	})
}

func TestWithdrawnIsShownNowhere(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann, bob := crowd[0], crowd[1]
		st := publish(t, s, ann, models.Draft{Text: "#tea ~bob", Mood: "snug"})
		reply := answer(t, s, bob, st, "mm")
		runJobs(t, s)
		ok(t, s.Withdraw(t.Context(), ann, st.ID))
		for _, stream := range []models.Stream{{Account: ann}, {Kind: models.TagLabel, Word: "tea"}, {Kind: models.MoodLabel, Word: "snug"}} {
			for _, viewer := range []*models.Account{nil, ann, bob} {
				same(t, "stream", len(read(t, s, viewer, stream)), 0)
			}
		}
		same(t, "everybody's", texts(read(t, s, nil, models.Stream{})), []string{"mm"})
		kept, err := s.Status(t.Context(), nil, "bob", reply.ID)
		ok(t, err)
		if kept.ReplyTo != nil {
			t.Errorf("the answer still shows %q", kept.ReplyTo.Text)
		}
		latest, err := s.Latest(t.Context(), ann)
		ok(t, err)
		if latest != nil {
			t.Errorf("the latest is %q", latest.Text)
		}
		same(t, "bob's notices", len(notices(t, s, bob)), 0)
		same(t, "posted", again(t, s, ann).PostedAt, 0)
	})
}

func TestRedraftPutsTheWordsBack(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann, bob := crowd[0], crowd[1]
		question := say(t, s, bob, "tea?")
		want := models.Draft{Text: "yes", Face: "🍵", Mood: "snug", MoodText: "warm", Visibility: models.Private, ReplyToID: question.ID}
		for range 2 { // the second takes the place of the first
			st := publish(t, s, ann, want)
			ok(t, s.Redraft(t.Context(), ann, st.ID))
			_, err := s.Status(t.Context(), ann, "ann", st.ID)
			refused(t, err, models.Gone, "error.gone")
			got, err := s.KeptDraft(t.Context(), ann)
			ok(t, err)
			same(t, "that it waited", got.Kept, true)
			got.Kept = false
			same(t, "draft", got, want)
		}
		other, err := s.KeptDraft(t.Context(), bob)
		ok(t, err)
		if !other.IsEmpty() {
			t.Errorf("bob's composer holds %+v", other)
		}
		say(t, s, ann, "from another window")
		kept, err := s.KeptDraft(t.Context(), ann)
		ok(t, err)
		same(t, "draft after another window", kept.Text, want.Text)
		publish(t, s, ann, models.Draft{Text: "never mind", Kept: true})
		empty, err := s.KeptDraft(t.Context(), ann)
		ok(t, err)
		if !empty.IsEmpty() || empty.ReplyToID != 0 {
			t.Errorf("the draft is still there after publishing: %+v", empty)
		}
	})
}

func TestEditBoundsAreThoseOfPublish(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		st := say(t, s, ann, "short")
		_, err := s.Edit(t.Context(), ann, st.ID, models.Draft{Text: strings.Repeat("x", 501)})
		refused(t, err, models.Invalid, "error.text_long")
		kept, err := s.Status(t.Context(), nil, "ann", st.ID)
		ok(t, err)
		same(t, "text", kept.Text, "short")
	})
}

func TestEditOfWhatIsThereNoMore(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		first := publish(t, s, ann, models.Draft{Text: "one", Pictures: []models.DraftPicture{s.Take(t, ann, kit.Drawing(t, 1), "a lamp")}})
		picture := models.DraftPictures(first.Pictures)
		for _, meanwhile := range []models.Draft{
			{Text: "two", Pictures: picture}, {Text: "two", Pictures: []models.DraftPicture{{Key: picture[0].Key, Alt: "the lamp"}}}, {Text: "two"},
		} {
			read, err := s.Status(t.Context(), ann, "ann", first.ID)
			ok(t, err)
			edit(t, s, ann, first, meanwhile)
			_, err = s.Edit(t.Context(), ann, first.ID, models.Draft{Text: "three", From: read})
			refused(t, err, models.Conflict, "error.status_changed")
			read, err = s.Status(t.Context(), ann, "ann", first.ID)
			ok(t, err)
			same(t, "text", read.Text, "two")
		}
		read, err := s.Status(t.Context(), ann, "ann", first.ID)
		ok(t, err)
		edit(t, s, ann, first, models.Draft{Text: "three", From: read})
	})
}
