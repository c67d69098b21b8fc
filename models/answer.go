package models

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"marquee/safe"
)

const (
	tagsMost     = 20      // words given beside a text
	tagWordsMost = 50      // graphemes of each
	extraMost    = 8 << 10 // bytes of what is only kept
)

var errReplyURL = invalid("reply_to", "error.reply_url")

// answers sets what the status replies to: a status here, if the person may read it, or an address elsewhere.
func (s *Store) answers(ctx context.Context, by *Account, st *Status, d Draft) error {
	replyTo := d.ReplyToID
	if address := strings.TrimSpace(d.ReplyURL); replyTo == 0 && address != "" {
		var ok bool
		if address, ok = safe.URL(address); !ok {
			return errReplyURL
		}
		if !s.fetcher.Ours(address) {
			st.ReplyURL = address
			return refusedReply(s.fetcher.Check(address))
		}
		if _, replyTo, ok = s.StatusAddress(address); !ok {
			return errReplyURL
		}
	}
	if replyTo == 0 {
		return nil
	}
	parent, err := s.StatusByID(ctx, by, replyTo)
	if IsKind(err, Missing) || IsKind(err, Gone) {
		return invalid("reply_to", "error.reply_to")
	}
	if err != nil {
		return err
	}
	st.ReplyToID, st.ReplyTo = &parent.ID, parent
	return nil
}

// refusedReply is what a person reads when an address will never be looked at.
func refusedReply(err error) error {
	switch {
	case errors.Is(err, safe.ErrFetchPrivate):
		return invalid("reply_to", "error.web_private")
	case err != nil:
		return errReplyURL
	}
	return nil
}

// StatusAddress reads an address of this site that is a page's or a status's: /~ada is ("ada", 0), /~ada/17 is ("ada", 17).
// It is false for all others. Nobody is asked whether they exist.
func (s *Store) StatusAddress(address string) (name string, id int64, ok bool) {
	u, err := url.Parse(address)
	if err != nil || !s.fetcher.Ours(address) {
		return "", 0, false
	}
	name = nameInAddress(address)
	_, rest, deeper := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	rest = strings.TrimSuffix(rest, "/")
	if !deeper || rest == "" {
		return name, 0, name != ""
	}
	id, err = strconv.ParseInt(rest, 10, 64)
	return name, id, name != "" && err == nil && id > 0
}

// takeMore takes what other doors than the composer say.
func (st *Status) takeMore(d Draft) error {
	if strings.TrimSpace(d.Markup) != "" {
		st.Markup = safe.HTML(d.Markup)
		st.Text = safe.Untagged(st.Markup)
	}
	words := TagWords(d.Tags)
	if len(words) > tagsMost {
		return &Error{Kind: Invalid, Field: "tags", Text: "error.tags_many", Args: map[string]any{"Most": tagsMost}}
	}
	st.Tags = strings.Join(words, "\n")
	if d.Extra != "" && d.Extra != "{}" {
		if len(d.Extra) > extraMost || !json.Valid([]byte(d.Extra)) {
			return invalid("", "error.extra")
		}
		st.Extra = storable(d.Extra)
	}
	if d.Origin != "" {
		st.Origin, _ = safe.URL(d.Origin)
	}
	return nil
}

// TagWords is the words of a list of tags, one a line: cleaned, each once.
func TagWords(tags string) []string {
	var words []string
	for line := range strings.SplitSeq(tags, "\n") {
		word := safe.Line(line)
		if safe.Visible(word) && safe.Graphemes(word) <= tagWordsMost && len(word) <= tagWordsMost*bytesPerChar && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return words
}

// Words is every tag of the status: those in its text, and those beside it.
func (st *Status) Words() []string {
	words := safe.Tags(st.Text)
	for _, beside := range TagWords(st.Tags) {
		if word, ok := safe.Tag(beside); ok && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return words
}

// Categories is every tag of the status as others read it: its words, and what is beside its text and has no page here, such as "c++".
func (st *Status) Categories() []string {
	words := st.Words()
	for _, beside := range TagWords(st.Tags) {
		if _, ok := safe.Tag(beside); !ok {
			words = append(words, beside)
		}
	}
	return words
}

// Beside is the tags of the status that its text does not hold, as they were given.
func (st *Status) Beside() []string {
	inText := safe.Tags(st.Text)
	return slices.DeleteFunc(TagWords(st.Tags), func(beside string) bool {
		word, ok := safe.Tag(beside)
		return ok && slices.Contains(inText, word)
	})
}
