package handlers_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"marquee/tests/kit"
)

// raw sends bytes to the site as they are and reads every answer until the site closes the connection or
// says nothing more for a moment.
func raw(t *testing.T, site *kit.Site, bytes string) []kit.Answer {
	t.Helper()
	conn, err := net.Dial("tcp", site.Base.Host)
	must(t, err)
	defer conn.Close()
	if _, err := io.WriteString(conn, strings.ReplaceAll(bytes, "{host}", site.Base.Host)); err != nil {
		t.Logf("the site stopped reading: %v", err)
	}
	return answers(t, conn, 300*time.Millisecond)
}

// answers reads what comes until nothing does for so long.
func answers(t *testing.T, conn net.Conn, patience time.Duration) []kit.Answer {
	t.Helper()
	var list []kit.Answer
	reader := bufio.NewReader(conn)
	for {
		must(t, conn.SetReadDeadline(time.Now().Add(patience+12*time.Second*time.Duration(1-min(1, len(list))))))
		response, err := http.ReadResponse(reader, nil)
		if err != nil {
			return list
		}
		body, err := io.ReadAll(response.Body)
		if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Logf("a body broke off: %v", err)
		}
		response.Body.Close()
		list = append(list, kit.Answer{Status: response.StatusCode, Header: response.Header, Body: string(body)})
	}
}

// TestBrokenHTTP: what two servers could read in two ways is refused, and what follows it is never served.
func TestBrokenHTTP(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	const get, end = "GET /~ada HTTP/1.1\r\nHost: {host}\r\n", "\r\n\r\n"
	const post = "POST /login HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
	const smuggled = "GET /rules HTTP/1.1\r\nHost: {host}\r\n\r\n"
	for name, c := range map[string]struct {
		bytes string
		want  int
	}{
		"two Content-Lengths":           {post + "Content-Length: 0\r\nContent-Length: 4\r\n\r\n" + smuggled, 400},
		"the same Content-Length twice": {post + "Content-Length: 4\r\nContent-Length: 5\r\n\r\na=bc" + smuggled, 400},
		"Content-Length list":           {post + "Content-Length: 4, 4\r\n\r\na=bc" + smuggled, 400},
		"Content-Length and chunked":    {post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled, 400},
		"chunked and Content-Length":    {post + "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n" + smuggled, 400},
		"chunked twice":                 {post + "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n" + smuggled, 400},
		"space before the colon":        {post + "Content-Length : 4\r\n\r\na=bc" + smuggled, 400},
		"negative Content-Length":       {post + "Content-Length: -1\r\n\r\n" + smuggled, 400},
		"signed Content-Length":         {post + "Content-Length: +4\r\n\r\na=bc" + smuggled, 400},
		"hexadecimal Content-Length":    {post + "Content-Length: 0x4\r\n\r\na=bc" + smuggled, 400},
		"body to another host":          {"POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 46\r\n\r\nX" + smuggled, 421},
		"chunks to another host":        {"POST / HTTP/1.1\r\nHost: evil.example\r\nTransfer-Encoding: chunked\r\n\r\n" + smuggled, 421},
		"body of a reader":              {"GET /nothing HTTP/1.1\r\nHost: {host}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 46\r\n\r\nX" + smuggled, 404},
		"folded line":                   {get + "X-Long: one\r\n two" + end + smuggled, 400},
		"line folded by a tab":          {get + "X-Long: one\r\n\ttwo" + end + smuggled, 400},
		"folded Transfer-Encoding":      {post + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + smuggled, 400},
		"NUL in a header":               {get + "X-Null: a\x00b" + end + smuggled, 400},
		"bare CR in a header":           {get + "X-Bare: a\rb" + end + smuggled, 400},
		"no Host":                       {"GET / HTTP/1.1\r\nX-Host: {host}" + end + smuggled, 400},
		"two Hosts":                     {get + "Host: evil.example" + end + smuggled, 400},
		"empty Host":                    {"GET / HTTP/1.1\r\nHost: " + end, 400},
		"foreign Host":                  {"GET / HTTP/1.1\r\nHost: evil.example" + end, 421},
		"foreign address in the line":   {"GET http://evil.example/ HTTP/1.1\r\nHost: {host}" + end, 421},
		"own address, foreign Host":     {"GET http://{host}/ HTTP/1.1\r\nHost: evil.example" + end, 200}, // RFC 9112 §3.2.2,
		"own host as a part":            {"GET / HTTP/1.1\r\nHost: 127.0.0.1.evil.example" + end, 421},
		"user before the host":          {"GET / HTTP/1.1\r\nHost: {host}@evil.example" + end, 0},
		"no protocol":                   {"GET /\r\n\r\n", 0},
		"long header":                   {get + "X-Long: " + strings.Repeat("a", 20_000) + end + smuggled, 431},
		"many headers":                  {get + strings.Repeat("X-Many: a\r\n", 2000) + end + smuggled, 431},
		"long address":                  {"GET /" + strings.Repeat("a", 20_000) + " HTTP/1.1\r\nHost: {host}" + end, 431},
	} {
		t.Run(name, func(t *testing.T) {
			got := raw(t, h.Site, c.bytes)
			if len(got) > 1 {
				t.Errorf("%d answers: what followed was served", len(got))
			}
			if len(got) == 0 {
				if c.want != 0 {
					t.Error("no answer")
				}
				return
			}
			if c.want != 0 && got[0].Status != c.want || got[0].Status >= 500 {
				t.Errorf("status %d, want %d", got[0].Status, c.want)
			}
			hasNot(t, got[0], "evil.example", "Be kind.")
			header(t, name, got[0], "X-Content-Type-Options", "nosniff")
			if got[0].Header.Get("Content-Security-Policy") == "" || got[0].Header.Get("Set-Cookie") != "" {
				t.Errorf("the answer has %v", got[0].Header)
			}
		})
	}
	if got := raw(t, h.Site, strings.Repeat(smuggled, 2)); len(got) != 2 {
		t.Errorf("%d answers to two requests: the test would not notice a smuggled one", len(got))
	}
}

