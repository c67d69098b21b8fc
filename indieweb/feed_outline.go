package indieweb

import (
	"encoding/xml"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"

	"marquee/safe"
)

// outline reads what a feed in XML says of itself, and cuts it after a hundred items: a library that builds trees gets no forest. What
// is more than a hundred elements deep is broken.
func (f *Feed) outline(at *url.URL, text string) (short string, err error) {
	text = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
			return -1 // XML 1.0 has no such characters, some feeds do
		}
		return r
	}, text)
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict, d.Entity = false, xml.HTMLEntity
	d.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil }
	var open []string
	items, inItem := 0, 0
	for {
		token, err := d.RawToken()
		if err == io.EOF {
			return text, nil
		}
		if err != nil {
			return "", errBrokenFeed
		}
		switch t := token.(type) {
		case xml.StartElement:
			if open = append(open, qualified(t.Name)); len(open) > feedDeep {
				return "", errBrokenFeed
			}
			f.plain.note(open, t)
			switch {
			case inItem > 0:
			case isItem(t.Name):
				inItem = len(open)
			default:
				f.about(at, t)
			}
		case xml.EndElement:
			if len(open) == 0 {
				continue
			}
			if len(open) == inItem {
				inItem = 0
				items++
			}
			open = open[:len(open)-1]
			if items >= itemsMost {
				return closed(text[:d.InputOffset()], open), nil
			}
		}
	}
}

func isItem(name xml.Name) bool { return name.Local == "item" || name.Local == "entry" }

// closed is a document that was cut, with the elements closed that were open there.
func closed(text string, open []string) string {
	for i := len(open) - 1; i >= 0; i-- {
		text += "</" + open[i] + ">"
	}
	return text
}

// qualified is a name as it was written.
func qualified(name xml.Name) string {
	if name.Space != "" {
		return name.Space + ":" + name.Local
	}
	return name.Local
}

// about notes links and the cloud of a feed.
func (f *Feed) about(at *url.URL, t xml.StartElement) {
	value := func(name string) string {
		for _, a := range t.Attr {
			if a.Name.Local == name {
				return strings.TrimSpace(a.Value)
			}
		}
		return ""
	}
	switch t.Name.Local {
	case "link":
		if href := value("href"); href != "" && len(f.Rels) < feedLinksMost {
			rel := value("rel")
			if rel == "" {
				rel = "alternate" // RFC 4287 §4.2.7.2
			}
			f.Rels = f.Rels.add(at, href, rel, value("type"), InLink)
		}
	case "cloud":
		f.Cloud = cloudAddress(value("domain"), value("port"), value("path"), value("protocol"))
	}
}

// cloudAddress is where a cloud takes registrations by http-post (RSS 2.0, rsscloud.org); empty for those of other kinds.
func cloudAddress(domain, port, path, protocol string) string {
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || number == 0 || domain == "" || strings.ContainsAny(domain, "/?#@\\ ") {
		return ""
	}
	scheme := map[string]string{"http-post": "http", "https-post": "https"}[strings.ToLower(protocol)]
	if scheme == "" {
		return ""
	}
	if number == 443 {
		scheme = "https"
	}
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	address, _ := safe.URL(scheme + "://" + net.JoinHostPort(domain, strconv.FormatUint(number, 10)) + path)
	return address
}
