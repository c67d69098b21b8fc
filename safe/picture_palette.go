package safe

import (
	"cmp"
	"image"
	"image/color"
	"slices"
)

// box is a part of the colours of a picture, for the median cut.
type box struct {
	colours [][4]byte
	counts  map[[4]byte]int
}

// quantized returns p in at most most colours, those it has when they are so few.
func quantized(p *image.NRGBA, most int) *image.Paletted {
	palette := paletteOf(p, most)
	few := image.NewPaletted(image.Rectangle{Max: p.Rect.Size()}, nil)
	known := map[[4]byte]uint8{}
	for _, c := range palette {
		few.Palette = append(few.Palette, color.NRGBA{c[0], c[1], c[2], c[3]})
	}
	for y := range few.Rect.Dy() {
		for x := range few.Rect.Dx() {
			c := pixel(p, x, y)
			index, ok := known[c]
			if !ok {
				index = nearest(palette, c)
				known[c] = index
			}
			few.Pix[y*few.Stride+x] = index
		}
	}
	return few
}

// pixel returns a colour; all that cannot be seen is one.
func pixel(p *image.NRGBA, x, y int) [4]byte {
	c := [4]byte(p.Pix[y*p.Stride+4*x:])
	if c[3] == 0 {
		return [4]byte{}
	}
	return c
}

// paletteOf is the median cut: the box with the widest side is halved until there are enough.
func paletteOf(p *image.NRGBA, most int) [][4]byte {
	counts := map[[4]byte]int{}
	for y := range p.Rect.Dy() {
		for x := range p.Rect.Dx() {
			counts[pixel(p, x, y)]++
		}
	}
	all := make([][4]byte, 0, len(counts))
	for c := range counts {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b [4]byte) int { return slices.Compare(a[:], b[:]) })
	boxes := []box{{all, counts}}
	for len(boxes) < most {
		widest := slices.MaxFunc(boxes, func(a, b box) int { return cmp.Compare(a.weight(), b.weight()) })
		if len(widest.colours) < 2 {
			break
		}
		i := slices.IndexFunc(boxes, func(b box) bool { return &b.colours[0] == &widest.colours[0] })
		left, right := widest.halves()
		boxes[i] = left
		boxes = append(boxes, right)
	}
	palette := make([][4]byte, len(boxes))
	for i, b := range boxes {
		palette[i] = b.mean()
	}
	return palette
}

// side returns the channel in which the colours differ most, and by how much.
func (b box) side() (channel, width int) {
	for i := range 4 {
		low, high := 255, 0
		for _, c := range b.colours {
			low, high = min(low, int(c[i])), max(high, int(c[i]))
		}
		if high-low > width {
			channel, width = i, high-low
		}
	}
	return channel, width
}

// weight prefers what is wide to what is frequent: a small red button must stay red.
func (b box) weight() int {
	_, width := b.side()
	return width
}

func (b box) halves() (left, right box) {
	channel, _ := b.side()
	slices.SortStableFunc(b.colours, func(x, y [4]byte) int { return cmp.Compare(x[channel], y[channel]) })
	total := 0
	for _, c := range b.colours {
		total += b.counts[c]
	}
	cut, sum := 1, b.counts[b.colours[0]]
	for cut < len(b.colours)-1 && sum < total/2 {
		sum += b.counts[b.colours[cut]]
		cut++
	}
	return box{b.colours[:cut], b.counts}, box{b.colours[cut:], b.counts}
}

func (b box) mean() [4]byte {
	var sums [4]int
	total := 0
	for _, c := range b.colours {
		n := b.counts[c]
		total += n
		for i := range sums {
			sums[i] += n * int(c[i])
		}
	}
	var mean [4]byte
	for i := range mean {
		mean[i] = uint8((sums[i] + total/2) / total)
	}
	return mean
}

func nearest(palette [][4]byte, c [4]byte) uint8 {
	best := 0
	for i, p := range palette {
		if distance(p, c) < distance(palette[best], c) {
			best = i
		}
	}
	return uint8(best)
}

// distance is the square of how far two colours are apart.
func distance(a, b [4]byte) int {
	sum := 0
	for i := range a {
		d := int(a[i]) - int(b[i])
		sum += d * d
	}
	return sum
}
