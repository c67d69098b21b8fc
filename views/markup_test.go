package views

import (
	"strings"
	"testing"

	"marquee/safe"
)

// FuzzMarked: tags become categories, and what a status says stays the same.
func FuzzMarked(f *testing.F) {
	for _, seed := range []string{"hello #lamps", `class="tag">#x</a>`, "#Été & <b>#b</b>", "# ##x #y_z\n#w"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = safe.Text(text)
		clean := safe.Rich(text, safe.Links{Tag: func(word string) string { return "/tag/x" }})
		shown := marked(clean)
		if strings.Count(shown, `<span class="p-category">`) != strings.Count(clean, `class="tag"`) {
			t.Errorf("%q became %q", clean, shown)
		}
		if plain := strings.NewReplacer(`<span class="p-category">`, "", "</span>", "").Replace(shown); plain != clean {
			t.Errorf("%q became %q", clean, shown)
		}
	})
}
