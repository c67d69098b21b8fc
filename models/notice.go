package models

import (
	"context"
	"maps"
	"slices"

	"gorm.io/gorm"

	"marquee/safe"
)

// The kinds of notice.
const (
	NoticeAnswer  = "answer"  // somebody answered your status
	NoticeMention = "mention" // somebody named you
)

const noticesMost = 50

// Notice tells an account that a status was meant for it.
type Notice struct {
	ID        int64
	AccountID int64
	StatusID  int64
	Kind      string
	CreatedAt Instant

	Status *Status `gorm:"-"`
}

type notifyPayload struct{ Status int64 }

// noticed writes the job that tells people, when a status answers or names anybody.
func (s *Store) noticed(tx *gorm.DB, st *Status) error {
	if st.ReplyTo == nil && len(safe.People(st.Text)) == 0 {
		return nil
	}
	return s.enqueue(tx, JobNotify, notifyPayload{st.ID})
}

// Notify is the job of telling the people that a status answers or names. Twice is once.
func (s *Store) Notify(ctx context.Context, j Job) error {
	var p notifyPayload
	if err := j.decode(&p); err != nil {
		return err
	}
	st, err := s.StatusByID(ctx, nil, p.Status)
	if IsKind(err, Missing) || IsKind(err, Gone) {
		return nil
	}
	if err != nil {
		return err
	}
	told := map[int64]string{}
	if names := safe.People(st.Text); len(names) > 0 {
		named, err := s.accountsNamed(ctx, names)
		if err != nil {
			return err
		}
		for _, a := range named {
			told[a.ID] = NoticeMention
		}
	}
	if st.ReplyTo != nil {
		told[st.ReplyTo.AccountID] = NoticeAnswer
	}
	delete(told, st.AccountID)
	return s.tx(ctx, func(tx *gorm.DB) error {
		// In the order of their ids, so that two jobs that tell the same people never wait for each other.
		for _, account := range slices.Sorted(maps.Keys(told)) {
			if err := tell(tx, Notice{AccountID: account, StatusID: st.ID, Kind: told[account], CreatedAt: s.instant()}); err != nil {
				return err
			}
		}
		return nil
	})
}

func tell(tx *gorm.DB, n Notice) error {
	made := tx.Exec("INSERT INTO notices (account_id, status_id, kind, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
		n.AccountID, n.StatusID, n.Kind, n.CreatedAt)
	if made.Error != nil || made.RowsAffected == 0 {
		return made.Error
	}
	return tx.Exec("UPDATE accounts SET noticed_at = ? WHERE id = ?", n.CreatedAt, n.AccountID).Error
}

// Notices lists what was meant for the account, newest first.
func (s *Store) Notices(ctx context.Context, by *Account) ([]Notice, error) {
	var list []Notice
	err := s.read.WithContext(ctx).Raw("SELECT * FROM notices WHERE account_id = ? ORDER BY id DESC LIMIT ?", by.ID, noticesMost).Scan(&list).Error
	if err != nil || len(list) == 0 {
		return nil, err
	}
	var ids []int64
	for _, n := range list {
		ids = append(ids, n.StatusID)
	}
	var found []Status
	err = s.read.WithContext(ctx).Raw("SELECT * FROM statuses WHERE id IN ? AND visibility = 'public' AND withdrawn_at = 0", ids).Scan(&found).Error
	if err != nil {
		return nil, err
	}
	if found, err = s.withPeople(ctx, by, found); err != nil {
		return nil, err
	}
	statuses := map[int64]*Status{}
	for i := range found {
		statuses[found[i].ID] = &found[i]
	}
	shown := list[:0]
	for _, n := range list {
		if n.Status = statuses[n.StatusID]; n.Status != nil {
			shown = append(shown, n)
		}
	}
	return shown, nil
}

// ReadNotices marks the account's notices as read.
func (s *Store) ReadNotices(ctx context.Context, by *Account) error {
	return s.exec(ctx, "UPDATE accounts SET read_at = ? WHERE id = ?", s.instant(), by.ID)
}
