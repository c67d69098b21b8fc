package views

import (
	"strings"
	"time"

	"marquee/models"
	"marquee/safe"
)

// Account is an account's page, or, without any statuses, what it says of itself.
type Account struct {
	Page
	Account  *models.Account
	Profile  models.Profile
	Latest   *models.Status
	Composer *Composer
	Buttons  []models.Button
	Friends  []models.Friend
	Entries  []models.Entry      // the newest of its guestbook
	Places   []models.RingMember // of the page in webrings
	Statuses []models.Status
	Older    string
	Proven   map[string]bool // the links that lead back here (rel=me)
	Blogroll bool            // some friends have feeds
	First    bool            // the newest statuses, with everything else that the page says
	About    bool            // only what it says
	Address  string          // of the page, absolute

	Problems []safe.CSSProblem // of the layout that the page wears for a try
	Hints    []safe.Contrast
}

// Newest is the newest status, which stands above everything else; nil further down.
func (a Account) Newest() *models.Status {
	if !a.First || len(a.Statuses) == 0 {
		return nil
	}
	return &a.Statuses[0]
}

// Rest is the statuses under the newest.
func (a Account) Rest() []models.Status {
	if a.Newest() == nil {
		return a.Statuses
	}
	return a.Statuses[1:]
}

// Interests are the rows that say something.
func (a Account) Interests() []models.Interest { return said(a.Profile.Interests()) }

// Currently is what the account reads, plays and listens to, where it says so.
func (a Account) Currently() []models.Interest { return said(a.Profile.Currently()) }

func said(rows []models.Interest) (list []models.Interest) {
	for _, row := range rows {
		if row.Text != "" {
			list = append(list, row)
		}
	}
	return list
}

// Links are the other places where the account is.
func (a Account) Links() (list []models.ProfileLink) {
	for _, link := range a.Profile.Links {
		if link.Address != "" {
			list = append(list, link)
		}
	}
	return list
}

// Birthday is the day and the month, written out; empty when it was not said.
func (a Account) Birthday() string {
	t, err := time.Parse("2006-01-02", "2024-"+a.Account.Birthday)
	if err != nil {
		return ""
	}
	return a.T("time.day", "Day", day(a.Lang, t.Day()), "Month", a.T("month."+t.Format("1")))
}

// Bare is an address as people read it: without its scheme.
func (Account) Bare(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	return strings.TrimSuffix(rest, "/")
}
