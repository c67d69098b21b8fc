package handlers_test

import "testing"

// givenUp leaves a job that was given up, and a peer at rest with one that waits.
func givenUp(t *testing.T, h *house) {
	t.Helper()
	for _, statement := range []string{
		`INSERT INTO jobs (id, kind, peer, payload, attempts, due_at, dead_at, reason, created_at) VALUES
			(901, 'friend', 'away.example', '{"Friend":1}', 6, 0, 1, 'no <answer>', 0),
			(902, 'notify', '', '{"Status":1}', 6, 0, 1, 'it rained', 0),
			(903, 'ring', 'slow.example:81', '{"Member":1}', 1, 0, 0, '', 0)`,
		`INSERT INTO peers (name, due_at, worker, leased_until, pace, took, failures, rests_until)
			VALUES ('slow.example:81', 9000000000000, '', 0, 2, 5000, 7, 9000000000000)`,
	} {
		_, err := h.DB.ExecContext(t.Context(), statement)
		must(t, err)
	}
}

// jobScenarios is what the webmaster does with jobs.
func jobScenarios() []scenario {
	asks := []string{"Back again?"}
	return []scenario{
		{route: "GET /settings/jobs", who: "guest", want: 200, has: asks},
		{route: "GET /settings/jobs", who: "owner", want: 403, has: []string{"Only the webmaster"}},
		{route: "GET /settings/jobs", who: "webmaster", want: 200, has: []string{"<td>Tell people that a status answers or names them</td><td>the house</td><td>2</td>", "Nothing was given up."}, not: []string{"Left alone"}},
		{route: "GET /settings/jobs", who: "webmaster", name: "with some", first: givenUp, want: 200, has: []string{"no &lt;answer&gt;", "away.example", "it rained", "slow.example:81", "<td>7</td>", "Left alone"}},
		{route: "GET /settings/jobs", who: "webmaster", name: "older", path: "/settings/jobs?before=902", first: givenUp, want: 200, has: []string{"no &lt;answer&gt;", "newest"}, not: []string{"it rained", "slow.example:81"}},
		{route: "GET /settings/jobs", who: "webmaster", name: "of no number", path: "/settings/jobs?before=x", want: 404},
		{route: "POST /settings/jobs", who: "guest", form: form("all", "1"), want: 422, has: asks},
		{route: "POST /settings/jobs", who: "owner", first: givenUp, form: form("again", "901"), want: 403},
		{route: "POST /settings/jobs", who: "owner", name: "all", first: givenUp, form: form("all", "1"), want: 403},
		{route: "POST /settings/jobs", who: "owner", name: "forgets", first: givenUp, form: form("forget", "901"), want: 403},
		{route: "POST /settings/jobs", who: "webmaster", first: givenUp, form: form("again", "901"), want: 303, to: "/settings/jobs?saved=trying"},
		{route: "POST /settings/jobs", who: "webmaster", name: "all", first: givenUp, form: form("all", "1"), want: 303, to: "/settings/jobs?saved=trying"},
		{route: "POST /settings/jobs", who: "webmaster", name: "forgets", first: givenUp, form: form("forget", "901"), want: 303, to: "/settings/jobs?saved=forgotten", left: map[string]int{"jobs": -1}},
		{route: "POST /settings/jobs", who: "webmaster", name: "forgets what waits", first: givenUp, form: form("forget", "903"), want: 303, to: "/settings/jobs?saved=forgotten"},
		{route: "POST /settings/jobs", who: "webmaster", name: "no number", form: form("again", "x"), want: 400},
	}
}
