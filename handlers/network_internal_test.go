package handlers

import (
	"io"
	"net/http"
	"net/netip"
	"testing"

	"github.com/gofiber/fiber/v2"
)

// TestNetwork: who is throttled. The connection of app.Test comes from 0.0.0.0.
func TestNetwork(t *testing.T) {
	t.Parallel()
	none := []netip.Prefix(nil)
	proxies := []netip.Prefix{netip.MustParsePrefix("0.0.0.0/32"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, c := range []struct {
		name    string
		proxies []netip.Prefix
		headers []string // lines of X-Forwarded-For
		want    string
	}{
		{"nobody is believed", none, []string{"192.0.2.1"}, "0.0.0.0"},
		{"somebody else is believed", proxies[1:], []string{"192.0.2.1"}, "0.0.0.0"},
		{"no header", proxies, nil, "0.0.0.0"},
		{"one", proxies, []string{"192.0.2.1"}, "192.0.2.1"},
		{"what the client wrote stands left", proxies, []string{"198.51.100.7, 192.0.2.1"}, "192.0.2.1"},
		{"through two proxies", proxies, []string{"198.51.100.7, 192.0.2.1, 10.1.2.3"}, "192.0.2.1"},
		{"all are proxies", proxies, []string{"10.9.9.9, 10.1.2.3"}, "10.9.9.9"},
		{"the client wrote a proxy's", proxies, []string{"10.9.9.9, 192.0.2.1"}, "192.0.2.1"},
		{"two lines", proxies, []string{"198.51.100.7", "192.0.2.1"}, "192.0.2.1"},
		{"nonsense from the client", proxies, []string{"evil'; DROP, 192.0.2.1"}, "192.0.2.1"},
		{"nonsense behind a proxy", proxies, []string{"192.0.2.1, unknown, 10.1.2.3"}, "10.1.2.3"},
		{"nothing in it", proxies, []string{" , "}, "0.0.0.0"},
		{"IPv6 by its network", proxies, []string{"2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::/64"},
		{"IPv4 dressed as IPv6", proxies, []string{"::ffff:192.0.2.1"}, "192.0.2.1"},
		{"with a zone", proxies, []string{"2001:db8::1%eth0"}, "2001:db8::/64"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := &Handlers{proxies: c.proxies}
			app := fiber.New()
			app.Get("/", func(ctx *fiber.Ctx) error { return ctx.SendString(h.network(ctx)) })
			request, err := http.NewRequest(http.MethodGet, "http://marquee.example/", nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range c.headers {
				request.Header.Add(fiber.HeaderXForwardedFor, line)
			}
			response, err := app.Test(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			got, err := io.ReadAll(response.Body)
			if err != nil || string(got) != c.want {
				t.Errorf("the network is %s (%v), want %s", got, err, c.want)
			}
		})
	}
}

// TestCoarse: the list of sessions shows no more of an address than its neighbourhood.
func TestCoarse(t *testing.T) {
	t.Parallel()
	for network, want := range map[string]string{"192.0.2.77": "192.0.2.0/24", "2001:db8:1:2::/64": "2001:db8:1:2::/64", "unknown": "unknown"} {
		if got := coarse(network); got != want {
			t.Errorf("%s is shown as %s, want %s", network, got, want)
		}
	}
}

// TestLocal: where a form may lead back to.
func TestLocal(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/": "/", "/~ada?before=3": "/~ada?before=3", "": "/", "//evil.example": "/", `/\evil.example`: "/", `\\evil.example`: "/",
		"https://evil.example": "/", "javascript:alert(1)": "/", "/\t/evil.example": "/", "/a\r\nSet-Cookie: x": "/", "/a\x00": "/", "evil": "/",
	} {
		if got := local(path); got != want {
			t.Errorf("%q leads to %q, want %q", path, got, want)
		}
	}
}
