package models

import (
	"cmp"
	"context"
	"embed"
	"path"
	"slices"
	"strings"

	"gorm.io/gorm"

	"marquee/safe"
)

// Limits of the gallery.
const (
	layoutsOnPage   = 12
	layoutsMost     = 30 // published by one account
	layoutTitleMost = 40 // graphemes
	layoutWordsMost = 300
	lineageMost     = 20 // how far back the credit of a layout is shown
)

// Layout is a stylesheet in the gallery.
type Layout struct {
	ID          int64
	Key         string // of ours: its file's name, and of its words in the locales; empty otherwise
	AccountID   *int64 // nil: it is ours
	Title       string
	Words       string // what its author says of it
	Source      string
	FromID      *int64 // the layout it was made from
	PublishedAt Instant
	WithdrawnAt Instant // it is not shown any more, but others name it as their origin

	Author string `gorm:"->"` // name of its account; empty: it is ours
}

// House reports whether the layout came with the site.
func (l Layout) House() bool { return l.Key != "" }

// CSS is the layout as its page shows it, made harmless under a scope.
func (l *Layout) CSS(scope string, own map[string]bool) string {
	css, _ := safe.CSS(l.Source, scope, func(path string) bool { return own[path] || retro.MatchString(path) })
	return css
}

var errNoLayout = &Error{Kind: Missing, Text: "error.no_layout"}

const layoutRows = "SELECT l.*, COALESCE(a.name, '') AS author FROM layouts l LEFT JOIN accounts a ON a.id = l.account_id"

// Layout is a layout of the gallery.
func (s *Store) Layout(ctx context.Context, id int64) (*Layout, error) {
	var list []Layout
	err := s.read.WithContext(ctx).Raw(layoutRows+" WHERE l.id = ? AND l.withdrawn_at = 0", id).Scan(&list).Error
	if err != nil || len(list) == 0 {
		return nil, cmp.Or[error](err, errNoLayout)
	}
	return &list[0], nil
}

// Layouts is a page of the gallery, newest first, ours last; older is where the next page begins, 0 at the end.
func (s *Store) Layouts(ctx context.Context, before int64) (list []Layout, older int64, err error) {
	query, args := layoutRows+" WHERE l.withdrawn_at = 0", []any{}
	if before != 0 {
		query += " AND (l.published_at, l.id) < (SELECT published_at, id FROM layouts WHERE id = ?)"
		args = append(args, before)
	}
	err = s.read.WithContext(ctx).Raw(query+" ORDER BY l.published_at DESC, l.id DESC LIMIT ?", append(args, layoutsOnPage+1)...).Scan(&list).Error
	if err == nil && len(list) > layoutsOnPage {
		list = list[:layoutsOnPage]
		older = list[layoutsOnPage-1].ID
	}
	return list, older, err
}

// Lineage is what a layout was made from, step by step, at most 20; those withdrawn have no source any more.
func (s *Store) Lineage(ctx context.Context, l *Layout) (list []Layout, err error) {
	for from := l.FromID; from != nil && len(list) < lineageMost; from = list[len(list)-1].FromID {
		var found []Layout
		err := s.read.WithContext(ctx).Raw(layoutRows+" WHERE l.id = ?", *from).Scan(&found).Error
		if err != nil || len(found) == 0 {
			return list, err
		}
		list = append(list, found[0])
	}
	return list, nil
}

// NewLayout is what somebody sends to publish what they wear.
type NewLayout struct{ Title, Words string }

// PublishLayout puts what the account wears into the gallery, with the credit to what it was made from.
func (s *Store) PublishLayout(ctx context.Context, by *Account, n NewLayout) (*Layout, error) {
	l := &Layout{AccountID: &by.ID, Title: safe.Line(n.Title), Words: safe.Line(n.Words), PublishedAt: s.instant()}
	if l.Title == "" {
		return nil, invalid("title", "error.layout_title")
	}
	if err := checkWords("title", l.Title, layoutTitleMost, layoutTitleMost*bytesPerChar); err != nil {
		return nil, err
	}
	if err := checkWords("words", l.Words, layoutWordsMost, layoutWordsMost*bytesPerChar); err != nil {
		return nil, err
	}
	return l, s.tx(ctx, func(tx *gorm.DB) error {
		worn, err := sheetIn(tx, by, sheetWorn)
		if err != nil || worn == nil || worn.Hash == "" {
			return cmp.Or[error](err, invalid("title", "error.layout_bare"))
		}
		var published int
		err = tx.Raw("SELECT COUNT(*) FROM layouts WHERE account_id = ? AND withdrawn_at = 0", by.ID).Scan(&published).Error
		if err != nil {
			return err
		}
		if published >= layoutsMost {
			return &Error{Kind: Invalid, Field: "title", Text: "error.layouts_many", Args: map[string]any{"Most": layoutsMost}}
		}
		l.ID, l.Source, l.FromID = 0, worn.Source, worn.LayoutID
		if err := tx.Omit("Author").Create(l).Error; err != nil {
			return err
		}
		// What is worn came from here now: who publishes it again shows the step between.
		if err := tx.Exec("UPDATE sheets SET layout_id = ? WHERE id = ?", l.ID, worn.ID).Error; err != nil {
			return err
		}
		return touchSite(tx, by.ID, s.instant())
	})
}

