package app

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"marquee/models"
)

// load reads a configuration in an empty folder: the file's text (none when empty), the environment
// as it is, the flags. It is checked.
func load(t *testing.T, file string, flags ...string) (*Config, error) {
	t.Helper()
	t.Chdir(t.TempDir())
	if file != "" {
		if err := os.WriteFile(fileName, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var line commandLine
	values := settings{}
	parser := newParser(&line, values)
	if err := values.read(fileName, parser.Model.Flags); err != nil {
		return nil, err
	}
	if _, err := parser.Parse(append([]string{"version"}, flags...)); err != nil {
		return nil, err
	}
	return &line.Config, line.Check()
}

func TestPrecedence(t *testing.T) {
	for _, setting := range []struct {
		key, byDefault, inFile, inEnvironment, asFlag string
		get                                           func(*Config) any
	}{
		{"addr", "127.0.0.1:8080", ":8001", ":8002", ":8003", func(c *Config) any { return c.Addr }},
		{"url", "http://localhost:8080", "https://file.example", "https://env.example", "https://flag.example", func(c *Config) any { return c.URL }},
		{"database", "data/marquee.db", "file.db", "env.db", "flag.db", func(c *Config) any { return c.Database }},
		{"pictures", "<nil>", "s3://k:s@file.example/photos", "s3://k:s@env.example/photos", "s3://k:s@flag.example/photos", func(c *Config) any {
			if c.Bucket() == nil {
				return nil
			}
			return "s3://k:s@" + c.Bucket().Host + "/" + c.Bucket().Name
		}},
		{"name", "Marquee", "File", "Environment", "Flag", func(c *Config) any { return c.Name }},
		{"signups", "open", "closed", "open", "closed", func(c *Config) any { return c.Signups }},
		{"lang", "en", "fr", "en", "fr", func(c *Config) any { return c.Lang }},
		{"trusted_proxies", "[]", "10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16", func(c *Config) any { return c.Proxies() }},
		{"fetch_allow", "[]", "10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16", func(c *Config) any { return c.FetchNetworks() }},
	} {
		for sources := range 8 {
			t.Run(fmt.Sprintf("%s/%03b", setting.key, sources), func(t *testing.T) {
				want, file, flags := setting.byDefault, "", []string(nil)
				if sources&1 != 0 {
					want, file = setting.inFile, fmt.Sprintf("%s = %q\n", setting.key, setting.inFile)
				}
				if sources&2 != 0 {
					want = setting.inEnvironment
					t.Setenv("MARQUEE_"+strings.ToUpper(setting.key), setting.inEnvironment)
				}
				if sources&4 != 0 {
					want = setting.asFlag
					flags = []string{"--" + strings.ReplaceAll(setting.key, "_", "-"), setting.asFlag}
				}
				c, err := load(t, file, flags...)
				if err != nil {
					t.Fatal(err)
				}
				if got := strings.Trim(fmt.Sprint(setting.get(c)), "[]"); got != strings.Trim(want, "[]") {
					t.Errorf("it is %s, want %s", got, want)
				}
			})
		}
	}
}

func TestWrongValues(t *testing.T) {
	for _, c := range []struct{ variable, value, want string }{
		{"ADDR", "banana", `MARQUEE_ADDR is "banana": write it as host:port, for example 127.0.0.1:8080.`},
		{"ADDR", "", `MARQUEE_ADDR is "": write it as host:port`},
		{"ADDR", "localhost:http", `write it as host:port`},
		{"ADDR", "localhost:0", `write it as host:port`},
		{"ADDR", "localhost:65536", `write it as host:port`},
		{"ADDR", "a b:80", `write it as host:port`},
		{"URL", "banana", `MARQUEE_URL is "banana": write the address that people see, for example https://social.example.`},
		{"URL", "ftp://social.example", `write the address that people see`},
		{"URL", "https://", `write the address that people see`},
		{"URL", "https://so cial.example", `write the address that people see`},
		{"URL", "https://so<cial.example", `its host is not one that a browser can reach.`},
		{"URL", "https://ada:secret@social.example", `leave out the name and the password before the @.`},
		{"URL", "https://social.example:70000", `its port is not a number from 1 to 65535.`},
		{"URL", "https://social.example:", `its port is not a number from 1 to 65535.`},
		{"URL", "https://social.example/marquee", `write only the scheme and the host, for example https://social.example.`},
		{"URL", "https://social.example/?a=b", `write only the scheme and the host`},
		{"URL", "https://social.example#top", `write only the scheme and the host`},
		{"DATABASE", "", `MARQUEE_DATABASE is "": write the path of a file, for example data/marquee.db.`},
		{"DATABASE", "mysql://ada:secret@db/marquee", `MARQUEE_DATABASE is "mysql://…": write the path of a file, or an address that starts with postgres://.`},
		{"DATABASE", "postgres://ada:secret%@db/marquee", `MARQUEE_DATABASE is "postgres://…": write it as postgres://name:password@host/database`},
		{"DATABASE", ":memory:", `write the plain path of a file, for example data/marquee.db.`},
		{"DATABASE", "file:marquee.db", `write the plain path of a file`},
		{"DATABASE", ".", `MARQUEE_DATABASE is ".": this is a folder, write the path of a file in it, for example ./marquee.db.`},
		{"DATABASE", "data/", `for example data/marquee.db.`},
		{"PICTURES", "banana", `MARQUEE_PICTURES is "…": write it as s3://KEY:SECRET@host/bucket, with odd characters of the key and the secret as %XX.`},
		{"PICTURES", "https://key:secret@s3.example/photos", `write it as s3://KEY:SECRET@host/bucket`},
		{"PICTURES", "s3://key:secret/+@s3.example/photos", `with odd characters of the key and the secret as %XX.`},
		{"PICTURES", "s3://key:secret%@s3.example/photos", `with odd characters of the key and the secret as %XX.`},
		{"PICTURES", "s3://key:secret@/photos", `write it as s3://KEY:SECRET@host/bucket`},
		{"PICTURES", "s3://key:secret@s3.example:/photos", `write it as s3://KEY:SECRET@host/bucket`},
		{"PICTURES", "s3://s3.example/photos", `write the key and the secret before the host, as s3://KEY:SECRET@host/bucket, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`},
		{"PICTURES", "s3://secret@s3.example/photos", `write the key and the secret before the host`},
		{"PICTURES", "s3://key:secret@s3.example", `write the name of the bucket after the host: 3 to 63 small letters, digits, dots and dashes.`},
		{"PICTURES", "s3://key:secret@s3.example/Photos", `write the name of the bucket after the host`},
		{"PICTURES", "s3://key:secret@s3.example/photos/../other", `what stands after the name of the bucket must be a plain path such as marquee/pictures.`},
		{"PICTURES", "s3://key:secret@s3.example/photos/a b", `must be a plain path`},
		{"PICTURES", "s3://key:secret@s3.example/photos/" + strings.Repeat("x", 200), `must be a plain path`},
		{"PICTURES", "s3://key:secret@s3.example/photos?insecure=secret", `after the question mark may stand region=NAME and insecure=true, nothing else.`},
		{"PICTURES", "s3://key:secret@s3.example/photos?token=secret", `nothing else.`},
		{"PICTURES", "s3://key:secret@s3.example/photos?region=", `nothing else.`},
		{"PICTURES", "s3://key:secret@s3.example/photos#secret", `write it as s3://KEY:SECRET@host/bucket`},
		{"NAME", " ", `MARQUEE_NAME is "": a site needs a name.`},
		{"NAME", strings.Repeat("é", 41), `a name has at most 40 characters.`},
		{"SIGNUPS", "maybe", `MARQUEE_SIGNUPS is "maybe": write open or closed.`},
		{"SIGNUPS", "invite", `MARQUEE_SIGNUPS is "invite": that way of signing up is not there yet, write open or closed.`},
		{"SIGNUPS", "approval", `that way of signing up is not there yet`},
		{"LANG", "de", `MARQUEE_LANG is "de": write en for English or fr for French.`},
		{"TRUSTED_PROXIES", "10.0.0.1,banana", `MARQUEE_TRUSTED_PROXIES is "banana": write addresses or networks with commas between them, for example 127.0.0.1, 10.0.0.0/8.`},
		{"TRUSTED_PROXIES", "0.0.0.0/0", `this is everybody, name only the networks that are yours.`},
		{"FETCH_ALLOW", "10.0.0.0/33", `MARQUEE_FETCH_ALLOW is "10.0.0.0/33": write addresses or networks`},
		{"FETCH_ALLOW", "::/0", `this is everybody`},
	} {
		t.Run(c.variable+"="+c.value, func(t *testing.T) {
			t.Setenv("MARQUEE_"+c.variable, c.value)
			_, err := load(t, "")
			if err == nil || !strings.Contains(sentence(err), c.want) {
				t.Fatalf("the error is %v, want one that says %s", err, c.want)
			}
			if words := strings.ReplaceAll(err.Error(), "the secret", ""); strings.Contains(words, "secret") && c.variable != "URL" {
				t.Errorf("the error gives the password away: %v", err)
			}
		})
	}
}

func TestAddresses(t *testing.T) {
	for _, c := range []struct{ addr, url, want string }{
		{"127.0.0.1:8080", "", "http://localhost:8080"},
		{":80", "", "http://localhost"},
		{"[::1]:9000", "", "http://localhost:9000"},
		{":8080", "HTTPS://Social.Example/", "https://social.example"},
		{":8080", "https://social.example:443", "https://social.example"},
		{":8080", "http://social.example:443/", "http://social.example:443"},
		{":8080", "https://café.example", "https://xn--caf-dma.example"},
		{":8080", "http://[::1]:8080", "http://[::1]:8080"},
		{":8080", "http://[::1]:80", "http://[::1]"},
		{":8080", "http://my_box:8080", "http://my_box:8080"},
	} {
		got, err := load(t, "", "--addr", c.addr, "--url", c.url)
		if err != nil || got.URL != c.want || got.BaseURL().String() != c.want {
			t.Errorf("%s and %q give %s (%v), want %s", c.addr, c.url, got.URL, err, c.want)
		}
	}
}

func TestNetworks(t *testing.T) {
	c, err := load(t, `trusted_proxies = ["10.1.2.3/8", "::1"]`, "--fetch-allow", " 127.0.0.0/8 ,,::ffff:10.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(c.Proxies(), c.FetchNetworks()); got != "[10.0.0.0/8 ::1/128] [127.0.0.0/8 10.0.0.1/32]" {
		t.Errorf("the networks are %s", got)
	}
}

func TestBucket(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "standard")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "hidden")
	for address, want := range map[string]models.BucketAddress{
		"s3://key:a%2Fb+c@s3.example/photos":                   {Host: "s3.example", Name: "photos", Key: "key", Secret: "a/b+c"},
		"s3://s3.example:9000/photos/":                         {Host: "s3.example:9000", Name: "photos", Key: "standard", Secret: "hidden"},
		"s3://k:s@[::1]:9000/my.photos/a/b?insecure=true":      {Host: "[::1]:9000", Name: "my.photos", Prefix: "a/b/", Key: "k", Secret: "s", Insecure: true},
		"s3://k:s@h/photos/a/?region=eu-west-3&insecure=false": {Host: "h", Name: "photos", Prefix: "a/", Key: "k", Secret: "s", Region: "eu-west-3"},
	} {
		c, err := load(t, "", "--pictures", address)
		if err != nil || *c.Bucket() != want {
			t.Errorf("%s gives %+v, %v", address, c.Bucket(), err)
		}
	}
}

