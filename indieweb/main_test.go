package indieweb_test

import (
	"testing"

	"marquee/tests/kit"
)

func TestMain(m *testing.M) { kit.Main(m) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
