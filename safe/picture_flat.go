package safe

import (
	"bytes"
	"image"
	"image/color"
	"image/png"

	"github.com/disintegration/imaging"
)

const (
	coloursMost = 256
	coloursFew  = 32 // with so few it is a drawing even when it is dithered
)

// isFlat reports whether a picture is drawn: few colours, and large parts of the same.
func isFlat(p *image.NRGBA) bool {
	colours := map[[4]byte]bool{}
	same := 0
	for y := range p.Rect.Dy() {
		row := p.Pix[y*p.Stride : y*p.Stride+4*p.Rect.Dx()]
		for i := 0; i < len(row); i += 4 {
			if i > 0 && [4]byte(row[i:]) == [4]byte(row[i-4:]) {
				same++
				continue
			}
			if colours[[4]byte(row[i:])] = true; len(colours) > coloursMost {
				return false
			}
		}
	}
	return len(colours) <= coloursFew || 2*same >= p.Rect.Dx()*p.Rect.Dy()
}

// isCalm reports whether most pixels of a picture of any number of colours are as the one before them. Photographs never are.
func isCalm(p *image.NRGBA) bool {
	same := 0
	for i := 4; i < len(p.Pix); i += 4 {
		if [4]byte(p.Pix[i:]) == [4]byte(p.Pix[i-4:]) {
			same++
		}
	}
	return 2*same >= len(p.Pix)/4
}

// pixelSize returns how many times a pixel drawing was enlarged: the largest k of which all its areas are k by k squares.
func pixelSize(p *image.NRGBA) int {
	w, h := p.Rect.Dx(), p.Rect.Dy()
	k := gcd(w, h)
	for y := range h {
		row := p.Pix[y*p.Stride : y*p.Stride+4*w]
		if y > 0 && !bytes.Equal(row, p.Pix[(y-1)*p.Stride:(y-1)*p.Stride+4*w]) {
			k = gcd(k, y)
		}
		for x := 1; x < w && k > 1; x++ {
			if [4]byte(row[4*x:]) != [4]byte(row[4*x-4:]) {
				k = gcd(k, x)
			}
		}
	}
	return k
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// lineArt makes a PNG of a drawing with few colours, by dropping whole rows and columns where it is an enlarged pixel drawing.
func lineArt(d *drawing, budget int) (Squeezed, error) {
	if d.flat == nil {
		if d.format == kindJPEG || !isCalm(d.fitted) {
			return Squeezed{}, errTooHeavy
		}
		return exactPNG(quantized(d.fitted, 128), d.fitted, budget)
	}
	w, h, most := d.flat.Rect.Dx(), d.flat.Rect.Dy(), image.Pt(pictureWidth, pictureHeight)
	if d.turn > 4 {
		most.X, most.Y = most.Y, most.X
	}
	k := pixelSize(d.flat)
	for n := 1; n <= k; n++ {
		if k%n != 0 || w/n > most.X || h/n > most.Y {
			continue
		}
		small := d.upright(imaging.Resize(d.flat, w/n, h/n, imaging.NearestNeighbor))
		if s, err := encodePNG(quantized(small, coloursMost), budget); err == nil {
			return s, nil
		}
	}
	return exactPNG(quantized(d.fitted, 64), d.fitted, budget)
}

// exactPNG encodes few unless somebody would see that it is not picture.
func exactPNG(few *image.Paletted, picture *image.NRGBA, budget int) (Squeezed, error) {
	const seen = 3 * 3 // levels, squared, in the mean
	total := 0
	for y := range few.Rect.Dy() {
		for x := range few.Rect.Dx() {
			c := few.Palette[few.Pix[y*few.Stride+x]].(color.NRGBA)
			total += distance([4]byte{c.R, c.G, c.B, c.A}, pixel(picture, x, y))
		}
	}
	if total > seen*4*len(few.Pix) {
		return Squeezed{}, errTooHeavy
	}
	return encodePNG(few, budget)
}

func encodePNG(p *image.Paletted, budget int) (Squeezed, error) {
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&b, p); err != nil {
		return Squeezed{}, err
	}
	if b.Len() > budget {
		return Squeezed{}, errTooHeavy
	}
	return Squeezed{Body: b.Bytes(), Type: "image/png", Width: p.Rect.Dx(), Height: p.Rect.Dy()}, nil
}
