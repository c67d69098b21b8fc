package models_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

func makeRing(t *testing.T, s *kit.Store, by *models.Account, key string) *models.Ring {
	t.Helper()
	r, err := s.MakeRing(t.Context(), by, models.NewRing{Key: key, Title: "The ring of " + key})
	ok(t, err)
	return r
}

// joins puts a page at the door of a ring and lets it in a second after the one before.
func joins(t *testing.T, s *kit.Store, r *models.Ring, by *models.Account, address string) *models.RingMember {
	t.Helper()
	s.Clock.Add(time.Second)
	m, err := s.AskToJoin(t.Context(), by, r, address, "")
	ok(t, err)
	keeper := &models.Account{ID: *r.AccountID}
	ok(t, s.AcceptMember(t.Context(), keeper, r, m.ID))
	return m
}

// round walks a ring in one direction and names the pages it comes by; it ends where somebody is met again.
func round(t *testing.T, s *kit.Store, r *models.Ring, from int64, step func(int64) (*models.RingMember, error)) (names []string) {
	t.Helper()
	for range 10 {
		m, err := step(from)
		ok(t, err)
		names = append(names, m.Address)
		if from = m.ID; len(names) > 1 && names[0] == m.Address {
			break
		}
	}
	return names
}

// ways are the two directions.
func ways(t *testing.T, s *kit.Store, r *models.Ring) (next, previous func(int64) (*models.RingMember, error)) {
	return func(from int64) (*models.RingMember, error) { return s.NextMember(t.Context(), r, from) },
		func(from int64) (*models.RingMember, error) { return s.PreviousMember(t.Context(), r, from) }
}

func TestRingGoesRound(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob", "cat")
		r, other := makeRing(t, s, crowd[0], "lamps"), makeRing(t, s, crowd[0], "other")
		joins(t, s, other, crowd[1], "")
		next, previous := ways(t, s, r)
		_, err := s.RandomMember(t.Context(), r, 0)
		refused(t, err, models.Missing, "error.ring_alone")
		a := joins(t, s, r, crowd[0], "")
		for _, step := range []func(int64) (*models.RingMember, error){next, previous} {
			_, err := step(a.ID)
			refused(t, err, models.Missing, "error.ring_alone")
			anybody, err := step(4711)
			ok(t, err)
			same(t, "whom a stranger finds", anybody.ID, a.ID)
		}
		joins(t, s, r, crowd[1], "")
		same(t, "two", round(t, s, r, a.ID, next), "[/~bob /~ann /~bob]")
		same(t, "two, backwards", round(t, s, r, a.ID, previous), "[/~bob /~ann /~bob]")
		c := joins(t, s, r, crowd[2], "https://cat.example")
		same(t, "three", round(t, s, r, a.ID, next), "[/~bob https://cat.example/ /~ann /~bob]")
		same(t, "three, backwards", round(t, s, r, a.ID, previous), "[https://cat.example/ /~bob /~ann https://cat.example/]")
		met := map[string]bool{}
		for range 60 {
			m, err := s.RandomMember(t.Context(), r, a.ID)
			ok(t, err)
			met[m.Address] = true
		}
		same(t, "met by chance", met, map[string]bool{"/~bob": true, "https://cat.example/": true})
		waits, err := s.AskToJoin(t.Context(), crowd[2], r, "https://cat.example/other", "")
		ok(t, err)
		same(t, "from the door", round(t, s, r, waits.ID, next)[0], "/~ann")
		same(t, "from the door, backwards", round(t, s, r, waits.ID, previous)[0], "https://cat.example/")
		ok(t, s.RemoveMember(t.Context(), crowd[2], r, c.ID))
		anybody, err := next(c.ID)
		ok(t, err)
		if anybody.ID == c.ID || anybody.RingID != r.ID {
			t.Errorf("from where somebody left one comes to %+v", anybody)
		}
	})
}

// Two who come in at the same moment are told apart by their ids.
func TestRingOfOneMoment(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		r := makeRing(t, s, ann, "lamps")
		var want []string
		for i := range 4 {
			_, err := s.AskToJoin(t.Context(), ann, r, fmt.Sprintf("https://%d.example/", i), "")
			ok(t, err)
			want = append(want, fmt.Sprintf("https://%d.example/", i))
		}
		next, previous := ways(t, s, r)
		same(t, "forwards", round(t, s, r, 4, next), append(want, want[0]))
		same(t, "backwards", round(t, s, r, 1, previous), []string{want[3], want[2], want[1], want[0], want[3]})
		list, after, err := s.Members(t.Context(), r, 2)
		ok(t, err)
		same(t, "the list after the second", []any{len(list), list[0].ID, after}, "[2 3 0]")
	})
}

