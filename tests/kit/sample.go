package kit

// sampleEach is how many of a long table stand for one under the race detector.
const sampleEach = 5

// Sample is a long table of cases; under the race detector, which sees no more in many of a kind than in some, it is every fifth. Whole
// tables are for the run without it.
func Sample[T any](list []T) []T {
	if !raced {
		return list
	}
	var some []T
	for i := 0; i < len(list); i += sampleEach {
		some = append(some, list[i])
	}
	return some
}
