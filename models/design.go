package models

import (
	"context"
	"regexp"

	"gorm.io/gorm"

	"marquee/safe"
)

// designWordsMost is how many graphemes a line of a button may have; most letters are too wide for so many.
const designWordsMost = 24

// FaceOfMood is a design's face that follows the account's mood.
const FaceOfMood = "mood"

// Design is the 88x31 button that an account made of itself: two lines of words, in which {name} and {mood} are filled
// in, colours as six hexadecimal digits or empty for the usual ones, a face and a frame.
type Design struct {
	AccountID    int64
	Top, Bottom  string
	FG, BG, Edge string
	Face         string // key of a family of moods, FaceOfMood, or empty for none
	Style        string // one of widgets.DesignStyles; what is none there is drawn as the first
}

// IsZero reports whether the account made no button.
func (d Design) IsZero() bool { d.AccountID = 0; return d == Design{} }

var color = regexp.MustCompile(`^([0-9a-f]{6})?$`)

// SetDesign keeps the account's button; the zero Design brings the usual one back.
func (s *Store) SetDesign(ctx context.Context, by *Account, d Design) error {
	d.AccountID, d.Top, d.Bottom, d.Style = by.ID, safe.Line(d.Top), safe.Line(d.Bottom), safe.Line(d.Style)
	if err := d.Check(); err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		if err := tx.Exec("DELETE FROM designs WHERE account_id = ?", by.ID).Error; err != nil {
			return err
		}
		if !d.IsZero() {
			if err := tx.Create(&d).Error; err != nil {
				return err
			}
		}
		return touchPage(tx, by.ID, s.instant(), false)
	})
}

// Check refuses words that are too long, and what is no colour, no face or no frame.
func (d Design) Check() error {
	mood, known := MoodOf(d.Face)
	switch {
	case safe.Graphemes(d.Top) > designWordsMost || len(d.Top) > designWordsMost*bytesPerChar:
		return invalid("top", "error.design_words")
	case safe.Graphemes(d.Bottom) > designWordsMost || len(d.Bottom) > designWordsMost*bytesPerChar:
		return invalid("bottom", "error.design_words")
	case !color.MatchString(d.FG) || !color.MatchString(d.BG) || !color.MatchString(d.Edge) || len(d.Style) > 20:
		return invalid("fg", "error.design_color")
	case d.Face != "" && d.Face != FaceOfMood && (!known || mood.Parent != ""):
		return invalid("face", "error.mood")
	}
	return nil
}

// DesignOf is the button that the account made; zero when it made none.
func (s *Store) DesignOf(ctx context.Context, a *Account) (d Design, err error) {
	return d, s.read.WithContext(ctx).Raw("SELECT * FROM designs WHERE account_id = ?", a.ID).Scan(&d).Error
}
