package app

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"marquee/models"
	"marquee/tests/kit"
)

func TestMain(m *testing.M) { kit.Main(m) }

// run is one call of the program.
func run(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = Main(t.Context(), args, &o, &e)
	return code, o.String(), e.String()
}

// site is a database with ann, its webmaster, and bob; the environment names it.
func site(t *testing.T) *models.Store {
	t.Helper()
	t.Chdir(t.TempDir())
	t.Setenv("MARQUEE_DATABASE", "site.db")
	store, err := models.Open(t.Context(), models.Options{Database: "site.db", Name: "Marquee", Language: "en", Signups: models.SignupsOpen})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	for _, name := range []string{"ann", "bob"} {
		if _, _, err := store.SignUp(t.Context(), models.Newcomer{Name: name, Password: "correct rain boots", Network: "test"}); err != nil {
			t.Fatal(err)
		}
	}
	return store
}

// wants checks the code and that both outputs say what they must, as patterns; an empty one wants nothing said.
func wants(t *testing.T, args string, code int, out, errs string) {
	t.Helper()
	gotCode, gotOut, gotErrs := run(t, strings.Fields(args)...)
	says := func(got, pattern string) bool {
		return pattern == "" && got == "" || pattern != "" && regexp.MustCompile(pattern).MatchString(got)
	}
	if gotCode != code || !says(gotOut, out) || !says(gotErrs, errs) {
		t.Errorf("marquee %s: code %d, out:\n%serrs:\n%s", args, gotCode, gotOut, gotErrs)
	}
}

func TestUsage(t *testing.T) {
	t.Chdir(t.TempDir())
	wants(t, "--help", exitOK, `(?s)Usage: marquee.*Just run it.*account webmaster`, "")
	wants(t, "account reset --help", exitOK, `Usage: marquee account reset <name>`, "")
	wants(t, "version", exitOK, `(?s)^Marquee \S+.*\ngo1\.\S+ .*\nSQLite by \S+/\S*sqlite`, "")
	wants(t, "dance", exitUsage, "", `^Unexpected argument dance\. Try: marquee --help`)
	wants(t, "--shoes", exitUsage, "", `^Unknown flag --shoes\. `)
	wants(t, "account", exitUsage, "", `^Expected one of`)
	wants(t, "account reset", exitUsage, "", `^Expected "<name>"`)
	wants(t, "migrate --addr banana", exitUsage, "", `^MARQUEE_ADDR is "banana": write it as host:port, for example 127\.0\.0\.1:8080\.\n$`)
	if err := os.WriteFile(fileName, []byte("adr = ':80'"), 0o600); err != nil {
		t.Fatal(err)
	}
	wants(t, "migrate", exitUsage, "", `^marquee.toml: there is no setting called "adr"\.\n$`)
	wants(t, "--help", exitOK, "Usage", "")
	wants(t, "version", exitOK, "Marquee", "")
}

func TestMigrate(t *testing.T) {
	t.Chdir(t.TempDir())
	for range 2 {
		wants(t, "migrate --database new/site.db", exitOK, `^The schema is up to date\.\n$`, "")
	}
	if _, err := os.Stat(filepath.Join("new", "site.db")); err != nil {
		t.Error(err)
	}
}

func TestNoDatabaseIsMadeByLooking(t *testing.T) {
	t.Chdir(t.TempDir())
	wants(t, "account list", exitFailure, "", `^There is no database at data/marquee\.db yet`)
	wants(t, "doctor", exitFailure, `WRONG  database +There is no database at data/marquee\.db yet`, `One thing is wrong`)
	if _, err := os.Stat("data"); err == nil {
		t.Error("a folder was made")
	}
}

func TestAccounts(t *testing.T) {
	store := site(t)
	wants(t, "account list", exitOK, `^NAME +ROLE +SINCE\n~ann +webmaster +\d{4}-\d\d-\d\d\n~bob +- +\d{4}-\d\d-\d\d\n$`, "")
	wants(t, "account webmaster ~Bob", exitOK, `^~bob is webmaster now\.\n$`, "")
	wants(t, "account list", exitOK, `~bob +webmaster`, "")
	wants(t, "account webmaster zoe", exitFailure, "", `^There is no account of that name here\.\n$`)
	wants(t, "account reset zoe", exitFailure, "", `^There is no account of that name here\.\n$`)
	bob, err := store.Account(t.Context(), "bob")
	if err == nil {
		err = store.CloseAccount(t.Context(), bob, "correct rain boots")
	}
	if err != nil {
		t.Fatal(err)
	}
	wants(t, "account reset bob", exitFailure, "", `^That account was closed, and its name is never given out again\.\n$`)
}

func TestReset(t *testing.T) {
	store := site(t)
	code, out, errs := run(t, "account", "reset", "bob")
	found := regexp.MustCompile(`^The new password of ~bob is (\w{5}-\w{5}-\w{5}-\w{5})\n`).FindStringSubmatch(out)
	if code != exitOK || found == nil || errs != "" {
		t.Fatalf("code %d, out: %serrs: %s", code, out, errs)
	}
	for password, want := range map[string]bool{found[1]: true, "correct rain boots": false} {
		_, err := store.LogIn(t.Context(), models.Credentials{Name: "bob", Password: password, Network: "test"})
		if (err == nil) != want {
			t.Errorf("%q lets bob in: %v, want %v", password, err, want)
		}
	}
	if _, again, _ := run(t, "account", "reset", "bob"); again == out {
		t.Error("the same password came twice")
	}
}

func TestDoctor(t *testing.T) {
	site(t)
	wants(t, "doctor", exitOK, `(?s)^ok +configuration +http://localhost:8080, database site\.db
ok +database +answers.*
ok +writing +works
ok +integrity .*
ok +pictures +0, in the database
ok +jobs +0 waiting, none given up
ok +webmaster +~ann
ok +sign-ups +open
ok +disk +.* GB free beside site\.db
All is well\.
$`, "")
}

func TestDoctorFindsWhatIsWrong(t *testing.T) {
	t.Chdir(t.TempDir())
	run(t, "migrate")
	wants(t, "doctor", exitFailure, `WRONG  webmaster .*sign up at http://localhost:8080/signup before somebody else does`, `^One thing is wrong, see above\.\n$`)
	if err := os.WriteFile("torn.db", []byte(strings.Repeat("this is no database ", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	wants(t, "doctor --database torn.db", exitFailure, `WRONG  database +.*not a database`, `One thing is wrong`)
}

func TestSeed(t *testing.T) {
	t.Chdir(t.TempDir())
	wants(t, "seed --accounts 5 --statuses 20", exitOK, `^5 accounts and 20 statuses in `, `20/20`)
	wants(t, "account list", exitOK, `~seed00004 +- `, "")
	wants(t, "seed --accounts 0", exitFailure, "", `(?m)^Seeding needs at least one account`)
}

func TestStopped(t *testing.T) {
	t.Chdir(t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	if code := Main(ctx, []string{"migrate"}, &out, &errs); code != exitFailure || errs.String() != "Stopped before the end.\n" {
		t.Errorf("code %d, %s%s", code, out.String(), errs.String())
	}
}
