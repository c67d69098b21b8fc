package handlers

import (
	"bytes"
	"sync"

	"github.com/klauspost/compress/gzip"
)

const gzipLeast = 300 // bytes: below, compressing gains nothing

var zippers = sync.Pool{New: func() any {
	w, err := gzip.NewWriterLevel(nil, gzip.BestCompression) // answers are kept: it is paid once
	if err != nil {
		panic(err)
	}
	return w
}}

// zip is the gzip form of a body, nil when it gains nothing.
func zip(body []byte) []byte {
	if len(body) < gzipLeast {
		return nil
	}
	var b bytes.Buffer
	w := zippers.Get().(*gzip.Writer)
	defer zippers.Put(w)
	w.Reset(&b)
	if _, err := w.Write(body); err != nil || w.Close() != nil || b.Len() >= len(body) {
		return nil
	}
	return b.Bytes()
}
