package models

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"marquee/safe"
)

// The sign-up modes of a site.
const (
	SignupsOpen   = "open"
	SignupsClosed = "closed"
)

// Limits of a site's settings.
const (
	TextLimitDefault = 500 // graphemes of a status
	textLimitLeast   = 20
	textLimitMost    = 2000
	siteNameMost     = 40     // graphemes
	sitePageMost     = 20_000 // bytes: two such pages fit one form, percent-encoded
)

// Site is the one row of what the webmaster may change.
type Site struct {
	ID        int64
	Name      string
	Language  string
	Signups   string
	TextLimit int
	About     string // HTML as the webmaster wrote it
	Rules     string
	Secret    string
	Tag       string // beginning of every permanent id, RFC 4151
	Claimed   bool   // somebody is webmaster already
	Revision  int64
	ChangedAt Instant // when the webmaster last changed what every feed shows: name or language
	ErasedAt  Instant // when an account was last erased
	CreatedAt Instant
	Pingback  bool // XML-RPC pingbacks are taken
}

// TableName is the table's name for GORM: there is only one site.
func (Site) TableName() string { return "site" }

// found makes the site's row and the stripes of its mark when they are not there yet, and hangs the layouts of the house.
func (s *Store) found(ctx context.Context, o Options) error {
	site, err := s.readSite(ctx)
	if err != nil {
		return err
	}
	if site.ID == 0 {
		if err := s.tx(ctx, func(tx *gorm.DB) error { return s.settle(tx, o) }); err != nil {
			return err
		}
		if site, err = s.readSite(ctx); err != nil {
			return err
		}
	}
	if s.secret, err = hex.DecodeString(site.Secret); err != nil {
		return err
	}
	s.tag = site.Tag
	return s.furnish(ctx)
}

func (s *Store) settle(tx *gorm.DB, o Options) error {
	now := s.instant()
	host := strings.ToLower(o.Host)
	if host == "" {
		host = "localhost"
	}
	site := Site{
		ID: 1, Name: o.Name, Language: o.Language, Signups: o.Signups, TextLimit: TextLimitDefault,
		Secret: randomHex(32), Revision: 1, ChangedAt: now, CreatedAt: now,
		Tag: fmt.Sprintf("tag:%s,%s:%s", host, now.Time().Format("2006-01-02"), randomHex(4)),
	}
	if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&site).Error; err != nil {
		return err
	}
	for stripe := range stripes {
		err := tx.Exec("INSERT INTO marks (stripe, revision, streamed_at) VALUES (?, 0, ?) ON CONFLICT DO NOTHING", stripe, now).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// Site is what the webmaster has set. It is shared: read it, don't change it.
func (s *Store) Site(ctx context.Context) (*Site, error) {
	var revision int64
	if err := s.marks.read(s.marks.settings, []any{&revision}); err != nil {
		return nil, err
	}
	if site := s.site.Load(); site != nil && site.Revision == revision {
		return site, nil
	}
	site, err := s.readSite(ctx)
	if err == nil {
		s.site.Store(site)
	}
	return site, err
}

func (s *Store) readSite(ctx context.Context) (*Site, error) {
	var site Site
	return &site, s.read.WithContext(ctx).Raw("SELECT * FROM site WHERE id = 1").Scan(&site).Error
}

var errWebmasterOnly = &Error{Kind: Forbidden, Text: "error.webmaster_only"}

// SiteSettings is what the webmaster may change.
type SiteSettings struct {
	Name, Language, Signups, About, Rules string
	TextLimit                             int
	Pingback                              bool
}

// ChangeSite changes the site's settings; only the webmaster may.
func (s *Store) ChangeSite(ctx context.Context, by *Account, c SiteSettings) error {
	if by == nil || by.Role != RoleWebmaster {
		return errWebmasterOnly
	}
	c.Name, c.About, c.Rules = safe.Line(c.Name), storable(c.About), storable(c.Rules)
	if err := c.check(); err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		// Every assignment of an UPDATE sees the row as it was.
		return tx.Exec(`UPDATE site SET changed_at = CASE WHEN name = ? AND language = ? THEN changed_at ELSE ? END,
			name = ?, language = ?, signups = ?, about = ?, rules = ?, text_limit = ?, pingback = ?, revision = revision + 1 WHERE id = 1`,
			c.Name, c.Language, s.instant(), c.Name, c.Language, c.Signups, c.About, c.Rules, c.TextLimit, c.Pingback).Error
	})
}

func (c *SiteSettings) check() error {
	switch {
	case c.Name == "":
		return invalid("site_name", "error.site_name_empty")
	case safe.Graphemes(c.Name) > siteNameMost:
		return invalid("site_name", "error.site_name_long")
	case !Speaks(c.Language):
		return invalid("language", "error.language")
	case c.Signups != SignupsOpen && c.Signups != SignupsClosed:
		return invalid("signups", "error.signups")
	case c.TextLimit < textLimitLeast || c.TextLimit > textLimitMost:
		return &Error{Kind: Invalid, Field: "text_limit", Text: "error.text_limit", Args: map[string]any{"Least": textLimitLeast, "Most": textLimitMost}}
	case len(c.About) > sitePageMost:
		return invalid("about", "error.page_long")
	case len(c.Rules) > sitePageMost:
		return invalid("rules", "error.page_long")
	}
	return nil
}

// PermanentID is the id of one thing of the site that never changes, not even with its address (RFC 4151).
func (s *Store) PermanentID(path string) string { return s.tag + "/" + path }

// Secret is the site's key for signing what it hands out to browsers; 32 bytes.
func (s *Store) Secret() []byte { return s.secret }

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	rand.Read(b)
	return hex.EncodeToString(b)
}
