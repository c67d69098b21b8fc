package models

import (
	"context"
	"errors"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
	"gorm.io/gorm"
)

const (
	filesAtOnce = 4   // that are moved or checked at the same time; a file has some 14 kB
	filesListed = 200 // of one query
)

// PictureReport is what moving or checking pictures came to.
type PictureReport struct {
	Done    int      // files that were moved, or are whole
	Damaged []string // hashes of files whose bytes are lost or not theirs
}

// PictureCounts is how many files of pictures are in the database, and how many in a bucket.
func (s *Store) PictureCounts(ctx context.Context) (database, bucket int, err error) {
	var counts struct{ Database, Bucket int }
	err = s.read.WithContext(ctx).Raw(`SELECT COUNT(CASE WHEN object = '' THEN 1 END) AS database, COUNT(CASE WHEN object <> '' THEN 1 END) AS bucket
		FROM picture_files WHERE gone_at = 0`).Scan(&counts).Error
	return counts.Database, counts.Bucket, err
}

// MovePictures carries every file into the bucket, or out of it into the database. The site may be open meanwhile; what is
// interrupted is consistent, and goes on where it was when it is called again. progress learns of every file that it has
// looked at.
func (s *Store) MovePictures(ctx context.Context, toBucket bool, progress func()) (PictureReport, error) {
	if s.bucket == nil {
		return PictureReport{}, errNoBucket
	}
	if toBucket {
		return s.eachFile(ctx, "object = ''", progress, s.moveToBucket)
	}
	report, err := s.eachFile(ctx, "object <> ''", progress, s.moveToDatabase)
	if err == nil {
		err = s.eraseWaiting(ctx)
	}
	return report, err
}

// CheckPictures reads every file where it is, and tells those whose bytes are lost or not theirs.
func (s *Store) CheckPictures(ctx context.Context, progress func()) (PictureReport, error) {
	return s.eachFile(ctx, "1 = 1", progress, s.ReadPicture)
}

// eachFile does something to every file of the condition, a few at once. Damaged ones are noted and what was taken down
// meanwhile is passed over; any other error ends it.
func (s *Store) eachFile(ctx context.Context, condition string, progress func(), do func(context.Context, *PictureFile) error) (PictureReport, error) {
	var report PictureReport
	var mutex sync.Mutex
	for last := ""; ; {
		var files []PictureFile
		err := s.read.WithContext(ctx).Raw("SELECT hash, type, size, object FROM picture_files WHERE gone_at = 0 AND hash > ? AND "+condition+
			" ORDER BY hash LIMIT ?", last, filesListed).Scan(&files).Error
		if err != nil || len(files) == 0 {
			slices.Sort(report.Damaged)
			return report, err
		}
		last = files[len(files)-1].Hash
		group, some := errgroup.WithContext(ctx)
		group.SetLimit(filesAtOnce)
		for i := range files {
			group.Go(func() error {
				err := do(some, &files[i])
				files[i].Body = nil
				mutex.Lock()
				defer mutex.Unlock()
				progress()
				return report.note(&files[i], err)
			})
		}
		if err := group.Wait(); err != nil {
			return report, err
		}
	}
}

func (r *PictureReport) note(f *PictureFile, err error) error {
	switch {
	case errors.Is(err, errDamaged):
		r.Damaged = append(r.Damaged, f.Hash)
		return nil
	case errors.Is(err, errGonePicture):
		return nil
	case err == nil:
		r.Done++
	}
	return err
}

// moveToBucket uploads a file and reads it back before its row says so.
func (s *Store) moveToBucket(ctx context.Context, f *PictureFile) error {
	if err := s.ReadPicture(ctx, f); err != nil || f.Object != "" {
		return err
	}
	if err := s.upload(ctx, f); err != nil {
		return err
	}
	body, err := s.bucket.get(ctx, f.Object, f.Size)
	if errors.Is(err, errNoObject) || err == nil && hashOf(body) != f.Hash {
		err = s.bucket.away(errOtherBytes)
	}
	if err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		moved := tx.Exec("UPDATE picture_files SET object = ?, body = ? WHERE hash = ? AND object = '' AND gone_at = 0", f.Object, f.Body, f.Hash)
		if moved.Error != nil || moved.RowsAffected == 0 { // it was taken down, or somebody else moves: our object is erased later
			return moved.Error
		}
		return s.claimObject(tx, f)
	})
}

// moveToDatabase writes a file's bytes into its row, and the job that erases its object.
func (s *Store) moveToDatabase(ctx context.Context, f *PictureFile) error {
	if err := s.ReadPicture(ctx, f); err != nil || f.Object == "" {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		moved := tx.Exec("UPDATE picture_files SET object = '', body = ? WHERE hash = ? AND object = ? AND gone_at = 0", f.Body, f.Hash, f.Object)
		if moved.Error != nil || moved.RowsAffected == 0 { // it was taken down, or somebody else moves
			return moved.Error
		}
		return s.enqueue(tx, JobErase, eraseJob{f.Object})
	})
}

// eraseWaiting does the jobs that erase objects, also those that failed or were given up: a site that knows no bucket any
// more cannot.
func (s *Store) eraseWaiting(ctx context.Context) error {
	for {
		var jobs []Job
		err := s.read.WithContext(ctx).Raw("SELECT * FROM jobs WHERE kind = ? AND (due_at <= ? OR attempts > 0) ORDER BY id LIMIT ?",
			JobErase, s.instant(), filesListed).Scan(&jobs).Error
		if err != nil || len(jobs) == 0 {
			return err
		}
		group, some := errgroup.WithContext(ctx)
		group.SetLimit(filesAtOnce)
		for _, job := range jobs {
			group.Go(func() error {
				if err := s.EraseObject(some, job); err != nil {
					return err
				}
				return s.exec(some, "DELETE FROM jobs WHERE id = ?", job.ID)
			})
		}
		if err := group.Wait(); err != nil {
			return err
		}
	}
}
