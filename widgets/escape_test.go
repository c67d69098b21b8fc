package widgets_test

import (
	"encoding/json"
	"html"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"marquee/safe"
	"marquee/widgets"
)

func TestNothingBreaksOut(t *testing.T) {
	for _, s := range nasty {
		for _, o := range looks() {
			for _, d := range []widgets.Data{poisoned(s), noStatus(s)} {
				checkAll(t, d, o)
				o.Template = safe.Line(s)
				checkAll(t, d, o)
			}
		}
	}
}

// checkAll holds every widget of d against what must be true whatever d says.
func checkAll(t *testing.T, d widgets.Data, o widgets.Options) {
	t.Helper()
	checkFrame(t, widget("widget").Draw(d, o))
	checkScript(t, draw("widget.js", d, o), "name", "url", "lang", "pieces")
	checkScript(t, string(widgets.StatusCafeScript(d)), "author", "url", "when", "content")
	checkJSON(t, draw("status.json", d, o), "name", "url", "status_url", "text", "html", "face", "mood", "mood_name", "mood_text",
		"published", "unix", "ago")
	checkCafe(t, d)
	checkDrawn(t, d, o)
	line := draw("status.txt", d, o)
	if strings.Count(line, "\n") != 1 || !strings.HasSuffix(line, "\n") || strings.ContainsAny(line, "\x00\x07\x1b\r\u2028\u2029") {
		t.Errorf("not one harmless line: %q", line)
	}
}

func checkScript(t *testing.T, js string, keys ...string) {
	t.Helper()
	for _, bad := range []string{"</", "<!--", "<script", "-->", "\u2028", "\u2029"} {
		if strings.Contains(strings.ToLower(js), bad) {
			t.Errorf("the script has %q:\n%s", bad, js)
		}
	}
	code, rest, _ := strings.Cut(js, "\n})(")
	for _, bad := range []string{"innerHTML", "document.write", "eval", "let ", "const ", "=>", "`"} {
		if strings.Contains(code, bad) {
			t.Errorf("the script uses %s", bad)
		}
	}
	value, ok := strings.CutSuffix(rest, ", document.currentScript);\n")
	if !ok || strings.Contains(value, "\n") || !utf8.ValidString(js) {
		t.Errorf("the script's value ends wrongly:\n%s", js)
	}
	checkJSON(t, value+"\n", keys...)
}

func checkJSON(t *testing.T, text string, keys ...string) map[string]any {
	t.Helper()
	var got map[string]any
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	if !slices.Equal(slices.Sorted(maps.Keys(got)), slices.Sorted(slices.Values(keys))) || !strings.HasSuffix(text, "}\n") {
		t.Errorf("wrong keys or no newline: %s", text)
	}
	return got
}

// checkCafe reads the JSON as an old script does, which writes it with innerHTML.
func checkCafe(t *testing.T, d widgets.Data) {
	t.Helper()
	text := string(widgets.StatusCafeJSON(d))
	got := checkJSON(t, text, "author", "content", "face", "timeAgo")
	at := -1
	for _, key := range []string{`{"author":`, `,"content":`, `,"face":`, `,"timeAgo":`} {
		if i := strings.Index(text, key); i <= at {
			t.Errorf("%s isn't where it belongs: %s", key, text)
		} else {
			at = i
		}
	}
	if d.ID != 0 == (got["content"] == "") {
		t.Errorf("status %d has the content %q", d.ID, got["content"])
	}
	for key, value := range got {
		if strings.ContainsAny(value.(string), `<>"'`) {
			t.Errorf("%s would become HTML: %s", key, value)
		}
	}
}

func TestStatusCafe(t *testing.T) {
	with := func(change func(d *widgets.Data)) widgets.Data {
		d := full()
		d.Ago, d.Lang = "il y a 3 heures", "fr"
		change(&d)
		return d
	}
	for _, c := range []struct {
		d       widgets.Data
		content string
	}{
		{with(func(d *widgets.Data) { d.Text = "<b>&\n\n'\"" }), `<b>& '"`},
		{with(func(d *widgets.Data) { d.Text = "" }), "feeling cosy · rain on the roof"},
		{with(func(d *widgets.Data) { d.Text, d.MoodText = "", "" }), "feeling cosy"},
		{with(func(d *widgets.Data) { d.Text, d.MoodLine, d.MoodText = "", "", "<i>" }), "<i>"},
		{faceOnly(), "🙂"},
		{bare(), "…"},
	} {
		got := checkJSON(t, string(widgets.StatusCafeJSON(c.d)), "author", "content", "face", "timeAgo")
		want := map[string]any{"author": "ada", "content": html.EscapeString(c.content), "face": c.d.Face, "timeAgo": "3 hours ago"}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	if got := string(widgets.StatusCafeJSON(none())); got != `{"author":"ada","content":"","face":"","timeAgo":""}`+"\n" {
		t.Errorf("without a status: %s", got)
	}
}
