package models_test

import (
	"slices"
	"strings"
	"testing"

	"marquee/models"
	"marquee/tests/kit"
)

const family = "👨‍👩‍👧"

func TestPublishRefuses(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		for name, c := range map[string]struct {
			d           models.Draft
			field, text string
		}{
			"nothing":                 {models.Draft{}, "text", "error.status_empty"},
			"only space":              {models.Draft{Text: " \n\t\u202e ", Face: " ", MoodText: "\u2066"}, "text", "error.status_empty"},
			"501 characters":          {models.Draft{Text: strings.Repeat("é", 501)}, "text", "error.text_long"},
			"501 families":            {models.Draft{Text: strings.Repeat(family, 501)}, "text", "error.text_long"},
			"too many bytes":          {models.Draft{Text: strings.Repeat(strings.Repeat("👩\u200d", 20)+"👩 ", 250)}, "text", "error.text_heavy"},
			"a tower of marks":        {models.Draft{Text: "a" + strings.Repeat("\u0301", 10_000)}, "text", "error.overstacked"},
			"a small tower":           {models.Draft{Text: "a" + strings.Repeat("\u0323", 20)}, "text", "error.overstacked"},
			"a tower in the mood":     {models.Draft{MoodText: "a" + strings.Repeat("\u0301", 10_000)}, "mood_text", "error.overstacked"},
			"two faces":               {models.Draft{Face: "🐸🐸"}, "face", "error.face"},
			"a letter as face":        {models.Draft{Face: "a"}, "face", "error.face"},
			"an unknown mood":         {models.Draft{Mood: "beige"}, "mood", "error.mood"},
			"a mood with a capital":   {models.Draft{Mood: "Cosy"}, "mood", "error.mood"},
			"61 characters of mood":   {models.Draft{MoodText: strings.Repeat("m", 61)}, "mood_text", "error.mood_text_long"},
			"an unknown visibility":   {models.Draft{Text: "hi", Visibility: "friends"}, "visibility", "error.visibility"},
			"an answer to nothing":    {models.Draft{Text: "hi", ReplyToID: 99}, "reply_to", "error.reply_to"},
			"an answer to a negative": {models.Draft{Text: "hi", ReplyToID: -1}, "reply_to", "error.reply_to"},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := s.Publish(t.Context(), ann, c.d)
				refused(t, err, models.Invalid, c.text)
				if e, is := err.(*models.Error); is && e.Field != c.field {
					t.Errorf("the sentence stands at %q, want %q", e.Field, c.field)
				}
			})
		}
		same(t, "statuses made by refused drafts", count(t, s, "SELECT COUNT(*) FROM statuses"), 0)
	})
}

func TestPublishTakes(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		for name, c := range map[string]struct{ d, want models.Draft }{
			"only a face":      {models.Draft{Face: " 🐸 "}, models.Draft{Face: "🐸"}},
			"only mood words":  {models.Draft{MoodText: "all\nover  it"}, models.Draft{MoodText: "all over it"}},
			"only a mood":      {models.Draft{Mood: "snug"}, models.Draft{Mood: "snug"}},
			"500 letters":      {models.Draft{Text: strings.Repeat("é", 500)}, models.Draft{Text: strings.Repeat("é", 500)}},
			"400 families":     {models.Draft{Text: strings.Repeat(family, 400)}, models.Draft{Text: strings.Repeat(family, 400)}},
			"bad UTF-8":        {models.Draft{Text: "a\xffb", MoodText: "\xc3("}, models.Draft{Text: "a\ufffdb", MoodText: "\ufffd("}},
			"bidi, NUL, bells": {models.Draft{Text: "a\u202eb\u2066\x00\ac"}, models.Draft{Text: "abc"}},
			"Windows lines":    {models.Draft{Text: "a\r\nb\r\n\r\n\r\nc"}, models.Draft{Text: "a\nb\n\nc"}},
		} {
			st := publish(t, s, ann, c.d)
			kept, err := s.Status(t.Context(), nil, "ann", st.ID)
			ok(t, err)
			same(t, name, models.Draft{Text: kept.Text, Face: kept.Face, Mood: kept.Mood, MoodText: kept.MoodText}, c.want)
			same(t, name+", address", kept.Path(), st.Path())
		}
	})
}

