package views_test

import (
	"testing"

	"marquee/models"
	"marquee/views"
)

// programs are the pages about programs, each in its ways.
func programs(p views.Page) []any {
	return []any{
		views.Apps{Page: p},
		views.Apps{Page: p, Saved: true, Name: "my <script>", Ticked: []string{"create"}, Tokens: []models.Token{
			{ID: 2, Name: "Quill & <co>", ClientID: "https://quill.example/", Scope: "profile create", CreatedAt: noon, UsedAt: noon}, {ID: 1, Name: "curl", Scope: "create", CreatedAt: noon},
		}},
		views.AppToken{Page: p, Secret: "KEY", Scopes: models.Scopes, Endpoint: "https://odeon.example/micropub"},
		views.AppToken{Page: p, Secret: "KEY"},
		views.Consent{Page: p, ClientID: "https://a.example/", Me: "https://odeon.example/~ada", Unknown: true, Request: "x.y"},
		views.Consent{Page: p, ClientID: "https://a.example/", ClientName: "A <b> & C", Me: "https://odeon.example/~ada", Elsewhere: "https://b.example", Scopes: models.Scopes, Request: "x.y"},
	}
}

// TestCommandFitsAShell: nothing in it means something to a shell, in any language.
func TestCommandFitsAShell(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{
		"en": `curl -H "Authorization: Bearer KEY" -d h=entry -d content="Hello from the command line" https://odeon.example/micropub`,
		"fr": `curl -H "Authorization: Bearer KEY" -d h=entry -d content="Bonjour depuis la ligne de commande" https://odeon.example/micropub`,
	} {
		a := views.AppToken{Page: views.Page{Lang: lang}, Secret: "KEY", Scopes: []string{"create"}, Endpoint: "https://odeon.example/micropub"}
		if got := a.Command(); got != want {
			t.Errorf("%s: %s", lang, got)
		}
		a.Scopes = []string{"media"}
		if got := a.Command(); got != "" {
			t.Errorf("a token that may not say anything: %s", got)
		}
	}
}
