package models_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"marquee/models"
	"marquee/tests/kit"
)

// between runs the test on each database with a store that keeps pictures in the database, another one on the same database
// that keeps them in a bucket, and some that are in the database.
func between(t *testing.T, pictures int, test func(t *testing.T, plain, s *kit.Store, b *kit.Bucket, shown []*models.Picture)) {
	kit.Each(t, func(t *testing.T, plain *kit.Store) {
		b := kit.NewBucket(t)
		ann := kit.SignUp(t, plain, "ann")
		var shown []*models.Picture
		for i := range pictures {
			_, p := show(t, plain, ann, i+1)
			shown = append(shown, p)
		}
		test(t, plain, plain.WithBucket(t, b), b, shown)
	})
}

// move moves everything and wants so many files to have gone there.
func move(t *testing.T, s *kit.Store, toBucket bool, want int) {
	t.Helper()
	report, err := s.MovePictures(t.Context(), toBucket, func() {})
	ok(t, err)
	same(t, "report", report, models.PictureReport{Done: want})
}

// lie wants so many files in the database, so many in the bucket, and all of them whole.
func lie(t *testing.T, s *kit.Store, b *kit.Bucket, database, bucket int) {
	t.Helper()
	inDatabase, inBucket, err := s.PictureCounts(t.Context())
	ok(t, err)
	same(t, "files in the database and in the bucket", []int{inDatabase, inBucket}, []int{database, bucket})
	same(t, "objects", len(b.Objects(t)), bucket)
	same(t, "empty files in the database", count(t, s, "SELECT COUNT(*) FROM picture_files WHERE object = '' AND gone_at = 0 AND LENGTH(body) <> size"), 0)
	same(t, "bytes twice", count(t, s, "SELECT COUNT(*) FROM picture_files WHERE object <> '' AND LENGTH(body) > 0"), 0)
	same(t, "gone files that have bytes", count(t, s, "SELECT COUNT(*) FROM picture_files WHERE gone_at > 0 AND (object <> '' OR LENGTH(body) > 0)"), 0)
	same(t, "jobs", count(t, s, "SELECT COUNT(*) FROM jobs"), 0)
	report, err := s.CheckPictures(t.Context(), func() {})
	ok(t, err)
	same(t, "check", report, models.PictureReport{Done: database + bucket})
}

func TestMovePicturesThereAndBack(t *testing.T) {
	between(t, 7, func(t *testing.T, plain, s *kit.Store, b *kit.Bucket, shown []*models.Picture) {
		lie(t, s, b, 7, 0)
		move(t, s, true, 7)
		lie(t, s, b, 0, 7)
		for _, p := range shown {
			ok(t, see(t, s, p))
		}
		move(t, s, true, 0)
		move(t, s, false, 7)
		lie(t, s, b, 7, 0)
		for _, p := range shown {
			ok(t, see(t, plain, p))
		}
		if _, err := plain.MovePictures(t.Context(), true, func() {}); !models.IsUnavailable(err) {
			t.Errorf("without a bucket: %v", err)
		}
	})
}

func TestMovePicturesGoesOnAfterAnInterruption(t *testing.T) {
	between(t, 12, func(t *testing.T, _, s *kit.Store, b *kit.Bucket, shown []*models.Picture) {
		for _, toBucket := range []bool{true, false} {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var asked atomic.Int64
			b.Door(func(*http.Request) bool {
				if asked.Add(1) == 9 {
					cancel()
				}
				return true
			})
			report, err := s.MovePictures(ctx, toBucket, func() {})
			if err == nil || report.Done == 0 || report.Done == 12 {
				t.Errorf("it was not interrupted: %+v, %v", report, err)
			}
			b.Door(func(r *http.Request) bool { return asked.Add(1) < 22 })
			if _, err = s.MovePictures(t.Context(), toBucket, func() {}); err != nil && !models.IsUnavailable(err) {
				t.Errorf("with the bucket away: %v", err)
			}
			b.Door(func(*http.Request) bool { return true })
			for _, p := range shown {
				ok(t, see(t, s, p))
			}
			_, err = s.MovePictures(t.Context(), toBucket, func() {})
			ok(t, err)
			s.Clock.Add(2 * intentWait)
			eraseDue(t, s)
			if toBucket {
				lie(t, s, b, 0, 12)
			} else {
				lie(t, s, b, 12, 0)
			}
		}
	})
}

// A picture that is taken down while it is copied stays down, and its copy is erased.
func TestMovePicturesSeesWhatChangesMeanwhile(t *testing.T) {
	between(t, 1, func(t *testing.T, plain, s *kit.Store, b *kit.Bucket, shown []*models.Picture) {
		ann := again(t, s, &models.Account{Name: "ann"})
		on := func(method string, act func()) {
			var done atomic.Bool
			b.Door(func(r *http.Request) bool {
				if r.Method == method && !done.Swap(true) {
					act()
				}
				return true
			})
		}
		latest := func() int64 { return read(t, s, nil, models.Stream{})[0].ID }
		on(http.MethodPut, func() { takeDown(t, plain, ann, latest()) })
		move(t, s, true, 1)
		refused(t, see(t, s, shown[0]), models.Gone, "")
		s.Clock.Add(2 * intentWait)
		eraseDue(t, s)
		lie(t, s, b, 0, 0)

		on(http.MethodPut, func() {}) // the same again, out of the bucket
		_, p := show(t, s, ann, 1)
		on(http.MethodGet, func() { takeDown(t, plain, ann, latest()) })
		move(t, s, false, 1)
		refused(t, see(t, s, p), models.Gone, "")
		lie(t, s, b, 0, 0)

		_, p = show(t, s, ann, 1) // somebody looks at it while it is moved
		on(http.MethodGet, func() { move(t, s, false, 1) })
		ok(t, see(t, s, p))
		lie(t, s, b, 1, 0)
	})
}

func TestPicturesThatAreDamagedStayWhereTheyAre(t *testing.T) {
	between(t, 5, func(t *testing.T, _, s *kit.Store, b *kit.Bucket, shown []*models.Picture) {
		_, err := s.DB.ExecContext(t.Context(), "UPDATE picture_files SET body = $1 WHERE hash = $2", []byte("other bytes"), shown[0].Hash)
		ok(t, err)
		damaged := models.PictureReport{Done: 4, Damaged: []string{shown[0].Hash}}
		for _, do := range []func(context.Context, func()) (models.PictureReport, error){
			s.CheckPictures,
			func(ctx context.Context, progress func()) (models.PictureReport, error) {
				return s.MovePictures(ctx, true, progress)
			},
		} {
			report, err := do(t.Context(), func() {})
			ok(t, err)
			same(t, "report", report, damaged)
		}
		for _, object := range b.Objects(t) {
			if strings.HasPrefix(filepath.Base(object), shown[1].Hash) {
				ok(t, os.WriteFile(object, []byte("other bytes"), 0o600))
			}
		}
		report, err := s.MovePictures(t.Context(), false, func() {})
		ok(t, err)
		same(t, "report", report, models.PictureReport{Done: 3, Damaged: []string{shown[1].Hash}})
		same(t, "objects", len(b.Objects(t)), 1)
	})
}