func TestPagesThatMayNotJoin(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann, bob := crowd[0], crowd[1]
		r := makeRing(t, s, ann, "lamps")
		m := joins(t, s, r, bob, "https://Bob.Example:443/home#top")
		same(t, "as kept", m.Address+" "+m.Title, "https://bob.example:443/home bob.example")
		place := fmt.Sprintf("http://marquee.example/rings/lamps/%d/", m.ID)
		for address, text := range map[string]string{
			"javascript:alert(1)": "error.homepage", "no page": "error.homepage", "//evil.example/": "error.homepage", "ftp://a.example/": "error.homepage",
			"http://10.0.0.1/": "error.ring_private", "http://192.168.1.1:8080/x": "error.ring_private", "http://169.254.169.254/": "error.ring_private",
			"http://printer.local/": "error.homepage", "http://1.1/": "error.homepage",
			"http://marquee.example/rings/lamps": "error.ring_itself", "https://MARQUEE.example/%72ings/lamps/": "error.ring_itself", place + "next": "error.ring_itself",
			place + "previous": "error.ring_itself", place + "random": "error.ring_itself", place + "widget?lang=fr": "error.ring_itself",
			"/rings/lamps/list.json": "error.ring_itself", "/rings/other": "error.ring_itself", "marquee.example:80//rings/lamps/next#x": "error.ring_itself", "/%7Ebob/../rings/lamps": "error.ring_itself",
			"~bob": "error.ring_other", "/~bob": "error.ring_other", "http://marquee.example/%7Ebob/": "error.ring_other",
			"/": "error.ring_here", "http://marquee.example": "error.ring_here", "/~ann/1": "error.ring_here", "/directory": "error.ring_here",
			"https://bob.example:443/home": "error.ring_twice", "http://bob.example:443/home": "error.ring_twice",
		} {
			_, err := s.AskToJoin(t.Context(), ann, r, address, "")
			if text == "error.ring_twice" {
				refused(t, err, models.Conflict, text)
			} else if refused(t, err, models.Invalid, text); t.Failed() {
				t.Fatal(address)
			}
		}
		_, err := s.AskToJoin(t.Context(), ann, r, "", strings.Repeat("a", 61))
		refused(t, err, models.Invalid, "error.place_title")
		same(t, "places", count(t, s, "SELECT COUNT(*) FROM ring_members"), 1)
		for i, address := range []string{"", "~ann", " ~ANN ", "/~ann", "/%7Eann/", "http://marquee.example/~ann", "https://Marquee.example:443/%7EAnn#x"} {
			m, err := s.AskToJoin(t.Context(), ann, r, address, "")
			if i > 0 {
				refused(t, err, models.Conflict, "error.ring_twice")
				continue
			}
			ok(t, err)
			same(t, "own page", fmt.Sprintln(m.Address, m.Own, m.Title, m.JoinedAt.IsZero()), "/~ann true ~ann false\n")
		}
	})
}

func TestRingsThatMayNotBe(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		good := models.NewRing{Key: "lamps", Title: "Lamps"}
		for text, change := range map[string]func(*models.NewRing){
			"error.ring_key":      func(n *models.NewRing) { n.Key = "a b" },
			"error.name_reserved": func(n *models.NewRing) { n.Key = "new" },
			"error.ring_title":    func(n *models.NewRing) { n.Title = strings.Repeat("a", 41) },
			"error.overstacked":   func(n *models.NewRing) { n.Title = "e" + strings.Repeat("\u0301", 12) },
			"error.ring_words":    func(n *models.NewRing) { n.Words = strings.Repeat("a", 2001) },
			"error.design_color":  func(n *models.NewRing) { n.BG = "red" },
		} {
			n := good
			change(&n)
			_, err := s.MakeRing(t.Context(), ann, n)
			refused(t, err, models.Invalid, text)
		}
		for _, key := range []string{"", "a", "--", "lämp", "A/B", strings.Repeat("a", 41)} {
			_, err := s.MakeRing(t.Context(), ann, models.NewRing{Key: key, Title: "x"})
			refused(t, err, models.Invalid, "error.ring_key")
		}
		r, err := s.MakeRing(t.Context(), ann, models.NewRing{Key: " Lamps ", Title: "A\x00 b\nc", Words: "<p onclick=x>lit<script>alert(1)</script></p>"})
		ok(t, err)
		same(t, "made", r.Key+"|"+r.Title+"|"+r.WordsHTML, "lamps|A b c|<p>lit</p>")
		_, err = s.MakeRing(t.Context(), ann, good)
		refused(t, err, models.Conflict, "error.ring_taken")
		for i := range models.RingsMost - 1 {
			makeRing(t, s, ann, fmt.Sprintf("ring-%d", i))
		}
		_, err = s.MakeRing(t.Context(), ann, models.NewRing{Key: "more", Title: "x"})
		refused(t, err, models.Invalid, "error.rings_many")
		for range 40 {
			_, err = s.MakeRing(t.Context(), ann, good)
		}
		refused(t, err, models.TooMany, "error.too_many")
		list, err := s.Rings(t.Context(), 0)
		ok(t, err)
		rest, err := s.Rings(t.Context(), list.Rings[5].ID)
		ok(t, err)
		same(t, "all, and those before the sixth", fmt.Sprintln(len(list.Rings), len(rest.Rings), rest.Rings[0].Key, rest.Rings[0].Keeper, rest.Older), "10 4 ring-2 ann 0\n")
	})
}

