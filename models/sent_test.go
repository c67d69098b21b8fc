package models_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"marquee/models"
	"marquee/tests/kit"
)

// spread does the jobs of JobMentions that are due, and leaves those for other sites.
func spread(t *testing.T, s *kit.Store) {
	t.Helper()
	jobs, err := s.ClaimJobs(t.Context(), 100)
	ok(t, err)
	for _, j := range jobs {
		if j.Kind == models.JobMentions {
			ok(t, s.SendMentions(t.Context(), j))
			ok(t, s.SendMentions(t.Context(), j)) // twice is once
			ok(t, s.FinishJob(t.Context(), j, nil))
		}
	}
}

// told are the pages that a status leads to, or did, as "target linked".
func told(t *testing.T, s *kit.Store, by *models.Account, id int64) (list []string) {
	t.Helper()
	_, sent, err := s.Sent(t.Context(), by, id)
	ok(t, err)
	for _, m := range sent {
		list = append(list, fmt.Sprint(m.Target, " ", m.Linked))
	}
	return list
}

func TestTargetsOfAStatus(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		cast := kit.Cast(t, s)
		ann, bob := cast.Ann, cast.Bob
		st := publish(t, s, ann, models.Draft{
			Text:     "see https://zoe.example/a?b=c&d#e, https://zoe.example/a?b=c&d#e, http://marquee.example/~ann and ~bob #tea",
			ReplyURL: "https://yves.example/x",
		})
		same(t, "jobs for it", count(t, s, "SELECT COUNT(*) FROM jobs WHERE kind = $1", models.JobMentions), 1)
		spread(t, s)
		same(t, "told", told(t, s, ann, st.ID), "[https://yves.example/x true https://zoe.example/a?b=c&d#e true]")
		same(t, "in the queues of their sites", count(t, s, "SELECT COUNT(*) FROM jobs WHERE kind = $1 AND peer IN ('zoe.example', 'yves.example')", models.JobMention), 2)
		edit(t, s, ann, st, models.Draft{Text: "see https://new.example/"})
		spread(t, s)
		same(t, "told", told(t, s, ann, st.ID), "[https://yves.example/x true https://zoe.example/a?b=c&d#e false https://new.example/ true]")
		edit(t, s, ann, st, models.Draft{Text: "see nothing", Visibility: models.Private})
		spread(t, s)
		same(t, "told", told(t, s, ann, st.ID), "[https://yves.example/x false https://zoe.example/a?b=c&d#e false https://new.example/ false]")

		_, _, err := s.Sent(t.Context(), bob, st.ID)
		refused(t, err, models.Missing, "")
		refused(t, s.SendAgain(t.Context(), bob, 1), models.Missing, "")
		publish(t, s, ann, models.Draft{Text: "psst https://zoe.example/", Visibility: models.Private})
		publish(t, s, ann, models.Draft{Text: "here http://marquee.example/~bob"})
		before := count(t, s, "SELECT COUNT(*) FROM sent_mentions")
		spread(t, s)
		same(t, "of secrets and of ourselves", count(t, s, "SELECT COUNT(*) FROM sent_mentions"), before)
		ok(t, s.NoteSent(t.Context(), &models.SentMention{}))
		ok(t, s.CloseAccount(t.Context(), bob, kit.Password))
	})
}

// A status may be edited as often as one likes: it does not tell the whole web.
func TestTargetsEnd(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		st := say(t, s, ann, "look")
		for round := range 6 {
			var links strings.Builder
			for i := range 60 {
				fmt.Fprintf(&links, `<a href="https://zoe.example/%d/%d">x</a> `, round, i)
			}
			edit(t, s, ann, st, models.Draft{Markup: "<p>" + links.String() + "</p>"})
			spread(t, s)
			same(t, "told", count(t, s, "SELECT COUNT(*) FROM sent_mentions WHERE status_id = $1", st.ID), min(50*(round+1), 200))
			_, err := s.DB.ExecContext(t.Context(), "DELETE FROM jobs")
			ok(t, err)
		}
	})
}

// Who edits often while a site is away has it told once.
func TestOneJobForEachPage(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		st := say(t, s, ann, "look https://zoe.example/")
		mentions := func() int64 {
			return count(t, s, "SELECT COUNT(*) FROM jobs WHERE kind = $1", models.JobMention)
		}
		spread(t, s)
		same(t, "jobs", mentions(), 1)
		together(4, func(i int) {
			_, err := s.Edit(t.Context(), ann, st.ID, models.Draft{Text: fmt.Sprint("look again ", i, " https://zoe.example/")})
			if err != nil {
				t.Error(err)
			}
		})
		same(t, "jobs that look", count(t, s, "SELECT COUNT(*) FROM jobs WHERE kind = $1", models.JobMentions), 1)
		jobs, err := s.ClaimJobs(t.Context(), 100)
		ok(t, err)
		for _, j := range jobs { // the mention is on its way now: what comes later is told again
			if j.Kind == models.JobMentions {
				together(4, func(int) {
					if err := s.SendMentions(t.Context(), j); err != nil {
						t.Error(err)
					}
					if err := s.SendAgain(t.Context(), ann, 1); err != nil {
						t.Error(err)
					}
				})
			}
		}
		same(t, "jobs", mentions(), 2)
	})
}

