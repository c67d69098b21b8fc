package handlers_test

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"marquee/models"
	"marquee/tests/kit"
)

func TestMain(m *testing.M) { kit.Main(m) }

// house is a running site with a little in it: ada owns what the tests look at, bob is a stranger to it,
// eve is the webmaster.
type house struct {
	*kit.Site
	ada, bob, eve *models.Account
	said          *models.Status     // by ada: a tag, a mood, a name
	secret        *models.Status     // by ada, private
	answer        *models.Status     // by bob, to what ada said
	gone          *models.Status     // by bob, withdrawn
	ring          *models.Ring       // lamps, kept by bob, whose page is in it
	place         *models.RingMember // ada's page in it
}

func newHouse(t *testing.T, s *kit.Store) *house {
	t.Helper()
	crowd := kit.Crowd(t, s, "ada", "bob", "eve")
	must(t, s.Promote(t.Context(), "eve"))
	h := &house{Site: kit.Serve(t, s), ada: crowd[0], bob: crowd[1], eve: fresh(t, s, "eve")}
	h.said = h.publish(t, h.ada, models.Draft{
		Text: "hello ~bob, the lamp is lit #lamps", Mood: "cosy", MoodText: "rain on the roof",
		Pictures: []models.DraftPicture{s.Take(t, h.ada, kit.Drawing(t, 1), "a lit lamp")},
	})
	h.secret = h.publish(t, h.ada, models.Draft{
		Text: "under the floor", Mood: "anxious", Visibility: models.Private,
		Pictures: []models.DraftPicture{s.Take(t, h.ada, kit.Drawing(t, 2), "a loose board")},
	})
	h.answer = h.publish(t, h.bob, models.Draft{Text: "hello yourself", ReplyToID: h.said.ID})
	h.gone = h.publish(t, h.bob, models.Draft{Text: "never mind"})
	must(t, s.Withdraw(t.Context(), h.bob, h.gone.ID))
	h.ring, h.place = lamps(t, h)
	h.signed(t)
	s.Clock.Add(time.Minute)
	return h
}

// publish says something a second after what was said before.
func (h *house) publish(t *testing.T, by *models.Account, d models.Draft) *models.Status {
	t.Helper()
	h.Clock.Add(time.Second)
	st, err := h.Publish(t.Context(), by, d)
	must(t, err)
	return st
}

// second is another process on the same database.
func (h *house) second(t *testing.T) *kit.Site {
	t.Helper()
	store, err := models.Open(t.Context(), kit.Options(h.Database, h.Clock))
	must(t, err)
	t.Cleanup(func() { must(t, store.Close()) })
	return kit.Serve(t, &kit.Store{Store: store, Clock: h.Clock, Database: h.Database, DB: h.DB})
}

// visitor is somebody at the door, by the part they play in the tables.
func (h *house) visitor(t *testing.T, who string) *kit.Visitor {
	t.Helper()
	switch who {
	case "guest":
		return h.Guest(t)
	case "owner":
		return h.As(t, h.ada)
	case "stranger":
		return h.As(t, h.bob)
	case "webmaster":
		return h.As(t, h.eve)
	}
	t.Fatalf("nobody plays %q", who)
	return nil
}

// fill puts the ids of the house into the path of a table.
func (h *house) fill(path string) string {
	for name, st := range map[string]*models.Status{"{said}": h.said, "{secret}": h.secret, "{answer}": h.answer, "{gone}": h.gone} {
		path = strings.ReplaceAll(path, name, strconv.FormatInt(st.ID, 10))
	}
	path = strings.ReplaceAll(path, "{next layout}", strconv.Itoa(len(models.HouseLayouts())+1))
	path = strings.ReplaceAll(path, "{place}", strconv.FormatInt(h.place.ID, 10))
	path = strings.ReplaceAll(path, "{picture}", h.said.Pictures[0].Path())
	path = strings.ReplaceAll(path, "{secret picture}", h.secret.Pictures[0].Path())
	return path
}

func fresh(t *testing.T, s *kit.Store, name string) *models.Account {
	t.Helper()
	a, err := s.Account(t.Context(), name)
	must(t, err)
	return a
}

