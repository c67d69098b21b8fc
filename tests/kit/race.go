//go:build race

package kit

// raced is when the race detector watches, and everything takes several times as long.
const raced = true
