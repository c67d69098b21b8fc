package views

import (
	"strings"
	"sync"

	"marquee/models"
	"marquee/safe"
)

// MoodKey is the key of the base mood that a word names: the key itself, or the mood's word in any language of the site, whatever
// its case.
func MoodKey(word string) (key string, ok bool) {
	key, ok = moodWords()[strings.ToLower(safe.Line(word))]
	return key, ok
}

var moodWords = sync.OnceValue(func() map[string]string {
	words := map[string]string{}
	name := func(word, key string) {
		if word = strings.ToLower(word); words[word] == "" {
			words[word] = key
		}
	}
	every := func(do func(key string)) {
		for _, family := range models.MoodTree() {
			do(family.Key)
			for _, child := range family.Children {
				do(child.Key)
			}
		}
	}
	every(func(key string) { name(key, key) })
	for _, language := range models.Languages {
		every(func(key string) { name(Say(language.Code, "mood."+key), key) })
	}
	return words
})
