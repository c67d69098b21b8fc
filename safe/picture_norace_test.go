//go:build !race

package safe

const underRace = false
