package safe

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/gen2brain/avif"
	"golang.org/x/sync/semaphore"
)

const (
	childName = "MARQUEE_PICTURE_CHILD"
	childTime = 30 * time.Second
)

var errCut = errors.New("an AVIF without all of its pixels")

// children is the turn of those who need a child process: one at a time.
var children = semaphore.NewWeighted(1)

// childFit is what a child returns at most: enough to be shrunk once more without being seen.
var childFit = image.Pt(2*pictureWidth, 2*pictureWidth)

// A process that was started to decode a picture does nothing else. It is here rather than in main, so that no program and
// no test that imports this package can forget it and start itself over and over.
func init() {
	if os.Getenv(childName) == "" {
		return
	}
	code := 0
	if err := child(os.Stdin, os.Stdout); err != nil {
		code = 1
	}
	os.Exit(code)
}

func child(r io.Reader, w io.Writer) error {
	if err := limit(); err != nil {
		return err
	}
	picture, err := avif.Decode(r)
	if err != nil {
		return err
	}
	small := shrink(plainly(picture), childFit)
	var size [8]byte
	binary.BigEndian.PutUint32(size[:4], uint32(small.Rect.Dx()))
	binary.BigEndian.PutUint32(size[4:], uint32(small.Rect.Dy()))
	_, err = w.Write(append(size[:], small.Pix...))
	return err
}

// decodeAVIF decodes in a child process: the decoder takes 300 MB and cannot be stopped from inside.
func decodeAVIF(ctx context.Context, body []byte) (image.Image, error) {
	if !isWhole(body) {
		return nil, errCut
	}
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	inner, stop := context.WithTimeout(ctx, childTime)
	defer stop()
	cmd := exec.CommandContext(inner, program)
	cmd.Env = []string{childName + "=avif", "GOMEMLIMIT=256MiB", "GOMAXPROCS=1"}
	cmd.Stdin = bytes.NewReader(body)
	var out childPixels
	cmd.Stdout = &out
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("the decoder of AVIF: %w", err)
	}
	b := out.b
	if len(b) < 8 {
		return nil, errCut
	}
	w, h := int(binary.BigEndian.Uint32(b)), int(binary.BigEndian.Uint32(b[4:]))
	if w <= 0 || h <= 0 || w > childFit.X || h > childFit.Y || len(b) != 8+4*w*h {
		return nil, errCut
	}
	picture := &image.NRGBA{Pix: b[8:], Stride: 4 * w, Rect: image.Rect(0, 0, w, h)}
	if isClear(picture) {
		return nil, errCut
	}
	return picture, nil
}

// childPixels takes no more than a child may say.
type childPixels struct{ b []byte }

func (c *childPixels) Write(p []byte) (int, error) {
	if len(c.b)+len(p) > 8+4*childFit.X*childFit.Y {
		return 0, errCut
	}
	c.b = append(c.b, p...)
	return len(p), nil
}

// isClear reports whether nothing is to be seen, which is what the decoder makes of data that it cannot read.
func isClear(p *image.NRGBA) bool {
	for i := 3; i < len(p.Pix); i += 4 {
		if p.Pix[i] != 0 {
			return false
		}
	}
	return true
}
