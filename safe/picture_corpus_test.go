package safe

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image/gif"
	"io"
	"strings"
	"testing"
)

// specimen is a file and what Picture says about it: an error, or a type and a size.
type specimen struct {
	name          string
	body          []byte
	err           error
	kind          string
	width, height int
}

// told is what stands in the files beside their pixels; nothing of it may come out.
var told = []string{
	"Exif", "GPS", "secret", "ICC_PROFILE", "<script", "PK\x03\x04", "NETSCAPE3", "XMP", "JFXX", "eXIf", "tEXt", "iTXt", "zTXt", "iCCP", "Photoshop", "\xff\xfe",
}

// few is a list of cases; under the race detector it is the first of them: in one goroutine there are no races, and everything takes ten times
// as long. Whole lists are for the run without it.
func few[T any](list []T) []T {
	if underRace {
		return list[:1]
	}
	return list
}

func TestPictureCorpus(t *testing.T) {
	all := corpus(t)
	if len(all) < 60 {
		t.Fatalf("only %d files", len(all))
	}
	names := map[string]bool{}
	for _, c := range all {
		if names[c.name] {
			t.Errorf("%s: twice", c.name)
		}
		names[c.name] = true
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, err := Picture(t.Context(), bytes.NewReader(c.body), PictureWish{})
			if !errors.Is(err, c.err) {
				t.Fatalf("error %v, want %v", err, c.err)
			}
			if c.err != nil {
				if s.Body != nil || s.Type != "" {
					t.Error("a picture and an error")
				}
				return
			}
			checkPicture(t, s, Crunches[0].Budget)
			if s.Type != c.kind || s.Width != c.width || s.Height != c.height {
				t.Errorf("%s %dx%d, want %s %dx%d", s.Type, s.Width, s.Height, c.kind, c.width, c.height)
			}
		})
	}
}

// checkPicture looks for what no picture may have, and puts it in again.
func checkPicture(t *testing.T, s Squeezed, budget int) {
	t.Helper()
	p := decodedAs(t, s)
	if p.Bounds().Dx() > s.Width || p.Bounds().Dy() > s.Height || s.Type != "image/gif" && p.Bounds().Dx() != s.Width {
		t.Errorf("%v, but it says %dx%d", p.Bounds(), s.Width, s.Height)
	}
	if len(s.Body) > budget || len(s.Body) == 0 {
		t.Errorf("%d bytes", len(s.Body))
	}
	for _, word := range told {
		if bytes.Contains(s.Body, []byte(word)) && len(word) > 2 {
			t.Errorf("%q is still there", word)
		}
	}
	if end := trailing(s); end != 0 {
		t.Errorf("%d bytes behind its end", end)
	}
	again, err := Picture(t.Context(), bytes.NewReader(s.Body), PictureWish{})
	if err != nil {
		t.Fatal("again:", err)
	}
	if again.Width > s.Width || again.Height > s.Height {
		t.Errorf("again: %dx%d", again.Width, again.Height)
	}
}

// trailing walks through a picture, says how many bytes follow its end, and -1 when it holds what is not of the picture.
func trailing(s Squeezed) int {
	b := s.Body
	switch s.Type {
	case "image/jpeg":
		j := &jpegFile{rest: b[2:]}
		for {
			marker, _, err := j.next()
			switch {
			case err != nil || marker >= 0xe0:
				return -1
			case marker == 0xd9:
				return len(j.rest)
			}
		}
	case "image/png":
		for b = b[8:]; len(b) >= 12; {
			name := string(b[4:8])
			b = b[12+binary.BigEndian.Uint32(b):]
			if name == "IEND" {
				return len(b)
			}
			if !strings.Contains("IHDR PLTE tRNS IDAT", name) {
				return -1
			}
		}
	case "image/gif":
		if b[len(b)-1] == ';' && !bytes.Contains(b, []byte("\x21\xfe")) {
			return 0
		}
	}
	return -1
}

