package safe

import "encoding/binary"

// huffman is a table of codes: short ones are found at once, the others by their length.
type huffman struct {
	fast   [512]uint16 // by the next nine bits: the length of the code, then its value
	values [256]uint8
	limit  [17]int32 // one more than the last code of each length, as 16 bits
	offset [17]int32 // what to add to a code to find its value
}

func (j *jpegFile) takeHuffman(b []byte) error {
	for len(b) > 0 {
		if len(b) < 17 || b[0]>>4 > 1 || b[0]&15 > 3 {
			return errJPEG
		}
		h := &huffman{}
		code, n := int32(0), int32(0)
		for length := 1; length <= 16; length++ {
			count := int32(b[length])
			h.offset[length] = n - code
			if n+count > 256 || int(17+n+count) > len(b) || code+count > 1<<length {
				return errJPEG
			}
			for i := range count {
				h.add(code+i, length, n+i, b[17+n+i])
			}
			n += count
			h.limit[length] = (code + count) << (16 - length)
			code = (code + count) << 1
		}
		j.huffman[b[0]>>4][b[0]&15] = h
		b = b[17+n:]
	}
	return nil
}

func (h *huffman) add(code int32, length int, at int32, value uint8) {
	h.values[at] = value
	if length > 9 {
		return
	}
	first := code << (9 - length)
	for i := range int32(1) << (9 - length) {
		h.fast[first+i] = uint16(length)<<8 | uint16(value)
	}
}

// bits reads the data of a scan. At a marker or the end it goes on with zeros, and broken tells when one of those was used.
type bits struct {
	rest  []byte
	held  uint64 // the next bits, from the top
	n     int    // how many are held
	fakes int    // how many bits in all were made up
}

func (r *bits) fill() {
	if len(r.rest) >= 8 {
		v := binary.BigEndian.Uint64(r.rest)
		if (^v-0x0101010101010101)&v&0x8080808080808080 == 0 { // none is 0xff
			r.held |= v >> r.n
			taken := (64 - r.n) / 8
			r.rest = r.rest[taken:]
			r.n += 8 * taken
			r.held &= ^uint64(0) << (64 - r.n)
			return
		}
	}
	for r.n <= 56 {
		c := byte(0)
		switch {
		case len(r.rest) == 0 || r.rest[0] == 0xff && (len(r.rest) == 1 || r.rest[1] != 0):
			r.fakes += 8
		case r.rest[0] == 0xff:
			c, r.rest = 0xff, r.rest[2:]
		default:
			c, r.rest = r.rest[0], r.rest[1:]
		}
		r.held |= uint64(c) << (56 - r.n)
		r.n += 8
	}
}

func (r *bits) broken() bool {
	return r.n < r.fakes
}

func (r *bits) skip(n int) {
	r.held <<= n
	r.n -= n
}

// take returns the next n bits, at most 16.
func (r *bits) take(n int) int32 {
	if r.n < n {
		r.fill()
	}
	v := int32(r.held >> (64 - n))
	r.skip(n)
	return v
}

// signed returns a number of n bits (T.81 F.2.2.1, EXTEND).
func (r *bits) signed(n int) int32 {
	if n == 0 {
		return 0
	}
	v := r.take(n)
	if v < 1<<(n-1) {
		v += -1<<n + 1
	}
	return v
}

// symbol reads one code, and leaves at least the 16 bits that its number may have.
func (r *bits) symbol(h *huffman) (uint8, bool) {
	if r.n < 32 { // a code and its number
		r.fill()
	}
	if f := h.fast[r.held>>55]; f != 0 {
		r.skip(int(f >> 8))
		return uint8(f), true
	}
	next := int32(r.held >> 48)
	for length := 10; length <= 16; length++ {
		if next < h.limit[length] {
			code := next >> (16 - length)
			r.skip(length)
			return h.values[uint8(code+h.offset[length])], true
		}
	}
	return 0, false
}

// restart passes a restart marker.
func (r *bits) restart() bool {
	r.held, r.n, r.fakes = 0, 0, 0
	for len(r.rest) >= 2 && r.rest[0] == 0xff && r.rest[1] == 0xff {
		r.rest = r.rest[1:]
	}
	if len(r.rest) < 2 || r.rest[0] != 0xff || r.rest[1] < 0xd0 || r.rest[1] > 0xd7 {
		return false
	}
	r.rest = r.rest[2:]
	return true
}
