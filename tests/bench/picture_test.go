package bench

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/disintegration/imaging"
	"github.com/gen2brain/jpegli"

	"marquee/safe"
)

// photographs are the pictures that the tests of safe use.
func photographs(b *testing.B) map[string][]byte {
	b.Helper()
	names, err := filepath.Glob("../../safe/testdata/pictures/*.jpg")
	if err != nil || len(names) < 4 {
		b.Fatal(names, err)
	}
	all := map[string][]byte{}
	for _, name := range names {
		if all[name], err = os.ReadFile(name); err != nil {
			b.Fatal(err)
		}
	}
	return all
}

// camera enlarges a photograph to what a camera makes, with the noise of its sensor.
func camera(b *testing.B, name string, width, height int) *image.RGBA {
	b.Helper()
	small, err := jpeg.Decode(bytes.NewReader(photographs(b)["../../safe/testdata/pictures/"+name+".jpg"]))
	if err != nil {
		b.Fatal(err)
	}
	large := imaging.Resize(small, width, height, imaging.Linear)
	random := rand.New(rand.NewPCG(1, 1))
	for i := range large.Pix {
		if i%4 != 3 {
			large.Pix[i] = uint8(min(max(int(large.Pix[i])+random.IntN(13)-6, 0), 255))
		}
	}
	return &image.RGBA{Pix: large.Pix, Stride: large.Stride, Rect: large.Rect}
}

func encoded(b *testing.B, p image.Image, quality int) []byte {
	b.Helper()
	var file bytes.Buffer
	if err := jpeg.Encode(&file, p, &jpeg.Options{Quality: quality}); err != nil {
		b.Fatal(err)
	}
	return file.Bytes()
}

// BenchmarkPictureQuality reports the mean SSIM of the photographs, squeezed, and how much more it is than that of image/jpeg
// at the same width and, at its best quality, at most as many bytes as are allowed.
func BenchmarkPictureQuality(b *testing.B) {
	photos := photographs(b)
	for _, crunch := range safe.Crunches {
		b.Run(crunch.Key, func(b *testing.B) {
			for b.Loop() {
				var ours, theirs float64
				for _, photo := range photos {
					s, err := safe.Picture(b.Context(), bytes.NewReader(photo), safe.PictureWish{Crunch: crunch.Key})
					if err != nil {
						b.Fatal(err)
					}
					whole, err := jpeg.Decode(bytes.NewReader(photo))
					if err != nil {
						b.Fatal(err)
					}
					want := imaging.Resize(whole, s.Width, s.Height, imaging.CatmullRom)
					ours += similarity(b, want, s.Body)
					theirs += similarity(b, want, standard(b, want, crunch.Budget))
				}
				n := float64(len(photos))
				b.ReportMetric(ours/n, "SSIM")
				b.ReportMetric((ours-theirs)/n, "SSIM-more-than-image/jpeg")
			}
		})
	}
}

// standard is the largest that image/jpeg makes within budget.
func standard(b *testing.B, p image.Image, budget int) []byte {
	var best []byte
	for quality := 1; quality <= 100; quality++ {
		file := encoded(b, p, quality)
		if len(file) > budget {
			break
		}
		best = file
	}
	if best == nil {
		b.Fatalf("image/jpeg makes nothing of %d bytes", budget)
	}
	return best
}

// similarity is the mean structural similarity (Wang et al. 2004) of the luma, in windows of 8x8 that overlap by half.
func similarity(b *testing.B, want image.Image, file []byte) float64 {
	b.Helper()
	got, err := jpeg.Decode(bytes.NewReader(file))
	if err != nil {
		b.Fatal(err)
	}
	x, y := imaging.Grayscale(want), imaging.Grayscale(got)
	total, windows := 0.0, 0
	for top := 0; top+8 <= x.Rect.Dy(); top += 4 {
		for left := 0; left+8 <= x.Rect.Dx(); left += 4 {
			total += window(x, y, left, top)
			windows++
		}
	}
	return total / float64(windows)
}

