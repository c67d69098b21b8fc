package safe

import (
	"bytes"
	"image"
	"image/gif"
	"testing"
)

// Whoever asks for the type of the file gets it, within the same budget, and something that is to be seen.
func TestPictureKeepsItsType(t *testing.T) {
	t.Parallel()
	coffee := decodedAs(t, Squeezed{Body: photo(t, "coffee.jpg"), Type: isJPEG})
	var still, tall bytes.Buffer
	for into, picture := range map[*bytes.Buffer]image.Image{&still: coffee, &tall: noisy(3, 2000)} {
		if err := gif.Encode(into, picture, nil); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		file  []byte
		kind  string
		least int // pixels of the width
	}{
		"a photograph":           {photo(t, "coffee.jpg"), isJPEG, 400},
		"a drawing as JPEG":      {jpegOf(pixelArt(7)), isJPEG, 30},
		"a drawing as PNG":       {pngOf(pixelArt(7)), "image/png", 8},
		"a photograph as PNG":    {pngOf(coffee), "image/png", 200},
		"a clear PNG":            {pngOf(image.NewNRGBA(image.Rect(0, 0, 9, 9))), "image/png", 9},
		"a photograph as GIF":    {still.Bytes(), "image/gif", 100},
		"noise as GIF":           {tall.Bytes(), "image/gif", 1},
		"a GIF that moves":       {gifOf(60, 40, 5), "image/gif", 60},
		"a GIF that stands":      {gifOf(60, 40, 1), "image/gif", 60},
		"one that has no choice": {webpOf(cornered(96, 64)), "image/png", 8},
	} {
		for _, crunch := range few(Crunches) {
			s, err := Picture(t.Context(), bytes.NewReader(c.file), PictureWish{Crunch: crunch.Key, Same: true})
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if s.Type != c.kind || crunch.Key == "crisp" && s.Width < c.least {
				t.Errorf("%s, %s: %s, %d bytes, %dx%d", name, crunch.Key, s.Type, len(s.Body), s.Width, s.Height)
			}
			checkPicture(t, s, crunch.Budget)
		}
	}
}
