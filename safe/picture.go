package safe

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"runtime/debug"

	"golang.org/x/sync/semaphore"
)

// Crunch is how hard a picture is squeezed: Key is its word in a form, Budget the bytes that a picture may have.
type Crunch struct {
	Key    string
	Budget int
}

// Crunches are the ways to squeeze a picture, in bytes; the first is the default.
var Crunches = []Crunch{{"crisp", 14_000}, {"crunchy", 8_000}, {"fried", 3_000}}

// PictureWish is how somebody wants a picture: Crunch is the key of one of the Crunches (any other word is the default),
// Dither asks for a few colours in dots, Same for the type of the file: a JPEG, PNG or GIF stays one, whatever it costs in colours
// and pixels.
type PictureWish struct {
	Crunch string
	Dither bool
	Same   bool
}

// Squeezed is a picture that may be shown: Body holds the pixels in Width and Height and nothing that the file told beside
// them, Type is image/jpeg, image/png or image/gif.
type Squeezed struct {
	Body          []byte
	Type          string
	Width, Height int
}

// PictureSizeMost is how many bytes an upload may have.
const PictureSizeMost = 12 << 20

const (
	pixelsMost    = 25_000_000 // a camera of 24 megapixels makes 6016x4016
	pixelsMostGIF = 4_000_000
	sideMost      = 10_000
	pictureWidth  = 640 // pixels of what is shown
	pictureHeight = 1280
	avatarSide    = 48
	avatarBudget  = 1_459 // one packet
	buttonWidth   = 88
	buttonHeight  = 31
	buttonBudget  = 14_000
)

// What Picture, Avatar and Button say about a file that they do not take; to be found with errors.Is.
var (
	ErrPictureEmpty  = errors.New("the file is empty")
	ErrPictureHeavy  = errors.New("the file has too many bytes")
	ErrPictureLarge  = errors.New("the picture has too many pixels")
	ErrPictureKind   = errors.New("not a JPEG, PNG, GIF, WebP or AVIF picture")
	ErrPictureHEIC   = errors.New("a HEIC picture")
	ErrPictureBroken = errors.New("the picture is damaged")
)

// Picture makes a picture of at most 640x1280 pixels and the bytes of the wished Crunch from an uploaded JPEG, PNG, GIF, WebP
// or AVIF file of at most PictureSizeMost bytes and 25 megapixels (GIF 4, AVIF 12). It waits for its turn until ctx ends.
// Errors are those of ctx and source and the ErrPicture ones.
func Picture(ctx context.Context, source io.ReadSeeker, wish PictureWish) (Squeezed, error) {
	budget := Crunches[0].Budget
	for _, c := range Crunches {
		if c.Key == wish.Crunch {
			budget = c.Budget
		}
	}
	return develop(ctx, source, pictureWidth, pictureHeight, func(d *drawing) (Squeezed, error) {
		switch {
		case wish.Dither:
			return dithered(d, budget)
		case wish.Same:
			return sameType(d, budget)
		}
		return squeezed(d, budget)
	})
}

// Avatar makes the middle of an uploaded picture 48x48 pixels of less than 1,460 bytes; limits and errors as of Picture.
func Avatar(ctx context.Context, source io.ReadSeeker) (Squeezed, error) {
	return develop(ctx, source, 4*avatarSide, 4*avatarSide, face)
}

// Button makes an 88x31 web button of at most 14,000 bytes from an uploaded picture; a moving GIF keeps moving when it fits.
// Limits and errors as of Picture.
func Button(ctx context.Context, source io.ReadSeeker) (Squeezed, error) {
	return develop(ctx, source, 4*buttonWidth, 4*buttonHeight, button)
}

// mostInFlight is how many bytes all decoders of the process may hold together. What needs more, up to mostAlone, goes alone.
const (
	mostInFlight = 96 << 20
	mostAlone    = 200 << 20
)

var decodes = semaphore.NewWeighted(mostInFlight)

// develop reads the header of source, waits for its turn, and only then reads the rest: those who wait hold nothing.
func develop(ctx context.Context, source io.ReadSeeker, width, height int, finish func(*drawing) (Squeezed, error)) (Squeezed, error) {
	u, err := receive(source)
	if err != nil {
		return Squeezed{}, err
	}
	turns, cost := decodes, min(u.cost, mostInFlight)
	if u.format == kindAVIF {
		turns, cost = children, 1
	}
	if err := turns.Acquire(ctx, cost); err != nil {
		return Squeezed{}, err
	}
	defer turns.Release(cost)
	if u.cost > mostInFlight/4 {
		defer debug.FreeOSMemory() // or the next one comes on top of what this one leaves
	}
	body, err := io.ReadAll(io.LimitReader(source, PictureSizeMost))
	if err != nil {
		return Squeezed{}, err
	}
	return finished(ctx, u, body, image.Pt(width, height), finish)
}

// finished decodes body and calls finish. A panic ends here: no file may end the process.
func finished(ctx context.Context, u upload, body []byte, fit image.Point, finish func(*drawing) (Squeezed, error)) (s Squeezed, err error) {
	defer func() {
		if p := recover(); p != nil {
			s, err = Squeezed{}, fmt.Errorf("%w: %v", ErrPictureBroken, p)
		}
	}()
	d, err := drawn(ctx, u, body, fit)
	if ctx.Err() != nil {
		return Squeezed{}, ctx.Err()
	}
	if err != nil {
		return Squeezed{}, err
	}
	return finish(d)
}
