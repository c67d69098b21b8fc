package handlers_test

import "testing"

// webLogInScenarios is logging in with an address of one's own, as far as it goes without another site.
func webLogInScenarios() []scenario {
	linked := func(t *testing.T, h *house) {
		_, err := h.DB.ExecContext(t.Context(), "INSERT INTO identities (me, account_id, created_at) VALUES ('https://ada.example/', $1, 1), ('https://ada.example/two', $1, 1)", h.ada.ID)
		must(t, err)
	}
	asks, unknown := []string{"Back again?"}, []string{"of that log-in any more", `name="me"`}
	list := []scenario{
		{route: "GET /settings/addresses", who: "guest", want: 200, has: asks},
		{route: "GET /settings/addresses", who: "owner", want: 200, has: []string{"None yet.", `name="me"`, `&lt;a rel="me" href="http://`}},
		{route: "GET /settings/addresses", who: "owner", name: "linked", first: linked, want: 200, has: []string{`href="https://ada.example/two"`}},
		{route: "POST /settings/addresses", who: "guest", form: form("me", "ada.example"), want: 422, has: asks},
		{route: "POST /settings/addresses", who: "owner", form: form("me", "ada@mail.example"), want: 422, has: []string{"e-mail address", `value="ada@mail.example"`}},
		{route: "POST /settings/addresses/unlink", who: "guest", form: form("me", "https://ada.example/"), want: 422, has: asks},
		{route: "POST /settings/addresses/unlink", who: "owner", first: linked, form: form("me", "https://ada.example/"), want: 303, to: "/settings/addresses?saved=unlinked", left: map[string]int{"identities": -1}},
		{route: "POST /settings/addresses/unlink", who: "stranger", first: linked, form: form("me", "https://ada.example/"), want: 303, to: "/settings/addresses?saved=unlinked"},
		{route: "GET /settings/security", who: "owner", name: "with addresses", first: linked, want: 200, has: []string{"/settings/addresses", "<legend>Choose a password", "main-button\">Choose a password"}, not: []string{"Change it"}},
	}
	for _, s := range []scenario{
		{route: "POST /login/web", form: form("me", "ada@mail.example"), want: 422, has: []string{"e-mail address", `value="ada@mail.example"`}},
		{route: "POST /login/web", name: "a port", form: form("me", "ada.example:99"), want: 422, has: []string{"no port"}},
		{route: "GET /login/web/back", want: 422, has: unknown},
		{route: "GET /login/web/back/:way", path: "/login/web/back/abc", want: 422, has: unknown},
		{route: "GET /login/web/back", name: "forged", path: "/login/web/back?state=AAAAAAAAAAAAAAAAAAAAAAAAAA&code=b&iss=c", want: 422, has: unknown},
		{route: "GET /signup/web", want: 422, has: unknown},
		{route: "POST /signup/web", form: form("name", "fay"), want: 422, has: unknown},
		{route: "POST /signup/web", name: "with a password", form: form("name", "fay", "password", "three green bottles"), want: 422, has: unknown},
		{route: "GET /client", want: 200, has: []string{"h-app"}},
	} {
		list = append(list, everybody(s)...)
	}
	return list
}
