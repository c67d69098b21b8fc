package models

import (
	"context"
	"math/rand/v2"
)

// The orders of the directory.
const (
	ByName     = "name"
	ByNewest   = "newest"
	Unanswered = "hello" // they said something and nobody has answered them yet
)

const (
	directorySize = 50
	outlineMost   = 10_000
)

// People is one finite page of the directory. After is where the next page begins, empty at the end.
type People struct {
	Accounts []Account
	After    string
}

// Directory is one page of who is here. After is the name of the last account of the page before.
func (s *Store) Directory(ctx context.Context, order, after string) (People, error) {
	query, args := "SELECT * FROM accounts WHERE host = ''", []any{}
	if order == Unanswered {
		query += " AND posted_at > 0 AND answered_at = 0"
	}
	if order == ByName {
		query += " AND name > ? ORDER BY name"
		args = append(args, storable(after))
	} else {
		if after != "" {
			last, err := s.Account(ctx, after)
			if IsKind(err, Missing) || IsKind(err, Gone) {
				return People{}, nil
			}
			if err != nil {
				return People{}, err
			}
			query += " AND (created_at, id) < (?, ?)"
			args = append(args, last.CreatedAt, last.ID)
		}
		query += " ORDER BY created_at DESC, id DESC"
	}
	var people People
	err := s.read.WithContext(ctx).Raw(query+" LIMIT ?", append(args, directorySize+1)...).Scan(&people.Accounts).Error
	if len(people.Accounts) > directorySize {
		people.Accounts = people.Accounts[:directorySize]
		people.After = people.Accounts[directorySize-1].Name
	}
	return people, err
}

// Everybody lists up to 10,000 accounts by name, for the OPML of the directory.
func (s *Store) Everybody(ctx context.Context) (list []Account, err error) {
	err = s.read.WithContext(ctx).Raw("SELECT name FROM accounts WHERE host = '' ORDER BY name LIMIT ?", outlineMost).Scan(&list).Error
	return list, err
}

// Accounts lists every local account by name, for the command line.
func (s *Store) Accounts(ctx context.Context) (list []Account, err error) {
	err = s.read.WithContext(ctx).Raw("SELECT * FROM accounts WHERE host = '' ORDER BY name").Scan(&list).Error
	return list, err
}

// Random is an account that has said something, drawn by chance; Missing when there is none. Everybody
// who is here may be drawn: nobody is favoured for being read.
func (s *Store) Random(ctx context.Context) (*Account, error) {
	db := s.read.WithContext(ctx)
	var ids struct{ First, Last int64 }
	err := db.Raw(`SELECT COALESCE((SELECT MIN(id) FROM accounts WHERE host = '' AND posted_at > 0), 0) AS first,
		COALESCE((SELECT MAX(id) FROM accounts WHERE host = '' AND posted_at > 0), 0) AS last`).Scan(&ids).Error
	if err != nil {
		return nil, err
	}
	var a Account
	draw := ids.First + rand.Int64N(ids.Last-ids.First+1)
	if err := db.Raw("SELECT * FROM accounts WHERE host = '' AND posted_at > 0 AND id >= ? ORDER BY id LIMIT 1", draw).Scan(&a).Error; err != nil {
		return nil, err
	}
	if a.ID == 0 {
		return nil, errNoAccount
	}
	return &a, nil
}
