package app

import (
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"strings"

	"marquee/models"
	"marquee/safe"
)

const nameMost = 40 // graphemes, as in the webmaster's settings

// Config is everything that is set outside the browser: flag before environment before marquee.toml
// before default. Check must accept it before anything else reads it.
type Config struct {
	Addr           string   `env:"MARQUEE_ADDR" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to listen (${default})."`
	URL            string   `env:"MARQUEE_URL" placeholder:"URL" help:"Address that people see, such as https://social.example (http://localhost with the port of --addr)."`
	Database       string   `env:"MARQUEE_DATABASE" default:"data/marquee.db" placeholder:"FILE" help:"A file, or postgres://… (${default})."`
	Pictures       string   `env:"MARQUEE_PICTURES" placeholder:"BUCKET" help:"Bucket for pictures, s3://KEY:SECRET@HOST/BUCKET (none: they are in the database)."`
	Name           string   `env:"MARQUEE_NAME" default:"Marquee" help:"First name of a new site (${default})."`
	Signups        string   `env:"MARQUEE_SIGNUPS" default:"open" placeholder:"MODE" help:"Whether a new site lets people sign up: open or closed (${default})."`
	Lang           string   `env:"MARQUEE_LANG" default:"en" help:"First language of a new site: en or fr (${default})."`
	TrustedProxies []string `env:"MARQUEE_TRUSTED_PROXIES" placeholder:"IP" help:"Proxies whose X-Forwarded-For is believed (none)."`
	FetchAllow     []string `env:"MARQUEE_FETCH_ALLOW" placeholder:"CIDR" help:"Private networks that outgoing fetches may reach (none)."`

	base             *url.URL
	proxies, allowed []netip.Prefix
	bucket           *models.BucketAddress
}

// Check refuses the first wrong value with one sentence that names its variable.
func (c *Config) Check() (err error) {
	port, err := portOf(c.Addr)
	if err != nil {
		return err
	}
	if c.URL == "" {
		c.URL = localURL(port)
	}
	if c.base, err = parseBase(c.URL); err != nil {
		return err
	}
	c.URL = c.base.String()
	if c.proxies, err = parseNetworks("MARQUEE_TRUSTED_PROXIES", c.TrustedProxies); err != nil {
		return err
	}
	if c.allowed, err = parseNetworks("MARQUEE_FETCH_ALLOW", c.FetchAllow); err != nil {
		return err
	}
	if err := checkDatabase(c.Database); err != nil {
		return err
	}
	if c.bucket, err = parseBucket("MARQUEE_PICTURES", c.Pictures); err != nil {
		return err
	}
	return c.checkFirstValues()
}

// BaseURL is the public address: scheme and host, with a port unless it is the scheme's own.
func (c *Config) BaseURL() *url.URL { return c.base }

// Host is the host name of the public address, without its port.
func (c *Config) Host() string { return c.base.Hostname() }

// Proxies are the networks whose X-Forwarded-For is believed.
func (c *Config) Proxies() []netip.Prefix { return c.proxies }

// FetchNetworks are the private networks that outgoing fetches may reach.
func (c *Config) FetchNetworks() []netip.Prefix { return c.allowed }

// Bucket is where pictures live, nil when they live in the database.
func (c *Config) Bucket() *models.BucketAddress { return c.bucket }

// withBucket is the same configuration with pictures somewhere else.
func (c *Config) withBucket(b *models.BucketAddress) *Config {
	other := *c
	other.bucket = b
	return &other
}

// file is the path of the SQLite database, empty when the database is PostgreSQL.
func (c *Config) file() string {
	if strings.Contains(c.Database, "://") {
		return ""
	}
	return c.Database
}

// wrong refuses one value.
func wrong(variable, value, advice string, args ...any) error {
	return fmt.Errorf("%s is %q: %s", variable, value, fmt.Sprintf(advice, args...))
}

func (c *Config) checkFirstValues() error {
	c.Name = safe.Line(c.Name)
	switch {
	case c.Name == "":
		return wrong("MARQUEE_NAME", c.Name, "a site needs a name")
	case safe.Graphemes(c.Name) > nameMost:
		return wrong("MARQUEE_NAME", c.Name, "a name has at most %d characters", nameMost)
	case c.Signups == "invite" || c.Signups == "approval":
		return wrong("MARQUEE_SIGNUPS", c.Signups, "that way of signing up is not there yet, write open or closed")
	case c.Signups != models.SignupsOpen && c.Signups != models.SignupsClosed:
		return wrong("MARQUEE_SIGNUPS", c.Signups, "write open or closed")
	case !models.Speaks(c.Lang):
		return wrong("MARQUEE_LANG", c.Lang, "write en for English or fr for French")
	}
	return nil
}

// checkDatabase never repeats an address: it may hold a password.
func checkDatabase(database string) error {
	const variable = "MARQUEE_DATABASE"
	if scheme, _, ok := strings.Cut(database, "://"); ok {
		if scheme != "postgres" && scheme != "postgresql" {
			return wrong(variable, scheme+"://…", "write the path of a file, or an address that starts with postgres://")
		}
		if _, err := url.Parse(database); err != nil {
			return wrong(variable, scheme+"://…", "write it as postgres://name:password@host/database, with odd characters of the password as %%XX")
		}
		return nil
	}
	switch {
	case database == "":
		return wrong(variable, database, "write the path of a file, for example data/marquee.db")
	case strings.HasPrefix(database, "postgres:"), strings.Contains(database, "host="), strings.Contains(database, "dbname="):
		return wrong(variable, "…", "write an address as postgres://name:password@host/database")
	case database == ":memory:" || strings.HasPrefix(database, "file:"):
		return wrong(variable, database, "write the plain path of a file, for example data/marquee.db")
	case strings.HasSuffix(database, "/"), isFolder(database):
		return wrong(variable, database, "this is a folder, write the path of a file in it, for example %s", strings.TrimRight(database, "/")+"/marquee.db")
	}
	return nil
}

// parseBucket never repeats the address: it holds a secret. None is nil.
func parseBucket(variable, address string) (*models.BucketAddress, error) {
	if address == "" {
		return nil, nil
	}
	bucket, err := models.ParseBucket(address, os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY"))
	if err != nil {
		return nil, wrong(variable, "…", "%s", err)
	}
	return bucket, nil
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
