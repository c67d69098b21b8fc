package safe

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/disintegration/imaging"
	"github.com/gen2brain/jpegli"
)

func photo(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata/pictures", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// noisy looks like a photograph to everything that compresses.
func noisy(w, h int) *image.NRGBA {
	random := rand.New(rand.NewPCG(1, 2))
	p := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			p.SetNRGBA(x, y, color.NRGBA{uint8(x*255/w) ^ uint8(random.IntN(8)), uint8(y * 255 / h), uint8((x + y) + random.IntN(32)), 255})
		}
	}
	return p
}

var corners = [4]color.NRGBA{{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 255}, {255, 255, 0, 255}}

// cornered is red and green above, blue and yellow below.
func cornered(w, h int) *image.NRGBA {
	p := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			p.SetNRGBA(x, y, corners[2*x/w+2*(2*y/h)])
		}
	}
	return p
}

// pixelArt has eight colours, one of them clear, in a drawing of 16x16 whose pixels are times squares.
func pixelArt(times int) *image.NRGBA {
	random := rand.New(rand.NewPCG(3, 4))
	p := image.NewNRGBA(image.Rect(0, 0, 16, 16))
	for i := range 256 {
		c := color.NRGBA{}
		if n := random.IntN(8); n > 0 {
			c = color.NRGBA{uint8(n * 36), uint8(255 - n*30), uint8(n & 1 * 200), 255}
		}
		p.SetNRGBA(i%16, i/16, c)
	}
	return imaging.Resize(p, 16*times, 16*times, imaging.NearestNeighbor)
}

func pngOf(p image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func jpegOf(p image.Image) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, &jpeg.Options{Quality: 90}); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func jpegliOf(p image.Image, chroma image.YCbCrSubsampleRatio, progressive int) []byte {
	var b bytes.Buffer
	err := jpegli.Encode(&b, p, &jpegli.EncodingOptions{
		Quality: 90, ChromaSubsampling: chroma, ProgressiveLevel: progressive, OptimizeCoding: true,
	})
	if err != nil {
		panic(err)
	}
	return b.Bytes()
}

// gifOf has frames of which each shows a square that has moved.
func gifOf(w, h, frames int) []byte {
	all := &gif.GIF{LoopCount: 3}
	for i := range frames {
		p := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{color.NRGBA{}, corners[0], corners[1], corners[2]})
		for x := range min(8, w) {
			for y := range min(8, h) {
				p.SetColorIndex((x+4*i)%w, y, uint8(1+i%3))
			}
		}
		all.Image, all.Delay, all.Disposal = append(all.Image, p), append(all.Delay, 7+i), append(all.Disposal, gif.DisposalBackground)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, all); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// webpOf writes a lossless WebP whose channels are all 0 or 255, so that each is one bit (RFC 9649, simple code lengths).
func webpOf(p *image.NRGBA, extra ...byte) []byte {
	var bits []byte
	n := 0
	put := func(v, count int) {
		for i := range count {
			if n%8 == 0 {
				bits = append(bits, 0)
			}
			bits[n/8] |= byte(v>>i&1) << (n % 8)
			n++
		}
	}
	put(p.Rect.Dx()-1, 14)
	put(p.Rect.Dy()-1, 14)
	put(1, 1) // alpha
	put(0, 3) // version
	put(0, 3) // no transform, no colour cache, no meta code
	for range 4 {
		put(1, 1)   // simple
		put(1, 1)   // two symbols
		put(1, 1)   // the first of eight bits
		put(0, 8)   // zero
		put(255, 8) // and the other
	}
	put(1, 4) // distances: simple, one symbol, of one bit, zero
	for i := 0; i < len(p.Pix); i += 4 {
		for _, channel := range [4]int{1, 0, 2, 3} {
			put(int(p.Pix[i+channel]&1), 1)
		}
	}
	bits = append([]byte{0x2f}, bits...)
	return riff(append(riffChunk("VP8L", bits), extra...))
}

func riff(chunks []byte) []byte {
	return riffChunk("RIFF", append([]byte("WEBP"), chunks...))
}

func riffChunk(name string, body []byte) []byte {
	b := binary.LittleEndian.AppendUint32([]byte(name), uint32(len(body)))
	return append(append(b, body...), make([]byte, len(body)%2)...)
}

func isoBox(name string, bodies ...[]byte) []byte {
	body := bytes.Join(bodies, nil)
	b := binary.BigEndian.AppendUint32(nil, uint32(8+len(body)))
	return append(append(b, name...), body...)
}

// exif is a TIFF header with an orientation and the name of a place that nobody may read.
func exif(order binary.AppendByteOrder, turn int) []byte {
	b := []byte("MM")
	if order.String() == "LittleEndian" {
		b = []byte("II")
	}
	b = order.AppendUint32(order.AppendUint16(b, 42), 8)
	b = order.AppendUint16(b, 1)
	b = order.AppendUint32(order.AppendUint16(order.AppendUint16(b, 0x0112), 3), 1)
	b = order.AppendUint16(order.AppendUint16(b, uint16(turn)), 0)
	return append(b, "\x00\x00\x00\x00GPS secret place"...)
}

// withSegment puts a segment behind the start of a JPEG.
func withSegment(b []byte, marker byte, body string) []byte {
	segment := append([]byte{0xff, marker, byte((len(body) + 2) >> 8), byte(len(body) + 2)}, body...)
	return append(append(bytes.Clone(b[:2]), segment...), b[2:]...)
}

// withChunk puts a chunk behind the header of a PNG.
func withChunk(b []byte, name, body string) []byte {
	chunk := append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), name+body...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	return append(append(bytes.Clone(b[:33]), chunk...), b[33:]...)
}

// withSize lets a PNG say that it has another size.
func withSize(b []byte, w, h int) []byte {
	b = bytes.Clone(b)
	binary.BigEndian.PutUint32(b[16:], uint32(w))
	binary.BigEndian.PutUint32(b[20:], uint32(h))
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

func decodedAs(t testing.TB, s Squeezed) image.Image {
	t.Helper()
	var p image.Image
	var err error
	switch s.Type {
	case "image/jpeg":
		p, err = jpeg.Decode(bytes.NewReader(s.Body))
	case "image/png":
		p, err = png.Decode(bytes.NewReader(s.Body))
	case "image/gif":
		p, err = gif.Decode(bytes.NewReader(s.Body))
	default:
		t.Fatalf("type %q", s.Type)
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}
