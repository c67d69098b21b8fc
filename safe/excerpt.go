package safe

import (
	"strings"

	"github.com/rivo/uniseg"
)

const graphemeMost = 40 // bytes: the longest emoji (a family, a flag of Scotland) have 25 to 35

// Excerpt is the beginning of a text in one line, at most so many graphemes with the … that ends it where it is cut: after a word,
// if one ends near there. What stacks marks (Overstacked) is left out as a whole.
func Excerpt(text string, most int) string {
	line := Line(text)
	if Overstacked(line) {
		return ""
	}
	rest, state, size, count, word := line, -1, 0, 0, 0
	for rest != "" {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if count++; count > most || size+len(cluster) > most*graphemeMost {
			if word < size*3/4 { // a long word, or a script that knows no spaces
				word = lastStart(line[:size])
			}
			return strings.TrimRight(line[:word], " ") + "…"
		}
		if cluster == " " {
			word = size
		}
		size += len(cluster)
	}
	return line
}

// Around is what two halves of a line say near where they meet, at most so many graphemes, a third of them of the first half if the second
// has as many; an … stands where it is cut, between words if it can.
func Around(before, after string, most int) string {
	ahead := Graphemes(before)
	if keep := max(most/3, most-Graphemes(after)); ahead > keep {
		for state := -1; ahead > keep; ahead-- {
			_, before, _, state = uniseg.FirstGraphemeClusterInString(before, state)
		}
		if _, whole, found := strings.Cut(before, " "); found && len(whole) > len(before)*3/4 {
			before = whole
		}
		before = "…" + before
	}
	return before + Excerpt(after, most-ahead)
}

// lastStart is where the last grapheme of a text begins.
func lastStart(text string) (start int) {
	for rest, state := text, -1; rest != ""; {
		start = len(text) - len(rest)
		_, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
	}
	return start
}
