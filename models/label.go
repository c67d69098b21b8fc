package models

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"
)

// The kinds of label: what a public status can be found by.
const (
	TagLabel     = "tag"
	MoodLabel    = "mood"
	PictureLabel = "picture" // everybody's, and each account's by its id
)

const everybody = "everybody"

// Pictures is the stream of public statuses that have pictures.
func Pictures() Stream { return Stream{Kind: PictureLabel, Word: everybody} }

// PictureStream is the stream of the account's public statuses that have pictures.
func (a *Account) PictureStream() Stream {
	return Stream{Kind: PictureLabel, Word: strconv.FormatInt(a.ID, 10)}
}

// Label ties a public status to a tag or a mood.
type Label struct {
	Kind, Word  string
	PublishedAt Instant
	StatusID    int64
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
		list = append(list, Label{Kind: kind, Word: word, PublishedAt: st.PublishedAt, StatusID: st.ID})
	}
	for _, word := range st.Words() {
		add(TagLabel, word)
	}
	if mood, ok := MoodOf(st.Mood); ok {
		add(MoodLabel, mood.Key)
		if mood.Parent != "" {
			add(MoodLabel, mood.Parent)
		}
	}
	if st.PictureCount > 0 {
		add(PictureLabel, everybody)
		add(PictureLabel, strconv.FormatInt(st.AccountID, 10))
	}
	return list
}

// addLabels writes labels that are not there yet, in one statement.
func addLabels(tx *gorm.DB, labels []Label) error {
	if len(labels) == 0 {
		return nil
	}
	args := make([]any, 0, 4*len(labels))
	for _, l := range labels {
		args = append(args, l.Kind, l.Word, l.PublishedAt, l.StatusID)
	}
	rows := strings.Repeat(", (?, ?, ?, ?)", len(labels))[2:]
	return exec(tx, "INSERT INTO labels (kind, word, published_at, status_id) VALUES "+rows+" ON CONFLICT DO NOTHING", args...)
}

// relabel gives an edited or withdrawn status the labels it has now instead of those it had before, and
// notes that the lists of all of them changed.
func relabel(tx *gorm.DB, st *Status, before []Label, at Instant) error {
	now := st.labels()
	if err := tx.Exec("DELETE FROM labels WHERE status_id = ?", st.ID).Error; err != nil {
		return err
	}
	if err := addLabels(tx, now); err != nil {
		return err
	}
	noted := map[Label]bool{}
	// In one order for everybody, so that two edits never wait for each other.
	for _, l := range slices.SortedFunc(slices.Values(append(before, now...)), compareLabels) {
		if noted[l] {
			continue
		}
		noted[l] = true
		err := tx.Exec(`INSERT INTO label_changes (kind, word, changed_at) VALUES (?, ?, ?)
			ON CONFLICT (kind, word) DO UPDATE SET changed_at = excluded.changed_at`, l.Kind, l.Word, at).Error
		if err != nil {
			return err
		}
	}
	return nil
}

func compareLabels(a, b Label) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Word, b.Word))
}

// LabelChanged is when the list of a label last changed.
func (s *Store) LabelChanged(ctx context.Context, kind, word string) (at Instant, err error) {
	kind, word = storable(kind), storable(word)
	var found struct{ Newest, Changed, Erased Instant }
	err = s.read.WithContext(ctx).Raw(`SELECT COALESCE((SELECT MAX(published_at) FROM labels WHERE kind = ? AND word = ?), 0) AS newest,
		COALESCE((SELECT changed_at FROM label_changes WHERE kind = ? AND word = ?), 0) AS changed,
		(SELECT erased_at FROM site WHERE id = 1) AS erased`, kind, word, kind, word).Scan(&found).Error
	return max(found.Newest, found.Changed, found.Erased), err
}
