package models

import (
	"context"
	"net/url"

	"gorm.io/gorm"

	"marquee/safe"
)

// The kinds of label: what a public status can be found by.
const (
	TagLabel  = "tag"
	MoodLabel = "mood"
)

// Label ties a public status to a tag or a mood. The row of a status that lost its label stays, not
// live, so that the feed of the label knows when it changed.
type Label struct {
	Kind, Word  string
	PublishedAt Instant
	StatusID    int64
	Live        bool
	ChangedAt   Instant
}

// TagPath is the address of a tag's page.
func TagPath(word string) string { return "/tag/" + url.PathEscape(word) }

// labels is what a public status can be found by: its tags, its mood and the family of its mood.
func (st *Status) labels() []Label {
	if st.Visibility != Public || !st.WithdrawnAt.IsZero() {
		return nil
	}
	var list []Label
	add := func(kind, word string) {
		list = append(list, Label{Kind: kind, Word: word, PublishedAt: st.PublishedAt, StatusID: st.ID, Live: true})
	}
	for _, word := range safe.Tags(st.Text) {
		add(TagLabel, word)
	}
	if mood, ok := MoodOf(st.Mood); ok {
		add(MoodLabel, mood.Key)
		if mood.Parent != "" {
			add(MoodLabel, mood.Parent)
		}
	}
	return list
}

// relabel writes the labels that st has now and marks as gone those that before had and st has not.
func relabel(tx *gorm.DB, st *Status, before []Label, at Instant) error {
	now := st.labels()
	kept := map[[2]string]bool{}
	for i := range now {
		now[i].ChangedAt = at
		kept[[2]string{now[i].Kind, now[i].Word}] = true
	}
	for _, l := range before {
		if !kept[[2]string{l.Kind, l.Word}] {
			l.Live, l.ChangedAt = false, at
			now = append(now, l)
		}
	}
	for _, l := range now {
		err := tx.Exec(`INSERT INTO labels (kind, word, published_at, status_id, live, changed_at) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (kind, word, published_at, status_id) DO UPDATE SET live = excluded.live, changed_at = excluded.changed_at`,
			l.Kind, l.Word, l.PublishedAt, l.StatusID, l.Live, l.ChangedAt).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// LabelChanged is when the list of a label last changed.
func (s *Store) LabelChanged(ctx context.Context, kind, word string) (at Instant, err error) {
	err = s.read.WithContext(ctx).Raw(`SELECT COALESCE((SELECT MAX(changed_at) FROM labels WHERE kind = ? AND word = ?), 0)`,
		storable(kind), storable(word)).Scan(&at).Error
	if err != nil {
		return 0, err
	}
	site, err := s.Site(ctx)
	return max(at, site.ErasedAt), err
}

// Tags are the tag words of the status's text, as they are keyed.
func (st *Status) Tags() []string { return safe.Tags(st.Text) }
