package widgets_test

import (
	"strings"
	"testing"

	"marquee/safe"
	"marquee/widgets"
)

// ada is how she signs.
const ada = `..##............#............
.#..#...........#............
#....#..........#............
#....#....##....#....##......
######...#..#.###...#..#...#.
#....#..#..##..#...#..##..#..
#....#...##.#..####.##..##...`

func TestSignature(t *testing.T) {
	tidy, err := safe.Signature(ada)
	if err != nil {
		t.Fatal(err)
	}
	picture := widgets.Signature(tidy)
	g := decoded(t, picture, 56, 14, 1, oneSegment)
	if len(g.Image[0].Palette) != 2 {
		t.Errorf("%d colours", len(g.Image[0].Palette))
	}
	if _, _, _, a := g.Image[0].At(0, 0).RGBA(); a != 0 {
		t.Error("the ground isn't transparent")
	}
	golden(t, art(t, picture), "drawn", "signature.txt")
	if string(widgets.Signature(tidy)) != string(picture) {
		t.Error("drawn twice, it differs")
	}
	chess := strings.TrimSuffix(strings.Repeat(strings.Repeat("#.", 24)+"\n"+strings.Repeat(".#", 24)+"\n", 8), "\n")
	decoded(t, widgets.Signature(chess), 96, 32, 1, oneSegment)
	decoded(t, widgets.Signature("#"), 2, 2, 1, oneSegment)
	decoded(t, widgets.Signature(""), 2, 2, 1, oneSegment)
}

func FuzzSignature(f *testing.F) {
	f.Add(ada)
	f.Fuzz(func(t *testing.T, drawn string) {
		tidy, err := safe.Signature(drawn)
		if err != nil || tidy == "" {
			return
		}
		rows := strings.Split(tidy, "\n")
		decoded(t, widgets.Signature(tidy), len(rows[0])*2, len(rows)*2, 1, oneSegment)
	})
}
