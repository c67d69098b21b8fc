package views

import (
	"time"

	"marquee/models"
)

// Sources is the feeds of an account's own sites.
type Sources struct {
	Page
	Sources []models.Source
	Address string // as it was typed into the form
	Now     time.Time
	Saved   bool
}

// Heard says how we hear of what is new in a source.
func (s Sources) Heard(src models.Source) string {
	switch {
	case !src.Heard(s.Now):
		return s.T("source.polled")
	case src.Protocol == models.RSSCloud:
		return s.T("source.cloud")
	}
	return s.T("source.hub")
}
