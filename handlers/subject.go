package handlers

import (
	"html"
	"strings"

	"marquee/models"
	"marquee/views"
)

// sentence is a line about a status in two forms: for those who show text, and for those who show HTML.
type sentence struct{ text, markup string }

func plainly(text string) sentence { return sentence{text, html.EscapeString(text)} }

// linked is a word before a link: text shows the address itself.
func linked(word, address, called string) sentence {
	return sentence{word + " " + address, html.EscapeString(word) + ` <a href="` + html.EscapeString(address) + `">` + html.EscapeString(called) + "</a>"}
}

// joined are parts of a line behind its beginning.
func joined(beginning string, parts []sentence) sentence {
	var texts, markups []string
	for _, p := range parts {
		texts, markups = append(texts, p.text), append(markups, p.markup)
	}
	return sentence{
		strings.TrimSpace(beginning + " " + strings.Join(texts, " · ")),
		strings.TrimSpace(html.EscapeString(beginning) + " " + strings.Join(markups, " · ")),
	}
}

// feelings is the face, the mood and the deeds of a status in words: "🙂 feeling cosy · rain on the roof · likes zoe.example/soup".
func feelings(st *models.Status, lang string) sentence {
	var parts []sentence
	if st.Mood != "" {
		parts = append(parts, plainly(views.Say(lang, "widget.feeling", "Mood", views.Say(lang, "mood."+st.Mood))))
	}
	if st.MoodText != "" {
		parts = append(parts, plainly(st.MoodText))
	}
	return joined(st.ShownFace(), append(parts, deeds(st, lang)...))
}

// deeds is what a status does to pages elsewhere: likes, repeats or keeps them, comes when it is invited.
func deeds(st *models.Status, lang string) (parts []sentence) {
	for _, s := range st.Subjects() {
		parts = append(parts, linked(views.Say(lang, "subject."+s.Kind), s.URL, s.Called()))
	}
	if rsvp := st.RSVP(); rsvp != "" {
		parts = append(parts, plainly(views.Say(lang, "mention.rsvp_"+rsvp)))
	}
	return parts
}

// answering is what a status answers elsewhere, by its author if we know; empty when it answers nothing there.
func answering(st *models.Status, lang string) sentence {
	if st.ReplyURL == "" {
		return sentence{}
	}
	called := st.AnsweredHost()
	if st.Context.Known() && st.Context.Author != "" {
		called = views.Say(lang, "context.who", "Name", st.Context.Author, "Host", called)
	}
	s := linked(views.Say(lang, "context.answers"), st.ReplyURL, called)
	s.text = views.Say(lang, "context.answers") + " " + called
	return s
}

// said is the text and the HTML of a status for a widget: what it does to pages elsewhere goes before its words.
func said(st *models.Status, lang string) sentence {
	line := joined("", deeds(st, lang))
	if line.text == "" {
		return sentence{st.Text, st.HTML}
	}
	return sentence{strings.TrimSpace(line.text + "\n\n" + st.Text), "<p>" + line.markup + "</p>" + st.HTML}
}
