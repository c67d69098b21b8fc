package safe

import (
	"image"
	"image/gif"
	"math"

	"github.com/disintegration/imaging"
)

// sameType makes a GIF of a GIF and a PNG of a PNG, and what squeezed makes of anything else. A photograph that came as one of
// these pays with its colours, and with its size.
func sameType(d *drawing, budget int) (Squeezed, error) {
	switch d.format {
	case kindGIF:
		if s, err := moving(d.gif, image.Pt(pictureWidth, pictureHeight), budget, pictureThinnings); err == nil {
			return s, nil
		}
		return still(d.fitted, budget)
	case kindPNG:
		if s, err := lineArt(d, budget); err == nil {
			return s, nil
		}
		return dithered(d, budget)
	}
	return squeezed(d, budget)
}

// still makes a GIF of one frame: with all its colours when that fits, or else with few, and as wide as it goes.
func still(picture *image.NRGBA, budget int) (Squeezed, error) {
	if s, err := frame(picture, coloursMost, budget); err == nil {
		return s, nil
	}
	full := picture.Rect.Size()
	for width := full.X; ; {
		height := max(1, (full.Y*width+full.X/2)/full.X)
		s, err := frame(imaging.Resize(picture, width, height, imaging.Box), movingColours, math.MaxInt)
		if err != nil || len(s.Body) <= budget || width == 1 && height == 1 {
			return s, err
		}
		width = max(1, min(width*24/25, reach(s, budget, width)))
	}
}

func frame(picture *image.NRGBA, colours, budget int) (Squeezed, error) {
	few := quantized(hard(imaging.Clone(picture)), colours)
	return written(&gif.GIF{Image: []*image.Paletted{few}, Delay: []int{0}}, few.Rect.Size(), budget)
}
