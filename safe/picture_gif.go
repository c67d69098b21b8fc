package safe

import (
	"bytes"
	"image"
	"image/draw"
	"image/gif"

	"github.com/disintegration/imaging"
)

const (
	movingSize    = 1 << 20   // bytes of a file that may stay animated
	movingLeast   = 24        // pixels: narrower than that nobody sees it move
	movingSide    = 640       // pixels
	movingPixels  = 8_000_000 // of all frames together
	movingColours = 32        // of a frame that was shrunk
)

// thinning is a way to make an animation lighter: how wide it gets, in percent, and how many frames become one.
type thinning struct{ width, frames int }

// The ways for a picture, and for a button, which keeps its size; gently first.
var (
	pictureThinnings = []thinning{{100, 1}, {75, 1}, {75, 2}, {50, 2}, {50, 3}, {35, 3}, {25, 4}}
	buttonThinnings  = []thinning{{100, 1}, {100, 2}, {100, 4}}
)

// moving writes a small animated GIF anew, so that of what is not a picture only the times and the number of rounds stay.
func moving(file []byte, fit image.Point, budget int, ways []thinning) (Squeezed, error) {
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
	if fitted(size, fit) == size {
		if s, err := written(all, size, budget); err == nil {
			return s, nil
		}
	}
	for _, t := range ways {
		to := fitted(size, image.Pt(fit.X*t.width/100, fit.Y*t.width/100))
		if to == size {
			to = image.Pt(max(1, size.X*t.width/100), max(1, size.Y*t.width/100))
		}
		if to.X < movingLeast || len(all.Image) <= t.frames {
			break
		}
		if s, err := written(shrunken(all, to, t.frames), to, budget); err == nil {
			return s, nil
		}
	}
	return Squeezed{}, errTooHeavy
}

func written(all *gif.GIF, size image.Point, budget int) (Squeezed, error) {
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, all); err != nil || b.Len() > budget {
		return Squeezed{}, errTooHeavy
	}
	return Squeezed{Body: b.Bytes(), Type: "image/gif", Width: size.X, Height: size.Y}, nil
}

// shrunken draws each frame over those before it, as a browser does, and shrinks what is seen; of so many frames together
// the first stands for all of them, as long as they took.
func shrunken(all *gif.GIF, to image.Point, together int) *gif.GIF {
	small := &gif.GIF{LoopCount: all.LoopCount}
	canvas := image.NewNRGBA(image.Rect(0, 0, all.Config.Width, all.Config.Height))
	for i, frame := range all.Image {
		before := canvas
		if all.Disposal[i] == gif.DisposalPrevious {
			before = imaging.Clone(canvas)
		}
		draw.Draw(canvas, frame.Rect, frame, frame.Rect.Min, draw.Over)
		if i%together == 0 {
			small.Image = append(small.Image, quantized(hard(imaging.Resize(canvas, to.X, to.Y, imaging.Box)), movingColours))
			small.Disposal = append(small.Disposal, gif.DisposalBackground)
			small.Delay = append(small.Delay, 0)
		}
		small.Delay[len(small.Delay)-1] += all.Delay[i]
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
