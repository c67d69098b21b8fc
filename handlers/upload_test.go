package handlers_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestStalledUpload: it is cut off after ten seconds of silence, and leaves nothing.
func TestStalledUpload(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v := h.As(t, h.ada)
	before := h.count(t)
	conn, err := net.Dial("tcp", h.Base.Host)
	must(t, err)
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "POST /statuses HTTP/1.1\r\nHost: %s\r\nCookie: s=%s\r\nSec-Fetch-Site: same-origin\r\n"+
		"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n"+
		"--b\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"a.jpg\"\r\n\r\n\xff\xd8\xff", h.Base.Host, cookieOf(t, h, v))
	must(t, err)
	must(t, conn.SetReadDeadline(time.Now().Add(30*time.Second)))
	answer, err := io.ReadAll(conn)
	if err != nil || !bytes.HasPrefix(answer, []byte("HTTP/1.1 408")) {
		t.Errorf("%.200q, %v", answer, err)
	}
	if after := h.count(t); after["pictures"] != before["pictures"] || after["statuses"] != before["statuses"] {
		t.Error("something of it was kept")
	}
}

// TestUnfinishedForms: a form that ends before it said is no form, and what follows on its connection is no request.
func TestUnfinishedForms(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	cookie := cookieOf(t, h, h.As(t, h.ada))
	head := "POST /statuses HTTP/1.1\r\nHost: {host}\r\nCookie: s=" + cookie + "\r\nSec-Fetch-Site: same-origin\r\n"
	const multipart = "Content-Type: multipart/form-data; boundary=b\r\n"
	const smuggled = "GET /rules HTTP/1.1\r\nHost: {host}\r\n\r\n"
	before, began := h.count(t), time.Now()
	for name, body := range map[string]string{
		"no boundary":       "Content-Type: multipart/form-data\r\nContent-Length: 3\r\n\r\nabc" + smuggled,
		"long part name":    multipart + fmt.Sprintf("Content-Length: %d\r\n\r\n", 1<<20) + "--b\r\nContent-Disposition: form-data; name=\"" + strings.Repeat("a", 200_000),
		"broken part":       multipart + "Content-Length: 12\r\n\r\n--b\r\nrubbish" + smuggled,
		"no end":            multipart + "Content-Length: 60\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nhello!!" + smuggled,
		"many parts":        multipart + fmt.Sprintf("Content-Length: %d\r\n\r\n", 120*53+5) + strings.Repeat("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nxx\r\n", 120) + "--b--" + smuggled,
		"one field of a MB": multipart + fmt.Sprintf("Content-Length: %d\r\n\r\n", 1<<20) + "--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n" + strings.Repeat("a", 300_000),
	} {
		got := raw(t, h.Site, head+body)
		if len(got) != 1 || got[0].Status < 400 || got[0].Status >= 500 {
			t.Errorf("%s: %v", name, got)
		}
	}
	if after := h.count(t); after["statuses"] != before["statuses"] {
		t.Error("a status was made of it")
	}
	noneLeft(t, began)
}

// noneLeft fails the test when an upload stays behind in a file with a name. Tests beside this one upload too, and for a moment
// theirs have one; a process that somebody killed may have left one earlier.
func noneLeft(t *testing.T, since time.Time) {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(os.TempDir(), "marquee-[0-9]*"))
	must(t, err)
	for _, name := range left {
		for patience := 100; ; patience-- {
			if file, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) || err == nil && file.ModTime().Before(since) {
				break
			}
			if patience == 0 {
				t.Errorf("%s was left behind", name)
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
}