// TestForeignNamesAreNeverReflected: whatever a proxy or a client says this site is called, it knows better.
func TestForeignNamesAreNeverReflected(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	paths := append(publicPaths(), "/%7Eada", "/users/ada", "/random", "/login", "/settings", "/nothing/here")
	for _, path := range paths {
		got := raw(t, h.Site, "GET "+path+" HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: gopher\r\n"+
			"Forwarded: host=evil.example;proto=gopher\r\nX-Original-URL: /evil.example\r\nX-Host: evil.example\r\nConnection: close\r\n\r\n")
		if len(got) != 1 || got[0].Status >= 500 {
			t.Fatalf("%s: %d answers", path, len(got))
		}
		for name, values := range got[0].Header {
			if all := strings.Join(values, " "); strings.Contains(all, "evil") || strings.Contains(all, "gopher") {
				t.Errorf("%s: %s is %s", path, name, all)
			}
		}
		hasNot(t, got[0], "evil.example", "gopher:")
	}
	got := raw(t, h.Site, "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")
	if len(got) != 1 || got[0].Status != 421 {
		t.Fatalf("%d answers", len(got))
	}
	has(t, got[0], "This site lives at "+h.URL)
	for _, path := range []string{"/healthz", "/readyz"} { // a balancer asks by address
		if got := raw(t, h.Site, "GET "+path+" HTTP/1.1\r\nHost: 10.1.2.3\r\n\r\n"); len(got) != 1 || got[0].Status != 200 {
			t.Errorf("%s by another name: %v", path, got)
		}
	}
}

