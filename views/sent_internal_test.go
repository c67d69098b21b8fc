package views

import (
	"strings"
	"testing"

	"marquee/models"
)

// TestCame: what came of telling a page is one sentence, or two that say different things.
func TestCame(t *testing.T) {
	t.Parallel()
	p := Sent{Page: Page{Lang: "en"}}
	for said, m := range map[string]models.SentMention{
		"On its way.":                           {State: models.SentWaiting},
		"The other site said no. We try again.": {State: models.SentWaiting, Problem: "error.web_refused"},
		"The other site does not answer. We try again for two days.": {State: models.SentWaiting, Problem: "error.web_away"},
		"It could not be told. There is nothing at that address.":    {State: models.SentFailed, Problem: "error.web_gone"},
		"Told.": {State: models.SentTaken, Code: 202},
	} {
		if got := p.Came(m); got != said || strings.HasSuffix(got, " ") {
			t.Errorf("%+v: %q, want %q", m, got, said)
		}
	}
}
