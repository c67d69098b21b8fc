package models

import (
	"strings"

	"gorm.io/gorm"

	"marquee/safe"
)

type mentionsJob struct{ Status int64 }

// announce writes the jobs that tell other sites of a public status that is new, changed or withdrawn; before is what it said,
// nil for a new one. It costs the same however many wait for it: the rest is the worker's.
func (s *Store) announce(tx *gorm.DB, st, before *Status) error {
	if err := s.announceMentions(tx, st, before); err != nil {
		return err
	}
	if parent := st.ReplyTo; before == nil && parent != nil && parent.ReplyURL != "" {
		if err := s.announceAgain(tx, parent.ID); err != nil {
			return err
		}
	}
	return s.spread(tx, st.AccountID)
}

func (s *Store) announceMentions(tx *gorm.DB, st, before *Status) error {
	switch {
	case st.LinksOut() || before != nil && before.LinksOut():
		return s.enqueueOnce(tx, JobMentions, mentionsJob{st.ID}, "TRUE")
	case before == nil:
		return nil
	}
	// Who was told once is told again, also when the link was taken out long ago.
	return s.enqueueOnce(tx, JobMentions, mentionsJob{st.ID}, "EXISTS (SELECT 1 FROM sent_mentions WHERE status_id = ?)", st.ID)
}

// LinksOut reports whether the status is one that everybody may read and leads somewhere by a whole address.
func (st *Status) LinksOut() bool {
	return st.Visibility == Public && st.WithdrawnAt.IsZero() && (st.ReplyURL != "" || strings.Contains(st.HTML, `href="http`) || len(st.Subjects()) > 0)
}

// Fetcher is the one client for everything that goes out.
func (s *Store) Fetcher() *safe.Fetcher { return s.fetcher }
