package models_test

import (
	"errors"
	"strings"
	"testing"

	"marquee/models"
	"marquee/tests/kit"
)

// What strangers put into an address, a form field or a cookie may be any bytes of any length. No
// database may choke on them: an answer or a refusal, never an error of ours.
func TestStrangeWordsAreNoErrorOfOurs(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		cast := kit.Cast(t, s)
		ann, ctx := cast.Ann, t.Context()
		first := say(t, s, ann, "hi")
		var long strings.Builder
		for r := range 3000 {
			long.WriteRune(rune('一' + r*7%20000))
		}
		for _, word := range []string{"\x00", "a\xff", "'; DROP TABLE site; --", "%_", long.String(), strings.Repeat("x", 1<<20)} {
			for name, do := range map[string]func() error{
				"account":     func() error { _, err := s.Account(ctx, word); return err },
				"mark":        func() error { _, err := s.AccountMark(ctx, word); return err },
				"status":      func() error { _, err := s.Status(ctx, nil, word, first.ID); return err },
				"tag":         func() error { _, err := s.Read(ctx, nil, models.Stream{Kind: models.TagLabel, Word: word}); return err },
				"kind":        func() error { _, err := s.Read(ctx, nil, models.Stream{Kind: word, Word: "tea"}); return err },
				"label":       func() error { _, err := s.LabelChanged(ctx, models.TagLabel, word); return err },
				"by name":     func() error { _, err := s.Directory(ctx, models.ByName, word); return err },
				"by newest":   func() error { _, err := s.Directory(ctx, models.ByNewest, word); return err },
				"order":       func() error { _, err := s.Directory(ctx, word, ""); return err },
				"token":       func() error { _, _, err := s.Session(ctx, word); return err },
				"end session": func() error { return s.EndSession(ctx, ann, word) },
				"form token":  func() error { _, err := s.Publish(ctx, ann, models.Draft{Text: "x", Once: word}); return err },
				"mood":        func() error { _, err := s.Publish(ctx, ann, models.Draft{Mood: word}); return err },
				"face":        func() error { _, err := s.Publish(ctx, ann, models.Draft{Face: word}); return err },
				"visibility":  func() error { _, err := s.Publish(ctx, ann, models.Draft{Text: "x", Visibility: word}); return err },
				"tags":        func() error { _, err := s.Publish(ctx, ann, models.Draft{Text: "#" + word}); return err },
				"mood words":  func() error { _, err := s.Publish(ctx, ann, models.Draft{MoodText: word}); return err },
				"description": func() error { return s.Describe(ctx, ann, models.Profile{Bio: word}) },
				"homepage":    func() error { return s.Describe(ctx, ann, models.Profile{Homepage: "https://a.example/" + word}) },
				"language":    func() error { return s.SetLanguage(ctx, ann, word) },
				"browser":     func() error { _, err := s.StartSession(ctx, ann, word, "net"); return err },
				"signer": func() error {
					_, err := s.Sign(ctx, ann, nil, models.NewEntry{Name: word, Text: word, Network: "net"})
					return err
				},
				"signature": func() error { _, err := s.Sign(ctx, ann, ann, models.NewEntry{Text: "x", Signature: word}); return err },
				"signer home": func() error {
					_, err := s.Sign(ctx, ann, nil, models.NewEntry{Name: "x", Text: "x", Homepage: word})
					return err
				},
				"password":     func() error { return s.CloseAccount(ctx, cast.Bob, word) },
				"site's name":  func() error { return s.ChangeSite(ctx, ann, models.SiteSettings{Name: word}) },
				"friend":       func() error { return s.AddFriend(ctx, ann, word) },
				"new password": func() error { return s.ResetPassword(ctx, word, word) },
			} {
				var refusal *models.Error
				if err := do(); err != nil && !errors.As(err, &refusal) {
					t.Errorf("%s %.20q: %v", name, word, err)
				}
			}
		}
	})
}