// WithdrawLayout takes a layout out of the gallery: its author may, and the webmaster. Who wears it goes on wearing it.
func (s *Store) WithdrawLayout(ctx context.Context, by *Account, id int64) error {
	l, err := s.Layout(ctx, id)
	if err != nil {
		return err
	}
	if by.Role != RoleWebmaster && (l.AccountID == nil || *l.AccountID != by.ID) {
		return &Error{Kind: Forbidden, Text: "error.layout_theirs"}
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		if err := tx.Exec("UPDATE layouts SET withdrawn_at = ?, source = '' WHERE id = ?", s.instant(), id).Error; err != nil {
			return err
		}
		return touchSite(tx, by.ID, s.instant())
	})
}

// WearLayout dresses the account's page in a layout of the gallery, pictures included.
func (s *Store) WearLayout(ctx context.Context, by *Account, id int64) error {
	l, err := s.StartFrom(ctx, by, id)
	if err != nil {
		return err
	}
	_, err = s.Wear(ctx, by, NewSheet{Source: l.Source, From: l.ID})
	return err
}

// StartFrom is a layout of the gallery to go on from: its pictures are the account's to use from now on. What
// was tried before is put aside.
func (s *Store) StartFrom(ctx context.Context, by *Account, id int64) (*Layout, error) {
	l, err := s.Layout(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := s.putTryAside(ctx, by); err != nil || l.AccountID == nil {
		return l, err
	}
	return l, s.tx(ctx, func(tx *gorm.DB) error { return s.copyPictures(tx, by.ID, *l.AccountID, l.Source) })
}

// LayoutCSS is a layout of the gallery as a page wears it, with its author's pictures.
func (s *Store) LayoutCSS(ctx context.Context, l *Layout) (string, error) {
	own := map[string]bool{}
	if l.AccountID != nil {
		var err error
		if own, err = s.layoutPaths(ctx, &Account{ID: *l.AccountID}); err != nil {
			return "", err
		}
	}
	return l.CSS(SheetScope, own), nil
}

//go:embed layouts/*.css
var houseLayouts embed.FS

// HouseLayouts is the keys of the layouts that come with the site.
func HouseLayouts() (keys []string) {
	files, err := houseLayouts.ReadDir("layouts")
	if err != nil {
		panic(err)
	}
	for _, file := range files {
		keys = append(keys, strings.TrimSuffix(file.Name(), path.Ext(file.Name())))
	}
	return keys
}

// furnish brings the layouts of the house into the gallery, and those that a newer program draws otherwise up to date.
func (s *Store) furnish(ctx context.Context) error {
	var hung []Layout
	if err := s.read.WithContext(ctx).Raw("SELECT * FROM layouts WHERE key <> ''").Scan(&hung).Error; err != nil {
		return err
	}
	for i, key := range HouseLayouts() {
		source, err := houseLayouts.ReadFile("layouts/" + key + ".css")
		if err != nil {
			return err
		}
		if slices.ContainsFunc(hung, func(l Layout) bool { return l.Key == key && l.Source == string(source) }) {
			continue
		}
		// In the order of their names, before everything that people publish.
		err = s.exec(ctx, `INSERT INTO layouts (key, title, words, source, published_at, withdrawn_at) VALUES (?, ?, '', ?, ?, 0)
			ON CONFLICT (key) WHERE key <> '' DO UPDATE SET source = excluded.source`, key, key, string(source), 1000-i)
		if err != nil {
			return err
		}
	}
	return nil
}
