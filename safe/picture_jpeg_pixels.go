package safe

import (
	"image"
	"image/color"
	"math"
)

// waves are, for each scale, the values of the cosines at each pixel, in 1/4096 (T.81 A.3.3, of scale instead of eight points).
var waves = func() (all [blockSide + 1][blockSide][blockSide]int) {
	for scale := 1; scale <= blockSide; scale *= 2 {
		for x := range scale {
			all[scale][x][0] = int(math.Round(4096 / math.Sqrt(8)))
			for u := 1; u < scale; u++ {
				all[scale][x][u] = int(math.Round(4096 / 2 * math.Cos(float64((2*x+1)*u)*math.Pi/float64(2*scale))))
			}
		}
	}
	return all
}()

// plane returns the samples of p, row by row, wide*scale in each.
func (p *jpegPart) plane(quant *[64]uint16) []uint8 {
	var factors [64]int
	for i, place := range places[p.scale] {
		if place != dropped {
			factors[place] = int(quant[i])
		}
	}
	row := p.wide * p.scale
	plane := make([]uint8, row*p.high*p.scale)
	var values, columns [64]int
	for y := range p.high {
		for x := range p.wide {
			out := plane[y*p.scale*row+x*p.scale:]
			wide, high := 1, 1 // beyond which all is zero
			for i, c := range p.kept(y*p.stride + x) {
				values[i] = int(c) * factors[i]
				if c != 0 {
					wide, high = max(wide, i%p.scale+1), max(high, i/p.scale+1)
				}
			}
			switch {
			case wide == 1 && high == 1:
				fill(out, row, p.scale, level(values[0]))
			case p.scale == 2:
				transform2(&values, out, row)
			default:
				p.transform(&values, &columns, wide, high, out, row)
			}
		}
	}
	return plane
}

// level is the sample of eight times its value, the form in which all the waves of scales 1 and 2 are the same.
func level(eight int) uint8 {
	return uint8(min(max((eight+4+128*8)>>3, 0), 255))
}

func fill(out []uint8, row, n int, value uint8) {
	for y := range n {
		for x := range n {
			out[y*row+x] = value
		}
	}
}

// transform2 is transform for the scale that photographs of twelve megapixels need.
func transform2(c *[64]int, out []uint8, row int) {
	left, right, leftLow, rightLow := c[0]+c[1], c[0]-c[1], c[2]+c[3], c[2]-c[3]
	out[0], out[1] = level(left+leftLow), level(right+rightLow)
	out[row], out[row+1] = level(left-leftLow), level(right-rightLow)
}

// transform turns the coefficients of a block into samples, first along the columns, then along the rows.
func (p *jpegPart) transform(values, columns *[64]int, wide, high int, out []uint8, row int) {
	n, wave := p.scale, &waves[p.scale]
	for y := range n {
		for u := range wide {
			sum := 0
			for v := range high {
				sum += wave[y][v] * values[v*n+u]
			}
			columns[y*n+u] = sum
		}
	}
	for y := range n {
		from := columns[y*n : y*n+wide]
		for x := range n {
			sum := 1<<23 + 128<<24
			for u, c := range from {
				sum += wave[x][u] * c
			}
			out[y*row+x] = uint8(min(max(sum>>24, 0), 255))
		}
	}
}

// picture puts the planes together.
func (j *jpegFile) picture() *image.NRGBA {
	w, h := up(j.width*j.scale, blockSide), up(j.height*j.scale, blockSide)
	picture := image.NewNRGBA(image.Rect(0, 0, w, h))
	planes := make([][]uint8, len(j.parts))
	columns := make([][]int, len(j.parts))
	for i := range j.parts {
		p := &j.parts[i]
		planes[i], columns[i] = p.plane(&j.quant[p.quant]), make([]int, w)
		p.coefficients = nil
		for x := range w {
			columns[i][x] = x * int(p.h) / j.mostH
		}
	}
	convert := j.colours()
	var c [4]uint8
	for y := range h {
		out := picture.Pix[y*picture.Stride:]
		for i := range planes {
			p := &j.parts[i]
			planeY := y * int(p.v) / j.mostV
			row := planes[i][planeY*p.wide*p.scale:][:p.wide*p.scale]
			for x, from := range columns[i] {
				out[4*x+i] = row[from]
			}
		}
		for x := range w {
			copy(c[:], out[4*x:])
			out[4*x], out[4*x+1], out[4*x+2] = convert(c)
			out[4*x+3] = 255
		}
	}
	return picture
}

// colours returns how the parts become red, green and blue. Four parts are inks that are stored as the light they leave, as
// Adobe does and everybody since.
func (j *jpegFile) colours() func(c [4]uint8) (r, g, b uint8) {
	ink := func(c, k uint8) uint8 { return uint8((int(c)*int(k) + 127) / 255) }
	isRGB := len(j.parts) == 3 && (j.adobe == 0 || j.parts[0].id == 'R' && j.parts[1].id == 'G' && j.parts[2].id == 'B')
	switch {
	case len(j.parts) == 1:
		return func(c [4]uint8) (r, g, b uint8) { return c[0], c[0], c[0] }
	case isRGB:
		return func(c [4]uint8) (r, g, b uint8) { return c[0], c[1], c[2] }
	case len(j.parts) == 3:
		return func(c [4]uint8) (r, g, b uint8) { return color.YCbCrToRGB(c[0], c[1], c[2]) }
	case j.adobe == 2:
		return func(c [4]uint8) (r, g, b uint8) {
			r, g, b = color.YCbCrToRGB(c[0], c[1], c[2])
			return ink(255-r, c[3]), ink(255-g, c[3]), ink(255-b, c[3])
		}
	}
	return func(c [4]uint8) (r, g, b uint8) { return ink(c[0], c[3]), ink(c[1], c[3]), ink(c[2], c[3]) }
}
