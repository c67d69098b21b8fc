package views

import (
	"fmt"

	"marquee/models"
)

// TopFriends is where an account chooses its top friends.
type TopFriends struct {
	Page
	Saved   bool
	Friends []models.Friend
	Who     string // who is not a friend yet
}

// Full reports whether there is room for nobody more.
func (p TopFriends) Full() bool { return len(p.Friends) >= models.FriendsMost }

// Most is how many friends there is room for.
func (TopFriends) Most() int { return models.FriendsMost }

// Date is the day of an instant in the page's language, in UTC: "3 Nov 2026".
func (p Page) Date(i models.Instant) string {
	t := i.Time()
	return p.T("time.date", "Day", p.DayOf(i), "Month", p.T(fmt.Sprintf("month.%d", t.Month())), "Year", t.Year())
}
