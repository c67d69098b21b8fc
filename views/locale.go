package views

import (
	"embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"marquee/models"
)

//go:embed locales/*.toml
var localeFiles embed.FS

var localizers = sync.OnceValue(func() map[string]*i18n.Localizer {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	for _, l := range models.Languages {
		for _, file := range []string{"locales/" + l.Code + ".toml", "locales/moods." + l.Code + ".toml"} {
			read, err := bundle.LoadMessageFileFS(localeFiles, file)
			if err == nil && l.Code == "fr" {
				err = bundle.AddMessages(read.Tag, typeset(read.Messages)...)
			}
			if err != nil {
				panic(err)
			}
		}
	}
	found := map[string]*i18n.Localizer{}
	for _, l := range models.Languages {
		found[l.Code] = i18n.NewLocalizer(bundle, l.Code)
	}
	return found
})

// french puts the spaces that no line may end at where French has them: the sentences are written with those of the keyboard.
var french = strings.NewReplacer(" ?", "\u202f?", " !", "\u202f!", " ;", "\u202f;", " :", "\u00a0:", " %", "\u202f%", "« ", "«\u00a0", " »", "\u00a0»")

func typeset(messages []*i18n.Message) []*i18n.Message {
	for _, m := range messages {
		for _, form := range []*string{&m.One, &m.Many, &m.Other} {
			*form = french.Replace(*form)
		}
	}
	return messages
}

// Say is the sentence of a key in a language. Pairs are names and values that fill it; "Count" also
// chooses the plural. A key that nobody wrote shows itself: tests find it before people do.
func Say(lang, key string, pairs ...any) string {
	config := &i18n.LocalizeConfig{MessageID: key}
	if len(pairs) > 0 {
		data := map[string]any{}
		for i := 0; i+1 < len(pairs); i += 2 {
			data[fmt.Sprint(pairs[i])] = pairs[i+1]
		}
		config.TemplateData = data
		config.PluralCount = data["Count"]
	}
	l := localizers()[lang]
	if l == nil {
		l = localizers()["en"]
	}
	text, err := l.Localize(config)
	if err != nil && text == "" {
		return key
	}
	return text
}

// Explain is the sentence of a refusal.
func Explain(lang string, e *models.Error) string {
	var pairs []any
	for name, value := range e.Args {
		pairs = append(pairs, name, value)
	}
	return Say(lang, e.Text, pairs...)
}

// agoUnits are the steps of "3 hours ago", largest first.
var agoUnits = []struct {
	key  string
	size time.Duration
}{
	{"ago.years", 365 * 24 * time.Hour},
	{"ago.months", 30 * 24 * time.Hour},
	{"ago.weeks", 7 * 24 * time.Hour},
	{"ago.days", 24 * time.Hour},
	{"ago.hours", time.Hour},
	{"ago.minutes", time.Minute},
}

// AgoStep is what "3 hours ago" says, as numbers: the step of agoUnits and how many. What shows it is
// true for as long as they stay the same.
func AgoStep(now, then time.Time) (step, count int) {
	passed := now.Sub(then)
	for i, unit := range agoUnits {
		if passed >= unit.size {
			return i, int(passed / unit.size)
		}
	}
	return len(agoUnits), 0
}

// Ago says how long before now something happened: "3 hours ago".
func Ago(lang string, now, then time.Time) string {
	step, count := AgoStep(now, then)
	if step == len(agoUnits) {
		return Say(lang, "ago.now")
	}
	return Say(lang, agoUnits[step].key, "Count", count)
}

// day is the number of a day as it is read: French has a first of the month.
func day(lang string, number int) string {
	if lang == "fr" && number == 1 {
		return "1er"
	}
	return strconv.Itoa(number)
}

// Moment writes an instant out, in UTC: "21 Nov 2026, 14:05".
func Moment(lang string, i models.Instant) string {
	t := i.Time()
	return Say(lang, "time.moment", "Day", day(lang, t.Day()), "Month", Say(lang, fmt.Sprintf("month.%d", t.Month())),
		"Year", t.Year(), "Clock", t.Format("15:04"))
}
