package views

import (
	"fmt"
	"slices"

	"marquee/models"
)

// Apps is what programs may act for the account, and the form for a token made by hand.
type Apps struct {
	Page
	Tokens []models.Token
	Name   string
	Ticked []string // scopes
	Saved  bool
}

// Scopes is everything that a token may allow.
func (Apps) Scopes() []string { return models.Scopes }

// Has reports whether a scope is ticked.
func (a Apps) Has(scope string) bool { return slices.Contains(a.Ticked, scope) }

// AppToken shows a token, once.
type AppToken struct {
	Page
	Secret   string
	Scopes   []string // that were asked for
	Endpoint string   // of Micropub
}

const command = `curl -H "Authorization: Bearer %s" -d h=entry -d content="%s" %s`

// Command is a line for a shell that says something with the token; empty when that is not allowed.
func (a AppToken) Command() string {
	if !slices.Contains(a.Scopes, "create") {
		return ""
	}
	return fmt.Sprintf(command, a.Secret, a.T("apps.hello"), a.Endpoint)
}

// Consent asks whether a program may act for the viewer.
type Consent struct {
	Page
	ClientID, ClientName string
	Unknown              bool     // its address says nothing of it
	Elsewhere            string   // the site that hears the answer, when it is not the program's own
	Scopes               []string // what it asks for
	Me                   string   // the address that it gets to know
	Request              string   // what it asks, signed
}

// Acts reports whether the program asks for more than to know who somebody is.
func (c Consent) Acts() bool {
	return slices.ContainsFunc(c.Scopes, func(scope string) bool { return scope != "profile" })
}
