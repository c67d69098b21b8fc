package models_test

import (
	"sync"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

func TestPassage(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		me := "https://ada.example/"
		state, err := s.OpenPassage(t.Context(), models.Passage{Me: me, Chain: "https://a.example/\nhttps://b.example/", Verifier: "v", Back: "a\x00b"})
		ok(t, err)
		p, secret, err := s.ReturnPassage(t.Context(), state)
		ok(t, err)
		same(t, "passage", []string{p.Me, p.Verifier, p.Back}, []string{me, "v", "ab"})
		for address, met := range map[string]bool{me: false, "https://a.example/": true, "https://b.example/": true, "https://c.example/": false, "": false} {
			same(t, address, p.Met(address), met)
		}
		_, _, err = s.ReturnPassage(t.Context(), state)
		refused(t, err, models.Invalid, "error.me_state")
		_, err = s.ProvenPassage(t.Context(), secret)
		refused(t, err, models.Invalid, "error.me_state")
		ok(t, s.ProvePassage(t.Context(), p, me))
		_, err = s.ProvenPassage(t.Context(), secret)
		ok(t, err)
		_, _, err = s.ReturnPassage(t.Context(), secret) // what was proven needs no proof
		refused(t, err, models.Invalid, "error.me_state")
		ok(t, s.EndPassage(t.Context(), p))
		same(t, "log-ins", count(t, s, "SELECT COUNT(*) FROM passages"), 0)
	})
}

// proof is the secret of a passage in which the address was proven.
func proof(t *testing.T, s *kit.Store, by *models.Account, me string) string {
	t.Helper()
	p := models.Passage{Me: "https://typed.example/"}
	if by != nil {
		p.AccountID = &by.ID
	}
	state, err := s.OpenPassage(t.Context(), p)
	ok(t, err)
	found, secret, err := s.ReturnPassage(t.Context(), state)
	ok(t, err)
	ok(t, s.ProvePassage(t.Context(), found, me))
	return secret
}

func TestSignUpByProof(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		me := "https://ada.example/"
		secret := proof(t, s, nil, me)
		for _, wrong := range []string{"nonsense", secret + "x"} {
			_, _, err := s.SignUp(t.Context(), models.Newcomer{Name: "ada", Network: "net", Proof: wrong})
			refused(t, err, models.Invalid, "error.me_state")
		}
		ada, codes, err := s.SignUp(t.Context(), models.Newcomer{Name: "ada", Network: "net", Proof: secret, Homepage: true})
		ok(t, err)
		same(t, "account", []any{ada.Role, ada.Password, ada.Homepage, len(codes)}, []any{models.RoleWebmaster, "", me, 10})
		_, _, err = s.SignUp(t.Context(), models.Newcomer{Name: "eve", Network: "net", Proof: secret})
		refused(t, err, models.Invalid, "error.me_state")
		_, _, err = s.SignUp(t.Context(), models.Newcomer{Name: "eve", Network: "net", Proof: proof(t, s, nil, me)})
		refused(t, err, models.Conflict, "error.me_taken")
		same(t, "accounts", count(t, s, "SELECT COUNT(*) FROM accounts"), 1)
		_, _, err = s.SignUp(t.Context(), models.Newcomer{Name: "eve", Network: "net", Proof: proof(t, s, ada, "https://eve.example/")})
		refused(t, err, models.Invalid, "error.me_state") // a proof for linking
		late := proof(t, s, nil, "https://eve.example/")
		s.Clock.Add(models.PassageLife)
		_, _, err = s.SignUp(t.Context(), models.Newcomer{Name: "eve", Network: "net", Proof: late})
		refused(t, err, models.Invalid, "error.me_state")
		found, err := s.Identified(t.Context(), me)
		ok(t, err)
		same(t, "whose", found.Name, "ada")
		fay, _, err := s.SignUp(t.Context(), models.Newcomer{Name: "fay", Network: "net", Proof: proof(t, s, nil, "https://fay.example/")})
		ok(t, err)
		found, err = s.Identified(t.Context(), "https://fay.example/")
		ok(t, err)
		same(t, "an address that is not shown", []any{fay.Homepage, found.Name}, []any{"", "fay"})
		refused(t, logIn(t, s, "ada", "", "net"), models.Invalid, "error.wrong_password")
		_, err = s.Recover(t.Context(), models.Recovery{Name: "ada", Code: codes[0], Password: kit.Password, Network: "net"})
		ok(t, err)
		ok(t, logIn(t, s, "ada", kit.Password, "net"))
	})
}