func TestPublishIsSafeToShow(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann", "bob")[0]
		st := say(t, s, ann, `<script>alert(1)</script> ~bob and ~nobody_here #Tea`)
		kept, err := s.Status(t.Context(), nil, "ann", st.ID)
		ok(t, err)
		for _, part := range []string{"&lt;script&gt;", `href="/~bob"`, `href="/tag/tea"`} {
			if !strings.Contains(kept.HTML, part) {
				t.Errorf("%q lacks %q", kept.HTML, part)
			}
		}
		for _, part := range []string{"<script", `href="/~nobody_here"`} {
			if strings.Contains(kept.HTML, part) {
				t.Errorf("%q has %q", kept.HTML, part)
			}
		}
	})
}

func TestSentTwiceIsOneStatus(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann, bob := crowd[0], crowd[1]
		ids := make([]int64, 4)
		together(4, func(i int) {
			st, err := s.Publish(t.Context(), ann, models.Draft{Text: "once ~bob", Once: "form-1"})
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = st.ID
		})
		same(t, "ids", ids, []int64{ids[0], ids[0], ids[0], ids[0]})
		same(t, "statuses", count(t, s, "SELECT COUNT(*) FROM statuses"), 1)
		same(t, "jobs", count(t, s, "SELECT COUNT(*) FROM jobs"), 1)
		if other := publish(t, s, bob, models.Draft{Text: "mine", Once: "form-1"}); other.ID == ids[0] {
			t.Error("bob's form made ann's status")
		}
		say(t, s, ann, "no token")
		say(t, s, ann, "no token")
		same(t, "statuses", count(t, s, "SELECT COUNT(*) FROM statuses"), 4)
	})
}

func TestPublishLabels(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		publish(t, s, ann, models.Draft{Text: "#Tea and #thé", Mood: "snug"})
		publish(t, s, ann, models.Draft{Text: "#tea in secret", Mood: "snug", Visibility: models.Private})
		for _, c := range []struct {
			kind, word string
			want       int
		}{
			{models.TagLabel, "tea", 1},
			{models.TagLabel, "thé", 1},
			{models.TagLabel, "coffee", 0},
			{models.MoodLabel, "snug", 1},
			{models.MoodLabel, "cosy", 1},
			{models.MoodLabel, "happy", 0},
			{models.MoodLabel, "tea", 0},
		} {
			got := read(t, s, ann, models.Stream{Kind: c.kind, Word: c.word})
			same(t, c.kind+" "+c.word, len(got), c.want)
		}
	})
}

func TestAnswerOnlyWhatOneMayRead(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann, bob := crowd[0], crowd[1]
		secret := publish(t, s, ann, models.Draft{Text: "secret", Visibility: models.Private})
		gone := say(t, s, ann, "gone")
		ok(t, s.Withdraw(t.Context(), ann, gone.ID))
		for _, id := range []int64{secret.ID, gone.ID} {
			_, err := s.Publish(t.Context(), bob, models.Draft{Text: "what?", ReplyToID: id})
			refused(t, err, models.Invalid, "error.reply_to")
		}
		own := answer(t, s, ann, secret, "more of it")
		if own.ReplyTo == nil || own.ReplyTo.Text != "secret" {
			t.Error("ann cannot answer her own private status")
		}
	})
}

func TestShownFaceIsTheMoods(t *testing.T) {
	for _, c := range []struct {
		st   models.Status
		want string
	}{
		{models.Status{Face: "🐸", Mood: "cosy"}, "🐸"},
		{models.Status{Mood: "snug"}, "☕"},
		{models.Status{}, ""},
	} {
		same(t, "face", c.st.ShownFace(), c.want)
	}
}

func TestLastFacesComeOnce(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		for _, face := range []string{"🐸", "🍵", "", "🐸", "🌧️"} {
			publish(t, s, ann, models.Draft{Text: "hi", Face: face})
		}
		faces, err := s.LastFaces(t.Context(), ann)
		ok(t, err)
		if want := []string{"🌧️", "🐸", "🍵"}; !slices.Equal(faces, want) {
			t.Errorf("the faces are %q, want %q", faces, want)
		}
	})
}
