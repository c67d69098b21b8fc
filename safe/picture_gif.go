package safe

import (
	"bytes"
	"image"
	"image/draw"
	"image/gif"

	"github.com/disintegration/imaging"
)

const (
	movingSize    = 64 << 10   // bytes of a file that may stay animated
	movingSide    = 640        // pixels
	movingPixels  = 20_000_000 // of all frames together
	movingColours = 32         // of a frame that was shrunk
)

// moving writes a small animated GIF anew, so that of what is not a picture only the times and the number of rounds stay.
func moving(file []byte, fit image.Point, budget int) (Squeezed, error) {
	if len(file) == 0 || len(file) > movingSize {
		return Squeezed{}, errTooHeavy
	}
	config, err := gif.DecodeConfig(bytes.NewReader(file))
	if err != nil || config.Width > movingSide || config.Height > movingSide {
		return Squeezed{}, errTooHeavy
	}
	// Before every frame but the first there is the zero that ends what precedes it, so this counts no frame too few.
	frames := 1 + bytes.Count(file, []byte{0, 0x2c})
	if frames*config.Width*config.Height > movingPixels {
		return Squeezed{}, errTooHeavy
	}
	all, err := gif.DecodeAll(bytes.NewReader(file))
	if err != nil || len(all.Image) < 2 {
		return Squeezed{}, errTooHeavy
	}
	size := image.Pt(config.Width, config.Height)
	if to := fitted(size, fit); to != size {
		all, size = shrunken(all, to), to
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, all); err != nil || b.Len() > budget {
		return Squeezed{}, errTooHeavy
	}
	return Squeezed{Body: b.Bytes(), Type: "image/gif", Width: size.X, Height: size.Y}, nil
}

// shrunken draws each frame over those before it, as a browser does, and shrinks what is seen.
func shrunken(all *gif.GIF, to image.Point) *gif.GIF {
	small := &gif.GIF{Delay: all.Delay, LoopCount: all.LoopCount}
	canvas := image.NewNRGBA(image.Rect(0, 0, all.Config.Width, all.Config.Height))
	for i, frame := range all.Image {
		before := imaging.Clone(canvas)
		draw.Draw(canvas, frame.Rect, frame, frame.Rect.Min, draw.Over)
		small.Image = append(small.Image, quantized(hard(imaging.Resize(canvas, to.X, to.Y, imaging.Box)), movingColours))
		small.Disposal = append(small.Disposal, gif.DisposalBackground)
		switch all.Disposal[i] {
		case gif.DisposalBackground:
			draw.Draw(canvas, frame.Rect, image.Transparent, image.Point{}, draw.Src)
		case gif.DisposalPrevious:
			canvas = before
		}
	}
	return small
}

// hard makes every pixel seen or not seen, which is all that a GIF knows.
func hard(p *image.NRGBA) *image.NRGBA {
	for i := 3; i < len(p.Pix); i += 4 {
		if p.Pix[i] < 128 {
			p.Pix[i] = 0
		} else {
			p.Pix[i] = 255
		}
	}
	return p
}
