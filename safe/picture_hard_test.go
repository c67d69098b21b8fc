package safe

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"sync"
	"testing"
	"time"
)

// Of each kind, whatever is cut is refused, or is a picture all the same: a GIF may lack what follows its first frame.
func TestPictureCut(t *testing.T) {
	for name, body := range map[string][]byte{
		"png": pngOf(noisy(40, 30)), "gif": gifOf(40, 30, 2), "webp": webpOf(cornered(96, 64)), "jpeg": jpegOf(noisy(40, 30)),
		"progressive": jpegliOf(noisy(40, 30), image.YCbCrSubsampleRatio420, 2),
	} {
		taken := 0
		for cut := 1; cut < len(body); cut += 1 + len(body)/150 {
			s, err := Picture(t.Context(), bytes.NewReader(body[:cut]), PictureWish{})
			switch {
			case err == nil && name == "gif":
				decodedAs(t, s)
			case err == nil:
				taken++
			case !errors.Is(err, ErrPictureBroken) && !errors.Is(err, ErrPictureKind):
				t.Errorf("%s, %d: %v", name, cut, err)
			}
		}
		if taken > 1 { // what pads a WebP is not missed
			t.Errorf("%s: taken %d times", name, taken)
		}
	}
	file := photo(t, "corners.avif") // these are refused before a child is started
	for _, cut := range []int{100, 395, 420, len(file) - 1} {
		if _, err := Picture(t.Context(), bytes.NewReader(file[:cut]), PictureWish{}); !errors.Is(err, ErrPictureBroken) {
			t.Errorf("avif, %d: %v", cut, err)
		}
	}
}

// What cannot be decoded ends as an error also when it is the child that cannot.
func TestAVIFOfNoise(t *testing.T) {
	if underRace {
		t.Skip("the child is too slow")
	}
	file := bytes.Clone(photo(t, "corners.avif"))
	for i := 440; i < len(file); i++ {
		file[i] ^= 0x55
	}
	if s, err := Picture(t.Context(), bytes.NewReader(file), PictureWish{}); err != nil && !errors.Is(err, ErrPictureBroken) {
		t.Error(s.Type, err)
	}
}

func TestAVIFStopsWithItsContext(t *testing.T) {
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer stop()
	if _, err := Picture(ctx, bytes.NewReader(photo(t, "corners.avif")), PictureWish{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	if !children.TryAcquire(1) {
		t.Fatal("the turn was not given back")
	}
	children.Release(1)
}

// A bad palette index panics where it can be caught, and not in a goroutine of imaging.
func TestPictureOfBadPaletteIndex(t *testing.T) {
	bad := image.NewPaletted(image.Rect(0, 0, 64, 64), color.Palette{color.Black})
	bad.Pix[100] = 200
	defer func() {
		if recover() == nil {
			t.Error("it is taken")
		}
	}()
	shrink(plainly(bad), image.Pt(8, 8))
}

func TestPicturePanicIsAnError(t *testing.T) {
	_, err := finished(t.Context(), upload{format: kindPNG, width: 8, height: 8}, pngOf(cornered(8, 8)), image.Pt(8, 8), func(*drawing) (Squeezed, error) { panic("ouch") })
	if !errors.Is(err, ErrPictureBroken) {
		t.Error(err)
	}
}

// Who waits holds nothing but the header, and may leave.
func TestPictureWaitsForItsTurn(t *testing.T) {
	if !decodes.TryAcquire(mostInFlight) {
		t.Skip("another picture is being decoded")
	}
	u := &unread{Reader: bytes.NewReader(jpegOf(noisy(900, 900)))}
	ctx, stop := context.WithCancel(t.Context())
	var wait sync.WaitGroup
	wait.Go(func() {
		if _, err := Picture(ctx, u, PictureWish{}); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	time.Sleep(10 * time.Millisecond)
	stop()
	wait.Wait()
	decodes.Release(mostInFlight)
	if u.read > 16<<10 {
		t.Errorf("%d bytes were read while it waited", u.read)
	}
}

func TestPictureEndsWithItsContext(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	for _, body := range [][]byte{pngOf(noisy(200, 200)), jpegOf(noisy(200, 200)), gifOf(20, 20, 3)} {
		if _, err := Picture(ctx, bytes.NewReader(body), PictureWish{}); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
	if !decodes.TryAcquire(mostInFlight) {
		t.Fatal("the turn was not given back")
	}
	decodes.Release(mostInFlight)
}
