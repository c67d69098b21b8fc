package views

import "marquee/models"

// Rings is the list of webrings; who is logged in finds their own above it.
type Rings struct {
	Page
	Rings []models.Ring
	Older string
	First bool
	Kept  []models.Ring       // those that the viewer keeps
	Own   []models.RingMember // places of the viewer's own page
	Else  []models.RingMember // places of the viewer's other pages, and those that wait
}

// RingRow is the rings of an account's own page, for parts/rings.html.
type RingRow struct {
	Page
	Places []models.RingMember
}

// Row is the rings of the viewer's own page.
func (r Rings) Row() RingRow { return RingRow{r.Page, r.Own} }

// Ring is a webring for everybody.
type Ring struct {
	Page
	Ring    *models.Ring
	Members []models.RingMember
	Older   string // address of the next page of members, empty at the end
	First   bool
	Snippet string // the ring's button, for anybody to paste
	Keeps   bool   // the viewer may act as its keeper
}

// RingForm makes a ring.
type RingForm struct {
	Page
	Wanted models.NewRing
}

// RingJoin is where somebody asks to join a ring, and finds what to paste for each of their places in it.
type RingJoin struct {
	Page
	Ring           *models.Ring
	Places         []RingPlace
	Address, Title string // what was asked for and refused
	Saved, Kept    bool
}

// RingPlace is a place of the viewer, with what to paste for it.
type RingPlace struct {
	models.RingMember
	Snippets []Snippet
}

// RingKeep is the keeper's side of a ring.
type RingKeep struct {
	Page
	Ring    *models.Ring
	Wanted  models.NewRing
	Waiting []models.RingMember
	Members []models.RingMember
	Saved   bool
	Older   string
}

// RingFields is the fields that making and changing a ring have in common.
type RingFields struct {
	Page
	Wanted models.NewRing
}

// Fields are those of a ring that is made.
func (r RingForm) Fields() RingFields { return RingFields(r) }

// Fields are those of a ring that is changed.
func (r RingKeep) Fields() RingFields { return RingFields{r.Page, r.Wanted} }

// RingTrouble is what is wrong with a place in a ring.
type RingTrouble struct {
	Page
	Place models.RingMember
}

// Trouble is what is wrong with a place in a ring, for parts/rings.html.
func (p Page) Trouble(m models.RingMember) RingTrouble { return RingTrouble{p, m} }
