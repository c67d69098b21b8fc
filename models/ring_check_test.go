package models_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// homePage is the page of a member somewhere else, which its owner changes.
type homePage struct {
	*httptest.Server
	body   string
	status int
	leads  string // Location
	asked  int
	slow   chan struct{} // answers when it is closed
}

func newHomePage(t *testing.T) *homePage {
	t.Helper()
	h := &homePage{status: http.StatusOK}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.asked++
		switch {
		case r.URL.Path == "/endless":
			for {
				if _, err := w.Write([]byte(strings.Repeat("<p>more", 1<<13))); err != nil {
					return
				}
			}
		case r.URL.Path == "/slow":
			select {
			case <-h.slow:
			case <-r.Context().Done():
			}
		case r.URL.Path != "/moved" && h.leads != "":
			http.Redirect(w, r, h.leads, http.StatusFound)
		default:
			w.WriteHeader(h.status)
			_, _ = w.Write([]byte(h.body))
		}
	}))
	t.Cleanup(h.Close)
	return h
}

// lookAround does the jobs that are due, each twice.
func lookAround(t *testing.T, s *kit.Store) (done int) {
	t.Helper()
	jobs, err := s.ClaimJobs(t.Context(), 100)
	ok(t, err)
	for _, j := range jobs {
		same(t, "kind", j.Kind, models.JobRing)
		ok(t, s.CheckMember(t.Context(), j))
		ok(t, s.CheckMember(t.Context(), j))
		ok(t, s.FinishJob(t.Context(), j, nil))
	}
	return len(jobs)
}

// found is what is known of the only member, or the only one at the door.
func found(t *testing.T, s *kit.Store, r *models.Ring) models.RingMember {
	t.Helper()
	list, err := s.AllMembers(t.Context(), r)
	ok(t, err)
	if len(list) == 0 {
		list, err = s.WaitingMembers(t.Context(), r)
		ok(t, err)
	}
	if len(list) != 1 {
		t.Fatalf("%d members", len(list))
	}
	return list[0]
}

func ringLink(rest string) string {
	return `<a href="http://marquee.example/rings/lamps` + rest + `">x</a>`
}

// TestWhatLeadsToARing: each is the page of a member, and what is thought of it.
func TestWhatLeadsToARing(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		page := newHomePage(t)
		r := makeRing(t, s, ann, "lamps")
		m, err := s.AskToJoin(t.Context(), ann, r, page.URL+"/home", "")
		ok(t, err)
		lookAround(t, s)
		for body, want := range map[string]string{
			ringLink(""): "", ringLink("/"): "", ringLink("/1/next"): "", ringLink("/1/next?a=b#c"): "", ringLink("/17/previous"): "", ringLink("/random"): "",
			`<A HREF=' HTTPS://Marquee.Example:443/rings/lamps/1/next '>`:                                 "",
			`<a href="//marquee.example/rings/lamps">`:                                                    "",
			`<a href="http://marquee.example/%72ings/l&#97;mps/1/next">`:                                  "",
			"<a href=\"http://marquee.example/rings/\nlamps\">":                                           "",
			`<iframe src="http://marquee.example/rings/lamps/1/widget"></iframe>`:                         "",
			`<map><area href="http://marquee.example/rings/lamps"></map>`:                                 "",
			`<noscript>` + ringLink("") + `</noscript>`:                                                   "",
			`<base href="http://marquee.example/x/"><a href="../rings/lamps">`:                            "",
			strings.Repeat("<div>", 5000) + ringLink(""):                                                  "",
			`<a href="/rings/lamps">`:                                                                     "ring_problem.unlinked",
			`<base href="http://a.example/"><base href="http://marquee.example/"><a href="/rings/lamps">`: "ring_problem.unlinked",
			`<!--` + ringLink("") + `-->`:                                                                 "ring_problem.unlinked",
			`<script>` + ringLink("") + `</script>`:                                                       "ring_problem.unlinked",
			`<textarea>` + ringLink("") + `</textarea>`:                                                   "ring_problem.unlinked",
			`http://marquee.example/rings/lamps <img src="http://marquee.example/rings/lamps">`:           "ring_problem.unlinked",
			`<a href="http://marquee.example/rings/lampshade">`:                                           "ring_problem.unlinked",
			`<a href="http://marquee.example/rings/other/1/next">`:                                        "ring_problem.unlinked",
			`<a href="http://marquee.example.evil.example/rings/lamps">`:                                  "ring_problem.unlinked",
			`<a href="http://marquee.example:8080/rings/lamps">`:                                          "ring_problem.unlinked",
			`<a href="http://[bad/rings/lamps">`:                                                          "ring_problem.unlinked",
			``:                                                                                            "ring_problem.unlinked",
		} {
			page.body = body
			s.Clock.Add(3 * time.Minute)
			ok(t, s.LookAgain(t.Context(), ann, r, m.ID))
			lookAround(t, s)
			if got := found(t, s, r); got.Problem != want || got.LostAt.IsZero() != (want == "") || got.CheckedAt != models.At(s.Now()) {
				t.Errorf("%.100q: %+v, want %q", body, got, want)
			}
		}
	})
}

