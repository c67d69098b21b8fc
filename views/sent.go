package views

import (
	"html"

	"marquee/models"
)

// Sent is what came of telling those to whom a status leads, for who wrote it.
type Sent struct {
	Page
	Status   *models.Status
	Mentions []models.SentMention
}

// Deleted reports whether the status was withdrawn.
func (p Sent) Deleted() bool { return !p.Status.WithdrawnAt.IsZero() }

// leads is the attributes of a link to an address elsewhere that a stranger may have written, letter by letter: html/template
// would spell some of them differently. The address went through safe.URL.
func leads(address string) string {
	return `href="` + html.EscapeString(address) + `" rel="nofollow ugc noopener"`
}
