package kit

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"testing"

	"marquee/models"
	"marquee/safe"
)

// Drawing is a small PNG in two colours; another number is another drawing.
func Drawing(t testing.TB, number int) []byte {
	t.Helper()
	m := image.NewPaletted(image.Rect(0, 0, 32, 24), color.Palette{color.White, color.NRGBA{140, 16, 39, 255}})
	for i := range m.Pix {
		m.Pix[i] = uint8((number >> (i % 24)) & 1)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Photo is a JPEG with the noise of a photograph.
func Photo(t testing.TB, width, height int) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	random := rand.New(rand.NewPCG(1, 2))
	for y := range height {
		for x := range width {
			noise := uint8(random.UintN(24))
			m.SetRGBA(x, y, color.RGBA{uint8(x*200/width) + noise, uint8(y*200/height) + noise, uint8((x+y)*100/(width+height)) + noise, 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Take is a picture that waits for a draft of the account.
func (s *Store) Take(t testing.TB, by *models.Account, file []byte, alt string) models.DraftPicture {
	t.Helper()
	p, err := s.TakePicture(t.Context(), by, "the kit", bytes.NewReader(file), safe.PictureWish{})
	if err != nil {
		t.Fatal(err)
	}
	return models.DraftPicture{Key: p.Key, Alt: alt}
}

// Field is one field of a form, in its place; one with a file name is a file.
type Field struct{ Name, Value, File string }

// Upload sends a form with files, with the token of the page it would stand on, unless the form begins with its own.
func (v *Visitor) Upload(path string, fields ...Field) Answer {
	v.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	if len(fields) == 0 || fields[0].Name != "token" {
		fields = append([]Field{{Name: "token", Value: v.Token()}}, fields...)
	}
	for _, f := range fields {
		header := textproto.MIMEHeader{}
		disposition := `form-data; name="` + f.Name + `"`
		if f.File != "" {
			disposition += `; filename="` + f.File + `"`
			header.Set("Content-Type", "application/octet-stream")
		}
		header.Set("Content-Disposition", disposition)
		w, err := form.CreatePart(header)
		if err == nil {
			_, err = w.Write([]byte(f.Value))
		}
		if err != nil {
			v.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		v.t.Fatal(err)
	}
	return v.Send(http.MethodPost, path, b.String(), "Content-Type", form.FormDataContentType(), "Sec-Fetch-Site", "same-origin")
}
