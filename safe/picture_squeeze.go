package safe

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"math"

	"github.com/disintegration/imaging"
	"github.com/gen2brain/jpegli"
)

const (
	qualityLeast = 20 // below it a smaller picture looks better
	qualityMost  = 95
)

// squeezed makes a PNG of a drawing with few colours, a GIF of one that moves, and a JPEG of anything else.
func squeezed(d *drawing, budget int) (Squeezed, error) {
	if s, err := moving(d.gif, image.Pt(pictureWidth, pictureHeight), budget, pictureThinnings); err == nil {
		return s, nil
	}
	if s, err := lineArt(d, budget); err == nil {
		return s, nil
	}
	return photograph(onWhite(d.fitted), budget)
}

// photograph makes the widest JPEG that fits budget with a quality of at least qualityLeast, and of that width the best:
// better small than mush. The bytes go a little slower than the pixels, so the next width is guessed from the last.
func photograph(picture *image.NRGBA, budget int) (Squeezed, error) {
	small := picture
	for {
		planes, size := planes(small), small.Rect.Size()
		body, err := encodeJPEG(planes, qualityLeast)
		if err != nil {
			return Squeezed{}, err
		}
		if len(body) <= budget {
			body, err = bestJPEG(planes, body, budget)
			return Squeezed{Body: body, Type: "image/jpeg", Width: size.X, Height: size.Y}, err
		}
		if size.X == 1 && size.Y == 1 {
			return Squeezed{}, fmt.Errorf("%w: %w", ErrPictureBroken, errTooHeavy)
		}
		by := min(0.96, math.Pow(float64(budget)/float64(len(body)), 0.55))
		small = narrowed(picture, int(by*float64(size.X)))
	}
}

// narrowed returns picture with a width of about width, at least 1.
func narrowed(picture *image.NRGBA, width int) *image.NRGBA {
	size := picture.Rect.Size()
	return imaging.Resize(picture, max(1, width), max(1, (size.Y*width+size.X/2)/size.X), imaging.CatmullRom)
}

// bestJPEG searches the best quality that fits; best is what qualityLeast made. The bytes grow about as quality+18 does.
func bestJPEG(picture *image.YCbCr, best []byte, budget int) ([]byte, error) {
	low, high := qualityLeast, qualityMost+1
	for high-low > 1 {
		guess := (low+18)*budget/len(best) - 18
		guess = min(max(guess, low+1), high-1)
		body, err := encodeJPEG(picture, guess)
		if err != nil {
			return nil, err
		}
		if len(body) <= budget {
			low, best = guess, body
		} else {
			high = guess
		}
	}
	return best, nil
}

// encodeJPEG takes planes rather than pixels, so that the colours are converted once and not at each quality.
func encodeJPEG(picture *image.YCbCr, quality int) ([]byte, error) {
	var b bytes.Buffer
	err := jpegli.Encode(&b, picture, &jpegli.EncodingOptions{
		Quality: quality, ProgressiveLevel: 2, OptimizeCoding: true, StandardQuantTables: true,
	})
	return b.Bytes(), err
}

// planes returns picture, which is opaque, in 4:2:0: the colours of each four pixels together.
func planes(picture *image.NRGBA) *image.YCbCr {
	p := image.NewYCbCr(picture.Rect, image.YCbCrSubsampleRatio420)
	w, h := p.Rect.Dx(), p.Rect.Dy()
	for y := 0; y < h; y += 2 {
		for x := 0; x < w; x += 2 {
			var r, g, b int
			for i := range 4 {
				toX, toY := min(x+i%2, w-1), min(y+i/2, h-1)
				c := picture.Pix[toY*picture.Stride+4*toX:]
				p.Y[toY*p.YStride+toX], _, _ = color.RGBToYCbCr(c[0], c[1], c[2])
				r, g, b = r+int(c[0]), g+int(c[1]), b+int(c[2])
			}
			at := y/2*p.CStride + x/2
			_, p.Cb[at], p.Cr[at] = color.RGBToYCbCr(uint8((r+2)/4), uint8((g+2)/4), uint8((b+2)/4))
		}
	}
	return p
}
