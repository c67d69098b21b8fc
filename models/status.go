package models

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"marquee/safe"
)

// Who may read a status.
const (
	Public  = "public"
	Private = "private" // only who wrote it
)

const (
	moodTextMost = 60 // graphemes
	bytesPerChar = 40 // the longest emoji (a family, a flag of Scotland) have 25 to 35
)

// Status is one post: a text, a face, a mood, or some of them. A withdrawn one keeps its words for a day, for who wants them
// back, and is an empty tombstone then, kept so that its address can answer 410.
type Status struct {
	ID          int64
	AccountID   int64
	Text        string // as typed, cleaned
	HTML        string // what is shown
	Face        string // one emoji, or empty
	Mood        string // key of the mood tree, or empty
	MoodText    string // the person's own words for it
	Visibility  string
	Tags        string // words given beside the text, one a line
	Markup      string // clean HTML, when it was written in HTML; Text is then what is left without it
	Extra       string // JSON object of the microformats properties that are kept and not shown; empty: none
	ReplyToID   *int64
	ReplyURL    string  // address elsewhere that it answers; empty: none
	Origin      string  // address elsewhere where it was written first; empty: here
	Once        *string // hash of the token of the form it was sent with: a form sent twice is one status
	PublishedAt Instant
	EditedAt    Instant
	WithdrawnAt Instant
	Erased      bool // it was withdrawn for good: its words are gone

	PictureCount int

	Context  *Context  `gorm:"-"` // what it answers elsewhere; nil while that is not known
	Account  *Account  `gorm:"-"`
	ReplyTo  *Status   `gorm:"-"` // with its account; nil when it answers nothing, or something that is gone
	Pictures []Picture `gorm:"-"`
}

// Path is the status's permalink on this site.
func (st *Status) Path() string { return fmt.Sprintf("%s/%d", st.Account.Path(), st.ID) }

// ShownFace is the status's own face, or its mood's.
func (st *Status) ShownFace() string {
	if st.Face != "" {
		return st.Face
	}
	mood, _ := MoodOf(st.Mood)
	return mood.Face
}

// Family is the key of the mood that owns the status's drawn face; empty without a mood.
func (st *Status) Family() string {
	mood, _ := MoodOf(st.Mood)
	return cmp.Or(mood.Parent, mood.Key)
}

// ChangedAt is when the status was last written.
func (st *Status) ChangedAt() Instant { return max(st.PublishedAt, st.EditedAt) }

// Draft is what somebody wants to say; every door decodes into it.
type Draft struct {
	Text, Face, Mood, MoodText string
	Visibility                 string         // empty: Public
	ReplyToID                  int64          // a status here, zero for none
	ReplyURL                   string         // an address that it answers, here or elsewhere, empty for none
	Tags                       string         // words beside those in the text, one a line
	Markup                     string         // HTML, instead of Text
	Extra                      string         // see Status.Extra
	Origin                     string         // see Status.Origin
	PublishedAt                Instant        // when it was written elsewhere; zero: now. The future is now
	Once                       string         // token of the form; see Status.Once
	Kept                       bool           // it waited in the composer, see KeptDraft, and need not wait any more
	From                       *Status        `gorm:"-" json:"-"` // what it was made from: Edit takes it only while that is there; nil: whatever is
	Pictures                   []DraftPicture `gorm:"-"`
}

// IsEmpty reports whether the draft says nothing at all.
func (d *Draft) IsEmpty() bool {
	return d.Text == "" && d.Markup == "" && d.Face == "" && d.Mood == "" && d.MoodText == "" && len(d.Pictures) == 0
}

// Publish is the only way a status comes to be: the rules, then one transaction that writes the
// status, its labels, the marks of freshness and the jobs that follow from it.
func (s *Store) Publish(ctx context.Context, by *Account, d Draft) (*Status, error) {
	st, err := s.compose(ctx, by, d)
	if err != nil {
		return nil, err
	}
	now := s.instant()
	if st.PublishedAt <= 0 || st.PublishedAt > now {
		st.PublishedAt = now
	}
	if d.Once != "" {
		once := TokenHash(d.Once) // whatever a browser sent, this fits
		st.Once = &once
	}
	err = s.tx(ctx, func(tx *gorm.DB) error {
		st.ID = 0
		if err := s.insert(tx, st, now); err != nil || !d.Kept {
			return err
		}
		return s.forgetDraft(tx, by)
	})
	if err == nil && st.ID == 0 {
		return s.sentBefore(ctx, by, d.Once)
	}
	return st, err
}

// insert writes a status that comes to be at this moment; it may say that it was written long before.
func (s *Store) insert(tx *gorm.DB, st *Status, at Instant) error {
	if err := s.holdAnswered(tx, st); err != nil {
		return err
	}
	rows, err := query(tx, `INSERT INTO statuses (account_id, text, html, face, mood, mood_text, tags, markup, extra, visibility, reply_to_id, reply_url, origin, once,
		picture_count, published_at, edited_at, withdrawn_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0) ON CONFLICT DO NOTHING RETURNING id`,
		st.AccountID, st.Text, st.HTML, st.Face, st.Mood, st.MoodText, st.Tags, st.Markup, st.Extra, st.Visibility, st.ReplyToID, st.ReplyURL, st.Origin,
		st.Once, st.PictureCount, st.PublishedAt)
	if err != nil {
		return err
	}
	for rows.Next() {
		err = rows.Scan(&st.ID)
	}
	if err = errors.Join(err, rows.Err(), rows.Close()); err != nil || st.ID == 0 {
		return err
	}
	if st.PictureCount > 0 {
		err = s.hang(tx, st)
	}
	if err == nil {
		err = s.lookUp(tx, st)
	}
	if err != nil || st.Visibility != Public {
		return err
	}
	if at == st.PublishedAt {
		err = addLabels(tx, st.labels())
	} else {
		err = relabel(tx, st, nil, at) // lists that are sorted by time do not show by their newest that an older one came
	}
	if err != nil {
		return err
	}
	if err := s.noticed(tx, st); err != nil {
		return err
	}
	if err := touchStatus(tx, st, nil, at); err != nil {
		return err
	}
	return s.announce(tx, st, nil)
}

