package app

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"marquee/indieweb"
	"marquee/models"
	"marquee/safe"
	"marquee/tests/kit"
)

// pictures is a site that shows some pictures, and the address of an empty bucket.
func pictures(t *testing.T, number int) (*models.Store, *kit.Bucket) {
	t.Helper()
	b, store := kit.NewBucket(t), site(t)
	ann, err := store.Account(t.Context(), "ann")
	for i := range number {
		m := image.NewPaletted(image.Rect(0, 0, 24, 24), color.Palette{color.White, color.Black})
		m.SetColorIndex(i, i, 1)
		var body bytes.Buffer
		if err == nil {
			err = png.Encode(&body, m)
		}
		if err == nil {
			_, err = store.TakePicture(t.Context(), ann, "net", bytes.NewReader(body.Bytes()), safe.PictureWish{})
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return store, b
}

func TestPicturesMoveThereAndBack(t *testing.T) {
	store, b := pictures(t, 3)
	wants(t, "pictures check", exitOK, `^3 of 3 pictures whole\.\n$`, `3/3`)
	wants(t, "pictures move", exitOK, `^All pictures are in the database\.\n$`, "")
	wants(t, "doctor", exitOK, `ok +pictures +3, in the database\n`, "")
	t.Setenv("MARQUEE_PICTURES", b.URL)
	bucket := `the bucket bucket-\d+ at 127\.0\.0\.1:\d+`
	wants(t, "doctor", exitOK, `ok +pictures +0, in `+bucket+`, which takes and gives; 3 are still in the database: marquee pictures move carries them\n`, "")
	wants(t, "pictures move", exitOK, `^3 of 3 pictures moved into `+bucket+`\.\n$`, `3/3`)
	wants(t, "pictures move", exitOK, `^0 of 0 pictures moved`, `.*`)
	wants(t, "doctor", exitOK, `ok +pictures +3, in `+bucket+`, which takes and gives\n`, "")
	wants(t, "pictures check", exitOK, `^3 of 3 pictures whole`, `3/3`)
	wants(t, "pictures move --from "+b.URL, exitFailure, "", `^--from brings pictures back into the database, but MARQUEE_PICTURES says .*: empty it first\.\n$`)

	t.Setenv("MARQUEE_PICTURES", "")
	wants(t, "doctor", exitFailure, `WRONG +pictures +3 are in a bucket, but MARQUEE_PICTURES names none`, `One thing is wrong`)
	wants(t, "pictures move", exitFailure, "", `^There are pictures in a bucket \(3\): name it, with --from s3://KEY:SECRET@host/bucket\.\n$`)
	wants(t, "pictures move --from s3://key:secret@host", exitFailure, "", `^--from is "…": write the name of the bucket`)
	wants(t, "pictures move --from "+b.URL, exitOK, `^3 of 3 pictures moved into the database\.\n$`, `3/3`)
	if left := b.Objects(t); len(left) > 0 {
		t.Errorf("objects are left: %s", left)
	}
	if waiting, dead, err := store.JobCounts(t.Context()); waiting+dead > 0 || err != nil {
		t.Errorf("%d jobs wait, %d are dead, %v", waiting, dead, err)
	}
}

func TestPicturesThatAreDamaged(t *testing.T) {
	_, b := pictures(t, 3)
	t.Setenv("MARQUEE_PICTURES", b.URL)
	wants(t, "pictures move", exitOK, `^3 of 3`, `3/3`)
	object := b.Objects(t)[1]
	if err := os.WriteFile(object, []byte("something else"), 0o600); err != nil {
		t.Fatal(err)
	}
	hash, _, _ := strings.Cut(object[strings.LastIndex(object, "/")+1:], "-")
	wants(t, "pictures check", exitFailure, `^2 of 3 pictures whole\.\n1 damaged: `+hash+`\n$`, `(?m)^The bytes of damaged pictures are lost: .*\.\n$`)
	t.Setenv("MARQUEE_PICTURES", "")
	wants(t, "pictures move --from "+b.URL, exitFailure, `^2 of 3 pictures moved into the database\.\n1 damaged: `+hash+`\n$`, `(?m)^The bytes of damaged`)
}

func TestBucketThatIsAway(t *testing.T) {
	_, b := pictures(t, 2)
	t.Setenv("MARQUEE_PICTURES", b.URL)
	b.Door(kit.Away)
	wants(t, "doctor", exitFailure, `(?s)ok +integrity.*WRONG +pictures +cannot use the bucket .*: is it there, .*is MARQUEE_PICTURES right\?\nok +jobs`, `^One thing is wrong`)
	wants(t, "pictures move", exitFailure, "", `^Cannot use the bucket bucket-\d+ at `)
	b.Door(func(*http.Request) bool { return true })
	t.Setenv("MARQUEE_PICTURES", strings.Replace(b.URL, "@", "x@", 1))
	_, _, errs := run(t, "migrate")
	if u, _ := url.Parse(b.URL); !strings.HasPrefix(errs, "Cannot use the bucket ") || strings.Contains(errs, fmt.Sprint(u.User)) {
		t.Errorf("a wrong secret: %s", errs)
	}
}

func TestWorkerErasesObjects(t *testing.T) {
	_, b := pictures(t, 1)
	t.Setenv("MARQUEE_PICTURES", b.URL)
	wants(t, "pictures move", exitOK, `^1 of 1`, `1/1`)
	later := func() time.Time { return time.Now().Add(48 * time.Hour) } // nobody finished the form that the picture is for
	store, err := models.Open(t.Context(), models.Options{Database: "site.db", Pictures: b.Address, Now: later})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	work(t, newWorker(store, indieweb.NewSpeaker(store, "http://127.0.0.1", nil)), func() bool {
		waiting, dead, err := store.JobCounts(t.Context())
		return waiting+dead == 0 && err == nil && len(b.Objects(t)) == 0
	})
}
