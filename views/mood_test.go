package views_test

import (
	"testing"

	"marquee/models"
	"marquee/views"
)

// A mood is found by its key and by its word in every language; no word of one language hides a key.
func TestMoodKey(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{"cosy": "cosy", " Cosy ": "cosy", "Douillette": "cosy", "ÉMUE": "touched", "e\u0301mue": "touched", "rain on the roof": "", "": ""} {
		if key, ok := views.MoodKey(word); key != want || ok != (want != "") {
			t.Errorf("%q is %q", word, key)
		}
	}
	for _, family := range models.MoodTree() {
		for _, mood := range append(family.Children, family.Mood) {
			for _, word := range []string{mood.Key, views.Say("fr", "mood."+mood.Key)} {
				if key, _ := views.MoodKey(word); key != mood.Key && views.Say("fr", "mood."+key) != word {
					t.Errorf("%q is %q, not %q", word, key, mood.Key)
				}
			}
		}
	}
}