func TestFileErrors(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"a typo":         {"adr = ':80'", `marquee.toml: there is no setting called "adr"`},
		"a flag":         {"help = 'yes'", `marquee.toml: there is no setting called "help"`},
		"a table":        {"[site]\nname = 'x'", `marquee.toml: there is no setting called "site"`},
		"a number":       {"addr = 8080", "marquee.toml: addr must be text in quotes"},
		"a list of one":  {"addr = [':80']", "marquee.toml: addr must be text in quotes"},
		"a list of two":  {"fetch_allow = ['10.0.0.1', 2]", "marquee.toml: fetch_allow must be text in quotes"},
		"not TOML":       {"name = 'x'\naddr = :80", "marquee.toml: line 2 is not TOML: "},
		"a wrong value":  {"lang = 'de'", `MARQUEE_LANG is "de"`},
		"the same twice": {"lang = 'en'\nlang = 'fr'", "marquee.toml: line 2 is not TOML: "},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(t, c.file)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("the error is %v, want one line that says %s", err, c.want)
			}
		})
	}
}

func TestUnreadableFile(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir(fileName, 0o700); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := run(t, "migrate"); code != exitUsage || !strings.HasPrefix(errs, "marquee.toml cannot be read: ") {
		t.Errorf("code %d, %s", code, errs)
	}
}
