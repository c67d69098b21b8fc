package safe

import (
	"bytes"
	"image"
	"math"
	"testing"

	"github.com/disintegration/imaging"
)

var photos = []string{"astronaut.jpg", "coffee.jpg", "hubble.jpg", "rocket.jpg"}

// Each crunch is used up nearly, and the harder it is, the smaller the picture: never mush.
func TestPictureFillsItsBudget(t *testing.T) {
	t.Parallel()
	narrower := false
	for _, name := range few(photos) {
		file, before := photo(t, name), math.MaxInt
		for _, crunch := range Crunches {
			s, err := Picture(t.Context(), bytes.NewReader(file), PictureWish{Crunch: crunch.Key})
			if err != nil {
				t.Fatal(err)
			}
			if s.Type != isJPEG || len(s.Body) > crunch.Budget || len(s.Body) < crunch.Budget*9/10 || s.Width > before || s.Width < 140 {
				t.Errorf("%s, %s: %d bytes of %s, %dx%d", name, crunch.Key, len(s.Body), s.Type, s.Width, s.Height)
			}
			narrower = narrower || s.Width < before && before != math.MaxInt
			before = s.Width
			whole := imaging.Resize(decodedAs(t, Squeezed{Body: file, Type: isJPEG}), s.Width, s.Height, imaging.CatmullRom)
			least, err := encodeJPEG(planes(whole), qualityLeast)
			if err != nil || len(least) > crunch.Budget*21/20 {
				t.Errorf("%s, %s: %d bytes at the least quality: it must be narrower", name, crunch.Key, len(least))
			}
		}
	}
	if !narrower {
		t.Error("no picture became narrower")
	}
}

func TestPictureDefaultIsTheFirstCrunch(t *testing.T) {
	file := photo(t, "coffee.jpg")
	want := must(Picture(t.Context(), bytes.NewReader(file), PictureWish{Crunch: Crunches[0].Key}))
	for _, word := range []string{"", "?", "CRISP"} {
		if s := must(Picture(t.Context(), bytes.NewReader(file), PictureWish{Crunch: word})); !bytes.Equal(s.Body, want.Body) {
			t.Errorf("%q: %d bytes", word, len(s.Body))
		}
	}
}

func TestPictureDithers(t *testing.T) {
	t.Parallel()
	file := photo(t, "coffee.jpg")
	for _, crunch := range few(Crunches) {
		s := must(Picture(t.Context(), bytes.NewReader(file), PictureWish{Crunch: crunch.Key, Dither: true}))
		few, ok := decodedAs(t, s).(*image.Paletted)
		if !ok || len(few.Palette) > 16 || len(s.Body) > crunch.Budget || s.Width < 180 {
			t.Errorf("%s: %d bytes of %s %dx%d, %T", crunch.Key, len(s.Body), s.Type, s.Width, s.Height, few)
		}
	}
	for _, p := range []image.Image{cornered(96, 64), cornered(1, 1), noisy(3, 2000), image.NewNRGBA(image.Rect(0, 0, 9, 9))} {
		checkPicture(t, must(Picture(t.Context(), bytes.NewReader(pngOf(p)), PictureWish{Dither: true})), Crunches[0].Budget)
	}
}

// A drawing keeps its colours to the last, and a clear page stays clear.
func TestPictureKeepsDrawings(t *testing.T) {
	for _, times := range []int{1, 7, 40} {
		s := must(Picture(t.Context(), bytes.NewReader(pngOf(pixelArt(times))), PictureWish{Crunch: "fried"}))
		want := imaging.Resize(pixelArt(1), s.Width, s.Height, imaging.NearestNeighbor)
		if got := imaging.Clone(decodedAs(t, s)); !bytes.Equal(got.Pix, want.Pix) {
			t.Errorf("%d times: other pixels", times)
		}
	}
}

// A photograph is put on white where it is clear.
func TestPictureIsPutOnWhite(t *testing.T) {
	p := noisy(200, 200)
	for i := range p.Pix[:len(p.Pix)/2] {
		if i%4 == 3 {
			p.Pix[i] = uint8(i % 3)
		}
	}
	got := imaging.Clone(decodedAs(t, must(Picture(t.Context(), bytes.NewReader(pngOf(p)), PictureWish{}))))
	if c := got.NRGBAAt(100, 40); c.R < 240 || c.G < 240 || c.B < 240 {
		t.Error(c)
	}
}

// Odd sizes are where planes of colours go wrong: the picture must be the same but for its quality.
func TestJPEGIsWrittenAtAnySize(t *testing.T) {
	coffee := decodedAs(t, Squeezed{Body: photo(t, "coffee.jpg"), Type: isJPEG})
	for _, size := range []image.Point{{1, 1}, {15, 17}, {33, 31}, {97, 64}} {
		p := imaging.Resize(coffee, size.X, size.Y, imaging.Linear)
		body, err := encodeJPEG(planes(p), 95)
		if err != nil {
			t.Fatal(err)
		}
		if mean, _ := unlike(imaging.Clone(decodedAs(t, Squeezed{Body: body, Type: isJPEG})), p); mean > 6 {
			t.Errorf("%v differs by %.1f", size, mean)
		}
	}
}
