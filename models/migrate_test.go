package models_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"marquee/models"
	"marquee/tests/kit"
)

// newest is the number of the last file in migrations/.
func newest(t *testing.T) int64 {
	t.Helper()
	files, err := os.ReadDir("migrations")
	ok(t, err)
	return int64(len(files))
}

func TestFreshDatabaseIsNewest(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		same(t, "schema", count(t, s, "SELECT MAX(version_id) FROM goose_db_version"), newest(t))
		same(t, "sites", count(t, s, "SELECT COUNT(*) FROM site"), 1)
		problems, err := s.Integrity(t.Context())
		ok(t, err)
		same(t, "problems", problems, []string{})
	})
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		_, err := s.DB.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, $1)", true)
		ok(t, err)
		newer, err := models.Open(t.Context(), kit.Options(s.Database, s.Clock))
		if err == nil {
			newer.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "newer Marquee") || !strings.Contains(err.Error(), "9999") {
			t.Errorf("the error is %v, want a sentence that says newer and 9999", err)
		}
	})
}

func TestOpenTwice(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		other, err := models.Open(t.Context(), kit.Options(s.Database, s.Clock))
		ok(t, err)
		defer other.Close()
		st := say(t, s, ann, "seen by both")
		kept, err := other.Status(t.Context(), nil, "ann", st.ID)
		ok(t, err)
		same(t, "text", kept.Text, "seen by both")
		same(t, "sites", count(t, s, "SELECT COUNT(*) FROM site"), 1)
	})
}

func TestOpenAtTheSameMoment(t *testing.T) {
	for name, database := range map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { return filepath.Join(t.TempDir(), "new", "marquee.db") },
		"postgres": func(t *testing.T) string { return kit.EmptyPostgresDatabase(t) },
	} {
		t.Run(name, func(t *testing.T) {
			address, clock := database(t), &kit.Clock{}
			stores := make([]*models.Store, 3)
			together(len(stores), func(i int) {
				var err error
				if stores[i], err = models.Open(t.Context(), kit.Options(address, clock)); err != nil {
					t.Errorf("store %d: %v", i, err)
				}
			})
			if t.Failed() {
				return
			}
			for i, s := range stores {
				defer s.Close()
				_, _, err := s.SignUp(t.Context(), models.Newcomer{Name: "person" + string(rune('0'+i)), Password: kit.Password, Network: "net"})
				ok(t, err)
				same(t, "secret", s.Secret(), stores[0].Secret())
			}
		})
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	ok(t, os.WriteFile(file, []byte("this is not a database, but it is long enough to look like one"), 0o600))
	for _, database := range []string{file, filepath.Join(file, "below.db"), "postgres://nobody@/none?host=/nowhere"} {
		s, err := models.Open(t.Context(), kit.Options(database, &kit.Clock{}))
		if err == nil {
			s.Close()
			t.Errorf("%s can be opened", database)
		}
	}
}
