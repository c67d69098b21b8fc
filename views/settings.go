package views

import (
	"fmt"
	"strings"

	"marquee/models"
)

// Settings is what an account says of itself.
type Settings struct {
	Page
	Profile models.Profile
	Proofs  []models.Proof // what is known of the links
	Saved   bool
}

// Month is a month of a form: its number in two digits, its name.
type Month struct{ Value, Name string }

// Days are the days that a birthday may have.
func (Settings) Days() []string {
	days := make([]string, 31)
	for i := range days {
		days[i] = fmt.Sprintf("%02d", i+1)
	}
	return days
}

// Months are the months that a birthday may have.
func (s Settings) Months() []Month {
	months := make([]Month, 12)
	for i := range months {
		months[i] = Month{fmt.Sprintf("%02d", i+1), s.T(fmt.Sprintf("month.%d", i+1))}
	}
	return months
}

// BirthMonth is the month of the birthday in two digits; empty when none was said.
func (s Settings) BirthMonth() string {
	month, _, _ := strings.Cut(s.Profile.Birthday, "-")
	return month
}

// BirthDay is the day of the birthday in two digits; empty when none was said.
func (s Settings) BirthDay() string {
	_, day, _ := strings.Cut(s.Profile.Birthday, "-")
	return day
}
