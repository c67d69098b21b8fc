package safe

import (
	"maps"
	"slices"
	"strings"
)

// cssSet is a list of words, in lower case.
type cssSet map[string]bool

func cssWords(text string) cssSet {
	set := cssSet{}
	for word := range strings.FieldsSeq(text) {
		set[word] = true
	}
	return set
}

func (s cssSet) sorted() []string { return slices.Sorted(maps.Keys(s)) }

var (
	cssAtRules    = cssWords("@media @supports @keyframes @-webkit-keyframes @-moz-keyframes")
	cssMediaWords = cssWords("all screen print only not and or")
	cssRanges     = cssWords("width height aspect-ratio resolution")
	// Of what a browser tells, only what the owner of a page cannot tell visitors apart by.
	cssMediaFeatures = cssWords(`
		width min-width max-width height min-height max-height aspect-ratio min-aspect-ratio max-aspect-ratio
		resolution min-resolution max-resolution orientation color monochrome hover any-hover pointer any-pointer
		prefers-color-scheme prefers-reduced-motion prefers-contrast prefers-reduced-transparency forced-colors`)

	cssUnits = cssWords(`
		px em rem ex rex ch rch cap rcap ic ric lh rlh pt pc in cm mm q fr
		vw vh vi vb vmin vmax svw svh svi svb svmin svmax lvw lvh lvi lvb lvmin lvmax dvw dvh dvi dvb dvmin dvmax
		deg grad rad turn s ms dpi dpcm dppx x`)

	cssPseudoClasses = cssWords(`
		link visited any-link hover active focus focus-visible focus-within target
		enabled disabled checked indeterminate read-only read-write placeholder-shown open
		empty first-child last-child only-child first-of-type last-of-type only-of-type`)
	// What a pseudo-class takes in brackets: An+B, one word, or compound selectors.
	cssPseudoFunctions = map[string]string{
		"nth-child": "n", "nth-last-child": "n", "nth-of-type": "n", "nth-last-of-type": "n",
		"lang": "word", "dir": "word",
		"not": "selectors", "is": "selectors", "where": "selectors",
	}
	cssPseudoElements = cssWords(`
		before after first-letter first-line selection -moz-selection marker placeholder file-selector-button
		-webkit-scrollbar -webkit-scrollbar-thumb -webkit-scrollbar-track -webkit-scrollbar-track-piece
		-webkit-scrollbar-button -webkit-scrollbar-corner`)
	cssOldElements  = cssWords("before after first-letter first-line") // with one colon too
	cssAfterElement = cssWords("hover active focus")                   // ::before:hover

	// Attributes that selectors may ask about. Never what a form holds, nor what a script proves itself with.
	cssAttributes = cssWords(`
		href src alt title class id type lang dir rel target width height align border bgcolor color face size
		colspan rowspan cite datetime`)
	// Attributes that attr() may show, and all that begin with data-.
	cssShown = cssWords("title alt class lang dir href cite datetime rel type src id name")

	// cssOnly are the properties that take no other words than these.
	cssOnly = map[string]cssSet{"position": cssWords("static relative absolute inherit initial unset")}
)

// cssPlace is a group of functions and the properties that they may stand in: none means all, "--" the custom ones, and
// those after "but" are taken away again. An address, a string and the names of lines count as functions: url, "" and [].
type cssPlace struct{ key, functions, in, but string }

