package app

import (
	"testing"

	"marquee/indieweb"
	"marquee/models"
	"marquee/tests/kit"
	"marquee/views"
)

// TestJobsHaveWords: the webmaster reads what each kind of job does, in every language.
func TestJobsHaveWords(t *testing.T) {
	s := kit.SQLite(t)
	for kind := range newWorker(s.Store, indieweb.NewSpeaker(s.Store, "http://127.0.0.1", nil)).kinds {
		for _, l := range models.Languages {
			if said := (views.Jobs{Page: views.Page{Lang: l.Code}}).What(kind); said == kind {
				t.Errorf("%s has no words in %s", kind, l.Code)
			}
		}
	}
	if said := (views.Jobs{}).What("of tomorrow"); said != "of tomorrow" {
		t.Errorf("a job that nobody knows is called %q", said)
	}
}
