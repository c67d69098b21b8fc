package models_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// proofJobs is how many looks at links wait.
func proofJobs(t *testing.T, s *kit.Store) int64 {
	t.Helper()
	return count(t, s, "SELECT COUNT(*) FROM jobs WHERE kind = 'me'")
}

// TestProofsAreLookedAtWeekly: two sweeps at once send once, spread over the hour, in the queue of the link's own site; and when they send, the
// account itself has nothing to wait for.
func TestProofsAreLookedAtWeekly(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		profile := models.Profile{Homepage: "https://ann.example:8443/"}
		for i := range models.LinksMost {
			profile.Links[i].Address = fmt.Sprintf("https://%d.example/", i)
		}
		profile.Links[1].Address = profile.Homepage
		ok(t, s.Describe(t.Context(), ann, profile))
		same(t, "looks at once", proofJobs(t, s), int64(models.LinksMost))
		same(t, "in the queue of the site", count(t, s, "SELECT COUNT(*) FROM jobs WHERE kind = 'me' AND peer = 'ann.example:8443'"), 1)
		profile.Bio = "another word"
		ok(t, s.Describe(t.Context(), ann, profile))
		ok(t, s.Sweep(t.Context()))
		same(t, "nothing is looked at twice", proofJobs(t, s), int64(models.LinksMost))
		_, err := s.DB.ExecContext(t.Context(), "DELETE FROM jobs")
		ok(t, err)
		s.Clock.Add(7*24*time.Hour + time.Second)
		ok(t, s.Sweep(t.Context()))
		ok(t, s.Sweep(t.Context()))
		same(t, "a week later", proofJobs(t, s), int64(models.LinksMost))
		same(t, "spread", count(t, s, "SELECT COUNT(DISTINCT due_at) FROM jobs WHERE kind = 'me'"), int64(models.LinksMost))
	})
}

// TestProofIsNotedWhereItIs: a mark comes and goes with what is found, and nothing is noted of a link that is gone.
func TestProofIsNotedWhereItIs(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		ok(t, s.Describe(t.Context(), ann, models.Profile{Homepage: "https://ann.example/"}))
		jobs, err := s.ClaimJobs(t.Context(), 10)
		ok(t, err)
		p, err := s.ProofOf(t.Context(), jobs[0])
		ok(t, err)
		same(t, "whose", p.Name+" "+p.Address, "ann https://ann.example/")
		first := models.At(s.Now())
		for _, step := range []struct {
			problem  string
			verified models.Instant
			again    time.Duration
			touches  int64
		}{
			{models.ProofAway, 0, 24 * time.Hour, 0},
			{"", first.Add(time.Hour), 7 * 24 * time.Hour, 1},
			{"", first.Add(time.Hour), 7 * 24 * time.Hour, 0},
			{models.ProofAway, first.Add(time.Hour), 24 * time.Hour, 0},
			{models.ProofGone, 0, 7 * 24 * time.Hour, 1},
			{models.ProofUnlinked, 0, 7 * 24 * time.Hour, 0},
		} {
			before := again(t, s, ann).Revision
			ok(t, s.NoteProof(t.Context(), p, step.problem))
			list, err := s.Proofs(t.Context(), ann)
			ok(t, err)
			now := models.At(s.Now())
			same(t, "proof", fmt.Sprintf("%+v", list), fmt.Sprintf("%+v", []models.Proof{{AccountID: ann.ID, Address: p.Address, VerifiedAt: step.verified, CheckedAt: now, Problem: step.problem, DueAt: now.Add(step.again), Name: "ann"}}))
			same(t, "the page shows it", again(t, s, ann).Revision-before, step.touches)
			s.Clock.Add(time.Hour)
		}
		ok(t, s.Describe(t.Context(), ann, models.Profile{}))
		ok(t, s.NoteProof(t.Context(), p, ""))
		same(t, "left", count(t, s, "SELECT COUNT(*) FROM proofs"), 0)
		none, err := s.ProofOf(t.Context(), jobs[0])
		ok(t, err)
		if none != nil {
			t.Errorf("the job still finds %+v", none)
		}
		for range 10 {
			ok(t, s.ProveAgain(t.Context(), ann))
		}
		refused(t, s.ProveAgain(t.Context(), ann), models.TooMany, "error.too_many")
	})
}

// FuzzStatusAddress: whatever an address is, it names a page or a status of ours, or nothing.
func FuzzStatusAddress(f *testing.F) {
	for _, seed := range []string{"http://marquee.example/~ada/17", "https://marquee.example/%7EAda/", "http://marquee.example/~ada/17/x?y#z", "//marquee.example/~ada", "%", "http://marquee.example/~ada/-1"} {
		f.Add(seed)
	}
	dir := f.TempDir()
	options := kit.Options(dir+"/marquee.db", &kit.Clock{})
	options.Fetch.Own = "marquee.example"
	s, err := models.Open(f.Context(), options)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = s.Close() })
	f.Fuzz(func(t *testing.T, address string) {
		name, id, ok := s.StatusAddress(address)
		if ok && (name == "" || id < 0 || strings.ToLower(name) != name) {
			t.Errorf("%q is %q %d", address, name, id)
		}
	})
}