// TestARingLosesAndRegains follows one member through its troubles, week by week.
func TestARingLosesAndRegains(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		page := newHomePage(t)
		r := makeRing(t, s, crowd[0], "lamps")
		_, err := s.AskToJoin(t.Context(), crowd[1], r, page.URL, "")
		ok(t, err)
		same(t, "looks before it is in", lookAround(t, s), 1)
		waits := found(t, s, r)
		same(t, "what the keeper sees", waits.Problem, "ring_problem.unlinked")
		s.Clock.Add(5 * 7 * 24 * time.Hour)
		ok(t, s.AcceptMember(t.Context(), crowd[0], r, waits.ID))
		same(t, "its weeks begin when it comes in", found(t, s, r).LostAt, models.At(s.Now()))
		start := s.Now()
		for _, week := range []struct {
			name, body, leads string
			status            int
			problem           string
			lost              int // the week since which it is lost, -1: it is not
		}{
			{"linked", ringLink("/1/next"), "", 200, "", -1},
			{"redirected", "", "/moved", 200, "ring_problem.unlinked", 1},
			{"still not", "", "", 200, "ring_problem.unlinked", 1},
			{"away", "", "", 500, "ring_problem.away", 1},
			{"regained behind a redirect", ringLink(""), "/moved", 200, "", -1},
			{"missing", ringLink(""), "", 404, "ring_problem.missing", 5},
			{"gone", "", "", 410, "ring_problem.missing", 5},
			{"back", ringLink(""), "", 200, "", -1},
			{"away for the first time", ringLink(""), "", 503, "ring_problem.away", -1},
			{"away for the second time", ringLink(""), "", 503, "ring_problem.away", 8},
			{"back from away", ringLink(""), "", 200, "", -1},
			{"in circles", ringLink(""), "/x", 200, "ring_problem.refused", -1},
			{"back again", ringLink(""), "", 200, "", -1},
			{"into the ring itself", ringLink(""), "http://marquee.example/rings/lamps/1/next", 200, "ring_problem.refused", -1},
			{"into a private network", ringLink(""), "http://10.1.2.3/", 200, "ring_problem.refused", 13},
		} {
			page.body, page.leads, page.status = week.body, week.leads, week.status
			before, err := s.RingMark(t.Context(), "lamps")
			ok(t, err)
			was := found(t, s, r).LostAt
			ok(t, s.Sweep(t.Context()))
			lookAround(t, s)
			got := found(t, s, r)
			want := models.Instant(0)
			if week.lost >= 0 {
				want = models.At(start.Add(time.Duration(week.lost) * 7 * 24 * time.Hour))
			}
			if got.Problem != week.problem || got.LostAt != want {
				t.Errorf("%s: %q, lost since %v, want %q, %v", week.name, got.Problem, got.LostAt.Time(), week.problem, want.Time())
			}
			after, err := s.RingMark(t.Context(), "lamps")
			ok(t, err)
			if (after != before) != (got.LostAt != was) {
				t.Errorf("%s: the mark went from %v to %v", week.name, before, after)
			}
			s.Clock.Add(7 * 24 * time.Hour)
		}
	})
}

// Two looks in one week of trouble are not the second week.
func TestImpatientKeeper(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		page := newHomePage(t)
		page.status = 500
		r := makeRing(t, s, ann, "lamps")
		m, err := s.AskToJoin(t.Context(), ann, r, page.URL, "")
		ok(t, err)
		for range 5 {
			lookAround(t, s)
			same(t, "lost", found(t, s, r).LostAt.IsZero(), true)
			s.Clock.Add(24 * time.Hour)
			ok(t, s.LookAgain(t.Context(), ann, r, m.ID))
		}
		for range 30 {
			if err = s.LookAgain(t.Context(), ann, r, m.ID); err != nil {
				break
			}
		}
		refused(t, err, models.TooMany, "error.too_many")
	})
}

func TestPagesThatCannotBeSeen(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		page := newHomePage(t)
		page.slow = make(chan struct{})
		defer close(page.slow)
		for path, want := range map[string]string{"/endless": "ring_problem.heavy", "/slow": "ring_problem.away", "/vanishes": "ring_problem.away"} {
			r := makeRing(t, s, ann, "lamps")
			m, err := s.AskToJoin(t.Context(), ann, r, page.URL+path, "")
			ok(t, err)
			if path == "/vanishes" {
				nobody := httptest.NewServer(nil)
				nobody.Close()
				_, err := s.DB.ExecContext(t.Context(), "UPDATE ring_members SET address = $1 WHERE id = $2", nobody.URL+"/", m.ID)
				ok(t, err)
			}
			lookAround(t, s)
			got := found(t, s, r)
			same(t, path, fmt.Sprintln(got.Problem, got.LostAt), fmt.Sprintln(want, 0))
			ok(t, s.RemoveRing(t.Context(), ann, r))
		}
	})
}

// A worker that is told to end notes nothing: it says nothing about the page.
func TestALookThatIsBrokenOff(t *testing.T) {
	s := kit.SQLite(t)
	ann := kit.Crowd(t, s, "ann")[0]
	page := newHomePage(t)
	r := makeRing(t, s, ann, "lamps")
	m, err := s.AskToJoin(t.Context(), ann, r, page.URL+"/slow", "")
	ok(t, err)
	jobs, err := s.ClaimJobs(t.Context(), 10)
	ok(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := s.CheckMember(ctx, jobs[0]); err == nil {
		t.Error("the job is done")
	}
	same(t, "noted", found(t, s, r).CheckedAt, 0)
	ok(t, s.RemoveMember(t.Context(), ann, r, m.ID))
	ok(t, s.CheckMember(t.Context(), jobs[0])) // it left meanwhile
}
