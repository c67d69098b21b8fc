package views

import (
	"marquee/models"
	"marquee/safe"
)

const (
	mentionListed  = 300 // graphemes of a mention that stand in a list as they are
	mentionOpening = 80  // of a longer one, in front of the fold
)

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

// State is the state of a mention in one word, as programs read it: queued, failed, or ok. Only to its owner it is what the owner made of
// it, which is nobody else's business.
func (m MentionSent) State() string {
	state := m.Mention.State
	switch {
	case m.Mention.Queued:
		return "queued"
	case m.Viewer != nil && m.Viewer.ID == m.Mention.AccountID:
		return state
	case state == models.MentionGone:
		return models.MentionFailed
	case state == models.MentionFailed && m.Mention.Problem != "error.mention_blocked":
		return state
	}
	return "ok"
}

// Sentence says the same to a person.
func (m MentionSent) Sentence() string {
	state := m.State()
	if m.Mention.Problem != "" && (state == models.MentionFailed || state == "queued") {
		return m.T(m.Mention.Problem)
	}
	if state == "ok" && m.Mention.State == models.MentionShown { // everybody sees it
		state = models.MentionShown
	}
	return m.T("webmention."+state, "Name", m.Mention.Owner)
}

// Again reports whether the source could not be seen and will be looked for again.
func (m MentionSent) Again() bool { return m.State() == "queued" && m.Mention.Problem != "" }

// OwnMentions is what an account decides of the mentions by other sites.
type OwnMentions struct {
	Page
	Waiting, Shown, Quiet, Refused                     []models.Mention
	OlderWaiting, OlderShown, OlderQuiet, OlderRefused string
	Verdicts                                           []models.Verdict
	MoreVerdicts                                       string
	Count                                              int // of all that wait
	Saved                                              bool
}

// BlockSite asks whether nothing from the site of a mention shall ever get in.
type BlockSite struct {
	Page
	Mention models.Mention
}

// Mention is one mention within a page, for parts/mentions.html.
type Mention struct {
	Page
	Mention *models.Mention
}

func mention(p Page, m models.Mention) Mention { return Mention{p, &m} }

// Yours reports whether who looks is who was mentioned.
func (m Mention) Yours() bool { return m.Viewer != nil && m.Viewer.ID == m.Mention.AccountID }

// Opening is the first words of what is too long to stand in a list; empty for what is not.
func (m Mention) Opening() string {
	text := safe.Untagged(m.Mention.HTML)
	if safe.Graphemes(text) <= mentionListed {
		return ""
	}
	return safe.Clip(text, mentionOpening)
}

// Verb says what a mention does: "replied", "likes", "comes".
func (m Mention) Verb() string {
	if m.Mention.RSVP != "" {
		return m.T("mention.rsvp_" + m.Mention.RSVP)
	}
	return m.T("mention.kind_" + m.Mention.Kind)
}