// withPassword lets somebody of the crowd log in with the kit's password.
func (h *house) withPassword(t *testing.T, a *models.Account) {
	t.Helper()
	must(t, h.ResetPassword(t.Context(), a.Name, kit.Password))
	*a = *fresh(t, h.Store, a.Name)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// tables is every table of the schema; the order is that of the answer.
var tables = []string{
	"site", "marks", "accounts", "retired_names", "statuses", "labels", "drafts", "sessions", "recovery_codes", "throttles", "jobs", "notices",
	"picture_files", "pictures", "designs", "buttons", "blurbs", "links", "layouts", "sheets", "counters", "visits", "salts",
	"top_friends", "entries", "rings", "ring_members", "reports", "permits", "tokens", "subscriptions", "proofs", "sent_mentions", "contexts", "mentions", "verdicts", "identities", "passages",
}

// count is how many rows each table has.
func (h *house) count(t *testing.T) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for _, table := range tables {
		var n int
		must(t, h.DB.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM "+table).Scan(&n))
		counts[table] = n
	}
	return counts
}

// written is everything in the database as a text, and on SQLite a number that every commit changes, on
// PostgreSQL the transaction that wrote each row: so that a write of the same value shows too.
func (h *house) written(t *testing.T) func() string {
	t.Helper()
	conn, err := h.DB.Conn(context.Background())
	must(t, err)
	t.Cleanup(func() { conn.Close() })
	return func() string {
		var b strings.Builder
		columns := "*"
		if h.IsPostgres() {
			columns = "xmin::text, ctid::text, *"
		} else {
			var version int
			must(t, conn.QueryRowContext(t.Context(), "PRAGMA data_version").Scan(&version))
			fmt.Fprintln(&b, "data_version", version)
		}
		for _, table := range tables {
			rows, err := conn.QueryContext(t.Context(), "SELECT "+columns+" FROM "+table+" ORDER BY 1")
			must(t, err)
			names, err := rows.Columns()
			must(t, err)
			for rows.Next() {
				values := make([]any, len(names))
				for i := range values {
					values[i] = new(any)
				}
				must(t, rows.Scan(values...))
				fmt.Fprint(&b, table)
				for i := range values {
					fmt.Fprintf(&b, " %v", *values[i].(*any))
				}
				fmt.Fprintln(&b)
			}
			must(t, rows.Err())
			must(t, rows.Close())
		}
		return b.String()
	}
}

// form is fields and values in turn.
func form(pairs ...string) url.Values {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return values
}

// status fails the test unless the answer has it.
func status(t *testing.T, a kit.Answer, want int) kit.Answer {
	t.Helper()
	if a.Status != want {
		t.Fatalf("status %d, want %d\n%s", a.Status, want, gist(a))
	}
	return a
}

// gist is the part of an answer that says something, short enough for the message of a failure.
func gist(a kit.Answer) string {
	body := a.Body
	if _, main, ok := strings.Cut(body, "<main"); ok {
		body = main
	}
	return body[:min(len(body), 200)]
}

// has fails the test unless the answer shows each of the texts.
func has(t *testing.T, a kit.Answer, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(a.Body, text) {
			t.Errorf("the answer (%d) does not show %q\n%s", a.Status, text, gist(a))
		}
	}
}

// hasNot fails the test when the answer shows one of the texts.
func hasNot(t *testing.T, a kit.Answer, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(a.Body, text) {
			t.Errorf("the answer (%d) shows %q\n%s", a.Status, text, gist(a))
		}
	}
}

// elements walks a parsed page.
func elements(t *testing.T, page string) []*html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	must(t, err)
	var found []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			found = append(found, n)
		}
	}
	return found
}

func attribute(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// text is what an element says.
func text(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// named is the value and the element of a form field, whatever kind of field it is.
func named(t *testing.T, page, name string) (string, *html.Node) {
	t.Helper()
	for _, n := range elements(t, page) {
		if got, ok := attribute(n, "name"); !ok || got != name {
			continue
		}
		switch n.Data {
		case "textarea":
			return text(n), n
		case "select":
			for c := range n.Descendants() {
				if _, chosen := attribute(c, "selected"); chosen {
					value, _ := attribute(c, "value")
					return value, n
				}
			}
			return "", n
		case "input":
			value, _ := attribute(n, "value")
			return value, n
		}
	}
	return "", nil
}

// links is everything that the Link headers of an answer say.
func links(a kit.Answer) string { return strings.Join(a.Header.Values("Link"), ", ") }
