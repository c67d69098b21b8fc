package safe

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// names is a resolver by which every name has the IPv4 addresses given, after a while.
func names(t *testing.T, after time.Duration, addresses ...string) *net.Resolver {
	t.Helper()
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	go func() {
		for buffer := make([]byte, 1500); ; {
			n, from, err := server.ReadFrom(buffer)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buffer[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			m.Response, m.Additionals = true, nil
			for _, a := range addresses {
				if m.Questions[0].Type == dnsmessage.TypeA {
					m.Answers = append(m.Answers, dnsmessage.Resource{
						Header: dnsmessage.ResourceHeader{Name: m.Questions[0].Name, Class: dnsmessage.ClassINET},
						Body:   &dnsmessage.AResource{A: netip.MustParseAddr(a).As4()},
					})
				}
			}
			answer, _ := m.Pack()
			time.AfterFunc(after, func() { _, _ = server.WriteTo(answer, from) })
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}

// TestFetchPrivate: nothing in here is connected to, however it is written.
func TestFetchPrivate(t *testing.T) {
	t.Parallel()
	canary := host(t, func(http.ResponseWriter, *http.Request) {}, nil)
	_, port, _ := net.SplitHostPort(canary.Listener.Addr().String())
	f := fetcher(t)
	for want, hosts := range map[error]string{
		ErrFetchPrivate: `127.0.0.1 127.1.2.3 [::1] [::] 0.0.0.0 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1
			100.127.255.255 192.0.0.1 198.18.0.1 224.0.0.1 240.0.0.1 255.255.255.255 [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1]
			[64:ff9b::7f00:1] [64:ff9b::127.0.0.1] [64:ff9b:1::1] [2002:7f00:1::] [2001::1] [fe80::1] [fec0::1] [fc00::1] [fd12::1] [ff02::1]
			[3fff::1] [5f00::1] [2001:db8::1] [0:0:0:0:0:0:0:1] １２７.0.0.1 ①②⑦.0.0.1 127。0。0。1`,
		ErrFetchURL: `localhost localhost. LocalHost a.localhost 127.0.0.1. 2130706433 0x7f000001 0x7f.1 127.1 127.0.1 0177.0.0.1 017700000001
			127.0.0.01 127.0.0.256 127.0.0.0x1 0x7f.0.0.0x1 1.2.3.4.5 a.1 [::1%25lo] [fe80::1%25eth0] [127.0.0.1] [] example example.org. .org a..b
			example.org。 printer.local vault.internal x.onion x.i2p X.ONION x.onion. own.example OWN.example own。example own.example. ada@127.0.0.1
			ada:key@example.org @example.org example.org\@127.0.0.1 example.org%00 exa%2fmple.org ex_ample *.org`,
	} {
		for _, name := range strings.Fields(hosts) {
			refused(t, f, FetchRequest{URL: "http://" + name + ":" + port + "/"}, want)
			refused(t, f, FetchRequest{URL: "https://" + name + "/"}, want)
		}
	}
	for _, s := range []string{
		"", "/", "x", "127.0.0.1", "//example.org/", "http:", "http:///x", "http:example.org", "ftp://example.org/", "file:///etc/passwd",
		"gopher://example.org:80/_x", "unix:///run/x", "data:text/html,x", "javascript:alert(1)", " http://example.org/", "http://example.org/\n",
		"http://example.org/\r\nX: y", "http://example.org/a b", "http://example.org/\x00", "http://example.org/\xff", "http://example.org:0/",
		"http://example.org:65536/", "http://example.org:-1/", "http://example.org:x/", "http://[::1/", "http://own.example:8080/",
		"https://own.example/", "http://example.org/" + strings.Repeat("a", maxAddress), "http://example.org/" + strings.Repeat("é", 1000), "http://example.org/#" + strings.Repeat("a", maxAddress),
	} {
		refused(t, f, FetchRequest{URL: s}, ErrFetchURL)
	}
	if n := canary.met.Load(); n != 0 {
		t.Errorf("%d connections", n)
	}
}

// TestFetchNames: names that lead into a private network, at once or the second time they are asked for.
func TestFetchNames(t *testing.T) {
	t.Parallel()
	s := host(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Connection", "close") }, nil)
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	r := FetchRequest{URL: "http://127.0.0.1.nip.example:" + port}
	f := fetcher(t)
	f.dialer.Resolver = names(t, 0, "127.0.0.1", "10.0.0.1")
	refused(t, f, r, ErrFetchPrivate)
	if n := s.met.Load(); n != 0 {
		t.Errorf("%d connections", n)
	}
	// 127.0.0.1 plays the public address, and 127.0.0.2 the private one.
	f = fetcher(t, "127.0.0.1/32")
	f.dialer.Resolver = names(t, 0, "127.0.0.1")
	fetch(t, f, r)
	f.dialer.Resolver = names(t, 0, "127.0.0.2")
	refused(t, f, r, ErrFetchPrivate)
	f.dialer.Resolver = names(t, 0, "127.0.0.2", "127.0.0.1")
	fetch(t, f, r)
	if n := s.met.Load(); n != 2 {
		t.Errorf("%d connections", n)
	}
}

// TestFetchGuard asks the guard about places that a test does not go to.
func TestFetchGuard(t *testing.T) {
	t.Parallel()
	f := fetcher(t, "127.0.0.0/8", "fd00::/8")
	for address, want := range map[string]error{
		"1.1.1.1:80": nil, "1.1.1.1:443": nil, "[2606:4700::1111]:443": nil, "127.0.0.1:25": nil, "[fd00::1]:8080": nil,
		"1.1.1.1:8080": ErrFetchURL, "1.1.1.1:22": ErrFetchURL, "[2606:4700::1111]:25": ErrFetchURL, "odd": ErrFetchURL, "": ErrFetchURL,
		"10.0.0.1:80": ErrFetchPrivate, "10.0.0.1:22": ErrFetchPrivate, "[::1]:80": ErrFetchPrivate, "[fe80::1%eth0]:80": ErrFetchPrivate,
		"[::ffff:1.1.1.1]:80": ErrFetchPrivate,
	} {
		if err := f.guard("tcp4", address, nil); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", address, err, want)
		}
	}
	if err := f.guard("udp4", "1.1.1.1:443", nil); err == nil {
		t.Error("UDP is let through")
	}
}

// TestFetchOwn: our own host is named with its port when it has one, as on one machine with many sites.
func TestFetchOwn(t *testing.T) {
	t.Parallel()
	s := host(t, func(http.ResponseWriter, *http.Request) {}, nil)
	allow := []netip.Prefix{netip.MustParsePrefix(loopback)}
	own := s.Listener.Addr().String()
	refused(t, NewFetcher(FetchOptions{Own: own, Allow: allow}), FetchRequest{URL: s.URL}, ErrFetchURL)
	refused(t, NewFetcher(FetchOptions{Own: "127.0.0.1", Allow: allow}), FetchRequest{URL: s.URL}, ErrFetchURL)
	f := NewFetcher(FetchOptions{Own: "127.0.0.1:1", Allow: allow})
	defer f.transport.CloseIdleConnections()
	fetch(t, f, FetchRequest{URL: s.URL})
}

func TestFetchURL(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"http://example.org":                     "http://example.org",
		"HTTP://Example.ORG:80/A?b=C#part":       "http://example.org/A?b=C",
		"https://example.org:443/":               "https://example.org/",
		"https://example.org:0443":               "https://example.org",
		"http://example.org:443/":                "http://example.org:443/",
		"http://example.org:8080":                "http://example.org:8080",
		"http://example.org:/":                   "http://example.org/",
		"https://MÜNCHEN.example/ü":              "https://xn--mnchen-3ya.example/%C3%BC",
		"https://日本語。jp/":                        "https://xn--wgv71a119e.jp/",
		"http://my_page.example/%7Eada":          "http://my_page.example/%7Eada",
		"http://1.2.3.4/":                        "http://1.2.3.4/",
		"http://[2606:4700:0::1111]:80/":         "http://[2606:4700::1111]/",
		"http://[::FFFF:1.2.3.4]/":               "http://1.2.3.4/",
		"http://example.org/a?u=http://x.org#":   "http://example.org/a?u=http://x.org",
		"http://localhost.example/":              "http://localhost.example/",
		"http://onion.example/.local":            "http://onion.example/.local",
		"http://4.example/":                      "http://4.example/",
		"http://example.org/" + long(maxAddress): "http://example.org/" + long(maxAddress),
	} {
		if got, ok := fetchURL(in); !ok || got.String() != want {
			t.Errorf("%.80q: %v, %v", in, got, ok)
		}
	}
	if _, ok := fetchURL("http://example.org/" + long(maxAddress) + "a"); ok {
		t.Error("a byte too much passes")
	}
}

// long fills an address that starts with http://example.org/ to n bytes.
func long(n int) string { return strings.Repeat("a", n-len("http://example.org/")) }

func FuzzFetchURL(f *testing.F) {
	for _, s := range []string{
		"http://example.org/a?b#c", "https://EXAMPLE.org:443", "http://[::1%25lo]:80/", "http://[::ffff:7f00:1]/", "http://0x7f.1/", "http://127。1/",
		"http://ada:key@example.org/", "http://x.onion./", "http://localhost:8080", "http://①②⑦.0.0.1", "http://a%2eb/", "http:opaque", "http://日本語。jp//é",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		u, ok := fetchURL(s)
		if !ok {
			return
		}
		again, ok := fetchURL(u.String())
		if !ok || again.String() != u.String() || again.Host != u.Host {
			t.Fatalf("%q passes as %q, which becomes %v, %v", s, u, again, ok)
		}
		name := again.Hostname()
		if strings.ToLower(name) != name || name == "" || strings.HasSuffix(name, ".") || again.User != nil || again.Fragment != "" || len(u.String()) > maxAddress {
			t.Fatalf("%q passes as %q", s, u)
		}
		if _, err := netip.ParseAddr(name); err == nil {
			return
		}
		labels := strings.Split(name, ".")
		last := labels[len(labels)-1]
		if len(labels) < 2 || slices.Contains(nowhere, last) || strings.ContainsAny(last[:1], "0123456789") ||
			strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-._") != "" {
			t.Fatalf("%q passes as %q", s, u)
		}
	})
}
