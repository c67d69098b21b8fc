package safe

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"testing"

	"github.com/disintegration/imaging"
)

// ratios are the ways to thin out the colours that an encoder here can write.
var ratios = []image.YCbCrSubsampleRatio{
	image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio420,
}

// unlike returns the mean and the largest difference between the pixels of two pictures of one size.
func unlike(a, b *image.NRGBA) (mean float64, most int) {
	sum := 0
	for i := range a.Pix {
		d := max(int(a.Pix[i])-int(b.Pix[i]), int(b.Pix[i])-int(a.Pix[i]))
		sum, most = sum+d, max(most, d)
	}
	return float64(sum) / float64(len(a.Pix)), most
}

func read(t testing.TB, body []byte, size, fit image.Point) *image.NRGBA {
	t.Helper()
	p, err := decodeJPEG(t.Context(), body, upload{width: size.X, height: size.Y}, fit)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// At full size our pixels are those of image/jpeg, but for rounding; at a part of it, those of its picture made smaller.
func TestJPEGIsReadAsByOthers(t *testing.T) {
	coffee := imaging.Clone(decodedAs(t, Squeezed{Body: photo(t, "coffee.jpg"), Type: isJPEG}))
	for _, size := range []image.Point{{304, 200}, {299, 197}, {17, 9}, {8, 8}, {1, 1}} {
		p := imaging.Resize(coffee, size.X, size.Y, imaging.Linear)
		for _, ratio := range few(ratios) {
			for progressive := range 3 {
				body := jpegliOf(p, ratio, progressive)
				theirs, err := jpeg.Decode(bytes.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				whole := imaging.Clone(theirs)
				if mean, most := unlike(read(t, body, size, size), whole); mean > 0.3 || most > 4 {
					t.Errorf("%v, %v, %d: differs by %.2f, at most %d", size, ratio, progressive, mean, most)
				}
				for part := 2; part <= 8 && size.X > 100; part *= 2 {
					ours := read(t, body, size, size.Div(part))
					full := size.Div(part) // at the edge a pixel may stand for less than the others
					want := imaging.Resize(imaging.Crop(whole, image.Rectangle{Max: full.Mul(part)}), full.X, full.Y, imaging.Box)
					if mean, _ := unlike(imaging.Crop(ours, want.Rect), want); mean > 3.5 || ours.Rect.Dx() != up(size.X, part) {
						t.Errorf("%v, %v, %d, 1/%d: %v differs by %.2f", size, ratio, progressive, part, ours.Rect.Max, mean)
					}
				}
			}
		}
	}
}

func TestJPEGOfInks(t *testing.T) {
	inks := image.NewCMYK(image.Rect(0, 0, 64, 64))
	for i := range inks.Pix {
		inks.Pix[i] = uint8(i/64) ^ uint8(i%4*40)
	}
	written := jpegliOf(inks, image.YCbCrSubsampleRatio444, 0)
	for _, transform := range []byte{0, 2} {
		body := withSegment(written, 0xee, "Adobe\x00\x64\x00\x00\x00\x00"+string(transform))
		theirs, err := jpeg.Decode(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		size := image.Pt(64, 64)
		if mean, most := unlike(read(t, body, size, size), imaging.Clone(theirs)); mean > 1 || most > 6 {
			t.Errorf("transform %d: differs by %.2f, at most %d", transform, mean, most)
		}
	}
}

// A unit whose data is repeated between restart markers is a longer picture of the same.
func TestJPEGRestarts(t *testing.T) {
	grey := image.NewGray(image.Rect(0, 0, 8, 8))
	for i := range grey.Pix {
		grey.Pix[i] = uint8(4 * i)
	}
	one := jpegOf(grey)
	sos := bytes.Index(one, []byte{0xff, 0xda}) + 2 + 8
	data := one[sos : len(one)-2]
	head := bytes.Clone(one[:sos])
	frame := bytes.Index(head, []byte{0xff, 0xc0})
	head[frame+8] = 8 * 20
	body := withSegment(head, 0xdd, "\x00\x01")
	for i := range 20 {
		body = append(append(body, data...), 0xff, 0xd0+byte(i%8))
	}
	body = append(body[:len(body)-2], 0xff, 0xd9)
	p := read(t, body, image.Pt(160, 8), image.Pt(160, 8))
	want := read(t, one, image.Pt(8, 8), image.Pt(8, 8))
	for i := range 20 {
		if mean, _ := unlike(imaging.Crop(p, image.Rect(8*i, 0, 8*i+8, 8)), want); mean != 0 {
			t.Errorf("unit %d differs by %.2f", i, mean)
		}
	}
	lost := bytes.Replace(body, []byte{0xff, 0xd3}, nil, 1)
	if _, err := decodeJPEG(t.Context(), lost, upload{width: 160, height: 8}, image.Pt(160, 8)); err == nil {
		t.Error("a lost marker is not missed")
	}
}

// Whatever is cut off is missed, at every scale, and so is a frame that is not the one that was allowed.
func TestJPEGCut(t *testing.T) {
	size := image.Pt(120, 80)
	for progressive := range 3 {
		body := jpegliOf(noisy(120, 80), image.YCbCrSubsampleRatio420, progressive)
		for _, fit := range []image.Point{size, {60, 40}, {15, 10}} {
			for cut := 0; cut < len(body); cut += 7 {
				if _, err := decodeJPEG(t.Context(), body[:cut], upload{width: 120, height: 80}, fit); err == nil {
					t.Fatalf("%d: cut to %d of %d", progressive, cut, len(body))
				}
			}
		}
		end := append(bytes.Clone(body[:len(body)*2/3]), 0xff, 0xd9)
		if _, err := decodeJPEG(t.Context(), end, upload{width: 120, height: 80}, size); progressive == 0 && !errors.Is(err, errShortJPEG) {
			t.Errorf("data that stops in the middle: %v", err)
		}
		if _, err := decodeJPEG(t.Context(), body, upload{width: 121, height: 80}, size); err == nil {
			t.Error("another size than its header's is taken")
		}
	}
}

func TestJPEGStopsWithItsContext(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := decodeJPEG(ctx, jpegOf(noisy(64, 64)), upload{width: 64, height: 64}, image.Pt(64, 64)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
