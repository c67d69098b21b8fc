package handlers_test

import "slices"

// indieAuthScenarios is what programs and their owners find at the doors of IndieAuth.
func indieAuthScenarios() []scenario {
	unauthorized := []string{`"error":"unauthorized"`}
	return slices.Concat(
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
