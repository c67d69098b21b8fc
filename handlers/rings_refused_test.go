package handlers_test

import "strings"

// refusedRings are the forms of webrings, each with one mistake in it.
func refusedRings() []refusedForm {
	made := func(name, value string) map[string][]string {
		f := form("key", "cats", "title", "Cats & <dogs>", "words", "<p>they & we</p>", "fg", "ffffff", "bg", "102030")
		f.Set(name, value)
		return f
	}
	changed := func(name, value string) map[string][]string {
		f := made(name, value)
		delete(f, "key")
		return f
	}
	return []refusedForm{
		{"owner", "/rings/new", made("key", "Cats & co"), "key", "2 to 40 small letters"},
		{"owner", "/rings/new", made("key", "new"), "key", "kept for the house"},
		{"owner", "/rings/new", made("key", "lamps"), "key", "another ring of that name"},
		{"owner", "/rings/new", made("title", strings.Repeat("a", 41)), "title", "at most 40 characters"},
		{"owner", "/rings/new", made("words", strings.Repeat("a", 2001)), "words", "At most 2,000 bytes"},
		{"owner", "/rings/new", made("fg", "red"), "fg", "six digits"},
		{"stranger", "/rings/lamps/change", changed("title", strings.Repeat("a", 41)), "title", "at most 40 characters"},
		{"stranger", "/rings/lamps/change", changed("words", strings.Repeat("a", 2001)), "words", "At most 2,000 bytes"},
		{"owner", "/rings/lamps/join", form("address", "no page", "title", "a & <b>"), "address", "does not look like the address"},
		{"owner", "/rings/lamps/join", form("address", "http://10.0.0.1/", "title", "a & <b>"), "address", "private network"},
		{"owner", "/rings/lamps/join", form("address", "http://marquee.example/rings/lamps", "title", "a & <b>"), "address", "a ring itself"},
		{"owner", "/rings/lamps/join", form("address", "~bob", "title", "a & <b>"), "address", "somebody else's page"},
		{"owner", "/rings/lamps/join", form("address", "/about", "title", "a & <b>"), "address", "only your own page"},
		{"owner", "/rings/lamps/join", form("address", "~ada", "title", "a & <b>"), "address", "in the ring already"},
		{"owner", "/rings/lamps/join", form("address", "a.example", "title", strings.Repeat("a", 61)), "title", "At most 60 characters"},
	}
}
