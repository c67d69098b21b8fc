package indieweb

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"golang.org/x/net/html/charset"
)

const (
	pingMost  = 8 << 10 // bytes of a call
	pingDepth = 10      // elements inside each other
)

// Fault is what an XML-RPC call is answered with when nothing comes of it.
type Fault struct {
	Code int
	Text string
}

// Error says what is wrong.
func (f *Fault) Error() string { return f.Text }

// The faults of Pingback 1.0 §3, and those of XML-RPC itself.
var (
	FaultCall     = &Fault{-32700, "That is no XML-RPC call."}
	FaultMethod   = &Fault{-32601, "There is no such method here: only pingback.ping."}
	FaultParams   = &Fault{-32602, "pingback.ping takes two strings, source and target."}
	FaultNoSource = &Fault{0x10, "The source is no page elsewhere."}
	FaultNoTarget = &Fault{0x20, "There is no such target here."}
	FaultTarget   = &Fault{0x21, "That target takes no pingbacks."}
	FaultTwice    = &Fault{0x30, "That pingback is here already."}
	FaultDenied   = &Fault{0x31, "Not from there, or not so many."}
)

// ReadPing reads a call of pingback.ping; a *Fault when it is none. Nothing else can be called, not even several at once
// (system.multicall). A call has at most 8 KiB, and a document type none.
func ReadPing(body []byte) (source, target string, err error) {
	if len(body) > pingMost {
		return "", "", FaultCall
	}
	call, err := readCall(body)
	switch {
	case err != nil:
		return "", "", FaultCall
	case call.method != "pingback.ping":
		return "", "", FaultMethod
	case len(call.params) != 2:
		return "", "", FaultParams
	}
	return call.params[0], call.params[1], nil
}

type rpcCall struct {
	method string
	params []string
}

// readCall reads methodCall > methodName, params > param > value [> string]. A value of another type is no string.
func readCall(body []byte) (call rpcCall, err error) {
	decoder := xml.NewDecoder(bytes.NewReader(body))
	decoder.CharsetReader = charset.NewReaderLabel
	var at []string
	var text strings.Builder
	for {
		token, err := decoder.Token()
		if err == io.EOF && len(at) == 0 && call.method != "" {
			return call, nil
		}
		if err != nil {
			return call, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if at = append(at, t.Name.Local); len(at) > pingDepth || at[0] != "methodCall" {
				return call, FaultCall
			}
			text.Reset()
		case xml.CharData:
			text.Write(t)
		case xml.EndElement:
			call.end(strings.Join(at, "/"), strings.TrimSpace(text.String()))
			if at = at[:len(at)-1]; t.Name.Local != "string" { // its value ends next, with the same text
				text.Reset()
			}
		case xml.Directive:
			return call, FaultCall
		}
	}
}

func (c *rpcCall) end(path, text string) {
	switch path {
	case "methodCall/methodName":
		c.method = text
	case "methodCall/params/param/value":
		c.params = append(c.params, text)
	}
}

// WritePing writes the answer to a call: thanks, or a fault.
func WritePing(w io.Writer, fault *Fault) {
	const head = `<?xml version="1.0"?>` + "\n<methodResponse>"
	if fault == nil {
		_, _ = io.WriteString(w, head+"<params><param><value><string>Thank you, we go and look.</string></value></param></params></methodResponse>\n")
		return
	}
	_, _ = fmt.Fprintf(w, head+"<fault><value><struct><member><name>faultCode</name><value><int>%d</int></value></member>"+
		"<member><name>faultString</name><value><string>%s</string></value></member></struct></value></fault></methodResponse>\n", fault.Code, fault.Text)
}