// sentBefore is the status that the same form made when it was first sent.
func (s *Store) sentBefore(ctx context.Context, by *Account, once string) (*Status, error) {
	var id int64
	err := s.read.WithContext(ctx).Raw("SELECT id FROM statuses WHERE account_id = ? AND once = ?", by.ID, TokenHash(once)).Scan(&id).Error
	if err != nil {
		return nil, err
	}
	return s.Status(ctx, by, by.Name, id)
}

// holdAnswered keeps what a status answers as it is until the transaction ends: whoever changes that
// one then knows of this answer, whose page shows it too.
func (s *Store) holdAnswered(tx *gorm.DB, st *Status) error {
	if st.ReplyTo == nil {
		return nil
	}
	var found []Status
	err := tx.Raw("SELECT * FROM statuses WHERE id = ? AND withdrawn_at = 0"+s.locking("SHARE"), st.ReplyTo.ID).Scan(&found).Error
	if err == nil && (len(found) == 0 || !found[0].visibleTo(st.Account)) {
		return invalid("reply_to", "error.reply_to")
	}
	return err
}

// compose applies the rules to a draft.
func (s *Store) compose(ctx context.Context, by *Account, d Draft) (*Status, error) {
	st := &Status{
		AccountID: by.ID, Account: by, Text: safe.Text(d.Text), MoodText: safe.Line(d.MoodText),
		Mood: strings.TrimSpace(d.Mood), Visibility: d.Visibility, PublishedAt: d.PublishedAt,
	}
	if err := st.takeMore(d); err != nil {
		return nil, err
	}
	if err := s.checkWords(ctx, st); err != nil {
		return nil, err
	}
	if face := strings.TrimSpace(d.Face); face != "" {
		var ok bool
		if st.Face, ok = safe.Face(face); !ok {
			return nil, invalid("face", "error.face")
		}
	}
	if err := s.checkPictures(ctx, by, st, d.Pictures); err != nil {
		return nil, err
	}
	if !safe.Visible(st.Text+st.MoodText) && st.Face == "" && st.Mood == "" && st.PictureCount == 0 {
		return nil, invalid("text", "error.status_empty")
	}
	if err := s.answers(ctx, by, st, d); err != nil {
		return nil, err
	}
	if st.Markup != "" {
		st.HTML = st.Markup
		return st, nil
	}
	var err error
	st.HTML, err = s.rich(ctx, st.Text)
	return st, err
}

func (s *Store) checkWords(ctx context.Context, st *Status) error {
	site, err := s.Site(ctx)
	if err != nil {
		return err
	}
	if safe.Overstacked(st.Text) {
		return invalid("text", "error.overstacked")
	}
	if safe.Overstacked(st.MoodText) {
		return invalid("mood_text", "error.overstacked")
	}
	if long := safe.Graphemes(st.Text) - site.TextLimit; long > 0 {
		return &Error{Kind: Invalid, Field: "text", Text: "error.text_long", Args: map[string]any{"Most": site.TextLimit, "Count": long}}
	}
	if max(len(st.Text), len(st.Markup)) > site.TextLimit*bytesPerChar {
		return invalid("text", "error.text_heavy")
	}
	if safe.Graphemes(st.MoodText) > moodTextMost || len(st.MoodText) > moodTextMost*bytesPerChar {
		return &Error{Kind: Invalid, Field: "mood_text", Text: "error.mood_text_long", Args: map[string]any{"Most": moodTextMost}}
	}
	if _, ok := MoodOf(st.Mood); !ok && st.Mood != "" {
		return invalid("mood", "error.mood")
	}
	switch st.Visibility {
	case "":
		st.Visibility = Public
	case Public, Private:
	default:
		return invalid("visibility", "error.visibility")
	}
	return nil
}

// rich is the text as HTML, its ~names linked when there is such an account.
func (s *Store) rich(ctx context.Context, text string) (string, error) {
	known := map[string]bool{}
	if names := safe.People(text); len(names) > 0 {
		accounts, err := s.accountsNamed(ctx, names)
		if err != nil {
			return "", err
		}
		for _, a := range accounts {
			known[a.Name] = true
		}
	}
	return safe.Rich(text, safe.Links{
		Person: func(name string) (string, bool) { return "/~" + name, known[name] },
		Tag:    TagPath,
	}), nil
}

func (s *Store) accountsNamed(ctx context.Context, names []string) (list []Account, err error) {
	err = s.read.WithContext(ctx).Raw("SELECT id, name FROM accounts WHERE host = '' AND name IN ?", names).Scan(&list).Error
	return list, err
}
