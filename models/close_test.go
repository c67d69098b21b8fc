package models_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// cascade gives bob something in every table that can hold something of an account.
func cascade(t *testing.T, s *kit.Store, ann, bob *models.Account) (asked, answered *models.Status) {
	t.Helper()
	asked = publish(t, s, bob, models.Draft{Text: "tea? #tea ~ann", Mood: "snug", Once: "form"})
	answer(t, s, ann, asked, "yes ~bob")
	answered = answer(t, s, bob, say(t, s, ann, "milk?"), "yes")
	publish(t, s, bob, models.Draft{Text: "psst", Visibility: models.Private})
	draft := publish(t, s, bob, models.Draft{Text: "again", Pictures: []models.DraftPicture{s.Take(t, bob, kit.Drawing(t, 1), "a tea pot")}})
	ok(t, s.SetAvatar(t.Context(), bob, bytes.NewReader(kit.Drawing(t, 2))))
	ok(t, s.SetDesign(t.Context(), bob, models.Design{Top: "bob"}))
	ok(t, s.AddButton(t.Context(), bob, models.NewButton{Link: "https://zoe.example/", File: bytes.NewReader(kit.Drawing(t, 3))}))
	ok(t, s.Redraft(t.Context(), bob, draft.ID))
	joins(t, s, makeRing(t, s, bob, "teapots"), bob, "")
	sign(t, s, bob, nil, "in bob's guestbook")
	sign(t, s, ann, bob, "bob in ann's")
	_, err := s.Wear(t.Context(), bob, models.NewSheet{Source: "p{color:red}"})
	ok(t, err)
	_, err = s.PublishLayout(t.Context(), bob, models.NewLayout{Title: "Red"})
	ok(t, err)
	ok(t, s.Report(t.Context(), ann, bob, models.NewReport{Text: "look"}))
	_, err = s.StartSession(t.Context(), bob, "Lynx", "net")
	ok(t, err)
	permitted(t, s, bob, "create")
	_, err = s.LinkIdentity(t.Context(), bob, proof(t, s, bob, "https://bob.example/"))
	ok(t, err)
	proof(t, s, bob, "https://bob.example/two")
	runJobs(t, s)
	ok(t, s.AddFriend(t.Context(), bob, "zoe.example"))
	ok(t, s.AddFriend(t.Context(), ann, "bob"))
	ok(t, s.JudgeSite(t.Context(), bob, mention(t, s, noteOfZoe, "/~bob", replies("<p>hi</p>")).ID, models.VerdictWelcome))
	ok(t, s.Describe(t.Context(), bob, models.Profile{Counting: true, Links: [models.LinksMost]models.ProfileLink{{Address: "https://shop.example/"}}}))
	ok(t, s.ProveAgain(t.Context(), bob))
	_, err = s.Visit(t.Context(), again(t, s, bob), ann, "net")
	ok(t, err)
	refused(t, logIn(t, s, "bob", "wrong", "net"), models.Invalid, "error.wrong_password")
	imported(t, s, bob)
	subscribe(t, s, "/~bob/rss.xml", "https://reader.example/bob")
	return asked, answered
}

func TestClosedAccountLeavesNothing(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		cast := kit.Cast(t, s)
		ann, bob := cast.Ann, cast.Bob
		asked, answered := cascade(t, s, ann, bob)
		searched := 0
		left := func() (tables []string) {
			searched = 0
			for table, names := range columns(t, s) {
				if slices.Contains(names, "account_id") {
					searched++
					if count(t, s, "SELECT COUNT(*) FROM "+table+" WHERE account_id = $1", bob.ID) > 0 {
						tables = append(tables, table)
					}
				}
			}
			return tables
		}
		before := left()
		if len(before) != searched || searched < 5 {
			t.Fatalf("bob has something in %v of %d tables: the test needs all", before, searched)
		}
		refused(t, s.CloseAccount(t.Context(), bob, "wrong"), models.Invalid, "error.wrong_own_password")
		ok(t, s.CloseAccount(t.Context(), bob, kit.Password))
		same(t, "tables with something of bob", len(left()), 0)
		same(t, "labels", count(t, s, "SELECT COUNT(*) FROM labels"), 0)
		same(t, "files with bytes", count(t, s, "SELECT COUNT(*) FROM picture_files WHERE gone_at = 0 OR length(body) > 0"), 0)
		same(t, "files that are remembered as gone", count(t, s, "SELECT COUNT(*) FROM picture_files"), 3)
		same(t, "budgets", count(t, s, "SELECT COUNT(*) FROM throttles WHERE key LIKE '%bob'"), 0)
		same(t, "ann's notices", len(notices(t, s, ann)), 0)
		for _, st := range []*models.Status{asked, answered} {
			_, err := s.Status(t.Context(), nil, "bob", st.ID)
			refused(t, err, models.Missing, "error.no_status")
		}
		page := read(t, s, nil, models.Stream{Account: ann})
		same(t, "ann's page", texts(page), []string{"milk?", "yes ~bob"})
		if page[1].ReplyTo != nil {
			t.Error("ann's answer still shows what bob said")
		}
		problems, err := s.Integrity(t.Context())
		ok(t, err)
		same(t, "problems of the database", problems, []string{})
	})
}

