package models

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"path"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var nameForm = regexp.MustCompile(`^[a-z0-9_]{2,30}$`)

// reservedNames are kept back: words of our own addresses, and names that would pass for the staff.
var reservedNames = wordSet(`
	about abuse access account accounts activity admin administrator admins all anonymous anyone api app apps archive
	atom auth authorize autoconfig avatar ban billing blinkie block blog bot broadcasthost button calendar cdn chat
	client config contact contest copyright css dashboard data dev directory dmca dns doctor drafts edit email embed
	everybody everyone explore export faq favicon feed feeds fediverse ftp following followers friends ftp ghost graph
	group groups guest guestbook guests healthz help helpdesk home host hostmaster hosts hub imap img import inbox
	index info inbox internet invite invites is isatap it js jobs json jump kit language layouts legal list lists
	localdomain localhost login logout mail mailer mailerdaemon map marquee master me media mentions messages metrics
	micropub mod moderator moderators mods mood moods myself name names net network new news next nobody node nodeinfo
	none noreply nogroup notice notices notifications ns null oauth oembed official ops outbox owner page pages
	password picture pictures pop pop3 post postmaster posts preferences press privacy profile proxy public push queue
	random readyz recover redirect register report reports reserved reset robots root rss rules safety sales search
	secure security self server session sessions settings share shop signin signout signup site sitemap smtp ssl
	ssladmin staff start static statistics stats status statuses stream streams subscribe subscription sudo super
	superuser support sysadmin sysop system tag tags team terms test tester theme themes timeline token tokens tos
	trends trust undefined unknown unsubscribe update updates upload uploads usenet user username users uucp verify
	void web webfinger webmail webmaster webmention webring webrings websub well_known widget widgets wpad write www
	xml xmlrpc you yourself`)

// staffNames are the names that would pass for whoever runs the site, however they are dressed up.
var staffNames = skeletons("admin admins administrator webmaster thewebmaster moderator moderators mod support staff official root system marquee owner host security")

// readsAsAccount reports whether words of a stranger would be read as somebody of this house: ~ada, or a sign like it, after
// whatever shows nothing.
func readsAsAccount(words string) bool {
	shown := strings.TrimLeftFunc(words, func(r rune) bool {
		return r == '\u2800' || !unicode.IsGraphic(r) || unicode.In(r, unicode.Zs, unicode.Cf, unicode.M, unicode.Other_Default_Ignorable_Code_Point)
	})
	first, _ := utf8.DecodeRuneInString(shown)
	return strings.ContainsRune("~˜∼∽≀⁓〜～", first)
}

// skeleton is a name as it looks at a glance: 0 is o, 1 is l, and _ is nothing.
func skeleton(name string) string { return lookAlikes.Replace(name) }

func skeletons(words string) map[string]bool {
	set := map[string]bool{}
	for word := range wordSet(words) {
		set[skeleton(word)] = true
	}
	return set
}

var lookAlikes = strings.NewReplacer("_", "", "0", "o", "1", "i", "l", "i", "3", "e", "4", "a", "5", "s", "7", "t", "rn", "m", "vv", "w")

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// PlainName is a name as somebody types it, without what is only dressing.
func PlainName(typed string) string {
	return strings.ToLower(strings.TrimPrefix(strings.TrimSpace(typed), "~"))
}

// possibleName is PlainName, or empty when nobody here can be called that: then it is not worth a
// question to the database, which might refuse its bytes or its length.
func possibleName(typed string) string {
	if name := PlainName(typed); nameForm.MatchString(name) {
		return name
	}
	return ""
}

// checkName says whether a new account may have this name: 2 to 30 of a-z, 0-9 and _, and not reserved.
func checkName(name string) error {
	switch {
	case name == "":
		return invalid("name", "error.name_empty")
	case !nameForm.MatchString(name):
		return invalid("name", "error.name_form")
	case reservedNames[name], strings.Trim(name, "_") == "", staffNames[skeleton(name)]:
		return invalid("name", "error.name_reserved")
	}
	return nil
}

// NameFor is a name for a newcomer with an address of their own: what that calls its owner (/~ada), or a part of its host, from the left, but
// for the last one. Empty when all of those are none, or taken.
func (s *Store) NameFor(ctx context.Context, me string) (string, error) {
	u, err := url.Parse(me)
	if err != nil {
		return "", nil
	}
	var words []string
	if owner := path.Base(u.Path); strings.ContainsRune("~@", rune(owner[0])) {
		words = append(words, owner[1:])
	}
	if labels := strings.Split(u.Hostname(), "."); strings.Trim(labels[len(labels)-1], "0123456789") != "" {
		words = append(words, labels[:len(labels)-1]...)
	}
	for _, word := range words {
		name := strings.NewReplacer("-", "_", ".", "_").Replace(strings.ToLower(word))
		if checkName(name) != nil {
			continue
		}
		if taken, err := s.taken(ctx, name); err != nil || !taken {
			return name, err
		}
	}
	return "", nil
}

// retiredHash is what is kept of a name that was given up: enough never to give it out again.
func retiredHash(name string) string {
	sum := sha256.Sum256([]byte("retired:" + name))
	return hex.EncodeToString(sum[:])
}
