package widgets_test

import (
	"bytes"
	"image/gif"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"marquee/widgets"
)

// TestRingButtons: every title fits the size that buttons have, and a colour is the colour.
func TestRingButtons(t *testing.T) {
	seen := map[string]string{}
	for _, title := range []string{"", "a", "Lamps", "The ring of small lights", "Cosy pages of the old and small web, 40", "日本語の輪", "Écharpes", strings.Repeat("W", 40)} {
		body := widgets.RingButton(title, "ffd447", "12122a")
		picture, err := gif.Decode(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if size := picture.Bounds().Size(); size.X != 88 || size.Y != 31 || len(body) > 1460 {
			t.Errorf("%s: %v pixels in %d bytes", title, size, len(body))
		}
		if other := seen[string(body)]; other != "" {
			t.Errorf("%s and %s have one button", title, other)
		}
		seen[string(body)] = title
	}
	painted, usual := string(widgets.RingButton("Lamps", "ffd447", "12122a")), string(widgets.RingButton("Lamps", "", ""))
	if painted == usual {
		t.Error("the colours don't show")
	}
}

// TestRingFrames: nothing of what somebody wrote becomes an element, and the policy fits the style.
func TestRingFrames(t *testing.T) {
	for _, nasty := range []string{"Lamps", `<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, "</style></title><base href=//evil.example>", "' & \x00"} {
		drawn := widgets.RingFrame(widgets.RingPlace{
			Lang: "en", Title: nasty, FG: "ffffff", Home: "https://marquee.example", Ring: "https://marquee.example/rings/lamps", Place: "https://marquee.example/rings/lamps/7",
			Previous: "« previous", Random: nasty, Next: "next »",
		})
		doc, err := html.Parse(bytes.NewReader(drawn.Body))
		if err != nil {
			t.Fatal(err)
		}
		var elements, links []string
		for n := range doc.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			elements = append(elements, n.Data)
			if n.Data == "style" {
				checkPolicy(t, strings.Replace(drawn.CSP, " img-src https://marquee.example;", "", 1), n.FirstChild.Data)
			}
			for _, a := range n.Attr {
				if a.Key == "href" {
					links = append(links, strings.TrimPrefix(a.Val, "https://marquee.example/rings/lamps"))
				}
			}
		}
		if got := strings.Join(elements, " "); got != "html head meta title base style body main a a img a a" {
			t.Errorf("%q: the frame holds %s", nasty, got)
		}
		if got := strings.Join(links, " "); got != "/7/previous  /7/random /7/next" {
			t.Errorf("the frame leads to %s", got)
		}
		if !strings.Contains(drawn.CSP, "img-src https://marquee.example;") || len(drawn.Body) > 1460 {
			t.Errorf("%d bytes under %s", len(drawn.Body), drawn.CSP)
		}
	}
}
