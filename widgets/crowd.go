package widgets

import "slices"

// A crowd sits in rows.
const (
	crowdMost = 60
	crowdRow  = 15
	seat      = side + 2
)

// Share is how many of a crowd have a mood of a family.
type Share struct {
	Family string
	Count  int
}

// Crowd draws the moods of many as a GIF: at most 60 faces in rows, in proportion but at least one for each family, in the
// order of the mood tree. Nobody at all is an empty row.
func Crowd(shares []Share) []byte {
	faces := seats(shares)
	rows := max(1, (len(faces)+crowdRow-1)/crowdRow)
	c := newCanvas(crowdRow*seat, rows*seat, "")
	for i, family := range faces {
		c.face(1+i%crowdRow*seat, 1+i/crowdRow*seat, 1, family)
	}
	return encodeGIF(0, c)
}

// seats lists the faces of a crowd. Every family gets its first seat, then the one that has the fewest for its number.
func seats(shares []Share) []string {
	counts, total := map[string]int{}, 0
	for _, s := range shares {
		if s.Count > 0 && slices.Contains(actors().order, s.Family) {
			counts[s.Family] += s.Count
			total += s.Count
		}
	}
	given := map[string]int{}
	for range min(total, crowdMost) {
		best := ""
		for _, family := range actors().order {
			if counts[family] > 0 && (best == "" || counts[family]*given[best] > counts[best]*given[family]) {
				best = family
			}
		}
		given[best]++
	}
	var faces []string
	for _, family := range actors().order {
		faces = append(faces, slices.Repeat([]string{family}, given[family])...)
	}
	return faces
}