func TestWhoMayKeepARing(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob", "cat", "eve")
		ok(t, s.Promote(t.Context(), "eve"))
		ann, bob, cat, eve := crowd[0], crowd[1], crowd[2], again(t, s, crowd[3])
		r := makeRing(t, s, ann, "lamps")
		m, err := s.AskToJoin(t.Context(), bob, r, "", "Bob's")
		ok(t, err)
		change := models.NewRing{Title: "Changed"}
		for _, no := range []error{
			s.AcceptMember(t.Context(), bob, r, m.ID), s.AcceptMember(t.Context(), cat, r, m.ID), s.RemoveMember(t.Context(), cat, r, m.ID),
			s.LookAgain(t.Context(), cat, r, m.ID), s.ChangeRing(t.Context(), bob, r, change), s.RemoveRing(t.Context(), bob, r),
		} {
			refused(t, no, models.Forbidden, "error.not_yours")
		}
		refused(t, s.AcceptMember(t.Context(), ann, r, 4711), models.Missing, "error.no_member")
		waiting, err := s.WaitingMembers(t.Context(), r)
		ok(t, err)
		same(t, "at the door", fmt.Sprintf("%d %s %s", len(waiting), waiting[0].Title, waiting[0].Name), "1 Bob's bob")
		ok(t, s.AcceptMember(t.Context(), eve, r, m.ID))
		ok(t, s.AcceptMember(t.Context(), ann, r, m.ID)) // twice is once
		rings, err := s.RingsOf(t.Context(), bob)
		ok(t, err)
		same(t, "on bob's page", fmt.Sprintf("%d %s %s", len(rings), rings[0].Path(), rings[0].Ring), "1 /rings/lamps/1 The ring of lamps")
		ok(t, s.ChangeRing(t.Context(), eve, r, change))
		ok(t, s.RemoveRing(t.Context(), eve, r))
		_, err = s.Ring(t.Context(), "lamps")
		refused(t, err, models.Gone, "error.gone_ring")
		_, err = s.RingMark(t.Context(), "lamps")
		refused(t, err, models.Gone, "error.gone_ring")
		_, err = s.MakeRing(t.Context(), cat, models.NewRing{Key: "lamps", Title: "Mine"})
		refused(t, err, models.Conflict, "error.ring_taken")
	})
}

// A ring that nobody else was in leaves its key free, and what was kept of the old one never passes for the new one.
func TestRingKeyIsFreeAgain(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		r := makeRing(t, s, ann, "typo")
		joins(t, s, r, ann, "")
		before, err := s.RingMark(t.Context(), "typo")
		ok(t, err)
		ok(t, s.RemoveRing(t.Context(), ann, r))
		_, err = s.RingMark(t.Context(), "typo")
		refused(t, err, models.Missing, "error.no_ring")
		for range 3 {
			r = makeRing(t, s, ann, "typo")
			after, err := s.RingMark(t.Context(), "typo")
			ok(t, err)
			if after == before {
				t.Error("two rings have one mark")
			}
			ok(t, s.RemoveRing(t.Context(), ann, r))
		}
	})
}

func TestRingWithoutKeeper(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		cast := kit.Cast(t, s)
		ann, bob, cat := cast.Ann, cast.Bob, kit.SignUp(t, s, "cat")
		r := makeRing(t, s, bob, "lamps")
		joins(t, s, r, bob, "https://bob.example/")
		stays := joins(t, s, r, cat, "")
		waits, err := s.AskToJoin(t.Context(), cat, r, "https://cat.example/", "")
		ok(t, err)
		before, err := s.RingMark(t.Context(), "lamps")
		ok(t, err)
		ok(t, s.CloseAccount(t.Context(), bob, kit.Password))
		after, err := s.RingMark(t.Context(), "lamps")
		ok(t, err)
		if after == before {
			t.Error("the ring shows its keeper still")
		}
		r, err = s.Ring(t.Context(), "lamps")
		ok(t, err)
		same(t, "kept by", r.Keeper, "")
		list, _, err := s.Members(t.Context(), r, 0)
		ok(t, err)
		same(t, "left in it", fmt.Sprint(len(list), list[0].ID == stays.ID), "1 true")
		refused(t, s.AcceptMember(t.Context(), cat, r, waits.ID), models.Forbidden, "error.not_yours")
		ok(t, s.AcceptMember(t.Context(), ann, r, waits.ID))
	})
}
