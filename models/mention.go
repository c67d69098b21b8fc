package models

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"marquee/safe"
)

// The states of a mention.
const (
	MentionNew     = "new"     // nobody has looked at its source yet
	MentionHeld    = "held"    // it waits for the owner
	MentionShown   = "shown"   // everybody sees it
	MentionQuiet   = "quiet"   // a like or a repost: the owner alone sees it
	MentionRefused = "refused" // the owner took it away, for good
	MentionFailed  = "failed"  // Problem says why
	MentionGone    = "gone"    // its source is gone, or links here no more
	MentionSame    = "same"    // its source is another address of a mention that is here already
)

// Mention is a page elsewhere that links to a page or a status here, and said so (W3C Webmention, Pingback).
type Mention struct {
	ID        int64
	Key       string // in the address of the page that says what came of it
	AccountID int64
	StatusID  *int64 // nil: it mentions the page
	Source    string // both as they were sent
	Target    string
	SourceKey string // see safe.AddressKey
	TargetKey string
	FinalKey  string // of where its redirects lead
	URLKey    string // of where it says that it stands, when that is another page of its site
	Peer      string // the site of the source
	Queued    bool   // it is still to be looked at, or again
	State     string
	SameID    *int64 // the mention that it is another address of
	Kind      string // reply, like, repost, bookmark, rsvp, mention; empty: not known yet
	Problem   string // key of the sentence that says what went wrong when it was last looked at
	URL       string // where its words were found
	Author    string
	AuthorURL string
	Photo     string // where the author's picture was
	PictureID *int64
	Title     string
	HTML      string // clean
	RSVP      string // yes, no, maybe or interested
	Hash      string // of what it says

	PublishedAt Instant // as the source says; else when it was first received
	ReceivedAt  Instant
	VerifiedAt  Instant // when it was last seen; zero: never

	Owner         string `gorm:"->"` // name of the account
	PictureHash   string `gorm:"->"`
	PictureType   string `gorm:"->"`
	Width, Height int    `gorm:"->"`
}

// Through is the site that led to where the words were found; empty when they were found at the source itself.
func (m *Mention) Through() string {
	if through := peerOf(m.Source); through != m.Peer {
		return through
	}
	return ""
}

// Path is the address of the page that says what came of the mention.
func (m *Mention) Path() string { return "/webmention/" + m.Key }

// TargetPath is the address of what it mentions.
func (m *Mention) TargetPath() string {
	if m.StatusID == nil {
		return "/~" + m.Owner + "/guestbook"
	}
	return fmt.Sprintf("/~%s/%d", m.Owner, *m.StatusID)
}

// PagePath is the path of the page or the status that it mentions, as we write it ourselves.
func (m *Mention) PagePath() string { return "/~" + m.TargetKey }

// Face is the address of the author's picture on this site; empty without one.
func (m *Mention) Face() string {
	if m.PictureHash == "" {
		return ""
	}
	return filePath(m.PictureHash, m.PictureType)
}

// By is who wrote it, or the site that it is from.
func (m *Mention) By() string { return cmp.Or(m.Author, m.Peer) }

// NewMention is what another site sends: where it stands and what it mentions. Network is who sends it.
type NewMention struct{ Source, Target, Network string }

var (
	errMentionSource  = invalid("source", "error.mention_source")
	errMentionSelf    = invalid("source", "error.mention_self")
	errMentionTarget  = invalid("target", "error.mention_target")
	errMentionClosed  = invalid("target", "error.mention_closed")
	errMentionBlocked = &Error{Kind: Forbidden, Field: "source", Text: "error.mention_blocked"}
	errNoMention      = &Error{Kind: Missing, Text: "error.no_mention"}
)

// TakeMention checks at once what can be checked without asking anybody (Webmention §3.2.1), and leaves the rest to JobVerify:
// Invalid for a source that is no page elsewhere and a target that is none here that takes mentions, TooMany beyond the
// budgets of the sender's network and of the source's domain. What is sent again is looked at again.
func (s *Store) TakeMention(ctx context.Context, n NewMention) (*Mention, error) {
	m, err := s.checkMention(ctx, n)
	if err != nil {
		return nil, err
	}
	site := domainOf(m.Source)
	if s.neighbour(m.Source) {
		site = m.Peer
	}
	budgets := []struct {
		budget budget
		key    string
	}{{budgetMentions, n.Network}, {budgetMentionPair, n.Network + "/" + site}, {budgetMentionPeer, site}}
	for _, spent := range budgets {
		if err := s.check(ctx, spent.budget, spent.key); err != nil { // a flood costs no writes
			return nil, err
		}
	}
	var made Mention
	err = s.tx(ctx, func(tx *gorm.DB) error {
		made = *m
		for _, spent := range budgets {
			if err := s.spendIn(tx, spent.budget, spent.key); err != nil {
				return err
			}
		}
		return s.queueMention(tx, &made)
	})
	return &made, err
}

