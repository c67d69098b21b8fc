package indieweb

import (
	"strings"
	"testing"
)

const sentence = "The first frost came early and the beans were not ready for it."

func TestReadPreview(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		page string
		want preview
	}{
		"nothing":          {"", preview{}},
		"head":             {`<title> Frost &amp; beans – Zoe </title><meta name=description content=" early ">`, preview{title: "Frost & beans – Zoe", description: "early"}},
		"open graph":       {`<meta name=description content=plain><meta property="og:title" content="Frost"><title>Frost – Zoe</title><meta property="og:description" content="early"><meta property="og:site_name" content="Zoe's"><meta name="author" content="Zoe">`, preview{title: "Frost", description: "early", site: "Zoe's", author: "Zoe"}},
		"author is a page": {`<meta property="article:author" content="https://zoe.example/">`, preview{}},
		"words":            {`<nav><p>` + sentence + `</nav><p>short</p><p>The <b>first</b> frost<br>came early and the beans were not ready for it.<p>more`, preview{words: sentence}},
		"unclosed":         {`<p>` + sentence, preview{words: sentence}},
		"hidden":           {`<script>"<p>` + sentence + `"</script><!--<p>` + sentence + `--><template><p>` + sentence + `</template>`, preview{}},
		"closed twice":     {`</nav></nav><p>` + sentence + `</p>`, preview{words: sentence}},
		"empty title":      {`<title></title><p>` + sentence + `</p>`, preview{words: sentence}},
	} {
		if got := readPreview(c.page); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func FuzzReadPreview(f *testing.F) {
	f.Add(`<title>a</title><meta name=author content=b><p>` + sentence + `<nav></nav>`)
	f.Fuzz(func(t *testing.T, page string) {
		p := readPreview(page)
		if words := strings.TrimSpace(p.words); p.words != words || words != "" && len(words) < wordsLeast {
			t.Fatalf("%+v", p)
		}
	})
}
