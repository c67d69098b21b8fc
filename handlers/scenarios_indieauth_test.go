package handlers_test

import (
	"net/url"
	"slices"
	"testing"
)

// quillAsks is a request of a program (IndieAuth §5.2), with some of its parameters replaced; an empty one is left out.
func quillAsks(client string, pairs ...string) string {
	query := url.Values{
		"response_type": {"code"}, "client_id": {client + "/"}, "redirect_uri": {client + "/back?a=b"}, "state": {"st&te"},
		"code_challenge": {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}, "code_challenge_method": {"S256"}, "scope": {"create profile root"},
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if query.Set(pairs[i], pairs[i+1]); pairs[i+1] == "" {
			query.Del(pairs[i])
		}
	}
	return "/indieauth/authorize?" + query.Encode()
}

// appScenarios is the list of programs, and the keys that are made by hand.
func appScenarios() []scenario {
	made := func(t *testing.T, h *house) { h.handmade(t, h.ada, "create") }
	whole := form("token_name", "my <script>", "scope", "create", "scope", "media")
	return []scenario{
		{route: "GET /settings/apps", who: "guest", want: 200, has: []string{"Back again?"}},
		{route: "GET /settings/apps", who: "owner", want: 200, has: []string{"No program may do anything", `name="token_name"`, "/micropub/media"}},
		{route: "GET /settings/apps", who: "owner", name: "with one", first: made, want: 200, has: []string{"curl", "made by hand", "say things on your page", "21 Nov 2026", "never"}},
		{route: "GET /settings/apps", who: "stranger", name: "of somebody else", first: made, want: 200, not: []string{"made by hand"}},
		{route: "POST /settings/apps", who: "guest", form: whole, want: 422, has: []string{"Back again?"}},
		{
			route: "POST /settings/apps", who: "owner", form: whole, want: 200, left: map[string]int{"tokens": 1},
			has: []string{"curl -H &#34;Authorization: Bearer ", "-d h=entry", "/micropub"},
		},
		{route: "POST /settings/apps", who: "owner", name: "without a name", form: form("scope", "create"), want: 422, has: []string{"Give it a name"}},
		{route: "POST /settings/apps", who: "owner", name: "for nothing", form: form("token_name", "x", "scope", "root"), want: 422, has: []string{"Tick at least one", `value="x"`}},
		{route: "POST /settings/apps/end", who: "guest", first: made, form: form("app", "1"), want: 422},
		{route: "POST /settings/apps/end", who: "owner", first: made, form: form("app", "1"), want: 303, to: "/settings/apps?saved=ended", left: map[string]int{"tokens": -1}},
		{route: "POST /settings/apps/end", who: "stranger", name: "of somebody else", first: made, form: form("app", "1"), want: 303, to: "/settings/apps?saved=ended"},
		{route: "POST /settings/apps/end", who: "owner", name: "no number", form: form("app", "x"), want: 404},
	}
}

// indieAuthScenarios is what programs and their owners find at the doors of IndieAuth.
func indieAuthScenarios() []scenario {
	unauthorized, missing := []string{`"error":"unauthorized"`}, []string{`"error":"invalid_request"`}
	return slices.Concat(appScenarios(), []scenario{
		{route: "GET /indieauth/authorize", who: "guest", path: quillAsks("http://127.0.0.1:1"), want: 200, has: []string{"Back again?", "Log in first: 127.0.0.1:1 asks who you are."}},
		{route: "GET /indieauth/authorize", who: "owner", path: quillAsks("http://127.0.0.1:1"), want: 200, has: []string{"127.0.0.1:1 would like to act for you</h1>", "http://127.0.0.1:1/", "could not ask that address", "~ada", "say things on your page"}, not: []string{"root", "a=b", "It calls itself", "nothing in your name"}},
		{
			route: "GET /indieauth/authorize", who: "owner", name: "only who", path: quillAsks("http://127.0.0.1:1", "scope", ""), want: 200,
			has: []string{"127.0.0.1:1 wants to know who you are</h1>", "~ada", "It can do nothing in your name.", "Tell it"}, not: []string{"act for you", "Untick", "take it back"},
		},
		{
			route: "GET /indieauth/authorize", who: "owner", name: "a profile", path: quillAsks("http://127.0.0.1:1", "scope", "profile"), want: 200,
			has: []string{"wants to know who you are", "It can do nothing in your name.", "see your name", "take it back"},
		},
		{route: "GET /indieauth/authorize", who: "owner", name: "bare", want: 400, has: []string{"without saying properly who it is"}},
		{route: "POST /indieauth/consent", who: "guest", form: form("request", "x.y"), want: 400, has: []string{"too old"}},
		{route: "POST /indieauth/consent", who: "owner", form: form("request", "x.y"), want: 400, has: []string{"too old"}},
	},
		everybody(scenario{route: "GET /.well-known/oauth-authorization-server", want: 200, has: []string{`"issuer":"http://127.0.0.1:`, `["S256"]`}}),
		everybody(scenario{route: "OPTIONS /.well-known/oauth-authorization-server", want: 204}),
		everybody(scenario{route: "POST /indieauth/authorize", form: form(), want: 400, has: missing}),
		everybody(scenario{route: "OPTIONS /indieauth/authorize", want: 204}),
		everybody(scenario{route: "POST /indieauth/token", form: form(), want: 400, has: missing}),
		everybody(scenario{route: "GET /indieauth/token", want: 401, has: unauthorized}),
		everybody(scenario{route: "OPTIONS /indieauth/token", want: 204}),
		everybody(scenario{route: "POST /indieauth/introspect", form: form("token", "x"), want: 401, has: unauthorized}),
		everybody(scenario{route: "OPTIONS /indieauth/introspect", want: 204}),
		everybody(scenario{route: "POST /indieauth/revoke", form: form("token", "x"), want: 200}),
		everybody(scenario{route: "OPTIONS /indieauth/revoke", want: 204}),
		everybody(scenario{route: "GET /indieauth/userinfo", want: 401, has: unauthorized}),
		everybody(scenario{route: "OPTIONS /indieauth/userinfo", want: 204}),
	)
}
