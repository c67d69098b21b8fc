package models_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/safe"
	"marquee/tests/kit"
)

const intentWait = time.Hour // as in models/bucket.go

// drawn is a small picture of two colours; each number gives another one.
func drawn(t *testing.T, number int) *bytes.Reader {
	t.Helper()
	m := image.NewPaletted(image.Rect(0, 0, 24, 24), color.Palette{color.White, color.Black})
	for bit := range 24 {
		m.SetColorIndex(bit, bit, uint8(number>>bit&1))
	}
	var b bytes.Buffer
	ok(t, png.Encode(&b, m))
	return bytes.NewReader(b.Bytes())
}

func take(t *testing.T, s *kit.Store, by *models.Account, number int) *models.Picture {
	t.Helper()
	p, err := s.TakePicture(t.Context(), by, "net", drawn(t, number), safe.PictureWish{})
	ok(t, err)
	return p
}

func show(t *testing.T, s *kit.Store, by *models.Account, number int) (*models.Status, *models.Picture) {
	t.Helper()
	p := take(t, s, by, number)
	return publish(t, s, by, models.Draft{Text: "look", Pictures: []models.DraftPicture{{Key: p.Key}}}), p
}

// see reads a picture as a guest does.
func see(t *testing.T, s *kit.Store, p *models.Picture) error {
	t.Helper()
	f, err := s.PictureFile(t.Context(), nil, strings.TrimPrefix(p.Path(), "/pictures/"))
	if err == nil {
		err = s.ReadPicture(t.Context(), f)
	}
	if err == nil {
		_, err = png.Decode(bytes.NewReader(f.Body))
	}
	return err
}

// eraseDue does the erasing that is due; a job may be done twice, so each is.
func eraseDue(t *testing.T, s *kit.Store) {
	t.Helper()
	jobs, err := s.ClaimJobs(t.Context(), 1000)
	ok(t, err)
	for _, j := range jobs {
		same(t, "kind", j.Kind, models.JobErase)
		ok(t, s.EraseObject(t.Context(), j))
		ok(t, s.EraseObject(t.Context(), j))
		ok(t, s.FinishJob(t.Context(), j, nil))
	}
}

// inBucket runs the test on each database, with pictures in a bucket.
func inBucket(t *testing.T, test func(t *testing.T, s *kit.Store, b *kit.Bucket, ann *models.Account)) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		b := kit.NewBucket(t)
		test(t, s.WithBucket(t, b), b, kit.SignUp(t, s, "ann"))
	})
}

func TestBucketKeepsPictures(t *testing.T) {
	inBucket(t, func(t *testing.T, s *kit.Store, b *kit.Bucket, ann *models.Account) {
		st, p := show(t, s, ann, 1)
		ok(t, see(t, s, p))
		same(t, "bytes in the database", count(t, s, "SELECT SUM(LENGTH(body)) FROM picture_files"), 0)
		same(t, "jobs", count(t, s, "SELECT COUNT(*) FROM jobs"), 0)
		objects := b.Objects(t)
		same(t, "objects", len(objects), 1)
		if !strings.Contains(objects[0], "/"+p.Hash+"-") {
			t.Errorf("the object is %s", objects[0])
		}
		takeDown(t, s, ann, st.ID)
		refused(t, see(t, s, p), models.Gone, "error.gone_picture")
		eraseDue(t, s)
		same(t, "objects afterwards", b.Objects(t), []string{})
	})
}

func TestBucketKeepsOneObjectOfTheSamePicture(t *testing.T) {
	inBucket(t, func(t *testing.T, s *kit.Store, b *kit.Bucket, ann *models.Account) {
		first, p := show(t, s, ann, 1)
		second, _ := show(t, s, ann, 1)
		same(t, "objects", len(b.Objects(t)), 2)
		s.Clock.Add(2 * intentWait)
		eraseDue(t, s)
		same(t, "objects", len(b.Objects(t)), 1)
		takeDown(t, s, ann, first.ID)
		eraseDue(t, s)
		ok(t, see(t, s, p))
		takeDown(t, s, ann, second.ID)
		eraseDue(t, s)
		same(t, "objects afterwards", b.Objects(t), []string{})
	})
}

// Whoever takes a picture down and shows it again must not lose it to the erasing that comes late.
func TestBucketErasesLate(t *testing.T) {
	inBucket(t, func(t *testing.T, s *kit.Store, b *kit.Bucket, ann *models.Account) {
		st, p := show(t, s, ann, 1)
		for range 3 {
			takeDown(t, s, ann, st.ID)
			st, _ = show(t, s, ann, 1)
		}
		same(t, "objects", len(b.Objects(t)), 4)
		eraseDue(t, s)
		ok(t, see(t, s, p))
		s.Clock.Add(2 * intentWait)
		eraseDue(t, s)
		ok(t, see(t, s, p))
		same(t, "objects", len(b.Objects(t)), 1)
		for range 2 { // an avatar is dropped and kept in one transaction
			ok(t, s.SetAvatar(t.Context(), ann, drawn(t, 2)))
		}
		s.Clock.Add(2 * intentWait)
		eraseDue(t, s)
		same(t, "objects", len(b.Objects(t)), 2)
		report, err := s.CheckPictures(t.Context(), func() {})
		ok(t, err)
		same(t, "report", report, models.PictureReport{Done: 2})
	})
}