func (s *Store) checkMention(ctx context.Context, n NewMention) (*Mention, error) {
	m := &Mention{Source: strings.TrimSpace(n.Source), Target: strings.TrimSpace(n.Target), State: MentionNew, Queued: true}
	for _, sent := range [][2]string{{"source", m.Source}, {"target", m.Target}} {
		if sent[1] != "" && !strings.Contains(sent[1], "://") {
			return nil, invalid(sent[0], "error.mention_scheme")
		}
	}
	var ok bool
	if m.SourceKey, ok = safe.AddressKey(m.Source); !ok || storable(m.Source) != m.Source {
		return nil, errMentionSource
	}
	if s.fetcher.Ours(m.Source) {
		return nil, errMentionSelf
	}
	if s.fetcher.Check(m.Source) != nil {
		return nil, errMentionSource
	}
	name, id, ok := s.mentioned(m.Target)
	if !ok || len(m.Target) > len(m.Source)+addressMost || storable(m.Target) != m.Target {
		return nil, errMentionTarget
	}
	a, err := s.Account(ctx, name)
	if IsKind(err, Missing) || IsKind(err, Gone) {
		return nil, errMentionTarget
	}
	if err != nil {
		return nil, err
	}
	m.AccountID, m.Owner, m.TargetKey, m.Peer = a.ID, a.Name, a.Name, peerOf(m.Source)
	if id > 0 {
		var there int
		err := s.read.WithContext(ctx).Raw("SELECT COUNT(*) FROM statuses WHERE id = ? AND account_id = ? AND visibility = 'public' AND withdrawn_at = 0", id, a.ID).Scan(&there).Error
		if err != nil || there == 0 {
			return nil, cmp.Or[error](err, errMentionTarget)
		}
		m.StatusID, m.TargetKey = &id, fmt.Sprintf("%s/%d", a.Name, id)
	}
	if a.MentionsClosed || id == 0 && a.GuestbookClosed {
		return nil, errMentionClosed
	}
	if verdict, err := verdictOf(s.read.WithContext(ctx), a.ID, m.Peer); err != nil || verdict == VerdictBlocked {
		return nil, cmp.Or[error](err, errMentionBlocked)
	}
	return m, nil
}

// addressMost is how many bytes an address of a mention may have.
const addressMost = 2048

// mentioned reads an address of what may be mentioned: /~ada, what stands around it, and /~ada/17. Its scheme, the case of
// its host, a port that says nothing, a slash at the end, a query and a fragment count for nothing.
func (s *Store) mentioned(target string) (name string, id int64, ok bool) {
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return "", 0, false
	}
	if !s.fetcher.Ours(target) {
		u.Host = strings.TrimSuffix(strings.TrimSuffix(u.Host, ":443"), ":80")
	}
	path := strings.TrimRight(u.Path, "/")
	if strings.Count(path, "/") == 2 {
		path = strings.TrimSuffix(strings.TrimSuffix(path, "/about"), "/guestbook")
	}
	name, id, ok = s.StatusAddress((&url.URL{Scheme: u.Scheme, Host: u.Host, Path: path}).String())
	if id > 0 && !strings.HasSuffix(path, "/"+strconv.FormatInt(id, 10)) {
		return "", 0, false
	}
	return name, id, ok
}

const mentionColumns = `SELECT m.*, a.name AS owner, COALESCE(f.hash, '') AS picture_hash, COALESCE(f.type, '') AS picture_type,
	COALESCE(f.width, 0) AS width, COALESCE(f.height, 0) AS height FROM mentions m JOIN accounts a ON a.id = m.account_id
	LEFT JOIN pictures p ON p.id = m.picture_id LEFT JOIN picture_files f ON f.hash = p.hash `

// MentionByKey is the mention of a key, to say what came of it; of one that is another address, what came of that. Missing when there
// is none.
func (s *Store) MentionByKey(ctx context.Context, key string) (*Mention, error) {
	var found []Mention
	err := s.read.WithContext(ctx).Raw(mentionColumns+"WHERE m.key = ?", storable(key)).Scan(&found).Error
	if err == nil && len(found) > 0 && found[0].SameID != nil {
		err = s.read.WithContext(ctx).Raw(mentionColumns+"WHERE m.id = ?", *found[0].SameID).Scan(&found).Error
	}
	if err != nil || len(found) == 0 {
		return nil, cmp.Or[error](err, errNoMention)
	}
	return &found[0], nil
}
