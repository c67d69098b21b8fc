package views

import (
	"fmt"
	"time"

	"marquee/models"
)

// Guestbook is an account's guestbook, as everybody reads it.
type Guestbook struct {
	Page
	Account *models.Account
	Entries []models.Entry
	Older   string
	First   bool
	Signed  string // "shown" or "held": what became of the entry that was just signed; empty: none was
	Waiting int    // how many entries wait, for the owner alone
}

// Pager is the end of the list.
func (g Guestbook) Pager() Pager {
	return Pager{g.Page, g.Older, len(g.Entries) > 0, g.First, "guestbook.empty"}
}

// GuestbookLatest is the newest entries of an account's guestbook within another page, for parts/guestbook.html.
type GuestbookLatest struct {
	Page    Page
	Account *models.Account
	Entries []models.Entry
}

// Sign is the form to sign a guestbook.
type Sign struct {
	Page
	Account *models.Account
	New     models.NewEntry
}

// RemoveEntry asks whether an entry shall go.
type RemoveEntry struct {
	Page
	Account *models.Account
	Entries []models.Entry // that one
}

// OwnGuestbook is what the owner of a guestbook decides: what waits, what is shown, and whether it is open.
type OwnGuestbook struct {
	Page
	Waiting      []WaitingEntry
	Count        int // of all that wait
	OlderWaiting string
	Shown        []models.Entry
	Older        string
	First        bool
	Saved        bool
}

// Pager is the end of the list of what is shown.
func (g OwnGuestbook) Pager() Pager {
	return Pager{g.Page, g.Older, len(g.Shown) > 0, g.First, "guestbook.empty"}
}

// WaitingEntry is an entry that waits: how many days it still does, and its signature, which nobody else sees yet.
type WaitingEntry struct {
	models.Entry
	Days  int
	Drawn string // data: address of the signature; empty: none
}

// Span is the ids of what waits on this page, from the least to the greatest, for the button that shows all of it; empty when
// there is at most one.
func (g OwnGuestbook) Span() string {
	if len(g.Waiting) < 2 {
		return ""
	}
	return fmt.Sprintf("%d-%d", g.Waiting[len(g.Waiting)-1].ID, g.Waiting[0].ID)
}

// Drawing is a drawn signature within a page.
type Drawing struct {
	Page
	Entry         *models.Entry
	Source        string
	Width, Height int // in pixels
}

// drawing takes an entry and where its signature can be had.
func drawing(p Page, e models.Entry, source string) Drawing {
	width, height := e.SignatureSize()
	return Drawing{p, &e, source, 2 * width, 2 * height} // widgets.SignatureScale
}

// DaysLeft is in how many days something happens, rounded up; at least one.
func DaysLeft(now, then time.Time) int {
	const day = 24 * time.Hour
	return max(1, int((then.Sub(now)+day-1)/day))
}
