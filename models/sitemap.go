package models

import "context"

// sitemapSpan is how many ids one sitemap is about: it has at most as many addresses, and costs no more however many there are.
const sitemapSpan = 2000

// Place is a public page of this site, for sitemaps: its path, and when what stands there was last written.
type Place struct {
	Path      string
	ChangedAt Instant
}

// SitemapKinds are the kinds of pages that have sitemaps.
var SitemapKinds = []string{"accounts", "statuses"}

// Sitemaps is how many sitemaps each of SitemapKinds has. It is read from the ends of two indexes.
func (s *Store) Sitemaps(ctx context.Context) (map[string]int64, error) {
	var last struct{ Accounts, Statuses int64 }
	err := s.read.WithContext(ctx).Raw(`SELECT COALESCE((SELECT MAX(id) FROM accounts), 0) AS accounts,
		COALESCE((SELECT MAX(id) FROM statuses), 0) AS statuses`).Scan(&last).Error
	pages := func(id int64) int64 { return (id + sitemapSpan - 1) / sitemapSpan }
	return map[string]int64{"accounts": pages(last.Accounts), "statuses": pages(last.Statuses)}, err
}

// Sitemap is the public pages of one sitemap, numbered from 1, by their ids; Missing when there is none of that kind or number.
func (s *Store) Sitemap(ctx context.Context, kind string, number int64) ([]Place, error) {
	count, err := s.Sitemaps(ctx)
	if err != nil {
		return nil, err
	}
	if number < 1 || number > count[kind] {
		return nil, &Error{Kind: Missing, Text: "error.404"}
	}
	query := `SELECT name, 0 AS id, CASE WHEN posted_at > created_at THEN posted_at ELSE created_at END AS changed_at FROM accounts
		WHERE id > ? AND id <= ? AND host = '' ORDER BY id`
	if kind == "statuses" {
		query = `SELECT a.name, s.id, CASE WHEN s.edited_at > s.published_at THEN s.edited_at ELSE s.published_at END AS changed_at
			FROM statuses s JOIN accounts a ON a.id = s.account_id
			WHERE s.id > ? AND s.id <= ? AND s.visibility = 'public' AND s.withdrawn_at = 0 AND a.host = '' ORDER BY s.id`
	}
	var rows []struct {
		Name      string
		ID        int64
		ChangedAt Instant
	}
	err = s.read.WithContext(ctx).Raw(query, (number-1)*sitemapSpan, number*sitemapSpan).Scan(&rows).Error
	places := make([]Place, len(rows))
	for i, row := range rows {
		a := &Account{Name: row.Name}
		places[i] = Place{a.Path(), row.ChangedAt}
		if row.ID != 0 {
			places[i].Path = (&Status{ID: row.ID, Account: a}).Path()
		}
	}
	return places, err
}