var cssPlaces = []cssPlace{
	{key: "colours", functions: "rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix light-dark"},
	{key: "sums", functions: "calc min max clamp"},
	{key: "variables", functions: "var", but: `
		position content cursor display animation animation-delay animation-direction animation-duration animation-fill-mode
		animation-iteration-count animation-name animation-play-state animation-timing-function -webkit-animation
		-webkit-animation-delay -webkit-animation-direction -webkit-animation-duration -webkit-animation-fill-mode
		-webkit-animation-iteration-count -webkit-animation-name -webkit-animation-timing-function
		background-image list-style-image border-image border-image-source mask-image -webkit-mask-image`},
	{key: "gradients", functions: `
		linear-gradient radial-gradient conic-gradient
		repeating-linear-gradient repeating-radial-gradient repeating-conic-gradient
		-webkit-linear-gradient -webkit-radial-gradient -webkit-repeating-linear-gradient -webkit-repeating-radial-gradient
		-moz-linear-gradient -moz-radial-gradient -moz-repeating-linear-gradient -moz-repeating-radial-gradient
		-o-linear-gradient -o-radial-gradient -o-repeating-linear-gradient -o-repeating-radial-gradient`, in: `
		background background-image border-image border-image-source list-style list-style-image
		mask mask-image -webkit-mask -webkit-mask-image --`},
	{key: "transforms", functions: `
		translate translatex translatey translatez translate3d scale scalex scaley scalez scale3d
		rotate rotatex rotatey rotatez rotate3d skew skewx skewy matrix matrix3d perspective`, in: `
		transform -webkit-transform -moz-transform --`},
	{key: "filters", functions: `
		blur brightness contrast drop-shadow grayscale hue-rotate invert opacity saturate sepia`, in: `
		filter -webkit-filter backdrop-filter --`},
	{key: "shapes", functions: "circle ellipse inset polygon rect", in: "clip clip-path -webkit-clip-path shape-outside --"},
	{key: "grids", functions: "repeat minmax fit-content", in: `
		grid grid-template grid-template-columns grid-template-rows grid-auto-columns grid-auto-rows --`},
	{key: "lines", functions: "[]", in: "grid grid-template grid-template-columns grid-template-rows"},
	{key: "paces", functions: "cubic-bezier steps linear", in: `
		animation animation-timing-function -webkit-animation -webkit-animation-timing-function
		transition transition-timing-function -webkit-transition --`},
	{key: "counters", functions: "counter counters attr", in: "content"},
	{key: "strings", functions: `""`, in: `
		content quotes font font-family font-feature-settings font-kerning font-optical-sizing font-size font-size-adjust
		font-smooth font-stretch font-style font-variant font-variant-caps font-variant-numeric font-weight
		grid grid-template grid-template-areas grid-template-columns grid-template-rows
		list-style list-style-image list-style-position list-style-type text-emphasis text-emphasis-color text-emphasis-style
		hyphenate-character animation-name text-overflow`},
	{key: "pictures", functions: "url", in: `
		background background-image border-image border-image-source content cursor list-style list-style-image
		mask mask-image -webkit-mask -webkit-mask-image`},
}

// cssFunctions says which of cssPlaces a function is of; cssProperties, for every property, has a bit for each of those that
// it lets in. "--" stands for all custom properties.
var cssFunctions, cssProperties = cssTables()

func cssTables() (functions map[string]int, properties map[string]uint32) {
	functions, properties = map[string]int{}, map[string]uint32{"--": 0}
	for name := range strings.FieldsSeq(cssPropertyNames) {
		properties[name] = 0
	}
	for i, place := range cssPlaces {
		for name := range strings.FieldsSeq(place.functions) {
			functions[name] = i
		}
		in := strings.Fields(place.in)
		if place.in == "" {
			in = slices.Collect(maps.Keys(properties))
		}
		for _, name := range in {
			properties[name] |= 1 << i
		}
		for name := range strings.FieldsSeq(place.but) {
			properties[name] &^= 1 << i
		}
	}
	return functions, properties
}

// cssReasons are better reasons for what people often write, with what to write instead.
var cssReasons = map[string]string{
	"@import": "css.import", "@font-face": "css.font_face", "@page": "css.page", "@layer": "css.layer",
	"behavior": "css.script", "-moz-binding": "css.script", "expression()": "css.script",
	"alpha()": "css.filter", "progid": "css.filter", "-ms-filter": "css.filter",
	"zoom": "css.zoom", "fixed": "css.fixed", "sticky": "css.fixed", "-webkit-sticky": "css.fixed",
	"env()": "css.env", "image-set()": "css.one_picture", "-webkit-image-set()": "css.one_picture", "cross-fade()": "css.one_picture",
	"-webkit-gradient()": "css.old_gradient",
}

// cssReason is the reason why a word may not stay: its own, if it has one.
func cssReason(word, otherwise string) string {
	if own := cssReasons[word]; own != "" {
		return own
	}
	return otherwise
}
