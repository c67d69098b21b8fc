package models_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"marquee/models"
	"marquee/safe"
)

// houseLayoutMost is how many bytes a layout of ours may have: somebody is to read it.
const houseLayoutMost = 6 << 10

var (
	tileAddress = regexp.MustCompile(`^/static/retro/[a-z]+\.gif$`)
	scope       = regexp.MustCompile(regexp.QuoteMeta(models.SheetScope + " " + models.SheetScope))
)

// cleaned passes a layout through safe.CSS as an account's page does.
func cleaned(source string) (string, []safe.CSSProblem) {
	return safe.CSS(source, models.SheetScope, tileAddress.MatchString)
}

// TestLayoutsOfTheHouse: what we hang into the gallery is what we tell others to write.
func TestLayoutsOfTheHouse(t *testing.T) {
	t.Parallel()
	keys := models.HouseLayouts()
	if len(keys) < 8 {
		t.Errorf("only %d layouts: %q", len(keys), keys)
	}
	for _, key := range keys {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join("layouts", key+".css"))
			if err != nil {
				t.Fatal(err)
			}
			source := string(text)
			if len(source) > houseLayoutMost {
				t.Errorf("%d bytes", len(source))
			}
			first, _, _ := strings.Cut(source, "\n")
			if !regexp.MustCompile(`^/\* [A-Z].*: .*\. \*/$`).MatchString(first) {
				t.Errorf("its first line doesn't name it: %s", first)
			}
			if strings.Contains(source, "\t") || strings.Count(source, "/*") < 5 {
				t.Error("nobody learns from it")
			}
			once, problems := cleaned(source)
			for _, p := range problems {
				t.Errorf("line %d: %s %s", p.Line, p.Key, p.Word)
			}
			if declared, kept := strings.Count(source, "{"), strings.Count(once, "{"); kept != declared {
				t.Errorf("%d of %d rules are left", kept, declared)
			}
			twice, problems := cleaned(once)
			if again := scope.ReplaceAllString(twice, models.SheetScope); again != once || len(problems) > 0 {
				t.Errorf("cleaned twice it is another one (%v)", problems)
			}
		})
	}
}

// spared are the reasons why something of an old layout may be left out: it comes from elsewhere or never was CSS.
const spared = "css.import css.font_face css.url css.important css.filter css.zoom css.fixed css.script css.property css.prefix"

// TestOldLayoutsSurvive: what people bring from elsewhere keeps all its rules but those that fetch a font.
func TestOldLayoutsSurvive(t *testing.T) {
	t.Parallel()
	for file, kept := range map[string][]string{
		"spacehey-1.css": {
			"--logo-blue:#ff69b4", ".dressed main{background-color:rgba(255,255,255,0.8)", ".dressed .blurbs .heading", ".dressed .general-about .profile-pic img:hover{transform:rotate(360deg) scale(1.15)}",
			".dressed .profile .contact .inner{", ".dressed .profile .friends .comments-table td{", "background:#ffd1e8 none repeat fixed center", ".dressed marquee{", "@keyframes heartbeat{",
		},
		"spacehey-2.css": {
			`background-image:url("/static/retro/bats.gif")`, ".dressed .col.w-40.left{width:38%", ".dressed a,.dressed a:link,.dressed a:active,.dressed a:visited", ".dressed .friends .person:nth-child(odd){", ".dressed #comments .comments-table td:first-child{",
			"scrollbar-face-color:#9900ff", "-webkit-border-radius:0 12px 0 12px", "url(\"data:image/gif;base64,",
		},
	} {
		text, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		css, problems := cleaned(string(text))
		for _, p := range problems {
			if !strings.Contains(spared, p.Key) {
				t.Errorf("%s, line %d: %s %s", file, p.Line, p.Key, p.Word)
			}
		}
		for _, rule := range kept {
			if !strings.Contains(css, rule) {
				t.Errorf("%s loses %s", file, rule)
			}
		}
		if strings.Contains(css, "http") || strings.Contains(css, "position:fixed") {
			t.Errorf("%s: %s", file, css)
		}
	}
}
