package handlers_test

import (
	"net/http"
	"testing"

	"marquee/models"
)

// markupScenarios is what programs of other sites ask for.
func markupScenarios() []scenario {
	asks := []string{"Back again?"}
	linked := func(t *testing.T, h *house) {
		must(t, h.Describe(t.Context(), h.ada, models.Profile{Homepage: "https://ada.example/", Links: [models.LinksMost]models.ProfileLink{{Address: "https://shop.example/"}, {Address: "https://away.example/"}}}))
		must(t, h.NoteProof(t.Context(), &models.Proof{AccountID: h.ada.ID, Address: "https://shop.example/"}, ""))
		must(t, h.NoteProof(t.Context(), &models.Proof{AccountID: h.ada.ID, Address: "https://away.example/"}, models.ProofUnlinked))
	}
	spent := func(t *testing.T, h *house) {
		linked(t, h)
		for range 10 {
			must(t, h.ProveAgain(t.Context(), h.ada))
		}
	}
	list := []scenario{
		{route: "POST /settings/proofs", who: "guest", form: form(), want: 422, has: asks},
		{route: "POST /settings/proofs", who: "owner", form: form(), first: linked, want: 303, to: "/settings?saved=proving#proofs", left: map[string]int{"jobs": 2}},
		{route: "POST /settings/proofs", who: "stranger", name: "without links", form: form(), first: linked, want: 303, to: "/settings?saved=proving#proofs"},
		{route: "POST /settings/proofs", who: "owner", name: "too often", form: form(), first: spent, want: 429, has: []string{`id="wrong-proofs"`, "https://shop.example/"}},
		{route: "GET /settings", who: "owner", name: "with links", first: linked, want: 200, has: []string{"leads back here, seen since", "does not lead back here", "Nobody has looked yet", `&lt;a rel="me" href="http`, `/~ada"&gt;~ada&lt;/a&gt;`}, not: []string{`id="wrong-proofs"`}},
		{route: "GET /~:name", who: "guest", name: "with a proven link", path: "/~ada", first: linked, want: 200, has: []string{`<a rel="me nofollow noopener" class="u-url" href="https://shop.example/">shop.example</a> <b role="img" aria-label="leads back here`, `href="https://away.example/">away.example</a></li>`}},
	}
	for _, s := range []scenario{
		{route: "GET /oembed", name: "about nothing", want: 404},
		{route: "GET /oembed", name: "of another site", path: "/oembed?url=https%3A%2F%2Felsewhere.example%2F~ada", want: 404},
		{route: "GET /oembed", name: "in another format", path: "/oembed?format=yaml", want: 501, not: []string{"<code>"}},
		{route: "GET /~:name/:id/embed", path: "/~ada/{said}/embed", want: 200, has: []string{"the lamp is lit", `class="tag">#lamps`, `alt="a lit lamp"`, "is feeling cosy · <bdi>rain on the roof", "21 Nov 2026"}, not: []string{"<script", "<form"}},
		{route: "GET /~:name/:id/embed", name: "withdrawn", path: "/~bob/{gone}/embed", want: 410},
		{route: "GET /~:name/:id/embed", name: "of somebody else", path: "/~bob/{said}/embed", want: 404},
		{route: "GET /~:name/:id/embed", name: "of nobody", path: "/~nobody_here/1/embed", want: 404},
		{route: "GET /~:name/:id/embed", name: "of something private", path: "/~ada/{secret}/embed", want: 404, not: []string{"floor"}},
		{route: "GET /~:name/friends.opml", path: "/~ada/friends.opml", want: 200, has: []string{"<opml", "<body>"}},
		{route: "GET /~:name/friends.opml", name: "of nobody", path: "/~nobody_here/friends.opml", want: 404},
		{route: "GET /sitemap.xml", want: 200, has: []string{"<sitemapindex", "/sitemap/site/1.xml</loc>", "/sitemap/accounts/1.xml</loc>", "/sitemap/statuses/1.xml</loc>"}},
		{route: "GET /sitemap/:kind/:number.xml", path: "/sitemap/site/1.xml", want: 200, has: []string{"<urlset", "/directory</loc>"}},
		{route: "GET /sitemap/:kind/:number.xml", name: "of accounts", path: "/sitemap/accounts/1.xml", want: 200, has: []string{"/~ada</loc>", "/~eve</loc>", "<lastmod>2026-11-21T"}},
		{route: "GET /sitemap/:kind/:number.xml", name: "of statuses", path: "/sitemap/statuses/1.xml", want: 200, has: []string{"/~ada/{said}</loc>", "/~bob/{answer}</loc>"}, not: []string{"/{secret}</loc>", "/{gone}</loc>"}},
		{route: "GET /sitemap/:kind/:number.xml", name: "beyond the last", path: "/sitemap/statuses/2.xml", want: 404},
		{route: "GET /sitemap/:kind/:number.xml", name: "of no kind", path: "/sitemap/secrets/1.xml", want: 404},
		{route: "GET /sitemap/:kind/:number.xml", name: "of no number", path: "/sitemap/statuses/first.xml", want: 404},
		{route: "GET /robots.txt", want: 200, has: []string{"Disallow: /settings", "/sitemap.xml"}},
		{route: "GET /humans.txt", want: 200, has: []string{"The people of Marquee", "/about", "Webmention, Micropub, IndieAuth, WebSub, rssCloud, oEmbed"}},
		{route: "GET /.well-known/change-password", want: 302, to: "/settings/security"},
		{route: "GET /feed.xml", want: 301, to: "/rss.xml"},
		{route: "GET /~:name/feed.xml", path: "/~ada/feed.xml", want: 301, to: "/~ada/rss.xml"},
		{route: "GET /~:name", name: "says how to embed it", path: "/~ada", want: 200, has: []string{`<link rel="alternate" type="application/json+oembed" title="oEmbed" href="http`}, not: []string{"rel=\"blogroll\""}},
		{route: "GET /~:name/:id", name: "says how to embed it", path: "/~ada/{said}", want: 200, has: []string{`type="application/json+oembed"`, `<link rel="canonical" href="/~ada/{said}">`}},
		{route: "OPTIONS /oembed", want: 204},
		{route: "OPTIONS /~:name/friends.opml", path: "/~ada/friends.opml", want: 204},
	} {
		list = append(list, everybody(s)...)
	}
	return list
}

// TestEmbedStandsInAnyFrame: other sites frame it, a refusal too, and nothing in it can run, be sent or be told who looks.
func TestEmbedStandsInAnyFrame(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	for path, want := range map[string]int{"/~ada/{said}/embed": 200, "/~ada/{secret}/embed": 404} {
		a := status(t, h.As(t, h.ada).Send(http.MethodGet, h.fill(path), ""), want)
		policy := a.Header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "frame-ancestors *"} {
			if !contains(policy, part) {
				t.Errorf("%s has the policy %q without %q", path, policy, part)
			}
		}
		if a.Header.Get("X-Frame-Options") != "" || a.Header.Get("Set-Cookie") != "" || contains(policy, "script") || contains(a.Header.Get("Vary"), "Cookie") {
			t.Errorf("%s has the headers %v", path, a.Header)
		}
	}
}
