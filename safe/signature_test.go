package safe_test

import (
	"errors"
	"strings"
	"testing"

	"marquee/safe"
)

func TestSignature(t *testing.T) {
	wide, high := strings.Repeat("#", 48), strings.TrimSuffix(strings.Repeat("#\n", 16), "\n")
	for _, c := range []struct {
		drawn, want string
		err         error
	}{
		{"", "", nil},
		{"...\r\n   \n.", "", nil},
		{"#", "#", nil},
		{"\n\n  .\n  # #\n   #\n  # #\n.....\n", "#.#\n.#.\n#.#", nil},
		{"#\r\n##\r###\n", "#..\n##.\n###", nil},
		{"#\n\n#", "#\n.\n#", nil},
		{strings.Repeat(" ", 500) + wide + strings.Repeat(".", 500), wide, nil},
		{strings.Repeat("\n", 500) + high + strings.Repeat("\r\n", 500), high, nil},
		{wide + "#", "", safe.ErrSignatureLarge},
		{high + "\n#", "", safe.ErrSignatureLarge},
		{"#\n" + strings.Repeat(".", 48) + "#", "", safe.ErrSignatureLarge},
		{"##\n#x#", "", safe.ErrSignatureSigns},
		{"#\t#", "", safe.ErrSignatureSigns},
		{"#\x00#", "", safe.ErrSignatureSigns},
		{"\xff", "", safe.ErrSignatureSigns},
		{"#\u202e#", "", safe.ErrSignatureSigns},
		{"＃", "", safe.ErrSignatureSigns},
		{`"><script>`, "", safe.ErrSignatureSigns},
		{strings.Repeat("#", 1<<20), "", safe.ErrSignatureLarge},
	} {
		if got, err := safe.Signature(c.drawn); got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%.40q is %q (%v), want %q (%v)", c.drawn, got, err, c.want, c.err)
		}
	}
}

func FuzzSignature(f *testing.F) {
	f.Add("")
	f.Add("..#\r\n #.\n\n##")
	f.Add(strings.Repeat("#", 49))
	f.Add("#\r\r\n#\x00é")
	f.Fuzz(func(t *testing.T, drawn string) {
		got, err := safe.Signature(drawn)
		if err != nil {
			if got != "" {
				t.Errorf("%q is refused and yet %q", drawn, got)
			}
			return
		}
		if strings.Count(got, "#") != strings.Count(drawn, "#") || strings.Trim(got, "#.\n") != "" {
			t.Errorf("%q becomes %q", drawn, got)
		}
		rows := strings.Split(got, "\n")
		for _, row := range rows {
			if len(row) != len(rows[0]) || len(row) > safe.SignatureWidth || len(rows) > safe.SignatureHeight {
				t.Errorf("%q has rows of different lengths, or too many: %q", drawn, got)
			}
		}
		if again, err := safe.Signature(got); again != got || err != nil {
			t.Errorf("%q, tidied again, is %q (%v)", got, again, err)
		}
	})
}
