package safe

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"strings"
	"testing"

	"github.com/disintegration/imaging"
)

const (
	isJPEG = "image/jpeg"
	isPNG  = "image/png"
	isGIF  = "image/gif"
)

func corpus(t *testing.T) []specimen {
	return append(append(append(strangers(), bombs()...), drawings()...), photographs(t)...)
}

// strangers are no pictures, or none that are taken.
func strangers() []specimen {
	all := []specimen{{name: "nothing", err: ErrPictureEmpty}}
	for name, body := range map[string]string{
		"one byte": "\xff", "text": "hello", "html": "<!doctype html><script>alert(1)</script>", "svg": `<svg xmlns="http://www.w3.org/2000/svg"/>`,
		"zip": "PK\x03\x04aaaaaaaaaaaaaaaaaaaaaaaaaaaa", "pdf": "%PDF-1.7\n%aaaaaaaaaaaaaaa", "bmp": "BM\x3a\x00\x00\x00aaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"tiff little": "II*\x00\x08\x00\x00\x00aaaaaaaaaaaaaaaaaaa", "tiff big": "MM\x00*\x00\x00\x00\x08aaaaaaaaaaaaaaaaaaa", "psd": "8BPS\x00\x01aaaaaaaaaaaaaaaa",
		"ico": "\x00\x00\x01\x00\x01\x00\x10\x10aaaaaaaaaaaaaaaaa", "wav": "RIFF\x24\x00\x00\x00WAVEfmt aaaaaaaaaaaa", "mp4": "\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp42aaaaaaa",
		"jpeg xl": "\xff\x0aaaaaaaaaaaaaaaa", "flif": "FLIFaaaaaaaaaaaa", "null bytes": strings.Repeat("\x00", 100), "utf-16": "\xff\xfeh\x00i\x00", "elf": "\x7fELF\x02\x01\x01",
	} {
		all = append(all, specimen{name: name, body: []byte(body), err: ErrPictureKind})
	}
	for name, brands := range map[string]string{"heic": "heic\x00\x00\x00\x00mif1heic", "heif": "mif1\x00\x00\x00\x00mif1heix", "heic burst": "hevc\x00\x00\x00\x00msf1hevc"} {
		all = append(all, specimen{name: name, body: append(isoBox("ftyp", []byte(brands)), make([]byte, 64)...), err: ErrPictureHEIC})
	}
	for name, body := range map[string]string{
		"jpeg of text": "\xff\xd8\xffhello, I am text and nothing else at all", "jpeg magic": "\xff\xd8\xff", "png magic": "\x89PNG\r\n\x1a\n", "gif magic": "GIF89a",
		"png of text": "\x89PNG\r\n\x1a\nhello, I am text and nothing else at all", "gif of javascript": "GIF89a\n\n\x01\x00aaaaa=1;alert(1)//a",
		"webp magic": "RIFF\x00\x00\x00\x00WEBP", "webp of text": "RIFF\x24\x00\x00\x00WEBPhello, I am text and nothing",
	} {
		all = append(all, specimen{name: name, body: []byte(body), err: ErrPictureBroken})
	}
	return append(all,
		specimen{name: "avif without boxes", body: isoBox("ftyp", []byte("avif\x00\x00\x00\x00avifmif1")), err: ErrPictureBroken},
		specimen{name: "avif without data", body: avifSaying(64, 64), err: ErrPictureBroken})
}

func avifSaying(w, h uint32) []byte {
	size := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(make([]byte, 4), w), h)
	return append(isoBox("ftyp", []byte("avif\x00\x00\x00\x00avifmif1")),
		isoBox("meta", make([]byte, 4), isoBox("iprp", isoBox("ipco", isoBox("ispe", size))))...)
}

