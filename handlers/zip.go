package handlers

import (
	"bytes"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"
	"github.com/klauspost/compress/gzip"
)

const gzipLeast = 300 // bytes: below, compressing gains nothing

var (
	zippers     = zippersOf(gzip.DefaultCompression)
	hardZippers = zippersOf(gzip.BestCompression)
)

func zippersOf(level int) *sync.Pool {
	return &sync.Pool{New: func() any {
		w, err := gzip.NewWriterLevel(nil, level)
		if err != nil {
			panic(err)
		}
		return w
	}}
}

// zip is the gzip form of a body, nil when it gains nothing.
func zip(body []byte, zippers *sync.Pool) []byte {
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

// acceptsGzip reads Accept-Encoding, where q=0 means no and * means what is not named.
func acceptsGzip(c *fiber.Ctx) bool {
	rest := false
	for part := range strings.SplitSeq(string(c.Request().Header.Peek(fiber.HeaderAcceptEncoding)), ",") {
		coding, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		weight = strings.ReplaceAll(weight, " ", "")
		wanted := !strings.HasPrefix(weight, "q=0") || strings.Trim(strings.TrimPrefix(weight, "q=0"), ".0") != ""
		switch coding {
		case "gzip":
			return wanted
		case "*":
			rest = wanted
		}
	}
	return rest
}
