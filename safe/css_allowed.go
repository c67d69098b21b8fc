package safe

import "strings"

// CSSList is one list of the reference: Key names it in the locales, Words are what is allowed.
type CSSList struct {
	Key   string
	Words []string
}

// CSSAllowed is everything that CSS lets through, from the very tables that decide: first what a rule is made of, then each
// group of functions with, in a list of its own whose key ends in "_in", the properties that take it, unless all do.
func CSSAllowed() []CSSList {
	functions := cssSet{}
	for name, kind := range cssPseudoFunctions {
		functions[name+"("+map[string]string{"n": "2n+1", "word": "…", "selectors": "…"}[kind]+")"] = true
	}
	lists := []CSSList{
		{"css.list.properties", cssWords(cssPropertyNames).sorted()},
		{"css.list.positions", cssOnly["position"].sorted()},
		{"css.list.units", cssUnits.sorted()},
		{"css.list.at_rules", cssAtRules.sorted()},
		{"css.list.media", cssMediaWords.sorted()},
		{"css.list.features", cssMediaFeatures.sorted()},
		{"css.list.pseudo_classes", cssPseudoClasses.sorted()},
		{"css.list.pseudo_functions", functions.sorted()},
		{"css.list.pseudo_elements", cssPseudoElements.sorted()},
		{"css.list.attributes", cssAttributes.sorted()},
		{"css.list.shown", append(cssShown.sorted(), "data-…")},
	}
	for _, place := range cssPlaces {
		lists = append(lists, CSSList{"css.list." + place.key, strings.Fields(place.functions)})
		if place.in != "" {
			lists = append(lists, CSSList{"css.list." + place.key + "_in", cssWords(place.in).sorted()})
		}
		if place.but != "" {
			lists = append(lists, CSSList{"css.list." + place.key + "_but", cssWords(place.but).sorted()})
		}
	}
	return lists
}
