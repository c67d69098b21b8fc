package safe

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

type format int

const (
	kindJPEG format = iota + 1
	kindPNG
	kindGIF
	kindWebP
	kindAVIF
)

// upload is what the header of a file tells.
type upload struct {
	format        format
	width, height int
	cost          int64 // bytes that decoding takes, the file included
}

// receive looks at the size, the first bytes and the header of source, and leaves it at its start.
func receive(source io.ReadSeeker) (upload, error) {
	size, err := source.Seek(0, io.SeekEnd)
	if err != nil {
		return upload{}, err
	}
	switch {
	case size == 0:
		return upload{}, ErrPictureEmpty
	case size > PictureSizeMost:
		return upload{}, fmt.Errorf("%w: %d", ErrPictureHeavy, size)
	}
	if _, err := source.Seek(0, io.SeekStart); err != nil {
		return upload{}, err
	}
	u, err := header(source)
	if err != nil {
		return upload{}, err
	}
	u.cost += size
	if err := u.check(); err != nil {
		return upload{}, err
	}
	_, err = source.Seek(0, io.SeekStart)
	return u, err
}

func (u upload) check() error {
	most := pixelsMost
	switch u.format {
	case kindGIF:
		most = pixelsMostGIF
	case kindAVIF:
		most = pixelsMostAVIF
	}
	switch {
	case u.width <= 0 || u.height <= 0:
		return fmt.Errorf("%w: %dx%d", ErrPictureBroken, u.width, u.height)
	case u.width > sideMost || u.height > sideMost || u.width*u.height > most || u.cost > mostAlone:
		return fmt.Errorf("%w: %dx%d", ErrPictureLarge, u.width, u.height)
	}
	return nil
}

// header reads no further than it must to know the format and the size.
func header(r io.Reader) (upload, error) {
	var first [32]byte
	n, err := io.ReadFull(r, first[:])
	if err != nil && err != io.ErrUnexpectedEOF {
		return upload{}, err
	}
	k, err := sniff(first[:n])
	if err != nil {
		return upload{}, err
	}
	r = io.MultiReader(bytes.NewReader(first[:n]), r)
	if k == kindAVIF {
		return headerAVIF(r)
	}
	config, err := decoders[k].config(r)
	if err != nil {
		return upload{}, fmt.Errorf("%w: %v", ErrPictureBroken, err)
	}
	return upload{format: k, width: config.Width, height: config.Height, cost: cost(k, config)}, nil
}

// decoders are the only ones: image.Decode would take whatever any imported package has registered.
var decoders = map[format]struct {
	config func(io.Reader) (image.Config, error)
	image  func(io.Reader) (image.Image, error)
}{
	kindJPEG: {config: jpeg.DecodeConfig},
	kindPNG:  {png.DecodeConfig, png.Decode},
	kindGIF:  {gif.DecodeConfig, gif.Decode},
	kindWebP: {webp.DecodeConfig, webp.Decode},
}

// cost is how many bytes decoding may take. A PNG has four bytes for each pixel, eight when it is deep, and half as much
// again when it is interlaced.
func cost(k format, config image.Config) int64 {
	pixels := int64(config.Width) * int64(config.Height)
	deep := config.ColorModel == color.RGBA64Model || config.ColorModel == color.NRGBA64Model || config.ColorModel == color.Gray16Model
	switch {
	case k == kindJPEG:
		return jpegCost(image.Pt(config.Width, config.Height))
	case k == kindGIF:
		return 9*pixels + movingPixels
	case deep:
		return 12 * pixels
	}
	return 7 * pixels
}

// sniff knows a file by its first bytes.
func sniff(b []byte) (format, error) {
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xd8\xff")):
		return kindJPEG, nil
	case bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1a\n")):
		return kindPNG, nil
	case bytes.HasPrefix(b, []byte("GIF87a")), bytes.HasPrefix(b, []byte("GIF89a")):
		return kindGIF, nil
	case len(b) >= 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP":
		return kindWebP, nil
	case len(b) >= 12 && string(b[4:8]) == "ftyp":
		return sniffBrand(b)
	}
	return 0, ErrPictureKind
}
