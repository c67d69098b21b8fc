package models

import (
	"context"
	"maps"
	"slices"

	"gorm.io/gorm"
)

// PageSize is how many statuses a page and a feed show.
const PageSize = 20

// answersMost is how many answers a status shows under it.
const answersMost = 200

// Stream says which list of statuses is meant: everybody's, one account's, or those with a label.
type Stream struct {
	Account *Account // of one account
	Kind    string   // of one label
	Word    string
	Before  int64 // only what stands after this status in the list; zero for the beginning
}

// Page is one finite page of a stream, newest first. Older is the Before of the next page, zero at the end.
type Page struct {
	Statuses []Status
	Older    int64
}

// Read is one page of a stream as the viewer (nil: a guest) may see it. A page beyond the end is empty.
func (s *Store) Read(ctx context.Context, viewer *Account, stream Stream) (Page, error) {
	return s.readSome(ctx, viewer, stream, PageSize)
}

// readSome is a page of a stream of at most so many statuses.
func (s *Store) readSome(ctx context.Context, viewer *Account, stream Stream, most int) (Page, error) {
	query, in, args := stream.query(viewer)
	if stream.Before != 0 {
		at, id, err := s.place(ctx, stream.Before)
		if err != nil || at.IsZero() {
			return Page{}, err
		}
		query += " AND (" + in + ".published_at, " + in + ".id) < (?, ?)"
		args = append(args, at, id)
	}
	query += " ORDER BY " + in + ".published_at DESC, " + in + ".id DESC LIMIT ?"
	var list []Status
	err := s.read.WithContext(ctx).Raw(query, append(args, most+1)...).Scan(&list).Error
	if err != nil {
		return Page{}, err
	}
	var page Page
	if len(list) > most {
		list = list[:most]
		page.Older = list[most-1].ID
	}
	page.Statuses, err = s.withPeople(ctx, viewer, list)
	return page, err
}

// query is the stream's SQL up to its order, and the table whose index ends in (published_at, id): the
// order must be by its columns, or the whole list is sorted for every page.
func (stream Stream) query(viewer *Account) (query, in string, args []any) {
	const public = "s.visibility = 'public' AND s.withdrawn_at = 0"
	switch {
	case stream.Word != "":
		return `SELECT s.* FROM (SELECT published_at, status_id AS id FROM labels WHERE kind = ? AND word = ?) l
			JOIN statuses s ON s.id = l.id WHERE ` + public, "l", []any{storable(stream.Kind), storable(stream.Word)}
	case stream.Account != nil && viewer != nil && viewer.ID == stream.Account.ID:
		return "SELECT s.* FROM statuses s WHERE s.account_id = ? AND s.withdrawn_at = 0", "s", []any{stream.Account.ID}
	case stream.Account != nil:
		return "SELECT s.* FROM statuses s WHERE s.account_id = ? AND " + public, "s", []any{stream.Account.ID}
	}
	return "SELECT s.* FROM statuses s WHERE " + public, "s", nil
}

// place is where in time a page begins that ends before an id. The status may be gone with its account:
// then it is right after the last one before it. An id that was never given out is nowhere.
func (s *Store) place(ctx context.Context, before int64) (Instant, int64, error) {
	var found Status
	err := s.read.WithContext(ctx).Raw(`SELECT id, published_at FROM statuses WHERE id = (SELECT MAX(id) FROM statuses WHERE id <= ?)
		AND ? <= (SELECT MAX(id) FROM statuses)`, before, before).Scan(&found).Error
	if found.ID != before {
		found.ID++
	}
	return found.PublishedAt, found.ID, err
}

// Status is one status of the named account as the viewer may see it: Missing when there is none or
// it is not theirs to see, Gone when it was withdrawn, or made private after other sites were told of it.
func (s *Store) Status(ctx context.Context, viewer *Account, name string, id int64) (*Status, error) {
	st, err := s.StatusByID(ctx, viewer, id)
	if err != nil {
		return nil, err
	}
	if st.Account.Name != name {
		return nil, errNoStatus
	}
	return st, nil
}

// StatusByID is one status as the viewer may see it, whoever wrote it.
func (s *Store) StatusByID(ctx context.Context, viewer *Account, id int64) (*Status, error) {
	var list []Status
	if err := s.read.WithContext(ctx).Raw("SELECT * FROM statuses WHERE id = ?", id).Scan(&list).Error; err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errNoStatus
	}
	if !list[0].visibleTo(viewer) {
		return nil, s.hidden(ctx, id)
	}
	if !list[0].WithdrawnAt.IsZero() {
		return nil, errGoneStatus
	}
	list, err := s.withPeople(ctx, viewer, list)
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

