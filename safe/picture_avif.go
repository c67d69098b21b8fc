package safe

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"
)

const (
	pixelsMostAVIF = 12_000_000
	metaMost       = 256 << 10 // bytes in which the size must be told
)

// sniffBrand knows a file of boxes (ISO 14496-12) by its brands; b are its first 32 bytes.
func sniffBrand(b []byte) (format, error) {
	size := min(uint32(len(b)), binary.BigEndian.Uint32(b))
	brands := []string{string(b[8:12])}
	for at := uint32(16); at+4 <= size; at += 4 {
		brands = append(brands, string(b[at:at+4]))
	}
	if slices.Contains(brands, "avif") || slices.Contains(brands, "avis") {
		return kindAVIF, nil
	}
	for _, heic := range []string{"heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "msf1"} {
		if slices.Contains(brands, heic) {
			return 0, ErrPictureHEIC
		}
	}
	return 0, ErrPictureKind
}

// headerAVIF finds the largest size among the properties: the decoder starts only when it is known.
func headerAVIF(r io.Reader) (upload, error) {
	b, err := io.ReadAll(io.LimitReader(r, metaMost))
	if err != nil {
		return upload{}, err
	}
	u := upload{format: kindAVIF}
	for name, body := range properties(b) {
		if name == "ispe" && len(body) >= 12 {
			u.width = max(u.width, int(binary.BigEndian.Uint32(body[4:])))
			u.height = max(u.height, int(binary.BigEndian.Uint32(body[8:])))
		}
	}
	if u.width == 0 || u.height == 0 {
		return upload{}, fmt.Errorf("%w: an AVIF without a size", ErrPictureBroken)
	}
	return u, nil
}

// turnAVIF returns the EXIF orientation that means the same as irot (quarters to the left) and then imir (0 swaps top and
// bottom, 1 left and right).
func turnAVIF(b []byte) int {
	quarters, mirror := 0, 0
	for name, body := range properties(b[:min(len(b), metaMost)]) {
		switch {
		case name == "irot" && len(body) > 0:
			quarters = int(body[0] & 3)
		case name == "imir" && len(body) > 0:
			mirror = 1 + int(body[0]&1)
		}
	}
	return [4][3]int{{1, 4, 2}, {8, 5, 7}, {3, 2, 4}, {6, 7, 5}}[quarters][mirror]
}

// properties yields the boxes of meta/iprp/ipco.
func properties(b []byte) func(yield func(name string, body []byte) bool) {
	meta := find(b, "meta")
	if len(meta) < 4 {
		return boxes(nil)
	}
	return boxes(find(find(meta[4:], "iprp"), "ipco"))
}

func find(b []byte, want string) []byte {
	for name, body := range boxes(b) {
		if name == want {
			return body
		}
	}
	return nil
}

// boxes yields the boxes that b is made of; the last one may be cut.
func boxes(b []byte) func(yield func(name string, body []byte) bool) {
	return func(yield func(string, []byte) bool) {
		for len(b) >= 8 {
			size, begin := boxSize(b)
			end := min(size, uint64(len(b)))
			if end < begin || !yield(string(b[4:8]), b[begin:end]) {
				return
			}
			b = b[end:]
		}
	}
}

// boxSize returns how long the box at the start of b says that it is, and where its body begins; b has at least eight bytes.
func boxSize(b []byte) (size, begin uint64) {
	switch size := uint64(binary.BigEndian.Uint32(b)); {
	case size == 0: // to the end
		return uint64(len(b)), 8
	case size == 1 && len(b) >= 16:
		return binary.BigEndian.Uint64(b[8:]), 16
	default:
		return size, 8
	}
}

// isWhole reports whether no box of a file is cut and one has data. The decoder makes black pictures of what is cut.
func isWhole(b []byte) bool {
	data := find(b, "mdat") != nil
	for len(b) >= 8 {
		size, begin := boxSize(b)
		if size < begin || size > uint64(len(b)) {
			return false
		}
		b = b[size:]
	}
	return data
}
