//go:build race

package safe

// underRace is when everything takes ten times as long, and the child of AVIF minutes to start.
const underRace = true
