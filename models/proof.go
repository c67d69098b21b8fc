package models

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"
)

const (
	proofWeek = 7 * 24 * time.Hour // how often a link is looked at
	proofSoon = 24 * time.Hour     // how soon again when its site did not answer
	proofsDue = 200                // links that one sweep sends for
)

// Proof is what is known of a link of an account, its home page among them: whether the page there leads back to the account's own
// with rel=me. Then both belong to the same person (microformats.org/wiki/rel-me).
type Proof struct {
	AccountID  int64
	Address    string
	VerifiedAt Instant // since when it leads back; zero: it does not
	CheckedAt  Instant // zero: nobody has looked yet
	Problem    string  // key of the sentence that says what the last look found; empty: nothing wrong
	DueAt      Instant // when it is looked at again

	Name string `gorm:"->"` // of the account
}

// What a look at a link may find wrong: keys of sentences.
const (
	ProofUnlinked = "proof.unlinked" // the page is there and does not lead back
	ProofGone     = "proof.gone"     // there is no page at the address
	ProofAway     = "proof.away"     // its site did not answer: what was known stays
)

type proofJob struct {
	Account int64
	Address string
}

// addresses are the links of a profile and its home page, each once.
func (p *Profile) addresses() (list []string) {
	for _, link := range append([]ProfileLink{{Address: p.Homepage}}, p.Links[:]...) {
		if link.Address != "" && !slices.Contains(list, link.Address) {
			list = append(list, link.Address)
		}
	}
	return list
}

// saveProofs forgets what was known of links that are gone and has new ones looked at. What is known of the others stays.
func (s *Store) saveProofs(tx *gorm.DB, account int64, p Profile) error {
	addresses := p.addresses()
	err := tx.Exec("DELETE FROM proofs WHERE account_id = ? AND address NOT IN ?", account, append(addresses, "")).Error
	if err != nil {
		return err
	}
	now := s.instant()
	for _, address := range addresses {
		made := tx.Exec(`INSERT INTO proofs (account_id, address, verified_at, checked_at, problem, due_at) VALUES (?, ?, 0, 0, '', ?)
			ON CONFLICT DO NOTHING`, account, address, now.Add(proofWeek))
		if made.Error != nil {
			return made.Error
		}
		if made.RowsAffected == 0 {
			continue
		}
		if err := s.sendForProof(tx, account, address, now); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) sendForProof(tx *gorm.DB, account int64, address string, due Instant) error {
	_, err := s.enqueueTo(tx, address, JobMe, proofJob{account, address}, due)
	return err
}

// sweepProofs sends for the links that are due, spread over the hour until the next sweep. What is sent for is not due any more:
// two sweeps at once don't send twice.
func (s *Store) sweepProofs(ctx context.Context) error {
	now, skip := s.instant(), ""
	if s.dialect == postgresDialect {
		skip = " FOR UPDATE SKIP LOCKED"
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		var due []Proof
		err := tx.Raw(`UPDATE proofs SET due_at = ? WHERE (account_id, address) IN (
			SELECT account_id, address FROM proofs WHERE due_at <= ? ORDER BY due_at LIMIT ?`+skip+`) RETURNING account_id, address`,
			now.Add(proofWeek), now, proofsDue).Scan(&due).Error
		if err != nil {
			return err
		}
		for i, p := range due {
			if err := s.sendForProof(tx, p.AccountID, p.Address, now.Add(time.Duration(i)*time.Hour/proofsDue)); err != nil {
				return err
			}
		}
		return nil
	})
}

const proofColumns = "SELECT p.*, a.name FROM proofs p JOIN accounts a ON a.id = p.account_id WHERE p.account_id = ?"

// Proofs is what is known of the links of an account, by their addresses.
func (s *Store) Proofs(ctx context.Context, a *Account) (list []Proof, err error) {
	return list, s.read.WithContext(ctx).Raw(proofColumns+" ORDER BY p.address", a.ID).Scan(&list).Error
}

// ProofOf is what a job of the kind JobMe is about; nil when the account has taken the link away meanwhile.
func (s *Store) ProofOf(ctx context.Context, j Job) (*Proof, error) {
	var job proofJob
	if err := j.decode(&job); err != nil {
		return nil, err
	}
	var found []Proof
	err := s.read.WithContext(ctx).Raw(proofColumns+" AND p.address = ?", job.Account, job.Address).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// NoteProof writes down what a look at the link found: a problem, or, when that is empty, that the page leads back. A site that did
// not answer (ProofAway) takes no mark away, and is asked again sooner.
func (s *Store) NoteProof(ctx context.Context, p *Proof, problem string) error {
	now := s.instant()
	due := now.Add(proofWeek)
	if problem == ProofAway {
		due = now.Add(proofSoon)
	}
	return s.tx(ctx, func(tx *gorm.DB) error {
		var before []Proof
		err := tx.Raw("SELECT * FROM proofs WHERE account_id = ? AND address = ?"+s.locking("NO KEY UPDATE"), p.AccountID, p.Address).Scan(&before).Error
		if err != nil || len(before) == 0 {
			return err
		}
		verified := before[0].VerifiedAt
		switch {
		case problem == "" && verified.IsZero():
			verified = now
		case problem != "" && problem != ProofAway:
			verified = 0
		}
		err = tx.Exec("UPDATE proofs SET verified_at = ?, checked_at = ?, problem = ?, due_at = ? WHERE account_id = ? AND address = ?",
			verified, now, problem, due, p.AccountID, p.Address).Error
		if err != nil || verified.IsZero() == before[0].VerifiedAt.IsZero() {
			return err
		}
		return touchPage(tx, p.AccountID, now, false)
	})
}

// ProveAgain has the links of the account looked at that do not lead back, as far as anybody knows.
func (s *Store) ProveAgain(ctx context.Context, by *Account) error {
	if err := s.spend(ctx, budgetProof, by.Name); err != nil {
		return err
	}
	now := s.instant()
	return s.tx(ctx, func(tx *gorm.DB) error {
		var list []Proof
		err := tx.Raw("UPDATE proofs SET due_at = ? WHERE account_id = ? AND verified_at = 0 RETURNING account_id, address",
			now.Add(proofWeek), by.ID).Scan(&list).Error
		if err != nil {
			return err
		}
		for _, p := range list {
			if err := s.sendForProof(tx, by.ID, p.Address, now); err != nil {
				return err
			}
		}
		return nil
	})
}