// bombs are small files that would be large, or long, or both.
func bombs() []specimen {
	flat := pngOf(image.NewPaletted(image.Rect(0, 0, 300, 300), color.Palette{color.White, color.Black}))
	wide := jpegOf(noisy(16, 16))
	at := bytes.Index(wide, []byte{0xff, 0xc0})
	copy(wide[at+5:], "\xff\xff\xff\xff")
	var inflated bytes.Buffer
	z := zlib.NewWriter(&inflated)
	_, _ = z.Write(make([]byte, 30<<20))
	_ = z.Close()
	small := withSize(flat, 8, 8)
	small = append(withChunk(small[:33+12+6], "IDAT", inflated.String()), flat[len(flat)-12:]...)
	return []specimen{
		{name: "png says 12000x12000", body: withSize(flat, 12_000, 12_000), err: ErrPictureLarge},
		{name: "png says 5001x5000", body: withSize(flat, 5001, 5000), err: ErrPictureLarge},
		{name: "png says 2147483647", body: withSize(flat, 1<<31-1, 1<<31-1), err: ErrPictureBroken},
		{name: "png says 0x0", body: withSize(flat, 0, 0), err: ErrPictureBroken},
		{name: "png says 1000x1000", body: withSize(flat, 1000, 1000), err: ErrPictureBroken},
		{name: "png of too much data", body: small, err: ErrPictureBroken},
		{name: "jpeg says 65535x65535", body: wide, err: ErrPictureLarge},
		{name: "webp 16384x16384", body: webpSaying(16_384, 16_384), err: ErrPictureLarge},
		{name: "webp 1000x1000 of nothing", body: webpSaying(1000, 1000), err: ErrPictureBroken},
		{name: "gif 65535x65535", body: []byte("GIF89a\xff\xff\xff\xff\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"), err: ErrPictureLarge},
		{name: "gif of a program", body: []byte("GIF89a=1;alert(1)//aaaaaaaaaaaaaaa"), err: ErrPictureLarge},
		{name: "gif 500 frames", body: gifOf(300, 300, 500), kind: isPNG, width: 300, height: 300},
		{name: "avif 8000x8000", body: avifSaying(8000, 8000), err: ErrPictureLarge},
		{name: "avif 0x0", body: avifSaying(0, 0), err: ErrPictureBroken},
		{name: "avif 4294967295", body: avifSaying(1<<32-1, 1<<32-1), err: ErrPictureLarge},
		{name: "jpeg of 500 scans", body: manyScans(500), err: ErrPictureBroken},
		{name: "png 950x1000", body: pngOf(image.NewPaletted(image.Rect(0, 0, 950, 1000), color.Palette{color.White, color.Black})), kind: isPNG, width: 475, height: 500},
	}
}

func webpSaying(w, h int) []byte {
	b := webpOf(image.NewNRGBA(image.Rect(0, 0, 1, 1)))
	binary.LittleEndian.PutUint32(b[21:], uint32(w-1)|uint32(h-1)<<14|1<<28)
	return b
}

// manyScans repeats the last scan of a progressive picture.
func manyScans(n int) []byte {
	b := jpegliOf(noisy(64, 64), image.YCbCrSubsampleRatio420, 2)
	at := bytes.LastIndex(b, []byte{0xff, 0xda})
	return append(append(bytes.Clone(b[:at]), bytes.Repeat(b[at:len(b)-2], n)...), 0xff, 0xd9)
}

// drawings come out as they are, or smaller.
func drawings() []specimen {
	line := image.NewNRGBA(image.Rect(0, 0, 1200, 900)) // a clear page with a fine cross
	for i := range 1200 {
		line.SetNRGBA(i, i*3/4, color.NRGBA{0, 0, 120, 255})
		line.SetNRGBA(1199-i, i*3/4, color.NRGBA{120, 0, 0, 128})
	}
	noise := noisy(200, 200)
	for i := 3; i < len(noise.Pix); i += 8 {
		noise.Pix[i] = uint8(i)
	}
	deep := image.NewNRGBA64(image.Rect(0, 0, 40, 40))
	for i := range deep.Pix {
		deep.Pix[i] = uint8(i / 7)
	}
	first := gifOf(40, 30, 1)
	grey := image.NewGray16(image.Rect(0, 0, 64, 64))
	return []specimen{
		{name: "png 1x1", body: pngOf(cornered(1, 1)), kind: isPNG, width: 1, height: 1},
		{name: "png 1x10000", body: pngOf(cornered(1, 10_000)), kind: isPNG, width: 1, height: 1280},
		{name: "png 10000x1", body: pngOf(cornered(10_000, 1)), kind: isPNG, width: 640, height: 1},
		{name: "png tall", body: pngOf(noisy(150, 2500)), kind: isJPEG, width: 77, height: 1280},
		{name: "png wide", body: pngOf(noisy(2500, 150)), kind: isJPEG, width: 640, height: 38},
		{name: "pixels", body: pngOf(pixelArt(1)), kind: isPNG, width: 16, height: 16},
		{name: "pixels enlarged", body: pngOf(pixelArt(20)), kind: isPNG, width: 320, height: 320},
		{name: "pixels far too large", body: pngOf(pixelArt(50)), kind: isPNG, width: 400, height: 400},
		{name: "pixels in webp", body: webpOf(cornered(96, 64)), kind: isPNG, width: 96, height: 64},
		{name: "webp with exif", body: webpOf(cornered(96, 64), riffChunk("EXIF", exif(binary.LittleEndian, 6))...), kind: isPNG, width: 64, height: 96},
		{name: "a fine drawing", body: pngOf(line), kind: isPNG, width: 640, height: 480},
		{name: "noise half clear", body: pngOf(noise), kind: isJPEG, width: 200, height: 200},
		{name: "png 16 bits", body: pngOf(deep), kind: isJPEG, width: 40, height: 40},
		{name: "png 16 bits grey", body: pngOf(grey), kind: isPNG, width: 64, height: 64},
		{name: "png with text", body: withChunk(pngOf(cornered(90, 60)), "tEXt", "Comment\x00secret place"), kind: isPNG, width: 90, height: 60},
		{name: "png turned", body: withChunk(pngOf(cornered(90, 60)), "eXIf", string(exif(binary.BigEndian, 8))), kind: isPNG, width: 60, height: 90},
		{name: "png and html", body: append(pngOf(cornered(90, 60)), "<script>secret</script>"...), kind: isPNG, width: 90, height: 60},
		{name: "gif still", body: first, kind: isPNG, width: 40, height: 30},
		{name: "gif and javascript", body: append(bytes.Clone(first), "=1;<script>secret"...), kind: isPNG, width: 40, height: 30},
		{name: "gif moving", body: gifOf(40, 30, 6), kind: isGIF, width: 40, height: 30},
		{name: "gif moving and large", body: gifOf(700, 300, 3), kind: isPNG, width: 350, height: 150},
		{name: "gif cut in its second frame", body: gifOf(40, 30, 6)[:len(first)+60], kind: isPNG, width: 40, height: 30},
	}
}

