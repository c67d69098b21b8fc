package indieweb

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"strings"
)

// The actions of Micropub (§3.3 to §3.5, and the first without a name of its own).
const (
	MicropubCreate   = "create"
	MicropubUpdate   = "update"
	MicropubDelete   = "delete"
	MicropubUndelete = "undelete"
)

// Properties are those of a microformats object in JSON: each name with its values in their order. A value is a string or an object,
// seldom a number or a truth, as encoding/json makes them (numbers as [json.Number]).
type Properties map[string][]any

// Micropub is one request to a Micropub endpoint (https://micropub.spec.indieweb.org §3): what is to be done, and with what.
type Micropub struct {
	Action               string
	URL                  string     // of what is changed, deleted or brought back
	Properties           Properties // of what is created
	Replace, Add, Delete Properties // of an update
	Drop                 []string   // properties that an update deletes with all their values
}

// Field is one field of a form.
type Field struct{ Name, Value string }

// Malformed is what is wrong with a request: a sentence for who writes programs.
type Malformed string

// Error is the sentence.
func (m Malformed) Error() string { return string(m) }

// propertyName is the name of a property as a form writes it: category, category[], category[0].
var propertyName = regexp.MustCompile(`^([a-z][a-z0-9-]{0,63})(?:\[\d*\])?$`)

// PropertyName is the name of the property that a field of a form is a value of; empty when it is of none.
func PropertyName(field string) string {
	if name := propertyName.FindStringSubmatch(field); name != nil {
		return name[1]
	}
	return ""
}

// ReadMicropubForm reads a request in a form (§3.2). Commands (mp-) and names that are none are left out, like values without a word.
// Of two contents the one in HTML counts.
func ReadMicropubForm(fields []Field) (*Micropub, error) {
	m, kind, alts, markup := &Micropub{Action: MicropubCreate, Properties: Properties{}}, "entry", []string(nil), ""
	for _, f := range fields {
		switch name := PropertyName(f.Name); {
		case f.Name == "access_token", f.Name == "q":
		case f.Name == "h":
			kind = f.Value
		case f.Name == "action":
			m.Action = f.Value
		case f.Name == "content[html]":
			markup = f.Value
		case name == "mp-photo-alt":
			alts = append(alts, f.Value)
		case name != "" && strings.TrimSpace(f.Value) != "":
			m.Properties[name] = append(m.Properties[name], f.Value)
		}
	}
	if strings.TrimSpace(markup) != "" {
		m.Properties["content"] = []any{map[string]any{"html": markup}}
	}
	describe(m.Properties["photo"], alts)
	if m.Action == MicropubUpdate {
		return nil, Malformed("An update is sent as JSON.")
	}
	if m.Action != MicropubCreate {
		m.URL, _ = first[string](m.Properties["url"])
		m.Properties = nil
	}
	return m, m.check([]string{"h-" + kind})
}

// describe gives photos the alt texts that stand beside them in a form.
func describe(photos []any, alts []string) {
	for i := range min(len(photos), len(alts)) {
		photos[i] = map[string]any{"value": photos[i], "alt": alts[i]}
	}
}

// ReadMicropubJSON reads a request in JSON (§3.2.1): every property has an array of values.
func ReadMicropubJSON(body []byte) (*Micropub, error) {
	var sent struct {
		Type                     []string
		Action, URL              string
		Properties, Replace, Add Properties
		Delete                   json.RawMessage
	}
	if err := readJSON(body, &sent); err != nil {
		return nil, err
	}
	m := &Micropub{Action: sent.Action, URL: sent.URL, Properties: sent.Properties, Replace: sent.Replace, Add: sent.Add}
	if m.Action == "" {
		m.Action = MicropubCreate
	}
	if m.Action != MicropubCreate {
		sent.Type = nil
	} else if m.Properties == nil {
		return nil, Malformed("An entry has properties.")
	}
	if len(sent.Delete) > 0 && readJSON(sent.Delete, &m.Drop) != nil {
		m.Drop = nil
		if err := readJSON(sent.Delete, &m.Delete); err != nil {
			return nil, err
		}
	}
	for _, properties := range []Properties{m.Properties, m.Replace, m.Add, m.Delete} {
		properties.tidy()
	}
	return m, m.check(sent.Type)
}

// readJSON reads one value and nothing after it.
func readJSON(body []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		return Malformed("The JSON is not of the shape that Micropub has: a property has an array of values.")
	}
	if _, err := d.Token(); err != io.EOF {
		return Malformed("After the JSON there is something else.")
	}
	return nil
}

// tidy takes out commands, names that are none, and values that say nothing.
func (p Properties) tidy() {
	for name, values := range p {
		if name == "" || PropertyName(name) != name || strings.HasPrefix(name, "mp-") {
			delete(p, name)
			continue
		}
		kept := values[:0]
		for _, value := range values {
			if text, isText := value.(string); value != nil && (!isText || strings.TrimSpace(text) != "") {
				kept = append(kept, value)
			}
		}
		p[name] = kept
	}
}

func (m *Micropub) check(kind []string) error {
	m.Properties.tidy()
	switch m.Action {
	case MicropubCreate:
		if len(kind) > 0 && (len(kind) != 1 || kind[0] != "h-entry") {
			return Malformed("Only an h-entry can be made here.")
		}
		return nil
	case MicropubUpdate:
		if len(m.Replace)+len(m.Add)+len(m.Delete)+len(m.Drop) == 0 {
			return Malformed("An update replaces, adds or deletes something.")
		}
	case MicropubDelete, MicropubUndelete:
	default:
		return Malformed("The action is none of create, update, delete and undelete.")
	}
	if m.URL == "" {
		return Malformed("The url is missing.")
	}
	return nil
}

// first is the first value of a type.
func first[T any](values []any) (T, bool) {
	for _, value := range values {
		if v, ok := value.(T); ok {
			return v, true
		}
	}
	var none T
	return none, false
}