func TestPictureSmallMovesAndIsClean(t *testing.T) {
	file := gifOf(120, 60, 5)
	comment := append([]byte{0x21, 0xfe, 13}, "secret place\x00\x00"...)
	at := bytes.Index(file, []byte{0x21, 0xff}) // before the application that holds the rounds
	file = append(append(bytes.Clone(file[:at]), comment...), file[at:]...)
	s, err := Picture(t.Context(), bytes.NewReader(file), PictureWish{})
	if err != nil {
		t.Fatal(err)
	}
	checkMoves(t, s, 5, 120, 60)
	if bytes.Contains(s.Body, []byte("secret")) {
		t.Error("the comment is still there")
	}
	if s, err = Picture(t.Context(), bytes.NewReader(gifOf(120, 60, 200)), PictureWish{Crunch: "fried"}); err != nil {
		t.Fatal(err)
	}
	all, err := gif.DecodeAll(bytes.NewReader(s.Body))
	if err != nil || len(s.Body) > 3_000 || len(all.Image) < 2 || len(all.Image) >= 200 {
		t.Fatalf("too much of it became %d bytes of %s: %v", len(s.Body), s.Type, err)
	}
	took := 0
	for _, delay := range all.Delay {
		took += delay
	}
	if want := 200*7 + 199*200/2; took != want {
		t.Errorf("it takes %d hundredths of a second, not %d", took, want)
	}
	if s, err = Picture(t.Context(), bytes.NewReader(gifOf(600, 600, 60)), PictureWish{}); err != nil || s.Type == "image/gif" {
		t.Error("far too much of it moves:", s.Type, err)
	}
}

func TestPictureSizes(t *testing.T) {
	heavy := append(pngOf(cornered(10, 10)), make([]byte, PictureSizeMost)...)
	if _, err := Picture(t.Context(), bytes.NewReader(heavy), PictureWish{}); !errors.Is(err, ErrPictureHeavy) {
		t.Error(err)
	}
	if _, err := Picture(t.Context(), bytes.NewReader(heavy[:PictureSizeMost]), PictureWish{}); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		format        format
		width, height int
		most          bool
	}{
		{kindJPEG, 6016, 4016, true},
		{kindJPEG, 4016, 6016, true},
		{kindPNG, 6000, 4000, true},
		{kindJPEG, 5100, 5000, false},
		{kindGIF, 2000, 2000, true},
		{kindGIF, 2000, 2001, false},
		{kindAVIF, 4000, 3000, true},
		{kindAVIF, 4000, 3001, false},
		{kindPNG, 10_000, 1, true},
		{kindPNG, 10_001, 1, false},
		{kindPNG, 1, 10_001, false},
	} {
		if err := (upload{format: c.format, width: c.width, height: c.height}).check(); (err == nil) != c.most || err != nil && !errors.Is(err, ErrPictureLarge) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// unread fails when somebody reads more than a header.
type unread struct {
	*bytes.Reader
	read int
}

func (u *unread) Read(p []byte) (int, error) {
	n, err := u.Reader.Read(p)
	u.read += n
	return n, err
}

func TestPictureReadsHeadersOnlyOfWhatIsRefused(t *testing.T) {
	huge := withSize(pngOf(noisy(600, 600)), 12_000, 12_000)
	u := &unread{Reader: bytes.NewReader(huge)}
	if _, err := Picture(t.Context(), u, PictureWish{}); !errors.Is(err, ErrPictureLarge) || u.read > 16<<10 {
		t.Errorf("%d of %d bytes read: %v", u.read, len(huge), err)
	}
}

type torn struct{ io.ReadSeeker }

var errTorn = errors.New("torn")

func (torn) Read([]byte) (int, error) { return 0, errTorn }

func TestPictureTellsErrorsOfItsSource(t *testing.T) {
	if _, err := Picture(t.Context(), torn{bytes.NewReader(pngOf(cornered(8, 8)))}, PictureWish{}); !errors.Is(err, errTorn) {
		t.Error(err)
	}
}