func photographs(t *testing.T) []specimen {
	coffee := photo(t, "coffee.jpg")
	p := noisy(150, 100)
	plain := jpegOf(p)
	grey := image.NewGray(p.Rect)
	inks := image.NewCMYK(p.Rect)
	for i := range grey.Pix {
		grey.Pix[i] = p.Pix[4*i+2]
		inks.Pix[4*i] = p.Pix[4*i]
	}
	all := []specimen{
		{name: "jpeg 1x1", body: jpegOf(cornered(1, 1)), kind: isJPEG, width: 1, height: 1},
		{name: "coffee", body: coffee, kind: isJPEG, width: 600, height: 400},
		{name: "coffee as png", body: pngOf(decodedAs(t, Squeezed{Body: coffee, Type: isJPEG})), kind: isJPEG, width: 600, height: 400},
		{name: "jpeg grey", body: jpegOf(grey), kind: isJPEG, width: 150, height: 100},
		{name: "jpeg inks", body: jpegliOf(inks, image.YCbCrSubsampleRatio444, 0), kind: isJPEG, width: 150, height: 100},
		{name: "jpeg and zip", body: append(bytes.Clone(plain), "PK\x03\x04secret"...), kind: isJPEG, width: 150, height: 100},
		{name: "jpeg and html", body: withSegment(plain, 0xfe, "<script>secret</script>"), kind: isJPEG, width: 150, height: 100},
		{name: "jpeg with colours", body: withSegment(plain, 0xe2, "ICC_PROFILE\x00\x01\x01secret"), kind: isJPEG, width: 150, height: 100},
		{name: "jpeg of photoshop", body: withSegment(plain, 0xed, "Photoshop 3.0\x008BIMsecret"), kind: isJPEG, width: 150, height: 100},
		{name: "jpeg with padding", body: append([]byte{0xff, 0xd8, 0xff, 0xff}, plain[2:]...), kind: isJPEG, width: 150, height: 100},
		{name: "jpeg 1500x1000", body: jpegOf(imaging.Resize(p, 1500, 1000, imaging.Box)), kind: isJPEG, width: 640, height: 427},
		{name: "avif cut", body: photo(t, "corners.avif")[:500], err: ErrPictureBroken},
	}
	if !underRace {
		all = append(all, specimen{name: "avif", body: photo(t, "corners.avif"), kind: isPNG, width: 96, height: 64})
	}
	for turn := range 10 {
		size := image.Pt(150, 100)
		if turn >= 5 && turn <= 8 {
			size = image.Pt(100, 150)
		}
		body := withSegment(plain, 0xe1, "Exif\x00\x00"+string(exif(binary.BigEndian, turn)))
		all = append(all, specimen{name: fmt.Sprint("jpeg turned ", turn), body: body, kind: isJPEG, width: size.X, height: size.Y})
	}
	return all
}
