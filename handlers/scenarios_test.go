package handlers_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"marquee/handlers"
	"marquee/tests/kit"
)

// scenario is one request at one door and what must come of it. Paths and texts may hold {said}, {secret},
// {answer} and {gone}, the ids of the house's statuses, {picture} and {secret picture}, the paths of ada's.
type scenario struct {
	route string // as in handlers/routes.go: "GET /~:name"
	name  string // what is special about it, empty for the plain case
	who   string // guest, owner (ada), stranger (bob), webmaster (eve)
	path  string // empty: the route's own
	form  url.Values
	want  int
	to    string         // Location
	has   []string       // what the answer shows
	not   []string       // what it must not show
	left  map[string]int // rows more or fewer in a table; nothing else may change in number
	first func(t *testing.T, h *house)
}

func (s scenario) title() string { return strings.TrimSpace(s.who + " " + s.route + " " + s.name) }

// changes reports whether the scenario needs a house of its own.
func (s scenario) changes() bool { return s.form != nil || s.first != nil }

func (s scenario) run(t *testing.T, h *house) {
	t.Helper()
	if s.first != nil {
		s.first(t, h)
	}
	method, path, _ := strings.Cut(s.route, " ")
	if s.path != "" {
		path = h.fill(s.path)
	}
	v := h.visitor(t, s.who)
	before := h.count(t)
	var a kit.Answer
	if method == http.MethodPost {
		a = v.Post(path, maps.Clone(s.form), "Sec-Fetch-Site", "same-origin") // as browsers do
	} else {
		a = v.Send(method, path, "")
	}
	status(t, a, s.want)
	if to := a.Header.Get("Location"); to != h.fill(s.to) {
		t.Errorf("leads to %q, want %q", to, h.fill(s.to))
	}
	for _, text := range s.has {
		has(t, a, h.fill(text))
	}
	for _, text := range s.not {
		hasNot(t, a, h.fill(text))
	}
	for table, n := range h.count(t) {
		if table != "throttles" && n-before[table] != s.left[table] {
			t.Errorf("%s has %+d rows, want %+d", table, n-before[table], s.left[table])
		}
	}
}

func allScenarios() []scenario {
	return slices.Concat(pageScenarios(), layoutScenarios(), friendScenarios(), ringScenarios(), guestbookScenarios(), guestbookFeedScenarios(), pictureScenarios(), feedScenarios(), widgetScenarios(), doorScenarios(), statusScenarios(), settingsScenarios(), siteScenarios(), jobScenarios(), indieAuthScenarios(), micropubScenarios(), hubScenarios(), markupScenarios(), sentScenarios(), mentionScenarios(), webLogInScenarios(), sourceScenarios())
}

// TestDoors opens every door as everybody. What only reads shares one house.
func TestDoors(t *testing.T) {
	t.Parallel()
	shared := sqliteHouse(t)
	for _, s := range allScenarios() {
		t.Run(s.title(), func(t *testing.T) {
			if s.changes() {
				t.Parallel()
				s.run(t, sqliteHouse(t))
			} else {
				s.run(t, shared)
			}
		})
	}
}

// TestDoorsPostgres walks through the table once more on the other database. A house there is costly, so
// only what changes something gets a fresh one.
func TestDoorsPostgres(t *testing.T) {
	t.Parallel()
	shared := newHouse(t, kit.Postgres(t))
	for _, s := range allScenarios() {
		t.Run(s.title(), func(t *testing.T) {
			if s.changes() && len(s.left) > 0 {
				t.Parallel()
				s.run(t, newHouse(t, kit.Postgres(t)))
			} else if !s.changes() {
				s.run(t, shared)
			}
		})
	}
}

// TestEveryRouteHasScenarios keeps the table complete: each route is opened by a guest and by a member.
func TestEveryRouteHasScenarios(t *testing.T) {
	t.Parallel()
	opened := map[string]bool{}
	for _, s := range allScenarios() {
		kind := "a member"
		if s.who == "guest" {
			kind = "a guest"
		}
		opened[kind+" "+s.route] = true
	}
	routes := routeTable(t)
	for _, route := range routes {
		for _, kind := range []string{"a guest", "a member"} {
			if !opened[kind+" "+route] {
				t.Errorf("no scenario opens %s as %s", route, kind)
			}
		}
	}
	for key := range opened {
		_, route, _ := strings.Cut(key[2:], " ")
		if !slices.Contains(routes, route) {
			t.Errorf("a scenario is for %s, which is no route", route)
		}
	}
}

// routeTable is every route of the server, HEAD left out: it is GET without the body.
func routeTable(t *testing.T) []string {
	t.Helper()
	app := handlers.New(handlers.Options{Store: kit.SQLite(t).Store, Base: &url.URL{Scheme: "http", Host: "marquee.example"}}).App()
	var routes []string
	for _, r := range app.GetRoutes(true) {
		if r.Method != fiber.MethodHead {
			routes = append(routes, r.Method+" "+r.Path)
		}
	}
	slices.Sort(routes)
	return slices.Compact(routes)
}

// everybody makes one scenario for a guest and one for a member.
func everybody(s scenario) []scenario {
	guest, member := s, s
	guest.who, member.who = "guest", "owner"
	return []scenario{guest, member}
}