func window(x, y *image.NRGBA, left, top int) float64 {
	const n, c1, c2 = 64, (0.01 * 255) * (0.01 * 255), (0.03 * 255) * (0.03 * 255)
	var sumX, sumY, sumXX, sumYY, sumXY float64
	for i := range n {
		at := x.PixOffset(left+i%8, top+i/8)
		a, b := float64(x.Pix[at]), float64(y.Pix[at])
		sumX, sumY, sumXX, sumYY, sumXY = sumX+a, sumY+b, sumXX+a*a, sumYY+b*b, sumXY+a*b
	}
	meanX, meanY := sumX/n, sumY/n
	varX, varY, both := sumXX/n-meanX*meanX, sumYY/n-meanY*meanY, sumXY/n-meanX*meanY
	return (2*meanX*meanY + c1) * (2*both + c2) / ((meanX*meanX + meanY*meanY + c1) * (varX + varY + c2))
}

// BenchmarkPictureTime reports how long a photograph of 12 megapixels takes, in times that image/jpeg takes to decode it:
// the least of ten tries of each, in turn.
func BenchmarkPictureTime(b *testing.B) {
	for _, name := range []string{"coffee", "rocket"} {
		b.Run(name, func(b *testing.B) {
			file := encoded(b, camera(b, name, 4000, 3000), 88)
			ours, theirs := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
			for b.Loop() {
				for range 10 {
					began := time.Now()
					if _, err := safe.Picture(b.Context(), bytes.NewReader(file), safe.PictureWish{}); err != nil {
						b.Fatal(err)
					}
					ours, began = min(ours, time.Since(began)), time.Now()
					if _, err := jpeg.Decode(bytes.NewReader(file)); err != nil {
						b.Fatal(err)
					}
					theirs = min(theirs, time.Since(began))
				}
			}
			b.ReportMetric(float64(ours)/float64(theirs), "times-decoding")
		})
	}
}

const pictureFile = "MARQUEE_BENCH_PICTURE"

// BenchmarkPictureMemory reports the most memory that a process ever held which was sent twenty photographs of 24 megapixels
// at once (Linux). The process is this test again, and makes nothing else.
func BenchmarkPictureMemory(b *testing.B) {
	if name := os.Getenv(pictureFile); name != "" {
		twenty(b, name)
		return
	}
	p := camera(b, "coffee", 6000, 4000)
	var progressive bytes.Buffer
	if err := jpegli.Encode(&progressive, p, &jpegli.EncodingOptions{Quality: 88, ProgressiveLevel: 2}); err != nil {
		b.Fatal(err)
	}
	for name, file := range map[string][]byte{"baseline": encoded(b, p, 88), "progressive": progressive.Bytes()} {
		b.Run(name, func(b *testing.B) { measure(b, file) })
	}
}

func measure(b *testing.B, file []byte) {
	name := filepath.Join(b.TempDir(), "camera.jpg")
	if err := os.WriteFile(name, file, 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		cmd := exec.Command(os.Args[0], "-test.run=^$", "-test.bench=^BenchmarkPictureMemory$", "-test.benchtime=1x")
		cmd.Env = append(os.Environ(), pictureFile+"="+name)
		output, err := cmd.CombinedOutput()
		if err != nil {
			b.Fatalf("%v: %s", err, output)
		}
		_, said, _ := strings.Cut(string(output), "most: ")
		var most float64
		if _, err := fmt.Sscan(said, &most); err != nil {
			b.Fatalf("%v: %s", err, output)
		}
		b.ReportMetric(most, "MB-at-most")
	}
}

func twenty(b *testing.B, name string) {
	var uploads sync.WaitGroup
	for range 20 {
		uploads.Go(func() {
			file, err := os.Open(name)
			if err != nil {
				b.Error(err)
				return
			}
			defer file.Close()
			if _, err := safe.Picture(b.Context(), file, safe.PictureWish{}); err != nil {
				b.Error(err)
			}
		})
	}
	uploads.Wait()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	var kilobytes float64
	if _, err := fmt.Sscan(string(status[bytes.Index(status, []byte("VmHWM:"))+len("VmHWM:"):]), &kilobytes); err != nil {
		b.Fatal(err)
	}
	fmt.Printf("most: %f\n", kilobytes/1024)
}
