package safe

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"io"

	"github.com/disintegration/imaging"
)

// drawing is a decoded picture that still has its transparency.
type drawing struct {
	format format
	fitted *image.NRGBA // within the bounds that were asked for, never enlarged
	flat   *image.NRGBA // the whole picture as it lies in the file, when it is drawn with few colours
	turn   int          // how flat must be turned
	gif    []byte       // the file, when it is a GIF
}

// drawn decodes body and makes it fit.
func drawn(ctx context.Context, u upload, body []byte, fit image.Point) (*drawing, error) {
	turn := orientation(u.format, body)
	if turn > 4 {
		fit.X, fit.Y = fit.Y, fit.X
	}
	picture, err := decode(ctx, u, body, fit)
	if err != nil {
		return nil, err
	}
	d := &drawing{format: u.format, turn: turn}
	if u.format == kindGIF {
		d.gif = body
	}
	plain := plainly(picture)
	if whole, ok := plain.(*image.NRGBA); ok && u.format != kindJPEG && isFlat(whole) {
		d.flat = whole
	}
	d.fitted = d.upright(shrink(plain, fit))
	return d, nil
}

func decode(ctx context.Context, u upload, body []byte, fit image.Point) (picture image.Image, err error) {
	switch u.format {
	case kindAVIF:
		picture, err = decodeAVIF(ctx, body)
	case kindJPEG:
		picture, err = decodeJPEG(ctx, body, u, fit)
	default:
		picture, err = decoders[u.format].image(reader{ctx, bytes.NewReader(body)})
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrPictureBroken, err)
	}
	if u.format == kindGIF { // the first frame may be smaller than the picture
		whole := image.NewNRGBA(image.Rect(0, 0, u.width, u.height))
		draw.Draw(whole, picture.Bounds(), picture, picture.Bounds().Min, draw.Src)
		return whole, nil
	}
	return picture, nil
}

// reader stops a decoder when ctx ends.
type reader struct {
	ctx context.Context
	io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

// plainly returns picture in a type that imaging reads without a palette: a bad index panics in a goroutine of imaging
// (CVE-2023-36308), where nothing can catch it. Here it can.
func plainly(picture image.Image) image.Image {
	switch p := picture.(type) {
	case *image.NRGBA, *image.YCbCr, *image.NRGBA64, *image.RGBA64:
		return p
	case *image.RGBA:
		if p.Opaque() {
			return &image.NRGBA{Pix: p.Pix, Stride: p.Stride, Rect: p.Rect}
		}
	}
	plain := image.NewNRGBA(image.Rectangle{Max: picture.Bounds().Size()})
	draw.Draw(plain, plain.Rect, picture, picture.Bounds().Min, draw.Src)
	return plain
}

// shrink makes picture fit without enlarging it. What is far too large is first averaged to twice the size, which is fast.
func shrink(picture image.Image, fit image.Point) *image.NRGBA {
	size := fitted(picture.Bounds().Size(), fit)
	if size == picture.Bounds().Size() {
		return imaging.Clone(picture)
	}
	if picture.Bounds().Dx() > 3*size.X {
		picture = imaging.Resize(picture, 2*size.X, 2*size.Y, imaging.Box)
	}
	return imaging.Resize(picture, size.X, size.Y, imaging.CatmullRom)
}

// fitted returns the largest size of the same shape as size that is within most.
func fitted(size, most image.Point) image.Point {
	if size.X <= most.X && size.Y <= most.Y {
		return size
	}
	if size.X*most.Y >= size.Y*most.X {
		return image.Pt(most.X, max(1, (size.Y*most.X+size.X/2)/size.X))
	}
	return image.Pt(max(1, (size.X*most.Y+size.Y/2)/size.Y), most.Y)
}

// onWhite returns picture without transparency.
func onWhite(picture *image.NRGBA) *image.NRGBA {
	if picture.Opaque() {
		return picture
	}
	paper := imaging.New(picture.Rect.Dx(), picture.Rect.Dy(), color.White)
	return imaging.Overlay(paper, picture, image.Point{}, 1)
}

var errTooHeavy = errors.New("it does not fit the budget")
