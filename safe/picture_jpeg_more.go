package safe

// The four kinds of scans of a progressive JPEG, T.81 Annex G. For what is refined later it must be known which
// coefficients are not zero, also of those that are dropped.

func (s *jpegScan) firstDC(p *jpegScanPart, at int) bool {
	size, ok := s.symbol(p.dc)
	if !ok || size > 16 {
		return false
	}
	p.direct += s.signed(int(size))
	p.kept(at)[0] = int16(p.direct << s.low)
	return true
}

func (s *jpegScan) moreDC(p *jpegScanPart, at int) bool {
	p.kept(at)[0] |= int16(s.take(1) << s.low)
	return true
}

func (s *jpegScan) firstAC(p *jpegScanPart, at int) bool {
	if s.ends > 0 {
		s.ends--
		return true
	}
	for i := s.from; i <= s.to; i++ {
		symbol, ok := s.symbol(p.ac)
		if !ok {
			return false
		}
		run, size := int(symbol>>4), int(symbol&15)
		if size == 0 && run < 15 {
			s.ends = 1<<run - 1 + s.take(run)
			break
		}
		if i += run; i > s.to {
			return false
		}
		if size > 0 {
			p.set(at, i, int16(s.signed(size)<<s.low))
		}
	}
	return true
}

func (s *jpegScan) moreAC(p *jpegScanPart, at int) bool {
	i := s.from
	for s.ends == 0 && i <= s.to {
		symbol, ok := s.symbol(p.ac)
		if !ok {
			return false
		}
		run, size := int(symbol>>4), int(symbol&15)
		if size > 1 {
			return false
		}
		if size == 0 && run < 15 {
			s.ends = 1<<run + s.take(run)
			break
		}
		value := int16(size << s.low)
		if size == 1 && s.take(1) == 0 {
			value = -value
		}
		i = s.pass(p, at, i, run)
		if size == 1 {
			if i > s.to {
				return false
			}
			p.set(at, i, value)
		}
		i++
	}
	if s.ends > 0 {
		s.ends--
		s.pass(p, at, i, 64)
	}
	return true
}

// pass refines the coefficients from i that are not zero, until it has passed zeros of the others, and returns the next zero.
func (s *jpegScan) pass(p *jpegScanPart, at, i, zeros int) int {
	for ; i <= s.to; i++ {
		if p.nonzero[at]&(1<<i) == 0 {
			if zeros == 0 {
				break
			}
			zeros--
			continue
		}
		if s.take(1) == 0 {
			continue
		}
		if place := places[p.scale][i]; place != dropped {
			c := &p.kept(at)[place]
			if *c >= 0 {
				*c += 1 << s.low
			} else {
				*c -= 1 << s.low
			}
		}
	}
	return i
}

func (p *jpegPart) set(at, i int, value int16) {
	p.nonzero[at] |= 1 << i
	if place := places[p.scale][i]; place != dropped {
		p.kept(at)[place] = value
	}
}
