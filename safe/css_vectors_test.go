package safe

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const cssScope = ".u-page"

// cssVector is a stylesheet with what may and what must be in the answer: testdata/css/*.jsonl. How long the longest takes (max_ms there) is for
// BenchmarkCSSWorst.
type cssVector struct {
	Name, Group, Level, CSS string
	MustNotContain          []string `json:"must_not_contain"`
	MustNotContainRaw       []string `json:"must_not_contain_raw"`
	MustKeep                []string `json:"must_keep"`
	Repeat                  *struct {
		Unit  string
		Count int
	}
	MaxOutBytes int `json:"max_out_bytes"`
}

func cssVectors(t testing.TB, file string, least int) []cssVector {
	t.Helper()
	var vectors []cssVector
	for _, line := range linesOf(t, "testdata/css/"+file) {
		var v cssVector
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%s: %v in %s", file, err, line)
		}
		if v.Repeat != nil {
			v.CSS = strings.ReplaceAll(v.CSS, "%REPEAT%", strings.Repeat(v.Repeat.Unit, v.Repeat.Count))
		}
		v.CSS = strings.ReplaceAll(v.CSS, "%SCOPE%", cssScope)
		for _, list := range [][]string{v.MustNotContain, v.MustKeep} {
			for i := range list {
				list[i] = strings.ReplaceAll(list[i], "%SCOPE%", cssScope)
			}
		}
		vectors = append(vectors, v)
	}
	if len(vectors) < least {
		t.Fatalf("%s has %d vectors", file, len(vectors))
	}
	return vectors
}

// cssOwned is a person's pictures.
func cssOwned(path string) bool {
	return strings.HasPrefix(path, "/media/own/") || strings.HasPrefix(path, "/static/retro/")
}

func cssOf(source string) string {
	out, _ := CSS(source, cssScope, cssOwned)
	return out
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssTight   = regexp.MustCompile(` ?([{}:;,>~+()!]) ?`)
	cssHexed   = regexp.MustCompile(`\\(?:([0-9A-Fa-f]{1,6})[ \n\t]?|([^\n0-9A-Fa-f]))`)
)

// normCSS makes two stylesheets that mean the same look the same.
func normCSS(s string) string {
	s = strings.ToLower(cssComment.ReplaceAllString(s, ""))
	s = strings.Join(strings.Fields(strings.ReplaceAll(s, `"`, "'")), " ")
	return strings.TrimSpace(cssTight.ReplaceAllString(s, "$1"))
}

// unescapedCSS is how a reader sees s that decodes escapes first.
func unescapedCSS(s string) string {
	return cssHexed.ReplaceAllStringFunc(s, func(escape string) string {
		found := cssHexed.FindStringSubmatch(escape)
		if code, err := strconv.ParseInt(found[1], 16, 32); err == nil {
			return string(rune(code))
		}
		return found[2]
	})
}

// check is what is wrong with the answer of a sanitizer to the vector, "" when nothing is.
func (v cssVector) check(sanitize func(string) string) string {
	out := sanitize(v.CSS)
	shown, decoded := normCSS(out), normCSS(unescapedCSS(out))
	for _, bad := range v.MustNotContain {
		if bad := normCSS(bad); strings.Contains(shown, bad) || strings.Contains(decoded, bad) {
			return fmt.Sprintf("holds %q", bad)
		}
	}
	for _, bad := range v.MustNotContainRaw {
		if strings.Contains(strings.ToLower(out), strings.ToLower(bad)) {
			return fmt.Sprintf("holds %q as it is", bad)
		}
	}
	for _, good := range v.MustKeep {
		if good := normCSS(good); !strings.Contains(shown, good) {
			return fmt.Sprintf("lost %q", good)
		}
	}
	if again := undoubled(sanitize(out)); again != out {
		return fmt.Sprintf("is another the second time: %.300q", again)
	}
	if v.MaxOutBytes > 0 && len(out) > v.MaxOutBytes {
		return fmt.Sprintf("has %d bytes", len(out))
	}
	return ""
}

// undoubled takes off the scope that a sheet gets when it is sanitized for the second time.
func undoubled(out string) string {
	return strings.ReplaceAll(out, cssScope+" "+cssScope, cssScope)
}

// cssFiles are the files of vectors, and how many each has at least. The first is shared with others who write such fences.
var cssFiles = map[string]int{"vectors.jsonl": 140, "more.jsonl": 650}

func TestCSSVectors(t *testing.T) {
	for file, least := range cssFiles {
		seen := map[string]bool{}
		for _, v := range cssVectors(t, file, least) {
			if fault := v.check(cssOf); fault != "" {
				t.Errorf("%s (%s, %s): %.400q\n%s\n%.800s", v.Name, v.Group, v.Level, v.CSS, fault, cssOf(v.CSS))
			}
			if seen[v.Name] {
				t.Errorf("%s: two vectors are called %s", file, v.Name)
			}
			seen[v.Name] = true
		}
	}
}

// Sanitizers that are none, or not good enough, must fail: else the vectors prove nothing. The shares are what others found.
func TestCSSVectorsFindFaults(t *testing.T) {
	blocked := regexp.MustCompile(`(?i)@import[^;]*;?|expression\(.*?\)|(javascript|vbscript):|behavior|-moz-binding|position:\s*fixed|url\(['"]?(https?:)?//[^)]*\)|</?style[^>]*>|<!--|-->`)
	selector := regexp.MustCompile(`(^|\})\s*([^{}@]+)\{`)
	for _, c := range []struct {
		name     string
		share    float64
		sanitize func(string) string
	}{
		{"identity", .6, func(s string) string { return s }},
		{"empty", .8, func(string) string { return "" }},
		{"a list of what is bad", .3, func(s string) string {
			return selector.ReplaceAllString(blocked.ReplaceAllString(s, ""), "$1"+cssScope+" $2{")
		}},
	} {
		for file, least := range cssFiles {
			vectors := slices.DeleteFunc(cssVectors(t, file, least), func(v cssVector) bool { return v.Repeat != nil }) // long ones only cost time
			failed := 0
			for _, v := range vectors {
				if v.check(c.sanitize) != "" {
					failed++
				}
			}
			t.Logf("%s: %s fails %d of %d", file, c.name, failed, len(vectors))
			if float64(failed) < c.share*float64(len(vectors)) {
				t.Errorf("%s: %s fails only %d of %d", file, c.name, failed, len(vectors))
			}
		}
	}
}
