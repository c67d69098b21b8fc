package feeds_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

const (
	atomSpace   = "http://www.w3.org/2005/Atom"
	dcSpace     = "http://purl.org/dc/elements/1.1/"
	mediaSpace  = "http://search.yahoo.com/mrss/"
	threadSpace = "http://purl.org/syndication/thread/1.0"
)

// node is any XML element.
type node struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []node     `xml:",any"`
}

// all is the children with this name, in the namespace of n unless the name says another: "http://… name".
func (n node) all(name string) (found []node) {
	space, local, ok := strings.Cut(name, " ")
	if !ok {
		space, local = n.XMLName.Space, name
	}
	for _, child := range n.Children {
		if child.XMLName == (xml.Name{Space: space, Local: local}) {
			found = append(found, child)
		}
	}
	return found
}

func (n node) text(name string) string { return n.path(name) }

// path is the text at the end of a path of names, following the first child of each name; empty when there is none.
func (n node) path(names ...string) string {
	for _, name := range names {
		found := n.all(name)
		if len(found) == 0 {
			return ""
		}
		n = found[0]
	}
	return n.Text
}

func (n node) attr(name string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// parse reads one well-formed document.
func parse(tb testing.TB, document []byte) (root node) {
	tb.Helper()
	if err := wellFormed(document); err != nil {
		tb.Fatalf("%v\n%s", err, document)
	}
	if err := xml.Unmarshal(document, &root); err != nil {
		tb.Fatalf("%v\n%s", err, document)
	}
	return root
}

// wellFormed wants exactly one root, no attribute twice, no undeclared prefix and only the namespaces we know.
func wellFormed(document []byte) error {
	known := []string{"", "xmlns", "http://www.w3.org/XML/1998/namespace", atomSpace, dcSpace, mediaSpace, threadSpace, "http://source.scripting.com/"}
	d := xml.NewDecoder(bytes.NewReader(document))
	depth, roots := 0, 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if depth++; depth == 1 {
				roots++
			}
			names := []xml.Name{token.Name}
			for _, a := range token.Attr {
				if slices.Contains(names[1:], a.Name) {
					return fmt.Errorf("attribute %v twice", a.Name)
				}
				names = append(names, a.Name)
			}
			for _, name := range names {
				if !slices.Contains(known, name.Space) {
					return fmt.Errorf("namespace %q", name.Space)
				}
			}
		case xml.EndElement:
			depth--
		}
	}
	if depth != 0 || roots != 1 {
		return fmt.Errorf("%d roots, %d open elements", roots, depth)
	}
	return nil
}
