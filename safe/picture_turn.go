package safe

import (
	"bytes"
	"encoding/binary"
	"image"

	"github.com/disintegration/imaging"
)

// upright turns picture as the EXIF orientation 1 to 8 of d says.
func (d *drawing) upright(picture *image.NRGBA) *image.NRGBA {
	switch d.turn {
	case 2:
		return imaging.FlipH(picture)
	case 3:
		return imaging.Rotate180(picture)
	case 4:
		return imaging.FlipV(picture)
	case 5:
		return imaging.Transpose(picture)
	case 6:
		return imaging.Rotate270(picture)
	case 7:
		return imaging.Transverse(picture)
	case 8:
		return imaging.Rotate90(picture)
	}
	return picture
}

// orientation returns how the file says that it must be turned, 1 to 8; 1 when it says nothing that can be read.
func orientation(k format, body []byte) int {
	switch k {
	case kindJPEG:
		return exifTurn(exifJPEG(body))
	case kindPNG:
		return exifTurn(exifPNG(body))
	case kindWebP:
		return exifTurn(exifWebP(body))
	case kindAVIF:
		return turnAVIF(body)
	}
	return 1
}

var exifName = []byte("Exif\x00\x00")

// exifJPEG walks the segments before the first scan.
func exifJPEG(b []byte) []byte {
	for b = b[min(2, len(b)):]; len(b) >= 4 && b[0] == 0xff; {
		if b[1] == 0xff { // padding
			b = b[1:]
			continue
		}
		size := 2 + int(binary.BigEndian.Uint16(b[2:]))
		if b[1] == 0xda || size > len(b) {
			return nil
		}
		if exif, ok := bytes.CutPrefix(b[4:max(4, size)], exifName); ok && b[1] == 0xe1 {
			return exif
		}
		b = b[size:]
	}
	return nil
}

func exifPNG(b []byte) []byte {
	for b = b[min(8, len(b)):]; len(b) >= 12; {
		size := int(binary.BigEndian.Uint32(b))
		if size > len(b)-12 {
			return nil
		}
		if string(b[4:8]) == "eXIf" {
			return b[8 : 8+size]
		}
		b = b[12+size:]
	}
	return nil
}

func exifWebP(b []byte) []byte {
	for b = b[min(12, len(b)):]; len(b) >= 8; {
		size := int(binary.LittleEndian.Uint32(b[4:]))
		if size > len(b)-8 {
			return nil
		}
		if string(b[:4]) == "EXIF" {
			return bytes.TrimPrefix(b[8:8+size], exifName)
		}
		b = b[min(len(b), 8+size+size&1):]
	}
	return nil
}

// exifTurn reads tag 0x0112 of the first directory of a TIFF header.
func exifTurn(b []byte) int {
	if len(b) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if b[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(b[4:]))
	if order.Uint16(b[2:]) != 42 || at+2 > int64(len(b)) {
		return 1
	}
	entries := b[at+2:]
	for range order.Uint16(b[at:]) {
		if len(entries) < 12 {
			break
		}
		if turn := int(order.Uint16(entries[8:])); order.Uint16(entries) == 0x0112 && turn >= 1 && turn <= 8 {
			return turn
		}
		entries = entries[12:]
	}
	return 1
}
