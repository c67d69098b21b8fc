package safe

import "context"

// jpegScan is what one SOS segment asks for: a band of coefficients of some parts, with its first bits or one bit more.
type jpegScan struct {
	bits
	parts     []jpegScanPart
	from, to  int // the band, in zigzag order
	high, low int // the bits that are known, and those that still miss after this scan
	ends      int32
	block     func(p *jpegScanPart, at int) bool
}

type jpegScanPart struct {
	*jpegPart
	dc, ac *huffman
}

const dropped = 255

// places tells for each scale where a coefficient in zigzag order goes, dropped when it is not kept.
var places = func() (all [blockSide + 1][64]uint8) {
	for scale := 1; scale <= blockSide; scale *= 2 {
		x, y := 0, 0
		for i := range 64 {
			all[scale][i] = dropped
			if x < scale && y < scale {
				all[scale][i] = uint8(y*scale + x)
			}
			switch {
			case (x+y)%2 == 0 && x == blockSide-1, (x+y)%2 == 1 && y < blockSide-1 && x == 0:
				y++
			case (x+y)%2 == 0 && y == 0, (x+y)%2 == 1 && y == blockSide-1:
				x++
			case (x+y)%2 == 0:
				x, y = x+1, y-1
			default:
				x, y = x-1, y+1
			}
		}
	}
	return all
}()

// takeScan reads the segment b and the data that follows.
func (j *jpegFile) takeScan(ctx context.Context, b []byte) error {
	j.scans++
	if j.scans > scansMost || len(b) < 4 || len(b) != 4+2*int(b[0]) || len(j.parts) == 0 {
		return errJPEG
	}
	s := &jpegScan{bits: bits{rest: j.rest}, to: 63}
	for i := range int(b[0]) {
		if !s.add(j, b[1+2*i], b[2+2*i]) {
			return errJPEG
		}
	}
	s.block = s.baseline
	if j.progressive && !s.refines(b[len(b)-3:]) {
		return errJPEG
	}
	for _, p := range s.parts {
		if s.from == 0 && s.high == 0 && p.dc == nil || s.to > 0 && p.ac == nil {
			return errJPEG
		}
	}
	if s.from > 0 && s.parts[0].scale == 1 {
		return nil // nothing of it is kept; the next marker is looked for
	}
	err := s.read(ctx, j)
	j.rest = s.rest
	return err
}

func (s *jpegScan) add(j *jpegFile, id, tables byte) bool {
	for _, p := range s.parts {
		if p.id == id {
			return false
		}
	}
	for i := range j.parts {
		if p := &j.parts[i]; p.id == id && tables>>4 < 4 && tables&15 < 4 {
			p.direct = 0
			s.parts = append(s.parts, jpegScanPart{p, j.huffman[0][tables>>4], j.huffman[1][tables&15]})
			return true
		}
	}
	return false
}

// refines reads the last three bytes of the segment of a progressive scan.
func (s *jpegScan) refines(b []byte) bool {
	s.from, s.to, s.high, s.low = int(b[0]), int(b[1]), int(b[2]>>4), int(b[2]&15)
	switch {
	case s.to > 63 || s.from > s.to || s.low > 13 || s.high > 0 && s.high != s.low+1:
		return false
	case s.from == 0 && s.high == 0:
		s.block = s.firstDC
		return s.to == 0
	case s.from == 0:
		s.block = s.moreDC
		return s.to == 0
	case s.high == 0:
		s.block = s.firstAC
	default:
		s.block = s.moreAC
	}
	return len(s.parts) == 1
}

// read goes through the units, which are single blocks when there is but one part.
func (s *jpegScan) read(ctx context.Context, j *jpegFile) error {
	wide, high := j.mcuX, j.mcuY
	if len(s.parts) == 1 {
		wide, high = s.parts[0].wide, s.parts[0].high
	}
	left := j.restart
	for y := range high {
		if err := ctx.Err(); err != nil {
			return err
		}
		for x := range wide {
			if j.restart > 0 && left == 0 {
				if !s.restarted() {
					return errJPEG
				}
				left = j.restart
			}
			left--
			if !s.unit(x, y) {
				return errJPEG
			}
			if s.broken() {
				return errShortJPEG
			}
		}
	}
	return nil
}

func (s *jpegScan) restarted() bool {
	s.ends = 0
	for _, p := range s.parts {
		p.direct = 0
	}
	return s.restart()
}

func (s *jpegScan) unit(x, y int) bool {
	if len(s.parts) == 1 {
		return s.block(&s.parts[0], y*s.parts[0].stride+x)
	}
	for i := range s.parts {
		p := &s.parts[i]
		for v := range int(p.v) {
			for h := range int(p.h) {
				if !s.block(p, (y*int(p.v)+v)*p.stride+x*int(p.h)+h) {
					return false
				}
			}
		}
	}
	return true
}

func (s *jpegScan) baseline(p *jpegScanPart, at int) bool {
	size, ok := s.symbol(p.dc)
	if !ok || size > 16 {
		return false
	}
	p.direct += s.signed(int(size))
	kept := p.kept(at)
	kept[0] = int16(p.direct)
	place := &places[p.scale]
	for i := 1; i < 64; i++ {
		symbol, ok := s.symbol(p.ac)
		if !ok {
			return false
		}
		run, size := int(symbol>>4), int(symbol&15)
		if size == 0 && run < 15 {
			break
		}
		if i += run; i > 63 {
			return false
		}
		if place[i] == dropped {
			s.skip(size)
		} else {
			kept[place[i]] = int16(s.signed(size))
		}
	}
	return true
}

// kept are the coefficients of a block.
func (p *jpegPart) kept(at int) []int16 {
	n := p.scale * p.scale
	return p.coefficients[at*n : at*n+n]
}
