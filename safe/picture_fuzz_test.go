package safe

import (
	"bytes"
	"context"
	"errors"
	"image"
	"testing"
	"time"
)

func seeds(f *testing.F) {
	for _, b := range [][]byte{
		pngOf(cornered(9, 7)), jpegOf(noisy(17, 9)), jpegliOf(noisy(20, 20), image.YCbCrSubsampleRatio420, 2), gifOf(9, 7, 3), webpOf(cornered(9, 7)),
		pngOf(pixelArt(1)), avifSaying(9, 7), withSegment(jpegOf(cornered(8, 8)), 0xe1, "Exif\x00\x00"+turnedTo(6)),
		jpegliOf(image.NewCMYK(image.Rect(0, 0, 9, 9)), image.YCbCrSubsampleRatio444, 0), isoBox("ftyp", []byte("heic")),
	} {
		f.Add(b)
	}
}

func FuzzPictureHeader(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		u, err := receive(bytes.NewReader(b))
		if err == nil && (u.width < 1 || u.height < 1 || u.width > sideMost || u.height > sideMost || u.cost <= 0 && u.format != kindAVIF || u.cost > mostAlone) {
			t.Errorf("%+v is allowed", u)
		}
		if err != nil && !isPictureError(err) {
			t.Error(err)
		}
	})
}

func isPictureError(err error) bool {
	for _, one := range []error{ErrPictureEmpty, ErrPictureHeavy, ErrPictureLarge, ErrPictureKind, ErrPictureHEIC, ErrPictureBroken} {
		if errors.Is(err, one) {
			return true
		}
	}
	return false
}

// FuzzPicture leaves AVIF out, which needs a process each, and what would take long because it is large.
func FuzzPicture(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		u, err := receive(bytes.NewReader(b))
		if err != nil || u.format == kindAVIF || u.width*u.height > 1<<18 {
			return
		}
		ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
		defer stop()
		for _, wish := range []PictureWish{{}, {Crunch: "fried", Dither: true}} {
			s, err := Picture(ctx, bytes.NewReader(b), wish)
			if err == nil {
				checkPicture(t, s, Crunches[0].Budget)
			} else if !isPictureError(err) {
				t.Error(err)
			}
		}
		if s, err := Avatar(ctx, bytes.NewReader(b)); err == nil {
			checkPicture(t, s, avatarBudget)
		} else if !isPictureError(err) {
			t.Error(err)
		}
		if s, err := Button(ctx, bytes.NewReader(b)); err == nil {
			checkPicture(t, s, buttonBudget)
		} else if !isPictureError(err) {
			t.Error(err)
		}
	})
}
