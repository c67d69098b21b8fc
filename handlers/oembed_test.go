package handlers_test

import (
	"encoding/json"
	"encoding/xml"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"marquee/indieweb"
	"marquee/models"
	"marquee/tests/kit"
)

func contains(text, part string) bool { return strings.Contains(text, part) }

// townsfolk is a town with something said in it.
func townsfolk(t *testing.T) (site *kit.Site, ada *models.Account, said, secret *models.Status) {
	t.Helper()
	site = kit.Town(t)
	ada = kit.Crowd(t, site.Store, "ada")[0]
	var err error
	said, err = site.Publish(t.Context(), ada, models.Draft{Text: `a <lamp> & "more"`, Pictures: []models.DraftPicture{site.Take(t, ada, kit.Drawing(t, 1), "a lamp")}})
	must(t, err)
	secret, err = site.Publish(t.Context(), ada, models.Draft{Text: "psst", Visibility: models.Private})
	must(t, err)
	return site, ada, said, secret
}

// TestOEmbed follows the link of a page as consumers do, and shows what it says.
func TestOEmbed(t *testing.T) {
	t.Parallel()
	site, ada, said, _ := townsfolk(t)
	v := site.Guest(t)
	for _, c := range []struct{ page, frame string }{{ada.Path(), ada.Path() + "/widget"}, {said.Path(), said.Path() + "/embed"}} {
		address := ""
		for _, n := range elements(t, v.Get(c.page).Body) {
			if kind, _ := attribute(n, "type"); n.Data == "link" && kind == "application/json+oembed" {
				address, _ = attribute(n, "href")
			}
		}
		path, ours := strings.CutPrefix(address, site.URL)
		if !ours {
			t.Fatalf("%s has its oEmbed at %q", c.page, address)
		}
		a := status(t, v.Get(path), 200)
		var embed indieweb.OEmbed
		must(t, json.Unmarshal([]byte(a.Body), &embed))
		if embed.Version != "1.0" || embed.Type != "rich" || embed.Width <= 0 || embed.Height <= 0 || embed.AuthorURL != site.URL+ada.Path() || embed.ProviderURL != site.URL+"/" {
			t.Errorf("%s is %+v", c.page, embed)
		}
		if a.Header.Get("Access-Control-Allow-Origin") != "*" || !contains(a.Header.Get("Content-Type"), "application/json") || a.Header.Get("ETag") == "" {
			t.Errorf("%s has the headers %v", c.page, a.Header)
		}
		frame := onlyFrame(t, embed.HTML)
		source, _ := attribute(frame, "src")
		sandbox, boxed := attribute(frame, "sandbox")
		if source != site.URL+c.frame || !boxed || contains(sandbox, "allow-scripts") || contains(sandbox, "allow-same-origin") {
			t.Errorf("%s is framed by %s", c.page, embed.HTML)
		}
		status(t, v.Get(strings.TrimPrefix(source, site.URL)), 200)

		as := status(t, v.Get(path+"&format=xml&maxwidth=200&maxheight=90"), 200)
		var small indieweb.OEmbed
		must(t, xml.Unmarshal([]byte(as.Body), &small))
		if small.Width != 200 || small.Height != 90 || !contains(small.HTML, `width="200" height="90"`) || !contains(as.Header.Get("Content-Type"), "text/xml") {
			t.Errorf("small and in XML, %s is %+v", c.page, small)
		}
	}
}

// TestOEmbedKnowsWhatGuestsSee: who is logged in learns no more.
func TestOEmbedKnowsWhatGuestsSee(t *testing.T) {
	t.Parallel()
	site, ada, said, secret := townsfolk(t)
	query := func(address string) string { return "/oembed?url=" + url.QueryEscape(address) }
	withdrawn, err := site.Publish(t.Context(), ada, models.Draft{Text: "never mind"})
	must(t, err)
	must(t, site.Withdraw(t.Context(), ada, withdrawn.ID))
	for address, want := range map[string]int{
		site.URL + "/%7EAda/": 200, site.URL + said.Path() + "/": 200, site.URL + secret.Path(): 404, site.URL + withdrawn.Path(): 404, site.URL + "/~nobody_here": 404,
		site.URL + "/rules": 404, site.URL: 404, "https://elsewhere.example/~ada": 404, site.URL + "/~bob/" + strconv.FormatInt(said.ID, 10): 404, "%": 404, "": 404,
	} {
		if a := site.As(t, ada).Get(query(address)); a.Status != want || a.Header.Get("Access-Control-Allow-Origin") != "*" || contains(a.Body, "psst") {
			t.Errorf("of %q: status %d, want %d, %v", address, a.Status, want, a.Header)
		}
	}
	for query, want := range map[string]int{"": 404, "?format=yaml": 501} {
		a := status(t, site.Guest(t).Send("GET", "/oembed"+query, "", "Accept", "*/*"), want)
		hasNot(t, a, "<html")
		header(t, query, a, "Content-Type", "text/plain; charset=utf-8")
		has(t, status(t, site.Guest(t).Send("GET", "/oembed"+query, "", "Accept", "text/html"), want), "<html")
	}
	for _, odd := range []string{"&maxwidth=x", "&maxwidth=-1", "&maxheight=0", "&maxwidth=99999999999999999999"} {
		status(t, site.Guest(t).Get(query(site.URL+said.Path())+odd), 200)
	}
}

// onlyFrame is the iframe that some HTML is, and nothing else.
func onlyFrame(t *testing.T, markup string) *html.Node {
	t.Helper()
	var found []*html.Node
	for _, n := range elements(t, markup) {
		if n.Data != "html" && n.Data != "head" && n.Data != "body" {
			found = append(found, n)
		}
	}
	if len(found) != 1 || found[0].Data != "iframe" {
		t.Fatalf("%s is not one frame", markup)
	}
	return found[0]
}
