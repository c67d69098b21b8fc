package safe

import (
	"errors"
	"strings"
)

// Limits of a drawn signature, in its own dots.
const (
	SignatureWidth  = 48
	SignatureHeight = 16
)

var (
	// ErrSignatureSigns refuses a signature with anything but # and . and spaces in it.
	ErrSignatureSigns = errors.New("a signature is drawn with . and #")
	// ErrSignatureLarge refuses a signature of more than 48 by 16 dots.
	ErrSignatureLarge = errors.New("a signature has at most 48 by 16 dots")
)

// Signature tidies a signature that is drawn as text, # for a dot of ink, . or a space for paper: no empty rows or columns
// around it, all rows of one length, ended by LF but for the last one. Nothing drawn is an empty text.
// Signature(Signature(s)) is Signature(s); any length is taken, in linear time.
func Signature(s string) (string, error) {
	if strings.Trim(s, "#. \r\n") != "" {
		return "", ErrSignatureSigns
	}
	rows := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n", " ", ".").Replace(s), "\n")
	top, bottom, left, right := len(rows), 0, len(s), 0
	for y, row := range rows {
		if first := strings.IndexByte(row, '#'); first >= 0 {
			top, bottom = min(top, y), y+1
			left, right = min(left, first), max(right, strings.LastIndexByte(row, '#')+1)
		}
	}
	if top >= bottom {
		return "", nil
	}
	if bottom-top > SignatureHeight || right-left > SignatureWidth {
		return "", ErrSignatureLarge
	}
	tidy := make([]string, 0, SignatureHeight)
	for _, row := range rows[top:bottom] {
		row = row[min(left, len(row)):min(right, len(row))]
		tidy = append(tidy, row+strings.Repeat(".", right-left-len(row)))
	}
	return strings.Join(tidy, "\n"), nil
}
