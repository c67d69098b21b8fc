package safe

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
)

// A JPEG is read here, and not by image/jpeg, because a photograph is shown much smaller than it is: of each 8x8 block only
// the coefficients of the 1x1, 2x2 or 4x4 pixels that are needed are kept (ITU-T T.81 Annex K has no name for it; libjpeg
// says scale_denom). That takes about two thirds of the time, and a progressive picture of 24 megapixels 30 MB, not 360.

const (
	scansMost = 100 // the most thorough encoders write 15
	blockSide = 8
)

var (
	errJPEG      = errors.New("bad JPEG data")
	errShortJPEG = errors.New("the JPEG ends too early")
)

type jpegFile struct {
	rest          []byte // what was not read yet
	width, height int
	scale         int // pixels that are made of the eight of a block: 1, 2, 4 or 8
	progressive   bool
	parts         []jpegPart
	mostH, mostV  int // the largest of all parts
	mcuX, mcuY    int // minimum coded units in a row and a column
	quant         [4][64]uint16
	huffman       [2][4]*huffman // direct and alternating current
	restart       int            // units between two restart markers
	adobe         int            // the colour transform that Adobe's segment tells, -1 without one
	scans         int
}

// jpegPart is a component, a plane of one colour.
type jpegPart struct {
	id, h, v, quant byte
	scale           int
	wide, high      int      // blocks that hold pixels
	stride          int      // blocks in a row, with those that fill the last unit
	coefficients    []int16  // scale*scale of each block
	nonzero         []uint64 // of each block, a bit for each of the 64 in zigzag order; only when progressive
	direct          int32    // the last direct current coefficient
}

// jpegScale returns the smallest scale at which a picture is not smaller than what it will be.
func jpegScale(size, fit image.Point) int {
	want := fitted(size, fit)
	scale := 1
	for scale < blockSide && (size.X*scale/blockSide < want.X || size.Y*scale/blockSide < want.Y) {
		scale *= 2
	}
	return scale
}

// jpegCost is how many bytes decoding takes, lying or standing: for each pixel that is made three coefficients, three samples
// and the four bytes of the result, and for each block eight bytes in each part.
func jpegCost(size image.Point) int64 {
	scale := max(jpegScale(size, image.Pt(pictureWidth, pictureHeight)), jpegScale(size, image.Pt(pictureHeight, pictureWidth)))
	made := int64(up(size.X*scale, blockSide)) * int64(up(size.Y*scale, blockSide))
	return made*(3*2+3+4) + int64(size.X)*int64(size.Y)*3/8
}

// decodeJPEG reads a baseline or progressive Huffman JPEG of 8 bits, so that it is at least as large as it will be within fit.
// What is cut off or cannot be is refused.
func decodeJPEG(ctx context.Context, body []byte, u upload, fit image.Point) (*image.NRGBA, error) {
	j := &jpegFile{rest: body[min(2, len(body)):], adobe: -1, scale: jpegScale(image.Pt(u.width, u.height), fit)}
	for {
		marker, segment, err := j.next()
		if err != nil {
			return nil, err
		}
		if marker == 0xd9 {
			break
		}
		if err := j.take(ctx, marker, segment, u); err != nil {
			return nil, err
		}
	}
	if j.scans == 0 {
		return nil, errJPEG
	}
	return j.picture(), nil
}

// next finds the next marker and cuts its segment off.
func (j *jpegFile) next() (marker byte, segment []byte, err error) {
	for {
		at := bytes.IndexByte(j.rest, 0xff)
		if at < 0 || at+1 >= len(j.rest) {
			return 0, nil, errShortJPEG
		}
		marker, j.rest = j.rest[at+1], j.rest[at+1:]
		if marker == 0 || marker == 0xff || marker >= 0xd0 && marker <= 0xd7 {
			continue
		}
		j.rest = j.rest[1:]
		if marker == 0xd9 {
			return marker, nil, nil
		}
		if len(j.rest) < 2 {
			return 0, nil, errShortJPEG
		}
		size := int(binary.BigEndian.Uint16(j.rest))
		if size < 2 || size > len(j.rest) {
			return 0, nil, errShortJPEG
		}
		segment, j.rest = j.rest[2:size], j.rest[size:]
		return marker, segment, nil
	}
}

func (j *jpegFile) take(ctx context.Context, marker byte, b []byte, u upload) error {
	switch marker {
	case 0xc0, 0xc1, 0xc2:
		j.progressive = marker == 0xc2
		return j.takeFrame(b, u)
	case 0xc4:
		return j.takeHuffman(b)
	case 0xda:
		return j.takeScan(ctx, b)
	case 0xdb:
		return j.takeQuant(b)
	case 0xdd:
		if len(b) != 2 {
			return errJPEG
		}
		j.restart = int(binary.BigEndian.Uint16(b))
	case 0xee:
		if len(b) >= 12 && string(b[:5]) == "Adobe" {
			j.adobe = int(b[11])
		}
	case 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf: // lossless, arithmetic, hierarchical
		return errJPEG
	}
	return nil
}

func (j *jpegFile) takeQuant(b []byte) error {
	for len(b) > 0 {
		wide, to := b[0]>>4, b[0]&15
		size := 64 << wide
		if wide > 1 || to > 3 || len(b) < 1+size {
			return errJPEG
		}
		for i := range 64 {
			if wide == 1 {
				j.quant[to][i] = binary.BigEndian.Uint16(b[1+2*i:])
			} else {
				j.quant[to][i] = uint16(b[1+i])
			}
		}
		b = b[1+size:]
	}
	return nil
}

// takeFrame makes room for the coefficients. The size must be the one that was allowed.
func (j *jpegFile) takeFrame(b []byte, u upload) error {
	if j.parts != nil || len(b) < 6 || b[0] != 8 {
		return errJPEG
	}
	j.height, j.width = int(binary.BigEndian.Uint16(b[1:])), int(binary.BigEndian.Uint16(b[3:]))
	n := int(b[5])
	if j.width != u.width || j.height != u.height || (n != 1 && n != 3 && n != 4) || len(b) != 6+3*n {
		return errJPEG
	}
	j.mostH, j.mostV = 1, 1
	for i := range n {
		c := b[6+3*i:]
		p := jpegPart{id: c[0], h: c[1] >> 4, v: c[1] & 15, quant: c[2]}
		if n == 1 { // what a single component says of its size means nothing
			p.h, p.v = 1, 1
		}
		if p.h < 1 || p.h > 4 || p.v < 1 || p.v > 4 || p.quant > 3 {
			return errJPEG
		}
		j.mostH, j.mostV = max(j.mostH, int(p.h)), max(j.mostV, int(p.v))
		j.parts = append(j.parts, p)
	}
	j.mcuX, j.mcuY = up(j.width, blockSide*j.mostH), up(j.height, blockSide*j.mostV)
	for i := range j.parts {
		j.parts[i].makeRoom(j)
	}
	return nil
}

func (p *jpegPart) makeRoom(j *jpegFile) {
	h, v, mostH, mostV := int(p.h), int(p.v), j.mostH, j.mostV
	p.scale = j.scale
	p.wide, p.high = up(j.width*h, blockSide*mostH), up(j.height*v, blockSide*mostV)
	p.stride = j.mcuX * h
	blocks := p.stride * j.mcuY * v
	p.coefficients = make([]int16, blocks*p.scale*p.scale)
	if j.progressive && p.scale > 1 {
		p.nonzero = make([]uint64, blocks)
	}
}

// up is a/b, rounded up.
func up(a, b int) int {
	return (a + b - 1) / b
}
