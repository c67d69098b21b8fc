package handlers_test

import (
	"slices"
	"testing"
)

// micropubScenarios is what finds no token at the doors of Micropub, and what was withdrawn.
func micropubScenarios() []scenario {
	unauthorized := []string{`"error":"unauthorized"`}
	gone := func(t *testing.T, h *house) { must(t, h.Withdraw(t.Context(), h.ada, h.said.ID)) }
	return slices.Concat(
		everybody(scenario{route: "GET /micropub", path: "/micropub?q=config", want: 401, has: unauthorized}),
		everybody(scenario{route: "POST /micropub", form: form("content", "x"), want: 401, has: unauthorized}),
		everybody(scenario{route: "OPTIONS /micropub", want: 204}),
		everybody(scenario{route: "GET /micropub/media", path: "/micropub/media?q=last", want: 401, has: unauthorized}),
		everybody(scenario{route: "POST /micropub/media", form: form("file", "x"), want: 401, has: unauthorized}),
		everybody(scenario{route: "OPTIONS /micropub/media", want: 204}),
		everybody(scenario{route: "GET /media/:file", path: "/media/NOSUCHKEY.png", want: 404, has: []string{"picture"}}),
		[]scenario{
			{route: "POST /~:name/:id/restore", who: "guest", path: "/~ada/{said}/restore", form: form(), first: gone, want: 422, has: []string{"Back again?"}},
			{route: "POST /~:name/:id/restore", who: "stranger", path: "/~ada/{said}/restore", form: form(), first: gone, want: 403},
			{route: "POST /~:name/:id/restore", who: "webmaster", path: "/~ada/{said}/restore", form: form(), first: gone, want: 403},
			{route: "POST /~:name/:id/restore", who: "owner", path: "/~ada/{said}/restore", form: form(), first: gone, want: 303, to: "/~ada/{said}", left: map[string]int{"labels": 4, "jobs": 1}},
			{route: "POST /~:name/:id/restore", who: "owner", name: "of what is there", path: "/~ada/{said}/restore", form: form(), want: 303, to: "/~ada/{said}"},
			{route: "POST /~:name/:id/restore", who: "owner", name: "of nothing", path: "/~ada/99/restore", form: form(), want: 404},
			{route: "GET /~:name/:id", who: "owner", name: "withdrawn", path: "/~ada/{said}", first: gone, want: 410, has: []string{"You can have it back until", `action="/~ada/{said}/restore"`}, not: []string{"the lamp is lit"}},
			{route: "GET /~:name/:id", who: "guest", name: "withdrawn", path: "/~ada/{said}", first: gone, want: 410, not: []string{"/restore", "the lamp is lit"}},
			{route: "GET /~:name/:id", who: "stranger", name: "withdrawn", path: "/~ada/{said}", first: gone, want: 410, not: []string{"/restore", "the lamp is lit"}},
			{route: "GET /~:name/:id", who: "owner", name: "withdrawn by somebody else", path: "/~bob/{gone}", want: 410, not: []string{"/restore", "never mind"}},
		},
	)
}
