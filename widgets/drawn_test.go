package widgets_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"io"
	"slices"
	"strings"
	"testing"

	"marquee/widgets"
)

// oneSegment and smallSVG are how many bytes a GIF and an SVG take at most.
const oneSegment, smallSVG = 1460, 2920

// decoded reads a GIF and holds it against what is true for all of ours.
func decoded(t *testing.T, picture []byte, width, height, frames, limit int) *gif.GIF {
	t.Helper()
	g, err := gif.DecodeAll(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	if len(picture) >= limit || len(g.Image) != frames || g.Config.Width != width || g.Config.Height != height {
		t.Errorf("%d frames of %dx%d in %d bytes, want %d of %dx%d in fewer than %d",
			len(g.Image), g.Config.Width, g.Config.Height, len(picture), frames, width, height, limit)
	}
	for _, frame := range g.Image {
		if len(frame.Palette) > 16 || frame.Rect != image.Rect(0, 0, width, height) {
			t.Errorf("a frame of %d colours at %v", len(frame.Palette), frame.Rect)
		}
	}
	return g
}

// width is how wide a mood indicator is.
func width(t *testing.T, picture []byte) int {
	t.Helper()
	config, err := gif.DecodeConfig(bytes.NewReader(picture))
	if err != nil || config.Width > 200 {
		t.Errorf("a mood indicator is %d wide: %v", config.Width, err)
	}
	return config.Width
}

// checkDrawn holds the pictures of d against what must be true whatever d says.
func checkDrawn(t *testing.T, d widgets.Data, o widgets.Options) {
	t.Helper()
	mood := widget("mood.gif").Draw(d, o).Body
	decoded(t, mood, width(t, mood), 18, 1, oneSegment)
	decoded(t, widget("button.gif").Draw(d, o).Body, 88, 31, 1, oneSegment)
	blinkie := decoded(t, widget("blinkie.gif").Draw(d, o).Body, 150, 20, 2, oneSegment)
	if blinkie.LoopCount != 0 || slices.ContainsFunc(blinkie.Delay, func(pause int) bool { return pause < 50 || pause > 100 }) {
		t.Errorf("the blinkie blinks %d times, every %v", blinkie.LoopCount, blinkie.Delay)
	}
	checkSVG(t, widget("widget.svg").Draw(d, o).Body)
}

var svgAttributes = map[string]string{
	"svg": "xmlns width height viewBox role", "title": "", "path": "fill d stroke", "text": "x y font-size font-weight",
	"g": "transform shape-rendering fill font-family font-size stroke-width stroke-linecap stroke-dasharray",
}

// checkSVG reads a picture as XML, the strict way: only what the widget itself makes may be in it.
func checkSVG(t *testing.T, picture []byte) {
	t.Helper()
	if len(picture) > smallSVG || !bytes.HasPrefix(picture, []byte(`<svg xmlns="http://www.w3.org/2000/svg" `)) ||
		!bytes.Contains(picture, []byte(`role="img"><title>`)) {
		t.Errorf("%d bytes of SVG: %s", len(picture), picture)
	}
	for decoder := xml.NewDecoder(bytes.NewReader(picture)); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v in %s", err, picture)
		}
		switch token := token.(type) {
		case xml.StartElement:
			keys, known := svgAttributes[token.Name.Local]
			for _, a := range token.Attr {
				known = known && slices.Contains(strings.Fields(keys), a.Name.Local) && !strings.ContainsAny(a.Value, "<>&\"")
			}
			if !known {
				t.Errorf("%v in %s", token, picture)
			}
		case xml.Comment, xml.ProcInst, xml.Directive:
			t.Errorf("%v in %s", token, picture)
		}
	}
}

// readable is a widget as a text that a person can compare.
func readable(t *testing.T, w widgets.Widget, body []byte) []byte {
	t.Helper()
	if w.Type != widgets.GIFType {
		return body
	}
	return art(t, body)
}

// art shows each pixel of a GIF as a character: the ground and what is transparent as ".", the other colours as in the
// lines above the picture.
func art(t *testing.T, picture []byte) []byte {
	t.Helper()
	g, err := gif.DecodeAll(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	for _, frame := range g.Image {
		names := map[color.Color]byte{frame.Palette[0]: '.'}
		var rows bytes.Buffer
		for y := range frame.Rect.Dy() {
			for x := range frame.Rect.Dx() {
				c := frame.At(x, y)
				if names[c] == 0 {
					names[c] = "#ox+*@%&=:~^-s$"[len(names)-1]
					fmt.Fprintf(&b, "%c %s\n", names[c], hex(c))
				}
				rows.WriteByte(names[c])
			}
			rows.WriteByte('\n')
		}
		fmt.Fprintf(&b, ". %s\n%s\n", hex(frame.Palette[0]), &rows)
	}
	return b.Bytes()
}

func hex(c color.Color) string {
	r, g, b, a := c.RGBA()
	if a == 0 {
		return "nothing"
	}
	return fmt.Sprintf("%02x%02x%02x", r>>8, g>>8, b>>8)
}
