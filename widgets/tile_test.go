package widgets_test

import (
	"bytes"
	"image/gif"
	"regexp"
	"slices"
	"testing"

	"marquee/widgets"
)

// Most tiles stay under fewBytes, all under tileBytes.
const fewBytes, tileBytes = 200, 600

func TestTiles(t *testing.T) {
	t.Parallel()
	names := widgets.Tiles()
	small, clear := 0, 0
	seen := map[string]string{}
	var all bytes.Buffer
	for _, name := range names {
		if !regexp.MustCompile(`^[a-z]+$`).MatchString(name) {
			t.Errorf("%q is no name for an address", name)
		}
		picture := widgets.Tile(name)
		if other := seen[string(picture)]; other != "" {
			t.Errorf("%s and %s look alike", name, other)
		}
		seen[string(picture)] = name
		g, err := gif.DecodeAll(bytes.NewReader(picture))
		if err != nil {
			t.Fatal(name, err)
		}
		// Even numbers of pixels: a page drawn at one and a half times its size shows no seam either.
		if w, h := g.Config.Width, g.Config.Height; w < 8 || h < 8 || w > 96 || h > 96 || w%2+h%2 != 0 {
			t.Errorf("%s is %dx%d", name, w, h)
		}
		decoded(t, picture, g.Config.Width, g.Config.Height, 1, tileBytes)
		if len(picture) < fewBytes {
			small++
		}
		if holes(g) {
			clear++
		}
		for way, seam := range map[string]int{"across": seam(g, true), "down": seam(g, false)} {
			if flames := name == "flames" && way == "down"; seam > 0 && !flames { // they burn along an edge
				t.Errorf("%s has a seam %s: %d of a hundred pixels more than anywhere within", name, way, seam)
			}
		}
		all.WriteString(name + "\n" + string(art(t, picture)))
	}
	if len(names) < 14 || small*3 < len(names)*2 || clear*2 < len(names) {
		t.Errorf("of %d tiles %d are small and %d let the page shine through", len(names), small, clear)
	}
	golden(t, all.Bytes(), "drawn", "tiles.txt")
}

// holes reports whether nothing is painted somewhere.
func holes(g *gif.GIF) bool {
	return slices.ContainsFunc(g.Image[0].Pix, func(p uint8) bool {
		_, _, _, a := g.Image[0].Palette[p].RGBA()
		return a == 0
	})
}

// seam is of how many more of a hundred pixels the neighbour differs where a tile meets itself than where it does most within.
func seam(g *gif.GIF, across bool) int {
	m := g.Image[0]
	lines, length := m.Rect.Dy(), m.Rect.Dx()
	at := func(line, i int) uint8 { return m.ColorIndexAt(i, line) }
	if across {
		lines, length = length, lines
		at = func(line, i int) uint8 { return m.ColorIndexAt(line, i) }
	}
	changes := func(line int) (n int) {
		for i := range length {
			if at(line, i) != at((line+1)%lines, i) {
				n++
			}
		}
		return n * 100 / length
	}
	most := 0
	for line := range lines - 1 {
		most = max(most, changes(line))
	}
	return changes(lines-1) - most
}

// TestTilesAreTheirs: what is handed out cannot be changed from outside, and what there is not is nothing.
func TestTilesAreTheirs(t *testing.T) {
	t.Parallel()
	names := widgets.Tiles()
	names[0] = "nonsense"
	if widgets.Tiles()[0] == "nonsense" {
		t.Error("the list of tiles can be changed")
	}
	for _, name := range []string{"", "nonsense", "stars.gif", "../stars"} {
		if widgets.Tile(name) != nil {
			t.Errorf("there is a tile %q", name)
		}
	}
}
