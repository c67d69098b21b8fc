package indieweb

import (
	"bytes"
	"encoding/xml"
	"errors"
	"strings"
	"testing"
)

func call(method string, values ...string) string {
	b := `<?xml version="1.0"?><methodCall><methodName>` + method + `</methodName><params>`
	for _, value := range values {
		b += "<param><value>" + value + "</value></param>"
	}
	return b + "</params></methodCall>"
}

func TestReadPing(t *testing.T) {
	t.Parallel()
	const a, b = "https://zoe.example/1?a&amp;b", "https://m.example/~ada/1"
	for _, body := range []string{
		call("pingback.ping", "<string>"+a+"</string>", "<string>"+b+"</string>"), call("pingback.ping", a, "\n <string>\n"+b+"</string> "),
		call("pingback.ping", "<string><![CDATA[https://zoe.example/1?a&b]]></string>", b),
		strings.Replace(call("pingback.ping", a, b), "?>", ` encoding="iso-8859-1"?>`, 1),
	} {
		if source, target, err := ReadPing([]byte(body)); err != nil || source != "https://zoe.example/1?a&b" || target != b {
			t.Errorf("%q %q %v: %s", source, target, err, body)
		}
	}
	for body, want := range map[string]*Fault{
		"": FaultCall, "<": FaultCall, "<a/>": FaultCall, "<methodCall/>": FaultCall, "<methodCall><methodName>pingback.ping": FaultCall,
		strings.Repeat("<methodCall>", 20): FaultCall, call("pingback.ping", a, b) + strings.Repeat(" ", pingMost): FaultCall,
		`<!DOCTYPE x [<!ENTITY e "x">]>` + call("pingback.ping", a, b): FaultCall, call("pingback.ping", "&e;", b): FaultCall,
		call("system.multicall", a, b): FaultMethod, call("pingback.extensions.getPingbacks", a): FaultMethod,
		call("pingback.ping"): FaultParams, call("pingback.ping", a): FaultParams, call("pingback.ping", a, b, b): FaultParams,
	} {
		var fault *Fault
		if _, _, err := ReadPing([]byte(body)); !errors.As(err, &fault) || fault != want {
			t.Errorf("%.80q: %v, want %v", body, err, want)
		}
	}
}

func TestWritePing(t *testing.T) {
	t.Parallel()
	for _, fault := range []*Fault{nil, FaultCall, FaultMethod, FaultParams, FaultNoSource, FaultNoTarget, FaultTarget, FaultTwice, FaultDenied} {
		var b bytes.Buffer
		WritePing(&b, fault)
		var answer struct {
			XMLName xml.Name `xml:"methodResponse"`
			Said    string   `xml:"params>param>value>string"`
			Code    string   `xml:"fault>value>struct>member>value>int"`
		}
		if err := xml.Unmarshal(b.Bytes(), &answer); err != nil || (fault == nil) != (answer.Said != "") || (fault == nil) != (answer.Code == "") {
			t.Errorf("%v: %+v, %s", err, answer, b.String())
		}
	}
}

func FuzzReadPing(f *testing.F) {
	f.Add([]byte(call("pingback.ping", "<string>a</string>", "b")))
	f.Add([]byte(`<?xml version="1.0" encoding="utf-16"?><methodCall>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		source, target, err := ReadPing(body)
		var fault *Fault
		if err != nil && (!errors.As(err, &fault) || source+target != "") {
			t.Errorf("%v, %q, %q", err, source, target)
		}
	})
}
