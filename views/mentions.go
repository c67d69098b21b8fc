package views

import "marquee/models"

// Webmention is the form to tell this site of a page elsewhere that links to it.
type Webmention struct {
	Page
	Source, Target string
}

// MentionSent says what came of a mention.
type MentionSent struct {
	Page
	Mention *models.Mention
}

// State is the state of a mention in one word, as programs read it: queued, or what came of it.
func (m MentionSent) State() string {
	if m.Mention.Queued && (m.Mention.State == models.MentionNew || m.Mention.Problem == "") {
		return "queued"
	}
	return m.Mention.State
}

// Sentence says the same to a person.
func (m MentionSent) Sentence() string {
	switch state := m.State(); {
	case state == models.MentionFailed, state == "queued" && m.Mention.Problem != "":
		return m.T(m.Mention.Problem)
	default:
		return m.T("webmention."+state, "Name", m.Mention.Owner)
	}
}

// Again reports whether the source could not be seen and will be looked for again.
func (m MentionSent) Again() bool { return m.State() == "queued" && m.Mention.Problem != "" }

// OwnMentions is what an account decides of the mentions by other sites.
type OwnMentions struct {
	Page
	Waiting, Shown, Quiet                []models.Mention
	OlderWaiting, OlderShown, OlderQuiet string
	Verdicts                             []models.Verdict
	MoreVerdicts                         string
	Count                                int // of all that wait
	Saved                                bool
}

// Mention is one mention within a page, for parts/mentions.html.
type Mention struct {
	Page
	Mention *models.Mention
}

func mention(p Page, m models.Mention) Mention { return Mention{p, &m} }

// Verb says what a mention does: "replied", "likes", "comes".
func (m Mention) Verb() string {
	if m.Mention.RSVP != "" {
		return m.T("mention.rsvp_" + m.Mention.RSVP)
	}
	return m.T("mention.kind_" + m.Mention.Kind)
}
