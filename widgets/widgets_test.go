package widgets_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"mime"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"marquee/widgets"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, got []byte, path ...string) {
	t.Helper()
	file := filepath.Join(append([]string{"testdata"}, path...)...)
	if *update {
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, got, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; look at it after: go test ./widgets -update\n%s", file, got)
	}
}

func TestGolden(t *testing.T) {
	for name, d := range samples() {
		for _, w := range widgets.All {
			golden(t, readable(t, w, w.Draw(d, widgets.Options{}).Body), name, w.Path)
		}
		golden(t, widgets.StatusCafeScript(d), name, "current-status.js")
		golden(t, widgets.StatusCafeJSON(d), name, "status.cafe.json")
	}
	for _, theme := range widgets.Themes {
		golden(t, widget("widget").Draw(full(), widgets.Options{Theme: theme}).Body, "themes", theme+".html")
	}
	o := widgets.Options{Theme: "bare", FG: "ffcc00", BG: "000000", Template: "{name} & {face} <{mood}>, {nobody} {ago}: {text}"}
	for _, path := range []string{"widget", "widget.js"} {
		golden(t, widget(path).Draw(full(), o).Body, "template", path)
	}
}

func TestAll(t *testing.T) {
	for _, w := range widgets.All {
		_, params, err := mime.ParseMediaType(w.Type)
		if text := w.Type != widgets.GIFType; err != nil || text != (params["charset"] == "utf-8") {
			t.Errorf("%s: Content-Type %q", w.Path, w.Type)
		}
		drawn := w.Draw(full(), widgets.Options{})
		if w.Frame != strings.Contains(drawn.CSP, "frame-ancestors *") {
			t.Errorf("%s: Frame %v, policy %q", w.Path, w.Frame, drawn.CSP)
		}
		if w.Type == widgets.GIFType {
			continue
		}
		if !bytes.HasSuffix(drawn.Body, []byte("\n")) || bytes.HasSuffix(drawn.Body, []byte("\n\n")) {
			t.Errorf("%s doesn't end with one newline", w.Path)
		}
	}
}

func TestDrawingTwiceGivesTheSame(t *testing.T) {
	for name, d := range samples() {
		far := d
		far.Published = far.Published.In(time.FixedZone("far", -9*3600))
		for _, w := range widgets.All {
			for _, o := range looks() {
				if !reflect.DeepEqual(w.Draw(d, o), w.Draw(far, o)) {
					t.Errorf("%s of %s with %+v differs the second time", w.Path, name, o)
				}
			}
		}
	}
}

func TestStatusJSON(t *testing.T) {
	var got map[string]any
	if err := json.Unmarshal([]byte(draw("status.json", full(), widgets.Options{})), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"name": "ada", "url": "https://marquee.example/~ada", "status_url": "https://marquee.example/~ada/17",
		"text": english, "html": strings.ReplaceAll(rich(english), `href="/`, `href="https://marquee.example/`),
		"face": "🙂", "mood": "cosy", "mood_name": "cosy", "mood_text": "rain on the roof",
		"published": "2026-11-21T14:05:09Z", "unix": 1795269909.0, "ago": "3 hours ago",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
	if err := json.Unmarshal([]byte(draw("status.json", none(), widgets.Options{})), &got); err != nil {
		t.Fatal(err)
	}
	for key, value := range got {
		switch key {
		case "name", "url":
		case "published", "unix":
			if value != nil {
				t.Errorf("without a status %s is %v", key, value)
			}
		default:
			if value != "" {
				t.Errorf("without a status %s is %v", key, value)
			}
		}
	}
	if len(got) != len(want) {
		t.Errorf("without a status there are %d keys, not %d", len(got), len(want))
	}
}

func TestStatusText(t *testing.T) {
	with := func(change func(d *widgets.Data)) widgets.Data {
		d := full()
		d.Text = "Made soup.\n\nTwice."
		change(&d)
		return d
	}
	for _, c := range []struct {
		d    widgets.Data
		want string
	}{
		{with(func(*widgets.Data) {}), "🙂 ada (feeling cosy · rain on the roof): Made soup. Twice. — 3 hours ago"},
		{with(func(d *widgets.Data) { d.MoodText = "" }), "🙂 ada (feeling cosy): Made soup. Twice. — 3 hours ago"},
		{with(func(d *widgets.Data) { d.MoodLine = "" }), "🙂 ada (rain on the roof): Made soup. Twice. — 3 hours ago"},
		{with(func(d *widgets.Data) { d.Text = "a\x1b[31mb" }), "🙂 ada (feeling cosy · rain on the roof): a[31mb — 3 hours ago"},
		{french(), "🙂 ada (d’humeur câline) — il y a 3 heures"},
		{bare(), "ada — 3 hours ago"},
		{none(), "ada: No status yet."},
	} {
		if got := draw("status.txt", c.d, widgets.Options{}); got != c.want+"\n" {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// sent is how many bytes an answer takes with about 500 bytes of headers.
func sent(t *testing.T, body string) int {
	t.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, 6)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Write([]byte(body))
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Len() + 500
}

func TestSize(t *testing.T) {
	prose := `the of soup cat window under evening a rain and again quiet letters station nobody winter I we shall
		garden borrowed bicycle orange because laughing through morning kettle neighbour forgotten pocket it was not lantern`
	for name, text := range map[string]string{
		"English":  long(prose, 500),
		"Japanese": long("今日は 雨が 静かに 降る 猫 窓辺 眠って スープ 作り 玉葱 少し 焦げた 隣人 鍵 忘れ 手紙 駅 冬 夕方 庭 自転車 借り 蜜柑 笑う 朝", 500),
		"emoji":    long("🙂 🐈‍⬛ 🍜 🌧️ 🏴‍☠️ 👩‍👩‍👧‍👦 🧶 🫖 📮 🚲 🍊 🕯️ 🥁 🪴 🧅", 500),
		"tags":     long("#a #b #soup #cat ~bob ~ada #rain ~zoe", 500),
		"usual":    long(prose, 140),
	} {
		d := full()
		d.Text, d.HTML = text, rich(text)
		for _, theme := range widgets.Themes {
			size := sent(t, draw("widget", d, widgets.Options{Theme: theme}))
			t.Logf("%s, %s: %d bytes", theme, name, size)
			if size > 2920 || name == "usual" && size > 1460 {
				t.Errorf("%s: the frame with a text in %s takes %d bytes", theme, name, size)
			}
		}
		if size := sent(t, draw("widget.js", d, widgets.Options{})); size > 2920 || name == "usual" && size > 1460 {
			t.Errorf("the script with a text in %s takes %d bytes", name, size)
		}
	}
}
