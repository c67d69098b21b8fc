package models

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"gorm.io/gorm"

	"marquee/safe"
)

// FriendsMost is how many top friends an account's page has room for.
const FriendsMost = 8

// Friend is one of an account's top friends: an account of this site, or any home page on the web. Of a home page we keep what
// it last said of itself; when it goes away, that stays, with since when it is away.
type Friend struct {
	ID, AccountID int64
	FriendID      *int64 // an account here; nil: a home page
	Address       string // of the home page
	Title         string // as it calls itself
	Feed          string
	FeedAt        Instant // when its feed last said something; zero: not known
	PictureID     *int64  // its button
	Button        string  // where that was
	Problem       string  // key of the sentence that says why it could not be seen
	AwayAt        Instant // since when it could not be seen; zero: it was there
	SeenAt        Instant // when it was last there; zero: never yet
	DueAt         Instant // when it is looked at again
	Place         int64
	CreatedAt     Instant

	Name, Avatar  string `gorm:"->"` // of the account
	Hash, Type    string `gorm:"->"` // of the button
	Width, Height int    `gorm:"->"`
}

// Here reports whether the friend is an account of this site.
func (f *Friend) Here() bool { return f.FriendID != nil }

// Link is where the friend is found: a path of this site, or the address of the home page.
func (f *Friend) Link() string {
	if f.Here() {
		return (&Account{Name: f.Name}).Path()
	}
	return f.Address
}

// Called is what the friend is called: ~name, the title of the home page, or its address while nothing better is known.
func (f *Friend) Called() string {
	switch _, rest, _ := strings.Cut(f.Address, "://"); {
	case f.Here():
		return "~" + f.Name
	case f.Title != "" && !readsAsAccount(f.Title):
		return f.Title
	default:
		return strings.TrimSuffix(rest, "/")
	}
}

// AvatarPath is the address of the account's avatar; empty without one.
func (f *Friend) AvatarPath() string { return (&Account{Avatar: f.Avatar}).AvatarPath() }

// ButtonPath is the address of the home page's button on this site; empty without one.
func (f *Friend) ButtonPath() string {
	if f.Hash == "" {
		return ""
	}
	return filePath(f.Hash, f.Type)
}

const friendColumns = `SELECT t.*, a.name, a.avatar, f.hash, f.type, f.width, f.height FROM top_friends t LEFT JOIN accounts a ON a.id = t.friend_id
	LEFT JOIN pictures p ON p.id = t.picture_id LEFT JOIN picture_files f ON f.hash = p.hash `

// TopFriends is the account's friends in its order, at most FriendsMost, with all that its page shows of them: one query.
func (s *Store) TopFriends(ctx context.Context, a *Account) ([]Friend, error) {
	return friendsOf(s.read.WithContext(ctx), a.ID)
}

func friendsOf(db *gorm.DB, account int64) (list []Friend, err error) {
	return list, db.Raw(friendColumns+"WHERE t.account_id = ? ORDER BY t.place, t.id", account).Scan(&list).Error
}

var (
	errFriendNobody = invalid("who", "error.friend_nobody")
	errFriendTwice  = &Error{Kind: Conflict, Field: "who", Text: "error.friend_twice"}
)

// AddFriend puts somebody at the end of the account's top friends: "~ada", "ada", the address of a page here, or any home page
// on the web, which a job then looks at.
func (s *Store) AddFriend(ctx context.Context, by *Account, who string) error {
	n, err := s.findFriend(ctx, who)
	if err != nil {
		return err
	}
	if n.FriendID != nil && *n.FriendID == by.ID {
		return invalid("who", "error.friend_self")
	}
	if !n.Here() {
		if err := s.spend(ctx, budgetFriend, by.Name); err != nil {
			return err
		}
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		// Both accounts stay as they are meanwhile: two windows do not make nine friends, and nobody befriends who has just left.
		ids := []int64{by.ID}
		if n.Here() {
			ids = append(ids, *n.FriendID)
		}
		if there, err := s.holdAccounts(tx, ids...); err != nil {
			return err
		} else if there < len(ids) {
			return errFriendNobody
		}
		list, err := friendsOf(tx, by.ID)
		if err != nil {
			return err
		}
		return s.befriend(tx, by, n, list)
	})
}

