package safe

import (
	"strings"
	"testing"
)

func TestURL(t *testing.T) {
	for in, want := range map[string]string{
		"example.org":                       "https://example.org",
		" Example.ORG/Path ":                "https://example.org/Path",
		"http://example.org":                "http://example.org",
		"HTTPS://example.org/a?b=c&d=é#f":   "https://example.org/a?b=c&d=é#f",
		"example.org:8080/x":                "https://example.org:8080/x",
		"example.org:/x":                    "https://example.org/x",
		"example.org./x":                    "https://example.org/x",
		"localhost:8080":                    "https://localhost:8080",
		"http://localhost":                  "http://localhost",
		"MÜNCHEN.example/ü":                 "https://xn--mnchen-3ya.example/%C3%BC",
		"日本語。jp":                            "https://xn--wgv71a119e.jp",
		"straße.de":                         "https://xn--strae-oqa.de",
		"my_page.tripod.com/~ada":           "https://my_page.tripod.com/~ada",
		"example.org/?next=https://x.org":   "https://example.org/?next=https://x.org",
		"example.org?next=https://x.org":    "https://example.org?next=https://x.org",
		"127.0.0.1/x":                       "https://127.0.0.1/x",
		"https://web.archive.org/http://a/": "https://web.archive.org/http://a/",
	} {
		got, ok := URL(in)
		if !ok || got != want {
			t.Errorf("URL(%q) = %q, %v; want %q", in, got, ok, want)
		}
		if again, ok := URL(got); !ok || again != got {
			t.Errorf("URL twice: %q, then %q", got, again)
		}
	}
	for _, in := range []string{
		"", " ", "example", "https://", "https:///x", "/path", "//example.org", "ftp://example.org", "javascript:alert(1)", "javascript:1", "javascript://example.org/%0Aalert(1)",
		"data:text/html,x", "mailto:ada@example.org", "ada@example.org", "https://u:p@example.org", "https://u@example.org", "https://[::1]/", "https://[::ffff:1.2.3.4]/",
		"a b.org", "example.org/a b", "example.org/\x00", "exam\tple.org", "example.org\\@evil.example", "example.org/<script>", `example.org/"onx=`, `example.org/?a\b`, "example.org:port", "..", ".", "a..b", ".org",
		"example.org/\xff", "exa%2fmple.org", "example.org/%zz", "xn--a.example\u202E", "https://*.example.org", "https://a,b.example", "https://\u00AD.example",
		"example.org/" + strings.Repeat("a", 2048), strings.Repeat("a.", 200) + "org", strings.Repeat("a", 64) + ".org", "example.org/" + strings.Repeat("é", 1000),
	} {
		if got, ok := URL(in); ok || got != "" {
			t.Errorf("URL(%.60q) = %q, %v", in, got, ok)
		}
	}
	for _, in := range linesOf(t, "testdata/payloads.txt") {
		if got, ok := URL(in); ok && strings.ContainsAny(got, "<>\"\\ ") {
			t.Errorf("URL(%q) = %q", in, got)
		}
	}
}
