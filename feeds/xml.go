package feeds

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"io"
)

// Namespaces shared by the XML formats.
const (
	atomSpace   = "http://www.w3.org/2005/Atom"
	threadSpace = "http://purl.org/syndication/thread/1.0"
)

// inReplyTo says what an item answers (RFC 4685, section 3): Ref identifies it, Href is where to read it.
type inReplyTo struct {
	Ref  string `xml:"ref,attr"`
	Href string `xml:"href,attr"`
}

// threadOf is nil for an item that answers nothing.
func threadOf(it Item) *inReplyTo {
	if it.ReplyTo == "" {
		return nil
	}
	return &inReplyTo{Ref: cmp.Or(it.ReplyToID, it.ReplyTo), Href: it.ReplyTo}
}

// writeXML hands w the whole document at once, so that a failure leaves no half of one behind.
func writeXML(w io.Writer, document any) error {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	e := xml.NewEncoder(&b)
	e.Indent("", " ")
	if err := e.Encode(document); err != nil {
		return err
	}
	b.WriteByte('\n')
	_, err := b.WriteTo(w)
	return err
}