// An upload whose row is never written is erased; one whose row comes after that is refused, not lost.
func TestBucketUploadsLeaveNothing(t *testing.T) {
	inBucket(t, func(t *testing.T, s *kit.Store, b *kit.Bucket, ann *models.Account) {
		_, err := s.DB.ExecContext(t.Context(), "ALTER TABLE pictures RENAME COLUMN alt TO other")
		ok(t, err)
		if _, err := s.TakePicture(t.Context(), ann, "net", drawn(t, 1), safe.PictureWish{}); err == nil {
			t.Fatal("the picture was taken without its row")
		}
		_, err = s.DB.ExecContext(t.Context(), "ALTER TABLE pictures RENAME COLUMN other TO alt")
		ok(t, err)
		same(t, "objects", len(b.Objects(t)), 1)
		eraseDue(t, s)
		same(t, "objects before it is due", len(b.Objects(t)), 1)
		s.Clock.Add(2 * intentWait)
		eraseDue(t, s)
		same(t, "objects when it is due", b.Objects(t), []string{})

		b.Door(func(r *http.Request) bool { // the upload takes two hours, and the erasing begins
			if r.Method == http.MethodPut {
				s.Clock.Add(2 * intentWait)
				if _, err := s.ClaimJobs(t.Context(), 1); err != nil {
					t.Error(err)
				}
			}
			return true
		})
		_, err = s.TakePicture(t.Context(), ann, "net", drawn(t, 1), safe.PictureWish{})
		if !models.IsUnavailable(err) {
			t.Errorf("the late upload: %v", err)
		}
		same(t, "files", count(t, s, "SELECT COUNT(*) FROM picture_files"), 0)
	})
}

func TestBucketAway(t *testing.T) {
	inBucket(t, func(t *testing.T, s *kit.Store, b *kit.Bucket, ann *models.Account) {
		_, p := show(t, s, ann, 1)
		b.Door(kit.Away)
		if err := see(t, s, p); !models.IsUnavailable(err) || strings.Contains(err.Error(), b.Address.Secret) {
			t.Errorf("seeing: %v", err)
		}
		_, err := s.TakePicture(t.Context(), ann, "net", drawn(t, 2), safe.PictureWish{})
		if !models.IsUnavailable(err) {
			t.Errorf("taking: %v", err)
		}
		st := say(t, s, ann, "all else goes on")
		same(t, "statuses", len(read(t, s, nil, models.Stream{})), 2)
		ok(t, s.Withdraw(t.Context(), ann, st.ID))
		b.Door(func(*http.Request) bool { return true })
		ok(t, see(t, s, p))

		plain, err := models.Open(t.Context(), kit.Options(s.Database, s.Clock))
		ok(t, err)
		defer plain.Close()
		if err := see(t, &kit.Store{Store: plain}, p); !models.IsUnavailable(err) || !strings.Contains(err.Error(), "MARQUEE_PICTURES") {
			t.Errorf("without a bucket: %v", err)
		}
	})
}

func TestBucketGivesNoWrongBytes(t *testing.T) {
	inBucket(t, func(t *testing.T, s *kit.Store, b *kit.Bucket, ann *models.Account) {
		_, p := show(t, s, ann, 1)
		file := b.Objects(t)[0]
		whole, err := os.ReadFile(file)
		ok(t, err)
		for name, harm := range map[string]func() error{
			"changed": func() error { return os.WriteFile(file, append([]byte{whole[0] ^ 1}, whole[1:]...), 0o600) },
			"longer":  func() error { return os.WriteFile(file, append(whole, 0), 0o600) },
			"cut":     func() error { return os.Truncate(file, int64(len(whole)-1)) },
			"empty":   func() error { return os.Truncate(file, 0) },
			"missing": func() error { return os.Remove(file) },
		} {
			ok(t, os.WriteFile(file, whole, 0o600))
			ok(t, see(t, s, p))
			ok(t, harm())
			if err := see(t, s, p); err == nil || !strings.Contains(err.Error(), p.Hash) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestBucketRefusedAtOpen(t *testing.T) {
	b := kit.NewBucket(t)
	for name, c := range map[string]struct {
		change func(*models.BucketAddress)
		want   string
	}{
		"wrong secret": {func(a *models.BucketAddress) { a.Secret = "not this one" }, "signature"},
		"wrong key":    {func(a *models.BucketAddress) { a.Key = "nobody" }, "access key"},
		"no bucket":    {func(a *models.BucketAddress) { a.Name = "elsewhere" }, "none of that name"},
		"nobody there": {func(a *models.BucketAddress) { a.Host = "127.0.0.1:1" }, "refused"},
		"not http":     {func(a *models.BucketAddress) { a.Insecure = false }, "HTTP response to HTTPS client"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := *b.Address
			c.change(&address)
			options := kit.Options(t.TempDir()+"/marquee.db", &kit.Clock{})
			options.Pictures = &address
			s, err := models.Open(t.Context(), options)
			if err == nil {
				s.Close()
				t.Fatal("it was opened")
			}
			if !models.IsUnavailable(err) || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), address.Secret) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}
