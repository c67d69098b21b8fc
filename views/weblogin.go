package views

import "marquee/models"

// Onward leads to another site by itself, and by a link.
type Onward struct {
	Page
	Address string // where to
	Host    string // the same, as people read it
}

// WebSignUp is the form for newcomers who have proven an address of their own.
type WebSignUp struct {
	Page
	Me       string // the address
	Name     string
	Homepage bool // their page shows the address
	Closed   bool
}

// Addresses are those with which an account logs in.
type Addresses struct {
	Page
	Identities []models.Identity
	Me         string // that is to be one of them, as typed
	Fresh      bool   // the account has just logged in: that stands for a password that it has not
	Home       string // held way back to this page, for logging in anew
	Saved      bool
}

// Client says who we are to the sites where people log in to come here.
type Client struct {
	Page
	Home     string // address of the site, absolute
	Redirect string // where people come back to
}
