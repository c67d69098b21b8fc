package safe

import (
	"fmt"
	"image"
	"image/color"
	"math"

	"github.com/makeworld-the-better-one/dither/v2"
)

// ditherWidth is the width in pixels that matters more than the number of colours.
const ditherWidth = 256

// dithered makes a PNG of a few colours in dots: as many as fit in ditherWidth, and then as wide as it goes.
func dithered(d *drawing, budget int) (Squeezed, error) {
	picture := onWhite(d.fitted)
	full := picture.Rect.Dx()
	for _, colours := range []int{16, 8, 4, 2} {
		least, err := encodePNG(dots(narrowed(picture, min(full, ditherWidth)), colours), math.MaxInt)
		if err != nil {
			return Squeezed{}, err
		}
		if len(least.Body) > budget && colours > 2 {
			continue
		}
		for width := reach(least, budget, full); width >= 1; width = width * 24 / 25 {
			s, err := encodePNG(dots(narrowed(picture, width), colours), budget)
			if err == nil {
				return s, nil
			}
			if width > ditherWidth && width*24/25 < ditherWidth {
				return least, nil
			}
		}
	}
	return Squeezed{}, fmt.Errorf("%w: %w", ErrPictureBroken, errTooHeavy)
}

// reach guesses how wide what was tried may be: the bytes of dots grow as the pixels do.
func reach(tried Squeezed, budget, most int) int {
	by := math.Sqrt(float64(budget) / float64(len(tried.Body)))
	return min(most, max(1, int(by*float64(tried.Width))))
}

// dots draws picture, which is opaque, in few colours with Atkinson's diffusion, as the first Macintosh did.
func dots(picture *image.NRGBA, colours int) *image.Paletted {
	darkest, brightest := extremes(picture)
	if darkest == brightest { // the ditherer wants a choice
		return quantized(picture, colours)
	}
	palette := []color.Color{darkest, brightest}
	if colours > 2 {
		for _, c := range paletteOf(picture, colours-2) {
			palette = append(palette, color.NRGBA{c[0], c[1], c[2], c[3]})
		}
	}
	d := dither.NewDitherer(palette)
	d.Matrix = dither.Atkinson
	if colours == 2 { // of two alone, Atkinson's would leave all shadows black
		d.Matrix = dither.FloydSteinberg
	}
	return d.DitherPaletted(picture)
}

// extremes returns the mean colours of the darkest and of the brightest hundredth: between them dots can show anything, while
// the means of a median cut leave no stars in a night sky.
func extremes(picture *image.NRGBA) (darkest, brightest color.NRGBA) {
	var counts [256]int
	var sums [256][3]int
	for i := 0; i < len(picture.Pix); i += 4 {
		c := picture.Pix[i:]
		luma, _, _ := color.RGBToYCbCr(c[0], c[1], c[2])
		counts[luma]++
		for k := range 3 {
			sums[luma][k] += int(c[k])
		}
	}
	enough := len(picture.Pix)/4/100 + 1
	mean := func(luma, step int) color.NRGBA {
		n, sum := 0, [3]int{}
		for ; n < enough; luma += step {
			n += counts[luma]
			for k := range 3 {
				sum[k] += sums[luma][k]
			}
		}
		return color.NRGBA{uint8(sum[0] / n), uint8(sum[1] / n), uint8(sum[2] / n), 255}
	}
	return mean(0, 1), mean(255, -1)
}
