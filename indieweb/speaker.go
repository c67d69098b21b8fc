package indieweb

import (
	"context"

	"marquee/models"
	"marquee/safe"
)

// Speaker talks to other sites for the people of this one. What it does are jobs: each bears being done twice, and asks others through
// safe.Fetcher alone.
type Speaker struct {
	store   *models.Store
	fetcher *safe.Fetcher
	home    string
	topics  Topics
}

// NewSpeaker makes one; home is the public address of the site, without a slash at its end, topics what it tells subscribers.
func NewSpeaker(store *models.Store, home string, topics Topics) *Speaker {
	return &Speaker{store: store, fetcher: store.Fetcher(), home: home, topics: topics}
}

// Jobs is what the speaker knows how to do, by the kind of the job.
func (s *Speaker) Jobs() map[string]func(context.Context, models.Job) error {
	return map[string]func(context.Context, models.Job) error{
		models.JobVerify:   s.Verify,
		models.JobMention:  s.SendMention,
		models.JobContext:  s.ReadContext,
		models.JobSpread:   s.Spread,
		models.JobDeliver:  s.Deliver,
		models.JobCallback: s.AskCallback,
		models.JobMe:       s.verifyMe,

		models.JobSource: s.lookAtSource, models.JobFollow: s.follow,
	}
}
