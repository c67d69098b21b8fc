package models

import (
	"cmp"
	"slices"

	"gorm.io/gorm"

	"marquee/safe"
)

// mentionsSeen are the states of mentions that their owner sees.
var mentionsSeen = []string{MentionHeld, MentionShown, MentionQuiet, MentionRefused}

// nearness is how much a mention has to say about the page at an address, where it was found in the end: 2 stands there, 1 is led
// there from the same site, 0 from another.
func (m *Mention) nearness(address string) int {
	key, _ := safe.AddressKey(address)
	switch {
	case m.SourceKey == key:
		return 2
	case peerOf(m.Source) == peerOf(address):
		return 1
	}
	return 0
}

// sameMention is another mention of the same target whose page is the one that was found, if that is nearer to it, or came first and
// is as near; else nil, and what is farther away has made room: so who leads to the page of somebody else holds its words only until
// that is mentioned itself. What a page says of its own address counts for nothing here: anybody may say so.
func (s *Store) sameMention(tx *gorm.DB, m *Mention, at string) (*Mention, error) {
	m.FinalKey, _ = safe.AddressKey(at)
	m.SameID = nil
	var found []Mention
	err := tx.Raw(`SELECT * FROM mentions WHERE target_key = ? AND source_key = ? AND id <> ? AND state <> ?
		UNION SELECT * FROM mentions WHERE target_key = ? AND final_key = ? AND id <> ? AND state IN ? ORDER BY id`,
		m.TargetKey, m.FinalKey, m.ID, MentionSame, m.TargetKey, m.FinalKey, m.ID, mentionsSeen).Scan(&found).Error
	if err != nil {
		return nil, err
	}
	nearest, known := m.nearness(at)-1, (*Mention)(nil)
	for i := range found {
		if near := found[i].nearness(at); near > nearest {
			nearest, known = near, &found[i]
		}
	}
	if known != nil {
		return known, nil
	}
	if m.State == MentionSame {
		m.State = MentionNew
	}
	for i := range found {
		if err := s.replaceMention(tx, &found[i], m); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// replaceMention puts a mention where a farther one of the same page was. What the owner thought of those words stays so.
func (s *Store) replaceMention(tx *gorm.DB, former, m *Mention) error {
	before := *former
	m.State, m.Hash = former.State, former.Hash
	if err := s.becomeSame(tx, former, m); err != nil {
		return err
	}
	if err := tx.Exec("UPDATE mentions SET same_id = ? WHERE same_id = ?", m.ID, former.ID).Error; err != nil {
		return err
	}
	return s.settleMention(tx, &before, former)
}

// becomeSame makes of a mention another address of one that is there already, which has a picture of its own.
func (s *Store) becomeSame(tx *gorm.DB, m, known *Mention) error {
	m.State, m.SameID, m.Problem, m.Photo = MentionSame, &known.ID, "", ""
	return s.wearFace(tx, m, Sight{})
}

// joinTwins makes one of two mentions of the same target when one says that it stands at the address of the other (u-url), on the same
// site, and both say the very same: so nobody's words are hidden by saying so. The one that does stand there is kept, with what the owner
// thought of either.
func (s *Store) joinTwins(tx *gorm.DB, m *Mention, page string) error {
	m.URLKey, _ = safe.AddressKey(page)
	if peerOf(page) != m.Peer || m.URLKey == m.FinalKey || m.URLKey == m.SourceKey {
		m.URLKey = ""
	}
	if !slices.Contains(mentionsSeen, m.State) {
		return nil
	}
	if m.URLKey != "" {
		there, err := s.twins(tx, m, "(source_key = ? OR final_key = ?)", m.URLKey, m.URLKey)
		if err != nil || len(there) > 0 {
			return cmp.Or(err, s.becomeSame(tx, m, there[0]))
		}
	}
	claims, err := s.twins(tx, m, "url_key IN ? AND url_key <> ''", []string{m.SourceKey, m.FinalKey})
	for _, claim := range claims {
		hash := m.Hash
		err = cmp.Or(err, s.replaceMention(tx, claim, m))
		m.Hash = hash
	}
	return err
}

// twins are the mentions that say the same as m, of the same target and on the same site, in a condition.
func (s *Store) twins(tx *gorm.DB, m *Mention, where string, args ...any) (list []*Mention, err error) {
	return list, tx.Raw(`SELECT * FROM mentions WHERE `+where+` AND target_key = ? AND id <> ? AND peer = ? AND state IN ?
		AND kind = ? AND rsvp = ? AND author = ? AND author_url = ? AND photo = ? AND title = ? AND html = ? ORDER BY id`,
		append(args, m.TargetKey, m.ID, m.Peer, mentionsSeen, m.Kind, m.RSVP, m.Author, m.AuthorURL, m.Photo, m.Title, m.HTML)...).Scan(&list).Error
}
