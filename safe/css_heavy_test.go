package safe

import "testing"

// TestCSSShadows: a blur that is not written out small never gets through, by whatever way.
func TestCSSShadows(t *testing.T) {
	for source, kept := range map[string]bool{
		"a{text-shadow:0 0 4px red,1px 1px 0 #000}":                 true,
		"a{box-shadow:inset 0 0 0 400px red}":                       true,
		"a{box-shadow:0 0 5px var(--glow,red)}":                     true,
		":root{--glow:rgb(1 2 3)}a{box-shadow:0 0 5px var(--glow)}": true,
		"a{text-shadow:0 0 2000px red}":                             false,
		"a{text-shadow:0 0 9em red}":                                false,
		"a{text-shadow:0 0 90vw red}":                               false,
		"a{text-shadow:0 0 calc(9px*99) red}":                       false,
		"a{text-shadow:red 0 0 2000px}":                             false,
		"a{box-shadow:0 0 1px,0 0 2000px}":                          false,
		"a{--s:0 0 2000px}b{text-shadow:var(--s)}":                  false,
		"b{text-shadow:var(--s)}a{--\\73 :0 0 2000px}":              false,
		"a{--t:2000px;--s:0 0 var(--t)}b{text-shadow:var(--s)}":     false,
		"a{text-shadow:0 0 var(--x,2000px)}":                        false,
		"a{filter:drop-shadow(0 0 2000px)}":                         false,
		"@media all{a{--s:0 0 2000px}}b{box-shadow:var(--s)}":       false,
	} {
		_, problems := CSS(source, ".s", nil)
		if refused := len(problems) > 0 && problems[len(problems)-1].Key == "css.shadow"; refused == kept {
			t.Errorf("%s: %v", source, problems)
		}
	}
}
