package models

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"gorm.io/gorm"
)

const (
	bucketTime    = 30 * time.Second // how long one act of the bucket may take, its tries together
	bucketTries   = 3
	bucketForever = "public, max-age=31536000, immutable" // objects are never written twice
	intentWait    = time.Hour                             // by when an upload has its row, or is given up
)

var (
	errBucketAway = errors.New("cannot use the bucket")
	errNoBucket   = fmt.Errorf("%w: MARQUEE_PICTURES names none, and there are pictures in one", errBucketAway)
	errNoObject   = errors.New("there is no such object")
	errOtherBytes = errors.New("it gives back something else than what it was given")
)

// bucket keeps the bytes of pictures as objects of an S3 server. Every upload gets a name of its own: an object is never
// written twice, so an erasing that comes late can never hit a picture that came back.
type bucket struct {
	address   *BucketAddress
	client    minio.Core
	transport *http.Transport
}

// openBucket refuses a bucket that is not there, or that is not for us.
func openBucket(ctx context.Context, a *BucketAddress) (*bucket, error) {
	transport, err := minio.DefaultTransport(!a.Insecure)
	if err != nil {
		return nil, err
	}
	b := &bucket{address: a, transport: transport}
	client, err := minio.New(a.Host, &minio.Options{
		Creds: credentials.NewStaticV4(a.Key, a.Secret, ""), Secure: !a.Insecure, Region: a.Region, MaxRetries: bucketTries, Transport: transport,
	})
	if err != nil {
		return nil, b.away(err)
	}
	b.client.Client = client
	ctx, cancel := context.WithTimeout(ctx, bucketTime)
	defer cancel()
	there, err := client.BucketExists(ctx, a.Name)
	if err == nil && !there {
		err = errors.New("there is none of that name")
	}
	if err != nil {
		b.close()
		return nil, b.away(err)
	}
	return b, nil
}

func (b *bucket) close() { b.transport.CloseIdleConnections() }

// away is what the bucket did not do; IsUnavailable recognises it.
func (b *bucket) away(err error) error { return fmt.Errorf("%w %s: %w", errBucketAway, b.address, err) }

// newName is a name that no object has or had.
func (b *bucket) newName(hash string) string { return b.address.Prefix + hash + "-" + rand.Text() }

func (b *bucket) put(ctx context.Context, name, kind string, body []byte) error {
	ctx, cancel := context.WithTimeout(ctx, bucketTime)
	defer cancel()
	// With its MD5 the server refuses bytes that changed on the way.
	_, err := b.client.Client.PutObject(ctx, b.address.Name, name, bytes.NewReader(body), int64(len(body)),
		minio.PutObjectOptions{ContentType: kind, CacheControl: bucketForever, SendContentMd5: true})
	if err != nil {
		return b.away(err)
	}
	return nil
}

// get reads an object of a known size: one byte more shows that it is another. errNoObject when there is none.
func (b *bucket) get(ctx context.Context, name string, size int64) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, bucketTime)
	defer cancel()
	object, _, _, err := b.client.GetObject(ctx, b.address.Name, name, minio.GetObjectOptions{})
	if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		return nil, errNoObject
	}
	if err != nil {
		return nil, b.away(err)
	}
	defer object.Close()
	body, err := io.ReadAll(io.LimitReader(object, size+1))
	if err != nil {
		return nil, b.away(err)
	}
	return body, nil
}

// erase forgets an object; one that is not there is forgotten already.
func (b *bucket) erase(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, bucketTime)
	defer cancel()
	err := b.client.RemoveObject(ctx, b.address.Name, name, minio.RemoveObjectOptions{})
	if err != nil && minio.ToErrorResponse(err).Code != minio.NoSuchKey {
		return b.away(err)
	}
	return nil
}

type eraseJob struct{ Object string }

// EraseObject is the job that erases an object that no row names any more, or never came to name.
func (s *Store) EraseObject(ctx context.Context, j Job) error {
	var job eraseJob
	if err := j.decode(&job); err != nil {
		return err
	}
	if s.bucket == nil {
		return errNoBucket
	}
	return s.bucket.erase(ctx, job.Object)
}

// upload puts the file's bytes into the bucket and names the object in the file. So that no crash leaves an object that
// nobody knows, a job that erases it is written first, due when the upload must have its row: the transaction that writes
// the row takes the job back (claimObject). An upload that was for nothing needs nothing more.
func (s *Store) upload(ctx context.Context, f *PictureFile) error {
	name, due := s.bucket.newName(f.Hash), s.instant().Add(intentWait)
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		f.intent, err = s.enqueueAt(tx, JobErase, eraseJob{name}, due)
		return err
	})
	if err != nil {
		return err
	}
	if err := s.bucket.put(ctx, name, f.Type, f.Body); err != nil {
		return err
	}
	f.Object, f.Body = name, []byte{}
	return nil
}

// claimObject takes back the job that would erase the file's object, in the transaction that writes its row. When a worker
// has begun that job the upload came too late, and must be made again.
func (s *Store) claimObject(tx *gorm.DB, f *PictureFile) error {
	claimed := tx.Exec("DELETE FROM jobs WHERE id = ? AND attempts = 0", f.intent)
	if claimed.Error == nil && claimed.RowsAffected == 0 {
		return fmt.Errorf("%w: the upload of %s took too long", errBucketAway, f.Hash)
	}
	return claimed.Error
}

// ProbeBucket writes, reads and erases a small object in the bucket of that address.
func ProbeBucket(ctx context.Context, address *BucketAddress) error {
	b, err := openBucket(ctx, address)
	if err != nil {
		return err
	}
	defer b.close()
	name, words := b.address.Prefix+"probe", []byte("Marquee was here.")
	if err := b.put(ctx, name, "text/plain", words); err != nil {
		return err
	}
	body, err := b.get(ctx, name, int64(len(words)))
	if err == nil && !bytes.Equal(body, words) {
		err = b.away(errOtherBytes)
	}
	return errors.Join(err, b.erase(ctx, name))
}
