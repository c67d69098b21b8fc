package models

import (
	"cmp"
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// RoleWebmaster is the role of who runs the site.
const RoleWebmaster = "webmaster"

// Account is a person, here (Host empty) or elsewhere.
type Account struct {
	ID         int64
	Name       string // ^[a-z0-9_]{2,30}$ here
	Host       string
	Password   string // argon2id, PHC string; empty: it logs in with an address of its own
	Role       string
	Language   string // empty: as the browser asks
	Bio        string // as typed
	BioHTML    string // what is shown
	Homepage   string
	Revision   int64   // rises with every change of what the account's page shows
	ChangedAt  Instant // last change by the account itself of what its page and feeds show
	PostedAt   Instant // last public status
	AnsweredAt Instant // first answer from somebody else
	NoticedAt  Instant // last notice
	ReadAt     Instant // when the notices were last read
	CreatedAt  Instant

	Avatar       string // hash and type of a 48x48 picture, as its address has them; empty: none
	MoodsPrivate bool   // only the account itself sees its year of moods

	Layout          string // hash of the stylesheet it wears; empty: the site's own look
	GuestbookClosed bool
	GuestbookAt     Instant // when what its guestbook shows last changed
	MentionsClosed  bool    // its pages take no mentions from other sites
	Counting        bool    // its page has a hit counter
	Tagline         string
	Pronouns        string
	Birthday        string // MM-DD; empty: not said

	LoggedInAt Instant `gorm:"-"` // when the session began by which it was found; zero: it was found in another way
}

// Path is the address of the account's page on this site.
func (a *Account) Path() string { return "/~" + a.Name }

// AvatarPath is the address of the account's avatar, empty without one.
func (a *Account) AvatarPath() string {
	if a.Avatar == "" {
		return ""
	}
	return picturesPath + a.Avatar
}

// HasNews reports whether a notice arrived since the account last read them.
func (a *Account) HasNews() bool { return a.NoticedAt > a.ReadAt }

// Newcomer is what somebody sends to sign up. Proof is the secret of a passage that has proven an address on the web, in place of
// a password, and Homepage says whether their page shows that.
type Newcomer struct {
	Name, Password, Language, Network, Proof string
	Homepage                                 bool
}

var (
	errSignupsClosed = &Error{Kind: Forbidden, Text: "error.signups_closed"}
	errNameTaken     = &Error{Kind: Conflict, Field: "name", Text: "error.name_taken"}
)

// SignUp makes a local account and its recovery codes, which are never shown again. The first account
// of a site is its webmaster.
func (s *Store) SignUp(ctx context.Context, n Newcomer) (*Account, []string, error) {
	if err := s.checkNewcomer(ctx, &n); err != nil {
		return nil, nil, err
	}
	hash, err := "", error(nil)
	if n.Proof == "" {
		hash, err = s.hashPassword(ctx, n.Password)
	}
	if err != nil {
		return nil, nil, err
	}
	now := s.instant()
	a := &Account{Name: n.Name, Password: hash, Language: n.Language, Revision: 1, ChangedAt: now, CreatedAt: now}
	codes := newRecoveryCodes()
	err = s.tx(ctx, func(tx *gorm.DB) error {
		a.ID, a.Role = 0, "" // it may be the second try
		if err := claimSite(tx, a); err != nil {
			return err
		}
		me, err := s.cashProof(tx, n, a)
		if err != nil {
			return err
		}
		made := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(a)
		if made.Error != nil {
			return made.Error
		}
		if made.RowsAffected == 0 {
			return errNameTaken
		}
		if err := saveRecoveryCodes(tx, a.ID, codes); err != nil {
			return err
		}
		if n.Proof != "" {
			if err := s.saveIdentity(tx, me, a.ID); err != nil {
				return err
			}
		}
		return touchSite(tx, a.ID, now)
	})
	if err != nil {
		return nil, nil, err
	}
	return a, codes, nil
}

func (s *Store) checkNewcomer(ctx context.Context, n *Newcomer) error {
	site, err := s.Site(ctx)
	if err != nil {
		return err
	}
	if site.Signups != SignupsOpen && site.Claimed {
		return errSignupsClosed
	}
	n.Name = PlainName(n.Name)
	if err := checkName(n.Name); err != nil {
		return err
	}
	if n.Proof == "" {
		if err := checkPassword("password", n.Password, n.Name); err != nil {
			return err
		}
	}
	switch taken, err := s.taken(ctx, n.Name); {
	case err != nil:
		return err
	case taken:
		return errNameTaken
	}
	return s.spend(ctx, budgetSignUp, n.Network)
}

// taken reports whether a name is somebody's, or was.
func (s *Store) taken(ctx context.Context, name string) (bool, error) {
	retired, err := s.retired(ctx, name)
	if err != nil || retired {
		return retired, err
	}
	var found int64
	err = s.read.WithContext(ctx).Raw("SELECT COUNT(*) FROM accounts WHERE name = ? AND host = ''", name).Scan(&found).Error
	return found > 0, err
}

// claimSite makes the first account of the site its webmaster; the others need open doors.
func claimSite(tx *gorm.DB, a *Account) error {
	claimed := tx.Exec("UPDATE site SET claimed = ?, revision = revision + 1 WHERE id = 1 AND claimed = ?", true, false)
	if claimed.Error != nil {
		return claimed.Error
	}
	if claimed.RowsAffected == 1 {
		a.Role = RoleWebmaster
		return nil
	}
	var signups string
	err := tx.Raw("SELECT signups FROM site WHERE id = 1").Scan(&signups).Error
	if err == nil && signups != SignupsOpen {
		err = errSignupsClosed
	}
	return err
}

// Account is the local account of that name; Missing when there is none, Gone when there was one.
func (s *Store) Account(ctx context.Context, name string) (*Account, error) {
	if !nameForm.MatchString(name) {
		return nil, errNoAccount
	}
	var a Account
	if err := s.read.WithContext(ctx).Raw("SELECT * FROM accounts WHERE name = ? AND host = ''", name).Scan(&a).Error; err != nil {
		return nil, err
	}
	if a.ID == 0 {
		return nil, s.noAccount(ctx, name)
	}
	return &a, nil
}

// FirstAccount is who opened the house, or whoever came next; Missing while nobody is here.
func (s *Store) FirstAccount(ctx context.Context) (*Account, error) {
	var list []Account
	err := s.read.WithContext(ctx).Raw("SELECT * FROM accounts WHERE host = '' ORDER BY created_at, id LIMIT 1").Scan(&list).Error
	if err != nil || len(list) == 0 {
		return nil, cmp.Or[error](err, errNoAccount)
	}
	return &list[0], nil
}

func (s *Store) noAccount(ctx context.Context, name string) error {
	retired, err := s.retired(ctx, name)
	switch {
	case err != nil:
		return err
	case retired:
		return errGoneAccount
	}
	return errNoAccount
}

func (s *Store) retired(ctx context.Context, name string) (bool, error) {
	var found int64
	err := s.read.WithContext(ctx).Raw("SELECT COUNT(*) FROM retired_names WHERE hash = ?", retiredHash(name)).Scan(&found).Error
	return found > 0, err
}

// SetLanguage changes the language the account reads the site in; empty follows the browser. Its feeds
// and widgets speak that language too, from when they are next asked for: nobody is woken for it.
func (s *Store) SetLanguage(ctx context.Context, by *Account, language string) error {
	if language != "" && !Speaks(language) {
		return invalid("language", "error.language")
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		if err := tx.Exec("UPDATE accounts SET language = ? WHERE id = ?", language, by.ID).Error; err != nil {
			return err
		}
		return touchPage(tx, by.ID, s.instant(), true)
	})
}

// Promote makes a local account webmaster: the command line's way in when nobody else can.
func (s *Store) Promote(ctx context.Context, name string) error {
	a, err := s.Account(ctx, name)
	if err != nil {
		return err
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		if err := tx.Exec("UPDATE accounts SET role = ? WHERE id = ?", RoleWebmaster, a.ID).Error; err != nil {
			return err
		}
		return tx.Exec("UPDATE site SET claimed = ?, revision = revision + 1 WHERE id = 1", true).Error
	})
}
