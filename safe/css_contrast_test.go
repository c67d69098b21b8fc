package safe_test

import (
	"fmt"
	"testing"

	"marquee/safe"
)

func TestCSSContrasts(t *testing.T) {
	for source, want := range map[string]string{
		"p{color:black;background:white}":                                      "[]",
		"p{color:#777;background:#fff}":                                        "[{p 4.5}]",
		"p{color:yellow;background-color:white}":                               "[{p 1.1}]",
		"a,b{color:rgb(200,200,200);background:#eee}":                          "[{a 1.4} {b 1.4}]",
		"p{color:red}p{background:#f00}":                                       "[{p 1}]",
		"body{color:#eee;background:#111}main{background:#fff}.inner{}":        "[{main 1.2}]",
		"body{color:#eee}.inner{background:#ffe;color:#111}":                   "[]",
		"body{color:navy;background:#000 url(/static/retro/stars.gif) repeat}": "[]",
		"p{color:var(--ink);background:linear-gradient(red,blue)}":             "[]",
		"@media (max-width:9px){p{color:#fff;background:#fff}}":                "[{p 1}]",
	} {
		css, _ := safe.CSS(source, ".page", func(string) bool { return true })
		if got := fmt.Sprint(safe.CSSContrasts(css, ".page")); got != want {
			t.Errorf("%s: %s, want %s", source, got, want)
		}
	}
}