// TestStrangeAddresses: never a breakdown, never another file.
func TestStrangeAddresses(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	for _, path := range []string{
		"/%00", "/~ada%00", "/~ada/%00", "/~ada/1%00", "/static/%00", "/tag/%00", "/mood/%00", "/users/%00", "/static/..%2f..%2fgo.mod",
		"/../../etc/passwd", "/static/../go.mod", "/static/%2e%2e/go.mod", "/static/%252e%252e/go.mod", "/static/..%5cgo.mod", "/static/%5c..%5c", "/%5c%5cevil.example",
		"/%", "/%zz", "/~ada/%", "/tag/%", "/tag/%ff", "/tag/%zz", "/tag/%25", "/tag/a%2fb", "/mood/%zz", "/%c0%ae%c0%ae/", "/~%61da%2f1", "/~ada%2f1", "/%2561",
		"/~ada/0", "/~ada/-1", "/~ada/+1", "/~ada/01", "/~ada/99999999999999999999", "/~ada/9223372036854775807", "/~ada/1e3", "/~ada/%EF%BC%91", "/~ada/1%20", "/~ada/1.0", "/~ada/0x1",
		"/~ada/1/", "/~", "/~/", "/~ada/1/nothing", "/~a%20b", "/~ada?before=abc", "/~ada?before=-1", "/~ada?before=99999999999999999999", "/~ada?before=1e3", "/?before=%00",
		"/rss.xml?before=x", "/~ADA%00", "/login/../settings/site", "/.env", "/.git/config", "/wp-login.php", "/~ada;x=1", "/~ada/1;x", "/;", "/%0d%0aX-Evil:%201", "/~ada/%0d%0a",
	} {
		for _, method := range []string{"GET", "HEAD", "POST"} {
			got := raw(t, h.Site, method+" "+path+" HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
			if len(got) != 1 || got[0].Status != 404 && got[0].Status != 400 && got[0].Status != 405 && got[0].Status != 301 && got[0].Status != 403 {
				t.Errorf("%s %s: %v", method, path, got)
				continue
			}
			if to := got[0].Header.Get("Location"); strings.HasPrefix(to, "//") || strings.HasPrefix(to, `/\`) || got[0].Header.Get("X-Evil") != "" {
				t.Errorf("%s %s leads to %q with %v", method, path, to, got[0].Header)
			}
			hasNot(t, got[0], "root:", "module marquee", "gorm", "goroutine")
		}
	}
	v := h.Guest(t)
	for _, path := range []string{"/~ada/0", "/~ada/-1", "/~ada/+1", "/~ada/01", "/~ada/99999999999999999999", "/~ada/1e3", "/~ada/%EF%BC%91", "/~ada?before=abc", "/?before=0", "/?before=1.5", "/~ada/moods?year=abc", "/~ada/moods?year=-1", "/~ada/moods?year=1e3", "/~ada/moods/99999.gif", "/pictures/%00.jpg", "/pictures/..%2fgo.mod", "/faces/cosy-1e9.gif"} {
		status(t, v.Get(path), 404)
	}
	for _, path := range []string{"/?before=9223372036854775807", "/~ada?before=4711", "/tag/lamps?before=1", "/pictures?before=1"} {
		has(t, status(t, v.Get(path), 200), `class="pager"`)
	}
}

func TestMethods(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	for _, method := range []string{"TRACE", "PUT", "DELETE", "PATCH", "CONNECT", "PROPFIND", "get", "BREW", "G", strings.Repeat("M", 300)} {
		for _, path := range []string{"/", "/~ada", "/statuses", "/nothing/here"} {
			got := raw(t, h.Site, method+" "+path+" HTTP/1.1\r\nHost: {host}\r\nX-Secret: told\r\nContent-Length: 0\r\n\r\n")
			if len(got) != 1 || got[0].Status != 400 && got[0].Status != 405 && got[0].Status != 501 {
				t.Errorf("%.10s %s: %v", method, path, got)
				continue
			}
			hasNot(t, got[0], "told")
			const second = "GET /rules HTTP/1.1\r\nHost: {host}\r\n\r\n"
			got = raw(t, h.Site, method+" "+path+" HTTP/1.1\r\nHost: {host}\r\nContent-Length: 46\r\n\r\nX"+second)
			if len(got) != 1 {
				t.Errorf("%.10s %s: what stood in the body was answered: %v", method, path, got)
			}
		}
	}
	v := h.As(t, h.ada)
	for path, allow := range map[string]string{"/about": "GET, HEAD", "/statuses": "POST", "/rss.xml": "GET, HEAD, OPTIONS", "/~ada/1/delete": "POST"} {
		method := "POST"
		if allow == "POST" {
			method = "GET"
		}
		a := status(t, v.Send(method, path, ""), 405)
		header(t, path, a, "Allow", allow)
		has(t, a, "Not that way")
	}
}

// TestLargeForm: it is refused by what it says of its size; the rest is never read.
func TestLargeForm(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	for name, head := range map[string]string{
		"announced": "Content-Length: 10485760\r\n\r\ntext=",
		"huge":      "Content-Length: 99999999999999999999\r\n\r\ntext=",
	} {
		got := raw(t, h.Site, "POST /statuses HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"+head)
		if len(got) != 1 || got[0].Status != 413 && name == "announced" || got[0].Status >= 500 {
			t.Errorf("%s: %v", name, got)
		}
	}
	got := raw(t, h.Site, "POST /micropub/media HTTP/1.1\r\nHost: {host}\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 999999999\r\n\r\n--x")
	if len(got) != 1 || got[0].Status != 413 {
		t.Errorf("a file that is announced as too large: %v", got)
	}
	chunk := "10000\r\n" + strings.Repeat("a", 0x10000) + "\r\n"
	got = raw(t, h.Site, "POST /statuses HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n"+strings.Repeat(chunk, 8))
	if len(got) == 1 && got[0].Status != 413 || len(got) > 1 {
		t.Errorf("in chunks: %v", got)
	}
	v := h.As(t, h.ada)
	a := v.Post("/statuses", url.Values{"text": {strings.Repeat("a", 200_000)}})
	has(t, status(t, a, 422), "At most 500 characters", strings.Repeat("a", 200_000))
}

// TestSlowClients: half a header and a body that trickles are cut off within the read timeout of ten seconds.
func TestSlowClients(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	for name, begin := range map[string]string{
		"half a header": "GET / HTTP/1.1\r\nHost: " + h.Base.Host + "\r\nX-Slow: ",
		"body":          "POST /login HTTP/1.1\r\nHost: " + h.Base.Host + "\r\nContent-Length: 1000\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", h.Base.Host)
			must(t, err)
			defer conn.Close()
			started := time.Now()
			_, err = io.WriteString(conn, begin)
			must(t, err)
			go func() {
				for err == nil {
					time.Sleep(500 * time.Millisecond)
					_, err = io.WriteString(conn, "a")
				}
			}()
			must(t, conn.SetReadDeadline(started.Add(30*time.Second)))
			answer, readErr := io.ReadAll(conn)
			if errors.Is(readErr, os.ErrDeadlineExceeded) {
				t.Fatalf("after %v the connection is still open", time.Since(started))
			}
			if len(answer) > 0 && !strings.HasPrefix(string(answer), "HTTP/1.1 408") {
				t.Errorf("the answer is %.100s", answer)
			}
		})
	}
}
