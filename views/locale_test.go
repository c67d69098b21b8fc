package views_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"

	"marquee/models"
	"marquee/safe"
	"marquee/views"
	"marquee/widgets"
)

// sentences is every key of a language with its plural forms; a sentence without them has the form "other".
func sentences(t *testing.T, lang string) map[string]map[string]string {
	t.Helper()
	all := map[string]map[string]string{}
	for _, file := range []string{"locales/" + lang + ".toml", "locales/moods." + lang + ".toml"} {
		var found map[string]any
		if _, err := toml.DecodeFile(file, &found); err != nil {
			t.Fatal(err)
		}
		for key, value := range found {
			if all[key] != nil {
				t.Errorf("%s: %s stands there twice", file, key)
			}
			all[key] = map[string]string{}
			switch value := value.(type) {
			case string:
				all[key]["other"] = value
			case map[string]any:
				for form, sentence := range value {
					all[key][form] = fmt.Sprint(sentence)
				}
			default:
				t.Errorf("%s: %s is a %T", file, key, value)
			}
		}
	}
	return all
}

var placeholder = regexp.MustCompile(`\{\{\s*\.(\w+)\s*\}\}`)

func placeholders(sentence string) []string {
	var names []string
	for _, found := range placeholder.FindAllStringSubmatch(sentence, -1) {
		names = append(names, found[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// TestLocalesAreComplete: the same keys, the same words to fill in, the same plurals, and nothing empty.
func TestLocalesAreComplete(t *testing.T) {
	t.Parallel()
	en, fr := sentences(t, "en"), sentences(t, "fr")
	for key := range fr {
		if en[key] == nil {
			t.Errorf("%s is in fr, not in en", key)
		}
	}
	for key, forms := range en {
		if fr[key] == nil {
			t.Errorf("%s is in en, not in fr", key)
			continue
		}
		if (len(forms) > 1) != (len(fr[key]) > 1) {
			t.Errorf("%s has plurals in one language only", key)
		}
		want := placeholders(forms["other"])
		for lang, other := range map[string]map[string]string{"en": forms, "fr": fr[key]} {
			if other["other"] == "" || len(other) > 1 && other["one"] == "" {
				t.Errorf("%s lacks a plural in %s: %v", key, lang, other)
			}
			for form, sentence := range other {
				if strings.TrimSpace(sentence) == "" || strings.TrimSpace(sentence) != sentence {
					t.Errorf("%s (%s) in %s is %q", key, form, lang, sentence)
				}
				if got := placeholders(sentence); !slices.Equal(got, want) {
					t.Errorf("%s (%s) in %s fills in %v, want %v", key, form, lang, got, want)
				}
				if rest := placeholder.ReplaceAllString(sentence, ""); strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
					t.Errorf("%s (%s) in %s has a broken placeholder: %s", key, form, lang, sentence)
				}
			}
		}
	}
}

// TestEveryCountIsSaid: French has a form for millions, too.
func TestEveryCountIsSaid(t *testing.T) {
	t.Parallel()
	for _, l := range models.Languages {
		for key, forms := range sentences(t, l.Code) {
			for _, count := range []int{0, 1, 2, 5, 21, 100, 1_000_000, 1_500_000} {
				pairs := []any{"Count", count, "Most", 500}
				if len(forms) == 1 {
					pairs = nil
					for _, name := range placeholders(forms["other"]) {
						pairs = append(pairs, name, "word")
					}
				}
				if said := views.Say(l.Code, key, pairs...); said == key || said == "" || strings.Contains(said, "<no value>") {
					t.Errorf("%s in %s for %d is %q", key, l.Code, count, said)
				}
			}
		}
	}
	for count, want := range map[int]string{0: "il y a 0 heure", 1: "il y a 1 heure", 2: "il y a 2 heures"} {
		if got := views.Say("fr", "ago.hours", "Count", count); got != want {
			t.Errorf("%d hours: %q, want %q", count, got, want)
		}
	}
}

// TestMoodsHaveWords: every mood of the tree in every language, and no word for a mood that is not there.
func TestMoodsHaveWords(t *testing.T) {
	t.Parallel()
	tree := map[string]bool{}
	for _, family := range models.MoodTree() {
		for _, mood := range append([]models.Mood{family.Mood}, family.Children...) {
			tree["mood."+mood.Key] = true
		}
	}
	for _, l := range models.Languages {
		all := sentences(t, l.Code)
		for key := range tree {
			if all[key] == nil {
				t.Errorf("%s has no word in %s", key, l.Code)
			}
		}
		for key := range all {
			if strings.HasPrefix(key, "mood.") && key != "mood.title" && key != "mood.family" && !tree[key] {
				t.Errorf("%s is a word in %s for no mood", key, l.Code)
			}
		}
	}
}

// TestTheHouseHasWords: every layout and every tile that comes with the site is named in every language, and nothing else.
func TestTheHouseHasWords(t *testing.T) {
	t.Parallel()
	want := map[string]bool{}
	for _, key := range models.HouseLayouts() {
		want["layout."+key], want["layout."+key+".words"] = true, true
	}
	for _, name := range widgets.Tiles() {
		want["tile."+name] = true
	}
	for _, list := range safe.CSSAllowed() {
		want[list.Key] = true
	}
	for _, l := range models.Languages {
		all := sentences(t, l.Code)
		for key := range want {
			if all[key] == nil {
				t.Errorf("%s has no words in %s", key, l.Code)
			}
		}
		for key := range all {
			if (strings.HasPrefix(key, "layout.") || strings.HasPrefix(key, "tile.") || strings.HasPrefix(key, "css.list.")) && !want[key] {
				t.Errorf("%s are words in %s for nothing", key, l.Code)
			}
		}
	}
}

var (
	literal     = regexp.MustCompile(`"([^"\\\n]*)"`)
	inAttribute = regexp.MustCompile(`\.T "([^"]*)"`) // inside an attribute quotes stand in quotes
	keyShape    = regexp.MustCompile(`^[a-z_]+\.[a-z_0-9]*[a-z0-9]$`)
	fileName    = regexp.MustCompile(`\.(json|js|txt|xml|css|svg|html|opml|toml|db|gif|jpg|ico|atom|example|org|test)$`)
)

// literals is every string in the program's sources and templates, tests left out.
func literals(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, room := range []string{"../app", "../handlers", "../models", "../views", "../views/parts", "../widgets", "../feeds", "../safe", "../indieweb"} {
		files, err := filepath.Glob(room + "/*")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if ext := filepath.Ext(file); ext != ".go" && ext != ".html" || strings.HasSuffix(file, "_test.go") {
				continue
			}
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, match := range append(literal.FindAllStringSubmatch(string(source), -1), inAttribute.FindAllStringSubmatch(string(source), -1)...) {
				found[match[1]] = file
			}
		}
	}
	return found
}

// used reports whether a key is written out somewhere, or put together: "month.%d", "notice." and a kind
// that is written elsewhere, "rules" and ".title".
func used(key string, written map[string]string) bool {
	if written[key] != "" {
		return true
	}
	head, tail, _ := strings.Cut(key, ".")
	if written[head+"."] != "" && !slices.ContainsFunc(strings.Split(tail, "."), func(part string) bool { return written[part] == "" }) {
		return true
	}
	if group, part, ok := strings.Cut(key, "_"); ok && written[group+"_"] != "" && written[part] != "" {
		return true
	}
	numbered := regexp.MustCompile(`\d+$`).ReplaceAllString(key, "%d")
	return numbered != key && written[numbered] != "" || written["."+tail] != "" && written[head] != ""
}

// inTables are the groups of keys whose words are those of a table; tests of their own compare the two.
var inTables = []string{"mood", "layout", "tile"}

// TestEveryKeyIsUsedAndExists compares what the program says with what is written for it.
func TestEveryKeyIsUsedAndExists(t *testing.T) {
	t.Parallel()
	en, written := sentences(t, "en"), literals(t)
	groups := map[string]bool{}
	for key := range en {
		groups[strings.SplitN(key, ".", 2)[0]] = true
		if !slices.Contains(inTables, strings.SplitN(key, ".", 2)[0]) && !strings.HasPrefix(key, "css.list.") && !used(key, written) {
			t.Errorf("nobody says %s", key)
		}
	}
	for key, file := range written {
		head, _, _ := strings.Cut(key, ".")
		if keyShape.MatchString(key) && groups[head] && !fileName.MatchString(key) && en[key] == nil {
			t.Errorf("%s says %s, which nobody wrote", file, key)
		}
	}
	if len(en) < 200 || len(written) < 500 {
		t.Errorf("%d keys and %d literals: the test looks in the wrong place", len(en), len(written))
	}
}

func TestSay(t *testing.T) {
	t.Parallel()
	if got := views.Say("en", "no.such_key"); got != "no.such_key" {
		t.Errorf("a missing key says %q", got)
	}
	if got := views.Say("tlh", "nav.login"); got != "log in" {
		t.Errorf("an unknown language says %q", got)
	}
	if models.Speaks("tlh") || models.Speaks("") || !models.Speaks("fr") {
		t.Error("the site does not know what it speaks")
	}
	then := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	if got := views.Ago("fr", then.Add(-time.Hour), then); got != views.Say("fr", "ago.now") {
		t.Errorf("the future is %q", got)
	}
	problem := &models.Error{Text: "error.text_long", Args: map[string]any{"Most": 500, "Count": 1}}
	if got := views.Explain("en", problem); !strings.Contains(got, "500") || !strings.Contains(got, "1 too many") {
		t.Errorf("the refusal says %q", got)
	}
}
