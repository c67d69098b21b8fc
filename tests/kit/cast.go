package kit

import (
	"testing"

	"marquee/models"
)

// Password is that of everybody in the cast.
const Password = "correct rain boots"

// People is the cast: ann runs the site, bob is her friend here, zoe is far away.
type People struct{ Ann, Bob, Zoe *models.Account }

// Cast signs ann and bob up; ann is first and so the webmaster. Zoe has an account at far.example.
func Cast(t testing.TB, s *Store) People {
	t.Helper()
	return People{Ann: SignUp(t, s, "ann"), Bob: SignUp(t, s, "bob"), Zoe: remote(t, s, "zoe", "far.example")}
}

// SignUp makes a local account.
func SignUp(t testing.TB, s *Store, name string) *models.Account {
	t.Helper()
	a, _, err := s.SignUp(t.Context(), models.Newcomer{Name: name, Password: Password, Network: "the kit"})
	if err != nil {
		t.Fatalf("%s cannot sign up: %v", name, err)
	}
	return a
}

// Crowd makes local accounts without passwords: nobody can log in as them, but they are quickly made.
func Crowd(t testing.TB, s *Store, names ...string) []*models.Account {
	t.Helper()
	var crowd []*models.Account
	for _, name := range names {
		insert(t, s, name, "")
		a, err := s.Account(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		crowd = append(crowd, a)
	}
	return crowd
}

func remote(t testing.TB, s *Store, name, host string) *models.Account {
	t.Helper()
	return &models.Account{ID: insert(t, s, name, host), Name: name, Host: host, Revision: 1, CreatedAt: models.At(s.Now())}
}

// insert writes an account for which there is no verb.
func insert(t testing.TB, s *Store, name, host string) (id int64) {
	t.Helper()
	err := s.DB.QueryRowContext(t.Context(), `INSERT INTO accounts (name, host, password, role, language, bio, bio_html, homepage,
		revision, changed_at, posted_at, answered_at, noticed_at, read_at, created_at)
		VALUES ($1, $2, '', '', '', '', '', '', 1, 0, 0, 0, 0, 0, $3) RETURNING id`, name, host, int64(models.At(s.Now()))).Scan(&id)
	if err != nil {
		t.Fatal(err)
	}
	return id
}
