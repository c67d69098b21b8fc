package models

import "slices"

// Language is a language the site speaks, by its code (BCP 47) and its own name.
type Language struct{ Code, Name string }

// Languages are those the site speaks. views/locales has the words of each.
var Languages = []Language{{"en", "English"}, {"fr", "Français"}}

// Speaks reports whether the site knows the language.
func Speaks(code string) bool {
	return slices.ContainsFunc(Languages, func(l Language) bool { return l.Code == code })
}