// befriend writes a new friend after those of the list.
func (s *Store) befriend(tx *gorm.DB, by *Account, n Friend, list []Friend) error {
	if slices.ContainsFunc(list, n.sameAs) {
		return errFriendTwice
	}
	if len(list) >= FriendsMost {
		return &Error{Kind: Invalid, Field: "who", Text: "error.friends_many", Args: map[string]any{"Most": FriendsMost}}
	}
	now := s.instant()
	last := int64(0)
	if len(list) > 0 {
		last = list[len(list)-1].Place
	}
	err := tx.Raw(`INSERT INTO top_friends (account_id, friend_id, address, title, feed, feed_at, button, problem, away_at, seen_at, due_at, place, created_at)
		VALUES (?, ?, ?, '', '', 0, '', '', 0, 0, ?, ?, ?) RETURNING id`, by.ID, n.FriendID, n.Address, now.Add(friendEvery), last+1, now).Scan(&n.ID).Error
	if err != nil {
		return err
	}
	if !n.Here() {
		if _, err := s.enqueueTo(tx, n.Address, JobFriend, friendJob{n.ID}, now); err != nil {
			return err
		}
	}
	return touchPage(tx, by.ID, now, false)
}

func (f Friend) sameAs(o Friend) bool {
	if f.Here() || o.Here() {
		return f.Here() && o.Here() && *f.FriendID == *o.FriendID
	}
	return safe.SamePage(f.Address, o.Address)
}

// holdAccounts keeps accounts as they are until the transaction ends, and says how many of them there are.
func (s *Store) holdAccounts(tx *gorm.DB, ids ...int64) (int, error) {
	var there []int64
	err := tx.Raw("SELECT id FROM accounts WHERE id IN ? ORDER BY id"+s.locking("NO KEY UPDATE"), ids).Scan(&there).Error
	return len(there), err
}

// findFriend makes out who is meant.
func (s *Store) findFriend(ctx context.Context, who string) (Friend, error) {
	name := possibleName(who)
	if name == "" {
		address, ok := safe.URL(who)
		if !ok {
			return Friend{}, invalid("who", "error.friend_who")
		}
		if !s.fetcher.Ours(address) {
			return Friend{Address: address}, refusedFriend(s.fetcher.Check(address))
		}
		if name = nameInAddress(address); name == "" {
			return Friend{}, invalid("who", "error.friend_here")
		}
	}
	a, err := s.Account(ctx, name)
	if IsKind(err, Missing) || IsKind(err, Gone) {
		return Friend{}, errFriendNobody
	}
	if err != nil {
		return Friend{}, err
	}
	return Friend{FriendID: &a.ID}, nil
}

// nameInAddress is whose page of this site an address leads to; empty when it is nobody's.
func nameInAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	if !strings.HasPrefix(first, "~") {
		return ""
	}
	return possibleName(first)
}

// refusedFriend makes a refusal of what the fetcher says of an address.
func refusedFriend(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, safe.ErrFetchPrivate):
		return invalid("who", "error.friend_private")
	}
	return invalid("who", "error.friend_address")
}

// RemoveFriend takes a friend off the list.
func (s *Store) RemoveFriend(ctx context.Context, by *Account, id int64) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		if _, err := s.holdAccounts(tx, by.ID); err != nil {
			return err
		}
		var taken []Friend
		err := tx.Raw("DELETE FROM top_friends WHERE id = ? AND account_id = ? RETURNING picture_id", id, by.ID).Scan(&taken).Error
		if err != nil || len(taken) == 0 {
			return err
		}
		if picture := taken[0].PictureID; picture != nil {
			if err := s.dropPictures(tx, "id = ?", *picture); err != nil {
				return err
			}
		}
		return touchPage(tx, by.ID, s.instant(), false)
	})
}

// RaiseFriend moves a friend one place to the front.
func (s *Store) RaiseFriend(ctx context.Context, by *Account, id int64) error {
	return s.tx(ctx, func(tx *gorm.DB) error {
		if _, err := s.holdAccounts(tx, by.ID); err != nil {
			return err
		}
		list, err := friendsOf(tx, by.ID)
		i := slices.IndexFunc(list, func(f Friend) bool { return f.ID == id })
		if err != nil || i < 1 {
			return err
		}
		for _, move := range []struct{ id, place int64 }{{id, list[i-1].Place}, {list[i-1].ID, list[i].Place}} {
			if err := tx.Exec("UPDATE top_friends SET place = ? WHERE id = ?", move.place, move.id).Error; err != nil {
				return err
			}
		}
		return touchPage(tx, by.ID, s.instant(), false)
	})
}
