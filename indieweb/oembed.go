package indieweb

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
)

// OEmbed is how something of this site is shown inside another one: a rich answer of oEmbed 1.0 (oembed.com §2.3.4). Sizes are in CSS
// pixels, addresses absolute.
type OEmbed struct {
	XMLName         xml.Name `json:"-" xml:"oembed"`
	Version         string   `json:"version" xml:"version"` // Encode says it, and the type
	Type            string   `json:"type" xml:"type"`
	Title           string   `json:"title,omitempty" xml:"title,omitempty"`
	AuthorName      string   `json:"author_name,omitempty" xml:"author_name,omitempty"`
	AuthorURL       string   `json:"author_url,omitempty" xml:"author_url,omitempty"`
	ProviderName    string   `json:"provider_name,omitempty" xml:"provider_name,omitempty"`
	ProviderURL     string   `json:"provider_url,omitempty" xml:"provider_url,omitempty"`
	CacheAge        int      `json:"cache_age,omitempty" xml:"cache_age,omitempty"` // seconds
	ThumbnailURL    string   `json:"thumbnail_url,omitempty" xml:"thumbnail_url,omitempty"`
	ThumbnailWidth  int      `json:"thumbnail_width,omitempty" xml:"thumbnail_width,omitempty"`
	ThumbnailHeight int      `json:"thumbnail_height,omitempty" xml:"thumbnail_height,omitempty"`
	Width           int      `json:"width" xml:"width"`
	Height          int      `json:"height" xml:"height"`
	HTML            string   `json:"html" xml:"html"`
}

// Fit makes it no wider and no higher than the consumer wants; zero is no bound.
func (o *OEmbed) Fit(maxWidth, maxHeight int) {
	if maxWidth > 0 {
		o.Width = min(o.Width, maxWidth)
	}
	if maxHeight > 0 {
		o.Height = min(o.Height, maxHeight)
	}
}

// Thumbnail adds a picture, unless it is larger than the consumer wants (oembed.com §2.3.4); zero is no bound.
func (o *OEmbed) Thumbnail(address string, width, height, maxWidth, maxHeight int) {
	if maxWidth > 0 && width > maxWidth || maxHeight > 0 && height > maxHeight {
		return
	}
	o.ThumbnailURL, o.ThumbnailWidth, o.ThumbnailHeight = address, width, height
}

// Encode is its bytes in a format, json or xml, and their Content-Type.
func (o OEmbed) Encode(format string) (kind string, body []byte, err error) {
	o.Version, o.Type = "1.0", "rich"
	if format == "xml" {
		body, err = xml.MarshalIndent(o, "", " ")
		return "text/xml; charset=utf-8", append([]byte(xml.Header), append(body, '\n')...), err
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err = e.Encode(o)
	return "application/json; charset=utf-8", b.Bytes(), err
}
