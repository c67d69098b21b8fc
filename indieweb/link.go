package indieweb

import "strings"

// link is one value of a Link header.
type link struct{ target, rel, kind, anchor string }

// parseLinks reads one line of a Link header (RFC 8288 §3): any number of <target>; name=value; name="value" with commas between
// them. The first rel of a target counts. What cannot be read ends the line: nothing is guessed, nothing fails.
func parseLinks(line string) (links []link) {
	for {
		line = strings.TrimLeft(line, " \t,")
		if !strings.HasPrefix(line, "<") {
			return links
		}
		target, rest, closed := strings.Cut(line[1:], ">")
		if !closed {
			return links
		}
		l := link{target: strings.TrimSpace(target)}
		line = l.parameters(rest)
		links = append(links, l)
	}
}

// parameters reads what follows a target and returns what is left of the line after its comma.
func (l *link) parameters(s string) string {
	said := map[string]bool{}
	for {
		s = strings.TrimLeft(s, " \t")
		if !strings.HasPrefix(s, ";") {
			_, after, _ := strings.Cut(s, ",")
			return after
		}
		s = strings.TrimLeft(s[1:], " \t")
		end := strings.IndexAny(s, "=;,")
		if end < 0 {
			return ""
		}
		name, value := strings.ToLower(strings.TrimSpace(s[:end])), ""
		if s = s[end:]; s[0] == '=' {
			value, s = parameterValue(strings.TrimLeft(s[1:], " \t"))
		}
		if said[name] {
			continue
		}
		said[name] = true
		switch name {
		case "rel":
			l.rel = value
		case "type":
			l.kind = value
		case "anchor":
			l.anchor = value
		}
	}
}

// parameterValue reads a token or a quoted string (RFC 9110 §5.6.4) and returns what is left.
func parameterValue(s string) (value, rest string) {
	if !strings.HasPrefix(s, `"`) {
		end := strings.IndexAny(s, ";,")
		if end < 0 {
			end = len(s)
		}
		return strings.TrimSpace(s[:end]), s[end:]
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			if i++; i < len(s) {
				b.WriteByte(s[i])
			}
		case '"':
			return b.String(), s[i+1:]
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), ""
}
