package safe

import (
	"strings"
	"testing"
	"time"
)

// cssRealistic is a page as people decorate them, over and over until it is as long as a sheet may be.
func cssRealistic(b testing.TB) string {
	b.Helper()
	var page strings.Builder
	for _, v := range cssVectors(b, "more.jsonl", 650) {
		if v.Group == "benign" && !strings.Contains(v.CSS, "/static/") {
			page.WriteString("/* " + v.Name + " */\n" + strings.NewReplacer("{", " {\n  ", ";", ";\n  ", "}", "\n}\n").Replace(v.CSS))
		}
	}
	return strings.Repeat(page.String(), CSSSizeMost/page.Len())
}

func BenchmarkCSS64K(b *testing.B) {
	source := cssRealistic(b)
	b.SetBytes(int64(len(source)))
	b.ReportAllocs()
	for b.Loop() {
		CSS(source, cssScope, cssOwned)
	}
}

// BenchmarkCSSWorst is the vector that takes longest; the contract gives each 500 ms.
func BenchmarkCSSWorst(b *testing.B) {
	var worst cssVector
	var longest time.Duration
	for file, least := range cssFiles {
		for _, v := range cssVectors(b, file, least) {
			start := time.Now()
			cssOf(v.CSS)
			if took := time.Since(start); took > longest {
				worst, longest = v, took
			}
		}
	}
	b.Log(worst.Name)
	b.ReportAllocs()
	for b.Loop() {
		CSS(worst.CSS, cssScope, cssOwned)
	}
}
