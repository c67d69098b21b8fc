package safe

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// CSSVersion rises whenever CSS would answer differently; stored sheets are then made anew.
const CSSVersion = 1

// CSSSizeMost is how many bytes of a stylesheet CSS reads; of a longer one it keeps nothing.
const CSSSizeMost = 64 << 10

// What one sheet may hold. A person who decorates a page meets none of these; they bound our work and that of browsers.
const (
	maxCSSOutput       = CSSSizeMost // bytes: what is written can be read again
	maxCSSRules        = 1000
	maxCSSDeclarations = 200 // of a rule
	maxCSSSelectors    = 50  // of a rule
	maxCSSCompounds    = 10  // of a selector
	maxCSSNots         = 3   // :not() in :not()
	maxCSSGroups       = 3   // @media in @media
	maxCSSTree         = 24  // brackets in brackets
	maxCSSFunctions    = 8   // functions in functions
	maxCSSName         = 100 // characters
	maxCSSString       = 500 // characters
	maxCSSNumber       = 100_000
	maxCSSBlur         = 50 // px
	maxCSSRepeat       = 100
	maxCSSPath         = 200    // bytes
	maxCSSData         = 8      // KiB of one data: picture
	maxCSSAllData      = 32     // KiB of all of them
	maxCSSLayers       = 16     // of a background, of shadows
	maxCSSUses         = 16     // var() in one value
	maxCSSCopies       = 10_000 // of one custom property, once every var() is filled in
	maxCSSProblems     = 100
)

// CSSProblem says what was left out of a stylesheet, where and why.
type CSSProblem struct {
	Line int    // from 1
	Key  string // of the sentence in the locales that gives the reason
	Word string // what it is about: cut short, harmless as text, perhaps empty
	Most int    // the limit that was met, 0 when the reason has none
}

// CSS returns what of a stylesheet may decorate a page, and what was left out. Everything that is not on a list is left out
// (docs/css.md shows the lists), every selector is put under scope, one compound selector such as ".dressed", and the text is
// written anew from what was understood, so that it holds no comment, no "<" and no control character but newlines. A path of
// this site is offered to own, which says whether that picture may be used; nil says no. A sheet of more than CSSSizeMost
// bytes gives nothing and one problem. After 100 problems comes one last, "css.more". What CSS wrote it reads again, and then
// changes nothing but that scope stands there twice. Source: CSS Syntax Level 3, MediaWiki's css-sanitizer, and the history of
// those that fell.
func CSS(source, scope string, own func(path string) bool) (string, []CSSProblem) {
	s := &cssSheet{scope: scope, own: own, copies: 1, long: map[string]bool{}}
	if len(source) > CSSSizeMost {
		s.refuse(0, "css.long", "", CSSSizeMost>>10)
		return "", s.problems
	}
	s.source = cssInput(source)
	r := &cssReader{source: s.source, deep: -1}
	list := r.list(0, 0)
	s.learn(list)
	s.rules(list, 0)
	if r.deep >= 0 {
		s.refuse(r.deep, "css.deep", "", maxCSSTree)
	}
	return s.checked(), s.problems
}

// cssInput prepares a text as css-syntax-3 §3.3 says: valid UTF-8, no NUL, lines that end in LF.
func cssInput(source string) string {
	source = strings.TrimPrefix(strings.ToValidUTF8(source, "\uFFFD"), "\uFEFF")
	return cssEnds.Replace(source)
}

var cssEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\f", "\n", "\x00", "\uFFFD")

// cssSheet is a stylesheet on its way through. Everything that writes appends to out and, when it has to refuse, leaves it to
// its caller to cut off what it wrote.
type cssSheet struct {
	source, scope string
	own           func(path string) bool
	out           []byte
	problems      []CSSProblem
	rulesRead     int
	data          int             // bytes of data: pictures
	copies        int             // how often a custom property may be copied by var() in others, at worst
	long          map[string]bool // custom properties that may hold a large length
	important     bool            // the person knows that !important is dropped
	again         int             // bytes of scope that were there before: a sheet that is read again is not longer
	full          bool            // nothing more is taken
}

// refuse notes what is left out and returns false, for those who end with it.
func (s *cssSheet) refuse(at int, key, word string, most int) bool {
	switch n := len(s.problems); {
	case n > maxCSSProblems:
		return false
	case n == maxCSSProblems:
		key, word, most = "css.more", "", maxCSSProblems
	}
	line := 1 + strings.Count(s.source[:at], "\n")
	s.problems = append(s.problems, CSSProblem{line, key, cssExcerpt(word), most})
	return false
}

// cssExcerpt makes a piece of a stylesheet fit to be shown in a sentence.
func cssExcerpt(word string) string {
	const most, shown = 400, 40 // bytes that are looked at, characters that are shown
	word = Line(strings.ToValidUTF8(word[:min(len(word), most)], ""))
	runes := []rune(word)
	if len(runes) <= shown {
		return word
	}
	return string(runes[:shown-1]) + "…"
}

// excerpt is the source of a list of nodes, up to where what follows begins.
func (s *cssSheet) excerpt(list []cssNode) string {
	if len(list) == 0 {
		return ""
	}
	from, to := list[0].at, list[len(list)-1].end
	return strings.TrimSpace(s.source[from:to])
}

// checked is the last fence: whatever was overlooked before, no sheet closes an element or hides a character.
func (s *cssSheet) checked() string {
	out := string(s.out)
	unfit := func(r rune) bool { return r == '<' || unicode.IsControl(r) && r != '\n' }
	if !utf8.ValidString(out) || strings.ContainsFunc(out, unfit) {
		s.refuse(0, "css.unfit", "", 0)
		return ""
	}
	return out
}