func TestClosedNameIsNeverGivenAgain(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		cast := kit.Cast(t, s)
		ok(t, s.CloseAccount(t.Context(), cast.Bob, kit.Password))
		_, err := s.Account(t.Context(), "bob")
		refused(t, err, models.Gone, "error.gone")
		_, _, err = signUp(t, s, "bob", kit.Password, "net")
		refused(t, err, models.Conflict, "error.name_taken")
		if found := everywhere(t, s, "bob"); len(found) > 0 {
			t.Errorf("the name is still in %v", found)
		}
	})
}

func TestClosingChangesThePagesOfWhoAnswered(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		cast := kit.Cast(t, s)
		crowd := kit.Crowd(t, s, "cat", "dan")
		answer(t, s, crowd[0], say(t, s, cast.Bob, "tea?"), "cat answers bob")
		answer(t, s, cast.Bob, say(t, s, cast.Ann, "milk?"), "bob answers ann")
		say(t, s, crowd[1], "dan has nothing to do with it")
		before := marks(t, s, "ann", "cat", "dan")
		s.Clock.Add(time.Second)
		ok(t, s.CloseAccount(t.Context(), cast.Bob, kit.Password))
		now := marks(t, s, "ann", "cat", "dan")
		same(t, "changed", before.changed(now), []string{"site", "ann", "cat"})
		same(t, "dan's mark", now.Accounts["dan"], before.Accounts["dan"])
	})
}

// An underscore is a letter of names, not a wildcard: closing b_b must not forgive who attacks bob.
func TestClosingForgivesNobodyElse(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		for _, name := range []string{"b_b", "64"} {
			a := kit.SignUp(t, s, name)
			for _, key := range []string{"login-account/bob", "login-pair/2001:db8::/64/bob", "login-network/2001:db8::/64", "confirm/bob"} {
				_, err := s.DB.ExecContext(t.Context(), "DELETE FROM throttles WHERE key = $1", key)
				ok(t, err)
				failBefore(t, s, key, 9, time.Hour)
			}
			failBefore(t, s, "login-pair/2001:db8::/64/"+name, 9, time.Hour)
			ok(t, s.CloseAccount(t.Context(), a, kit.Password))
			same(t, "budgets left", count(t, s, "SELECT COUNT(*) FROM throttles WHERE key LIKE 'login%' OR key LIKE 'confirm%'"), 4)
		}
	})
}

// Many who answered each other leave at the same moment, while others still answer.
func TestManyLeaveAtOnce(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		cast := kit.Cast(t, s)
		stay := kit.Crowd(t, s, "cat", "dan")
		leave := []*models.Account{cast.Ann, cast.Bob, kit.SignUp(t, s, "eve"), kit.SignUp(t, s, "fay")}
		ok(t, s.Promote(t.Context(), "dan")) // somebody must run the site when ann leaves
		var firsts []*models.Status
		for _, a := range append(leave, stay...) {
			firsts = append(firsts, say(t, s, a, "tea?"))
		}
		for _, a := range append(leave, stay...) {
			for _, first := range firsts {
				answer(t, s, a, first, "yes")
			}
		}
		together(6, func(i int) {
			if i < 4 {
				if err := s.CloseAccount(t.Context(), leave[i], kit.Password); err != nil {
					t.Errorf("%s cannot leave: %v", leave[i].Name, err)
				}
				return
			}
			for n := range 10 {
				_, err := s.Publish(t.Context(), stay[i-4], models.Draft{Text: "still here", ReplyToID: firsts[n%6].ID})
				if err != nil && !models.IsKind(err, models.Invalid) {
					t.Errorf("%s cannot answer: %v", stay[i-4].Name, err)
				}
			}
		})
		same(t, "accounts", count(t, s, "SELECT COUNT(*) FROM accounts WHERE host = ''"), 2)
	})
}
