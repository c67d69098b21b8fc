package views

import "marquee/models"

// Jobs is what the house does behind the curtain, for the webmaster.
type Jobs struct {
	Page
	Queues  []models.Queue
	Resting []models.Peer
	Dead    []models.Job
	Older   string // address of the next page of those that were given up, empty at the end
	First   bool
	Saved   bool
}

// What says what a kind of job does; it is the kind itself when a newer version of the program has written it.
func (j Jobs) What(kind string) string {
	key := "job." + kind
	if said := j.T(key); said != key {
		return said
	}
	return kind
}