// TestNameFor: an address gives its owner a name that they may have.
func TestNameFor(t *testing.T) {
	s := kit.SQLite(t)
	kit.SignUp(t, s, "ann")
	for me, want := range map[string]string{
		"https://ada.example/":             "ada",
		"https://ada.example/about":        "ada",
		"https://www.ada.example/":         "ada",
		"https://blog.ada-lace.example/":   "ada_lace",
		"https://social.example/~Zoe":      "zoe",
		"https://social.example/@zoe/":     "zoe",
		"https://social.example/~zoe?x=/~": "zoe",
		"https://social.example/~":         "social",
		"https://ann.example/":             "",
		"https://ann.neocities.example/":   "neocities",
		"https://admin.example/":           "",
		"https://a.example/":               "",
		"https://xn--t-9fab.example/":      "xn__t_9fab",
		"http://127.0.0.1/ada":             "",
		"":                                 "",
	} {
		name, err := s.NameFor(t.Context(), me)
		ok(t, err)
		same(t, me, name, want)
	}
}

// byWeb signs somebody up with an address, and logs them in.
func byWeb(t *testing.T, s *kit.Store, name string) *models.Account {
	t.Helper()
	a, _, err := s.SignUp(t.Context(), models.Newcomer{Name: name, Network: "net", Proof: proof(t, s, nil, "https://"+name+".example/")})
	ok(t, err)
	token, err := s.StartSession(t.Context(), a, "Lynx", "net")
	ok(t, err)
	_, found, err := s.Session(t.Context(), token)
	ok(t, err)
	return found
}

// TestConfirmWithoutPassword: who has no password must have just logged in.
func TestConfirmWithoutPassword(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		kit.SignUp(t, s, "ann")
		ada := byWeb(t, s, "ada")
		stranger := again(t, s, ada) // not by a session
		_, err := s.RenewRecoveryCodes(t.Context(), stranger, "")
		refused(t, err, models.Invalid, "error.log_in_again")
		_, err = s.RenewRecoveryCodes(t.Context(), ada, "")
		ok(t, err)
		s.Clock.Add(15*time.Minute - time.Second)
		ok(t, s.Knock(t.Context(), ada, "", "net"))
		s.Clock.Add(time.Second)
		for _, err := range []error{
			s.Knock(t.Context(), ada, "", "net"), s.CloseAccount(t.Context(), ada, ""),
			s.ChangePassword(t.Context(), ada, "", kit.Password, &models.Session{}),
		} {
			refused(t, err, models.Invalid, "error.log_in_again")
		}
		token, err := s.StartSession(t.Context(), ada, "Lynx", "net")
		ok(t, err)
		session, ada, err := s.Session(t.Context(), token)
		ok(t, err)
		ok(t, s.ChangePassword(t.Context(), ada, "", kit.Password, session))
		_, ada, err = s.Session(t.Context(), token)
		ok(t, err)
		refused(t, s.CloseAccount(t.Context(), ada, ""), models.Invalid, "error.wrong_own_password") // a fresh session does not stand for a password that is there
		ok(t, s.CloseAccount(t.Context(), ada, kit.Password))
		found, err := s.Identified(t.Context(), "https://ada.example/")
		ok(t, err)
		if found != nil {
			t.Error("a closed account keeps its address")
		}
	})
}

// TestLastWayIn: of two addresses that are taken away at once, one stays.
func TestLastWayIn(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		kit.SignUp(t, s, "ann")
		ada := byWeb(t, s, "ada")
		for range 2 { // the second time it is there already
			me, err := s.LinkIdentity(t.Context(), ada, proof(t, s, ada, "https://ada.example/two"))
			ok(t, err)
			same(t, "address", me, "https://ada.example/two")
		}
		_, err := s.LinkIdentity(t.Context(), ada, proof(t, s, nil, "https://ada.example/three"))
		refused(t, err, models.Invalid, "error.me_state")
		errs := make(chan error, 2)
		var all sync.WaitGroup
		for _, me := range []string{"https://ada.example/", "https://ada.example/two"} {
			all.Go(func() { errs <- s.UnlinkIdentity(t.Context(), ada, me) })
		}
		all.Wait()
		close(errs)
		kept := 0
		for err := range errs {
			if err != nil {
				kept++
				refused(t, err, models.Invalid, "error.me_last")
			}
		}
		same(t, "refused", kept, 1)
		same(t, "left", count(t, s, "SELECT COUNT(*) FROM identities"), 1)
		ok(t, s.UnlinkIdentity(t.Context(), ada, "https://nobody.example/\x00"))
		for i := range 9 {
			_, err := s.LinkIdentity(t.Context(), ada, proof(t, s, ada, "https://ada.example/"+string(rune('a'+i))))
			ok(t, err)
		}
		_, err = s.LinkIdentity(t.Context(), ada, proof(t, s, ada, "https://ada.example/z"))
		refused(t, err, models.Invalid, "error.me_many")
		ann := again(t, s, &models.Account{Name: "ann"})
		list, err := s.Identities(t.Context(), ada)
		ok(t, err)
		same(t, "addresses", len(list), 10)
		_, err = s.LinkIdentity(t.Context(), ann, proof(t, s, ann, list[0].Me))
		refused(t, err, models.Conflict, "error.me_taken")
		s.Clock.Add(models.PassageLife)
		ok(t, s.Sweep(t.Context()))
		same(t, "log-ins that are left", count(t, s, "SELECT COUNT(*) FROM passages"), 0)
	})
}
