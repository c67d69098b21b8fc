package handlers_test

import (
	"strings"
	"testing"

	"marquee/models"
)

// friendScenarios is choosing top friends, and the hit counter.
func friendScenarios() []scenario {
	asks := []string{"Back again?"}
	counts := func(t *testing.T, h *house) { must(t, h.Describe(t.Context(), h.ada, models.Profile{Counting: true})) }
	bob := func(t *testing.T, h *house) { must(t, h.AddFriend(t.Context(), h.ada, "~bob")) }
	eight := func(t *testing.T, h *house) {
		for _, page := range strings.Split("stuvwxyz", "") {
			must(t, h.AddFriend(t.Context(), h.ada, page+".example"))
		}
	}
	away := func(t *testing.T, h *house) {
		must(t, h.AddFriend(t.Context(), h.ada, "zoe.example"))
		_, err := h.DB.ExecContext(t.Context(), "UPDATE top_friends SET problem = $1, away_at = $2, seen_at = 1, title = 'Zoe'", "error.friend_gone", int64(models.At(h.Now())))
		must(t, err)
	}
	list := []scenario{
		{route: "GET /settings/friends", who: "guest", want: 200, has: asks},
		{route: "GET /settings/friends", who: "owner", want: 200, has: []string{`name="who"`, "Up to 8 of them"}, not: []string{`name="raise.`}},
		{route: "GET /settings/friends", who: "owner", name: "with a friend", first: bob, want: 200, has: []string{`<a href="/~bob" rel="friend"`, `src="/~bob/button.gif"`, `name="remove.1"`}},
		{route: "GET /settings/friends", who: "owner", name: "with one who is away", first: away, want: 200, has: []string{"no page at that address any more", "away since", "21 Nov 2026", ">Zoe</a>"}},
		{route: "GET /settings/friends", who: "owner", name: "when all seats are taken", first: eight, want: 200, has: []string{"8 seats", "on its way"}, not: []string{`name="who"`}},
		{route: "GET /settings/friends", who: "stranger", name: "with a friend of ada", first: bob, want: 200, not: []string{`href="/~bob" rel`}},
		{route: "POST /settings/friends/new", who: "guest", form: form("who", "~bob"), want: 422, has: asks},
		{route: "POST /settings/friends/new", who: "owner", form: form("who", "~bob"), want: 303, to: "/settings/friends?saved=1", left: map[string]int{"top_friends": 1}},
		{route: "POST /settings/friends/new", who: "owner", name: "by address", form: form("who", "http://marquee.example/~bob"), want: 303, to: "/settings/friends?saved=1", left: map[string]int{"top_friends": 1}},
		{route: "POST /settings/friends/new", who: "owner", name: "a home page", form: form("who", "zoe.example"), want: 303, to: "/settings/friends?saved=1", left: map[string]int{"top_friends": 1, "jobs": 1}},
		{route: "POST /settings/friends", who: "guest", form: form("remove", "1"), want: 422, has: asks},
		{route: "POST /settings/friends", who: "owner", first: bob, form: form("remove", "1"), want: 303, to: "/settings/friends?saved=1", left: map[string]int{"top_friends": -1}},
		{route: "POST /settings/friends", who: "stranger", name: "of ada", first: bob, form: form("remove", "1"), want: 303, to: "/settings/friends?saved=1"},
		{route: "POST /settings/friends", who: "owner", name: "to the front", first: bob, form: form("raise", "1"), want: 303, to: "/settings/friends?saved=1"},
		{route: "POST /settings/friends", who: "owner", name: "about nothing", form: form(), want: 400},
		{route: "GET /~:name/counter.gif", who: "guest", name: "switched off", path: "/~ada/counter.gif", want: 404, has: []string{"has no counter"}},
		{route: "GET /~:name/counter.gif", who: "guest", name: "of nobody", path: "/~nobody_here/counter.gif", want: 404, has: []string{"Nobody of that name"}},
		{route: "GET /~:name/counter.gif", who: "guest", path: "/~ada/counter.gif", first: counts, want: 200, has: []string{"GIF8"}, left: map[string]int{"counters": 1, "visits": 1, "salts": 1}},
		{route: "GET /~:name/counter.gif", who: "stranger", path: "/~ada/counter.gif", first: counts, want: 200, has: []string{"GIF8"}, left: map[string]int{"counters": 1, "visits": 1, "salts": 1}},
		{route: "GET /~:name/counter.gif", who: "owner", path: "/~ada/counter.gif", first: counts, want: 200, has: []string{"GIF8"}},
	}
	for who, sentence := range map[string]string{
		"~ada": "That is you.", "~nobody_here": "Nobody of that name", "no page": "Write a ~name", "http://10.0.0.1/": "private network", "http://marquee.example/rules": "this site itself",
		"http://zoe.onion/": "not an address we can visit",
	} {
		list = append(list, scenario{
			route: "POST /settings/friends/new", who: "owner", name: "refused: " + who, form: form("who", who), want: 422, has: []string{sentence, `value="` + who + `"`},
		})
	}
	return list
}