// However many links lead to one domain, and however often they are edited, it is asked 120 times an hour; the others wait.
func TestNobodyIsFloodedWithMentions(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		for status := range 15 {
			words := ""
			for link := range 10 {
				words += fmt.Sprintf("https://p%d.zoe.example/%d\n", link, status)
			}
			say(t, s, ann, words)
		}
		spread(t, s)
		due := func() int64 {
			return count(t, s, "SELECT COUNT(*) FROM jobs WHERE kind = $1 AND due_at <= $2", models.JobMention, int64(models.At(s.Now())))
		}
		same(t, "jobs", count(t, s, "SELECT COUNT(*) FROM jobs WHERE kind = $1", models.JobMention), 150)
		same(t, "of them due", due(), 120)
		s.Clock.Add(time.Hour)
		same(t, "an hour later", due(), 150)
	})
}

// Those who took a mention are told when the account closes, with what is left to say.
func TestClosingLeavesGoodbyes(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		cast := kit.Cast(t, s)
		st := say(t, s, cast.Bob, "look https://took.example/ https://deaf.example/")
		spread(t, s)
		_, sent, err := s.Sent(t.Context(), cast.Bob, st.ID)
		ok(t, err)
		for i, state := range []string{models.SentTaken, models.SentDeaf} {
			sent[i].State = state
			ok(t, s.NoteSent(t.Context(), &sent[i]))
		}
		_, err = s.DB.ExecContext(t.Context(), "DELETE FROM jobs")
		ok(t, err)
		ok(t, s.CloseAccount(t.Context(), cast.Bob, kit.Password))
		same(t, "mentions left", count(t, s, "SELECT COUNT(*) FROM sent_mentions"), 0)
		jobs, err := s.ClaimJobs(t.Context(), 100)
		ok(t, err)
		if len(jobs) != 1 || jobs[0].Kind != models.JobMention || jobs[0].Peer != "took.example" {
			t.Fatalf("jobs %+v", jobs)
		}
		m, err := s.MentionToSend(t.Context(), jobs[0])
		ok(t, err)
		same(t, "goodbye", []string{m.Source, m.Target}, []string{fmt.Sprint("/~bob/", st.ID), "https://took.example/"})
	})
}

// TestSubjectsAreTold: what a status likes, repeats or keeps is told like what it links to, and again when that is taken out.
func TestSubjectsAreTold(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Cast(t, s).Ann
		liking := `{"like-of":["https://zoe.example/soup",{"type":["h-cite"],"properties":{"url":["https://yves.example/"]}},"javascript:x",7],"bookmark-of":[{"value":"https://zoe.example/soup"}],"repost-of":"odd"}`
		st := publish(t, s, ann, models.Draft{Face: "❤️", Extra: liking})
		same(t, "subjects", fmt.Sprint(st.Subjects()), "[{like https://zoe.example/soup} {like https://yves.example/} {bookmark https://zoe.example/soup}]")
		same(t, "as people read it", st.Subjects()[0].Called(), "zoe.example/soup")
		work := func() string {
			for _, j := range claimed(t, s, models.JobMentions) {
				ok(t, s.SendMentions(t.Context(), j))
			}
			_, sent, err := s.Sent(t.Context(), ann, st.ID)
			ok(t, err)
			said := ""
			for _, m := range sent {
				said += fmt.Sprintf("%s %t %s\n", m.Target, m.Linked, m.State)
			}
			return said
		}
		same(t, "told", work(), "https://yves.example/ true waiting\nhttps://zoe.example/soup true waiting\n")
		_, err := s.Edit(t.Context(), ann, st.ID, models.Draft{Face: "❤️", Extra: `{"rsvp":["YES"]}`})
		ok(t, err)
		same(t, "told when it is taken out", work(), "https://yves.example/ false waiting\nhttps://zoe.example/soup false waiting\n")
		again, err := s.Status(t.Context(), ann, "ann", st.ID)
		ok(t, err)
		same(t, "what it answers", again.RSVP(), "yes")
		same(t, "who likes nothing tells", publish(t, s, ann, models.Draft{Text: "x", Extra: `{"like-of":["/~bob"]}`}).LinksOut(), false)
	})
}
