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
