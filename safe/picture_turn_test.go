package safe

import (
	"bytes"
	"encoding/binary"
	"image/color"
	"slices"
	"testing"

	"github.com/disintegration/imaging"
)

func turnedTo(turn int) string {
	return string(exif(binary.BigEndian, turn))
}

// far reports whether two colours are not the same, but for what JPEG makes of them.
func far(a, b color.NRGBA) bool {
	return distance([4]byte{a.R, a.G, a.B, a.A}, [4]byte{b.R, b.G, b.B, b.A}) > 60*60
}

// cornersOf returns which of the corners stands above on the left, above on the right, below on the left and below on the right.
func cornersOf(t *testing.T, s Squeezed) (is [4]int) {
	t.Helper()
	p := imaging.Clone(decodedAs(t, s))
	w, h := p.Rect.Dx(), p.Rect.Dy()
	for i := range is {
		at := p.NRGBAAt(w/4+i%2*w/2, h/4+i/2*h/2)
		is[i] = slices.IndexFunc(corners[:], func(c color.NRGBA) bool { return !far(at, c) })
	}
	return is
}

// uprightOf is what must be seen of cornered when a file says that it is turned, by the table of EXIF 2.3, 4.6.4.
var uprightOf = [9][4]int{
	1: {0, 1, 2, 3}, 2: {1, 0, 3, 2}, 3: {3, 2, 1, 0}, 4: {2, 3, 0, 1},
	5: {0, 2, 1, 3}, 6: {2, 0, 3, 1}, 7: {3, 1, 2, 0}, 8: {1, 3, 0, 2},
}

func TestPictureIsUpright(t *testing.T) {
	t.Parallel()
	plainJPEG, plainPNG, large := jpegOf(cornered(96, 64)), pngOf(cornered(96, 64)), jpegOf(cornered(800, 400))
	for turn := 1; turn <= 8; turn++ {
		for _, order := range few([]binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian}) {
			tag := exif(order, turn)
			for name, body := range map[string][]byte{
				"jpeg": withSegment(plainJPEG, 0xe1, "Exif\x00\x00"+string(tag)), "large": withSegment(large, 0xe1, "Exif\x00\x00"+string(tag)),
				"png": withChunk(plainPNG, "eXIf", string(tag)), "webp": webpOf(cornered(96, 64), riffChunk("EXIF", tag)...),
			} {
				s, err := Picture(t.Context(), bytes.NewReader(body), PictureWish{})
				if err != nil {
					t.Fatal(name, err)
				}
				if got := cornersOf(t, s); got != uprightOf[turn] || (s.Width > s.Height) != (turn < 5) {
					t.Errorf("%s, %d, %s: %v %dx%d, want %v", name, turn, order, got, s.Width, s.Height, uprightOf[turn])
				}
				if again := cornersOf(t, must(Picture(t.Context(), bytes.NewReader(s.Body), PictureWish{}))); again != uprightOf[turn] {
					t.Errorf("%s, %d: turned once more", name, turn)
				}
			}
		}
	}
}

func must(s Squeezed, err error) Squeezed {
	if err != nil {
		panic(err)
	}
	return s
}

// An AVIF tells it by two properties, and its decoder leaves them to us.
func TestAVIFTurns(t *testing.T) {
	for want, c := range map[int][2]int{1: {0, -1}, 2: {0, 1}, 3: {2, -1}, 4: {0, 0}, 5: {1, 0}, 6: {3, -1}, 7: {3, 0}, 8: {1, -1}} {
		properties := isoBox("irot", []byte{byte(c[0])})
		if c[1] >= 0 {
			properties = append(properties, isoBox("imir", []byte{byte(c[1])})...)
		}
		file := isoBox("meta", make([]byte, 4), isoBox("iprp", isoBox("ipco", properties)))
		if got := turnAVIF(file); got != want {
			t.Errorf("%v: %d, want %d", c, got, want)
		}
	}
}

func FuzzOrientation(f *testing.F) {
	plain := jpegOf(cornered(8, 8))
	for _, tag := range [][]byte{exif(binary.BigEndian, 6), exif(binary.LittleEndian, 3)} {
		f.Add(int(kindJPEG), withSegment(plain, 0xe1, "Exif\x00\x00"+string(tag)))
		f.Add(int(kindPNG), withChunk(pngOf(cornered(8, 8)), "eXIf", string(tag)))
		f.Add(int(kindWebP), webpOf(cornered(8, 8), riffChunk("EXIF", tag)...))
	}
	f.Add(int(kindAVIF), avifSaying(8, 8))
	f.Fuzz(func(t *testing.T, k int, b []byte) {
		if turn := orientation(format(k), b); turn < 1 || turn > 8 {
			t.Errorf("orientation %d", turn)
		}
		if turn := exifTurn(b); turn < 1 || turn > 8 {
			t.Errorf("orientation %d", turn)
		}
	})
}
