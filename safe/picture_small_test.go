package safe

import (
	"bytes"
	"image"
	"image/gif"
	"testing"

	"github.com/disintegration/imaging"
)

// checkMoves wants frames of a GIF of gifOf, with its times and rounds.
func checkMoves(t *testing.T, s Squeezed, frames, width, height int) {
	t.Helper()
	checkPicture(t, s, Crunches[0].Budget)
	all, err := gif.DecodeAll(bytes.NewReader(s.Body))
	if err != nil {
		t.Fatal(err)
	}
	if len(all.Image) != frames || all.LoopCount != 3 || all.Delay[1] != 8 || s.Width != width || s.Height != height || all.Config.Width != width {
		t.Errorf("%d frames of %dx%d, %d rounds, times %v", len(all.Image), s.Width, s.Height, all.LoopCount, all.Delay)
	}
}

func TestAvatar(t *testing.T) {
	for name, c := range map[string]struct {
		body []byte
		kind string
	}{
		"photograph": {photo(t, "astronaut.jpg"), isJPEG}, "noise": {pngOf(noisy(600, 300)), isJPEG}, "pixels": {pngOf(pixelArt(1)), isPNG},
		"large pixels": {pngOf(pixelArt(30)), isPNG}, "corners": {pngOf(cornered(400, 500)), isPNG}, "one": {pngOf(cornered(1, 1)), isPNG},
		"sliver": {pngOf(cornered(1, 900)), isPNG}, "moving": {gifOf(90, 90, 4), isPNG}, "webp": {webpOf(cornered(96, 64)), isPNG},
	} {
		s, err := Avatar(t.Context(), bytes.NewReader(c.body))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		checkPicture(t, s, 1_459)
		if s.Type != c.kind || s.Width != 48 || s.Height != 48 {
			t.Errorf("%s: %s %dx%d", name, s.Type, s.Width, s.Height)
		}
	}
}

// A pixel drawing is neither blurred nor moved.
func TestAvatarKeepsPixels(t *testing.T) {
	want := imaging.Resize(pixelArt(1), 48, 48, imaging.NearestNeighbor)
	for _, times := range []int{1, 3, 30} {
		s, err := Avatar(t.Context(), bytes.NewReader(pngOf(pixelArt(times))))
		if err != nil {
			t.Fatal(err)
		}
		if got := imaging.Clone(decodedAs(t, s)); !bytes.Equal(got.Pix, want.Pix) {
			t.Errorf("%d times: other pixels", times)
		}
	}
}

// The middle of a picture that lies on its side is found after it was turned.
func TestAvatarIsTheMiddle(t *testing.T) {
	p := imaging.Paste(imaging.New(300, 100, corners[0]), imaging.New(100, 100, corners[1]), image.Pt(100, 0))
	s, err := Avatar(t.Context(), bytes.NewReader(withSegment(jpegOf(p), 0xe1, "Exif\x00\x00"+turnedTo(6))))
	if err != nil {
		t.Fatal(err)
	}
	if got := imaging.Clone(decodedAs(t, s)).NRGBAAt(24, 24); far(got, corners[1]) {
		t.Error(got)
	}
}

func TestButton(t *testing.T) {
	for name, c := range map[string]struct {
		body          []byte
		kind          string
		width, height int
	}{
		"button": {pngOf(cornered(88, 31)), isPNG, 88, 31}, "photograph": {photo(t, "coffee.jpg"), isPNG, 47, 31}, "large": {pngOf(cornered(880, 310)), isPNG, 88, 31},
		"still": {gifOf(88, 31, 1), isPNG, 88, 31}, "small": {pngOf(cornered(10, 10)), isPNG, 10, 10}, "many frames": {gifOf(88, 31, 500), isGIF, 88, 31},
	} {
		s, err := Button(t.Context(), bytes.NewReader(c.body))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		checkPicture(t, s, 14_000)
		if s.Type != c.kind || s.Width != c.width || s.Height != c.height {
			t.Errorf("%s: %s %dx%d", name, s.Type, s.Width, s.Height)
		}
	}
	for _, width := range []int{88, 176} {
		s, err := Button(t.Context(), bytes.NewReader(gifOf(width, width*31/88, 6)))
		if err != nil {
			t.Fatal(err)
		}
		checkMoves(t, s, 6, 88, 31)
	}
}
