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

// Came says what came of telling one page.
func (p Sent) Came(m models.SentMention) string {
	switch {
	case m.Problem == "":
		return p.T("sent." + m.State)
	case m.State == models.SentWaiting && m.Problem != "error.web_away": // which says when
		return p.T(m.Problem) + " " + p.T("sent.retry")
	case m.State == models.SentWaiting:
		return p.T(m.Problem)
	}
	return p.T("sent."+m.State) + " " + p.T(m.Problem)
}

// leads is the attributes of a link to an address elsewhere that a stranger may have written, letter by letter: html/template
// would spell some of them differently. The address went through safe.URL.
func leads(address string) string {
	return `href="` + html.EscapeString(address) + `" rel="nofollow ugc noopener"`
}
