package bench

import (
	"testing"

	"marquee/models"
	"marquee/tests/kit"
)

func TestMain(m *testing.M) { kit.Main(m) }

// open is a store as the program opens it: no test listens to its statements.
func open(b *testing.B, database string) *kit.Store {
	b.Helper()
	s, err := models.Open(b.Context(), models.Options{Database: database, Name: "Bench", Language: "en", Signups: models.SignupsOpen})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	return &kit.Store{Store: s, Database: database}
}
