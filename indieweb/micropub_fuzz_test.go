package indieweb_test

import (
	"encoding/json"
	"strings"
	"testing"

	"marquee/indieweb"
	"marquee/safe"
)

// FuzzMicropub: whatever is sent is refused or becomes a draft whose Extra is JSON; a status made of it shows what makes the same
// status again.
func FuzzMicropub(f *testing.F) {
	for _, seed := range []string{
		`{"type":["h-entry"],"properties":{"content":["a"],"category":["b"],"photo":[{"value":"https://a/","alt":"c"}]}}`,
		`{"properties":{"name":["a"],"content":[{"html":"<p>b</p>"}],"like-of":["https://far.example/"],"mood":["cosy","rain"],"post-status":["draft"]}}`,
		`{"action":"update","url":"https://a/","replace":{"content":["x"]},"add":{"category":["y"]},"delete":{"category":["z"]}}`,
		"h=entry\ncontent=a\ncategory[]=b\nphoto=https://a/\nmp-photo-alt=c", "action=delete\nurl=https://a/", "content[html]=<b>\npublished=2017-05-31",
	} {
		f.Add(seed)
	}
	base := indieweb.Properties{"content": {"words"}, "category": {"a"}}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := indieweb.ReadMicropubJSON([]byte(text))
		if err != nil {
			if m, err = indieweb.ReadMicropubForm(fields(text)); err != nil {
				return
			}
		}
		properties := m.Properties
		if m.Action == indieweb.MicropubUpdate {
			if properties, err = m.Apply(base); err != nil {
				return
			}
		}
		for name := range properties {
			if strings.HasPrefix(name, "mp-") || name == "access_token" {
				t.Errorf("%q is kept", name)
			}
		}
		draft, _, err := properties.Draft(moodKey)
		if err != nil {
			return
		}
		if !json.Valid([]byte(draft.Extra)) {
			t.Errorf("extra is %q", draft.Extra)
		}
		st := published(draft)
		once := indieweb.Source(st, "https://odeon.example")
		if _, err := json.Marshal(once); err != nil {
			t.Error(err)
		}
		again, _, err := once.Draft(moodKey)
		if err != nil && len(once["photo"]) == 0 {
			t.Errorf("%v of %v", err, once)
		}
		if next := published(again); err == nil && (safe.Line(next.Text) != safe.Line(st.Text) || next.Tags != st.Tags) {
			t.Errorf("%q, %q becomes %q, %q", st.Text, st.Tags, next.Text, next.Tags)
		}
	})
}