// hidden is the answer to who may not read a status: that there is none. Sites that were told of it while it was public know better, and
// let go of its words when they hear that it is gone (Webmention §3.2.4).
func (s *Store) hidden(ctx context.Context, id int64) error {
	told := 0
	if err := s.read.WithContext(ctx).Raw("SELECT COUNT(*) FROM sent_mentions WHERE status_id = ?", id).Scan(&told).Error; err != nil {
		return err
	}
	if told > 0 {
		return errGoneStatus
	}
	return errNoStatus
}

// visibleTo says whether the viewer (nil: a guest) may read the status.
func (st *Status) visibleTo(viewer *Account) bool {
	return st.Visibility == Public || viewer != nil && viewer.ID == st.AccountID
}

// Answers lists what people answered to a status, oldest first.
func (s *Store) Answers(ctx context.Context, viewer *Account, to *Status) ([]Status, error) {
	var list []Status
	err := s.read.WithContext(ctx).Raw(`SELECT * FROM statuses WHERE reply_to_id = ? AND visibility = 'public' AND withdrawn_at = 0
		ORDER BY published_at, id LIMIT ?`, to.ID, answersMost).Scan(&list).Error
	if err != nil {
		return nil, err
	}
	return s.withPeople(ctx, viewer, list)
}

// Latest is the account's last public status; nil when it has said nothing yet.
func (s *Store) Latest(ctx context.Context, a *Account) (*Status, error) {
	var list []Status
	err := s.read.WithContext(ctx).Raw(`SELECT * FROM statuses WHERE account_id = ? AND visibility = 'public' AND withdrawn_at = 0
		ORDER BY published_at DESC, id DESC LIMIT 1`, a.ID).Scan(&list).Error
	if err != nil || len(list) == 0 {
		return nil, err
	}
	list[0].Account = a
	return &list[0], withPictures(s.read.WithContext(ctx), []*Status{&list[0]})
}

// LastFaces lists the account's own faces, last used first, each once.
func (s *Store) LastFaces(ctx context.Context, a *Account) ([]string, error) {
	var used []string
	err := s.read.WithContext(ctx).Raw("SELECT face FROM statuses WHERE account_id = ? AND withdrawn_at = 0 ORDER BY published_at DESC, id DESC LIMIT 60", a.ID).Scan(&used).Error
	seen := map[string]bool{"": true}
	var faces []string
	for _, face := range used {
		if !seen[face] {
			seen[face] = true
			faces = append(faces, face)
		}
	}
	return faces[:min(len(faces), 10)], err
}

// withPeople fills in who wrote each status, what it answers and its pictures: up to four more queries for any number.
func (s *Store) withPeople(ctx context.Context, viewer *Account, list []Status) ([]Status, error) {
	parents, err := s.parents(ctx, list)
	if err != nil {
		return nil, err
	}
	everything := slices.Collect(maps.Values(parents))
	for i := range list {
		everything = append(everything, &list[i])
	}
	if err := withPictures(s.read.WithContext(ctx), everything); err != nil {
		return nil, err
	}
	if err := s.withContexts(ctx, everything); err != nil {
		return nil, err
	}
	var ids []int64
	for _, st := range everything {
		ids = append(ids, st.AccountID)
	}
	people, err := accountsByID(s.read.WithContext(ctx), ids)
	if err != nil {
		return nil, err
	}
	for _, parent := range parents {
		parent.Account = people[parent.AccountID]
	}
	for i := range list {
		st := &list[i]
		st.Account = people[st.AccountID]
		if st.ReplyToID != nil {
			if parent := parents[*st.ReplyToID]; parent != nil && parent.visibleTo(viewer) {
				st.ReplyTo = parent
			}
		}
	}
	return list, nil
}

func (s *Store) parents(ctx context.Context, list []Status) (map[int64]*Status, error) {
	var ids []int64
	for _, st := range list {
		if st.ReplyToID != nil {
			ids = append(ids, *st.ReplyToID)
		}
	}
	parents := map[int64]*Status{}
	if len(ids) == 0 {
		return parents, nil
	}
	var found []Status
	err := s.read.WithContext(ctx).Raw("SELECT * FROM statuses WHERE id IN ? AND withdrawn_at = 0", ids).Scan(&found).Error
	for i := range found {
		parents[found[i].ID] = &found[i]
	}
	return parents, err
}

func accountsByID(db *gorm.DB, ids []int64) (map[int64]*Account, error) {
	people := map[int64]*Account{}
	if len(ids) == 0 {
		return people, nil
	}
	var found []Account
	err := db.Raw("SELECT * FROM accounts WHERE id IN ?", ids).Scan(&found).Error
	for i := range found {
		people[found[i].ID] = &found[i]
	}
	return people, err
}
