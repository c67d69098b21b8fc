package indieweb_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"marquee/indieweb"
	"marquee/models"
	"marquee/safe"
)

func moodKey(word string) (string, bool) {
	key, ok := map[string]string{"cosy": "cosy", "douillette": "cosy", "happy": "happy"}[strings.ToLower(word)]
	return key, ok
}

// fields reads "name=value" pairs, one a line.
func fields(text string) (list []indieweb.Field) {
	for line := range strings.SplitSeq(text, "\n") {
		name, value, _ := strings.Cut(line, "=")
		list = append(list, indieweb.Field{Name: name, Value: value})
	}
	return list
}

// TestMicropubSays: what is sent, and the draft that it is.
func TestMicropubSays(t *testing.T) {
	const far = "https://far.example/1"
	for name, c := range map[string]struct {
		form, json string
		want       models.Draft
		photos     string
	}{
		"plain":                     {form: "content=a <b> & c", want: models.Draft{Text: "a <b> & c"}},
		"form and JSON are one":     {json: `{"type":["h-entry"],"properties":{"content":["a <b> & c"]}}`, want: models.Draft{Text: "a <b> & c"}},
		"without a type":            {json: `{"properties":{"content":["a"]}}`, want: models.Draft{Text: "a"}},
		"nothing counts but words":  {form: "h=entry\ncontent=a\naccess_token=secret\nmp-slug=x\nmp-syndicate-to[]=y\nq=z\ncategory[]= \nin-reply-to=\nOdd name=x", want: models.Draft{Text: "a"}},
		"HTML":                      {json: `{"properties":{"content":[{"html":"<b>a</b>"}]}}`, want: models.Draft{Markup: "<b>a</b>"}},
		"HTML in a form":            {form: "content[html]=<b>a</b>", want: models.Draft{Markup: "<b>a</b>"}},
		"a value beside it":         {json: `{"properties":{"content":[{"html":"<b>a</b>","value":"a"}]}}`, want: models.Draft{Markup: "<b>a</b>"}},
		"a title":                   {form: "name=Soup  day\ncontent=It rained.", want: models.Draft{Text: "Soup day\n\nIt rained.", Extra: `{"name":["Soup  day"]}`}},
		"a title that stands there": {form: "name=It rained\ncontent=It rained. All day.", want: models.Draft{Text: "It rained. All day.", Extra: `{"name":["It rained"]}`}},
		"a title alone":             {form: "name=Soup", want: models.Draft{Text: "Soup", Extra: `{"name":["Soup"]}`}},
		"a title of HTML":           {json: `{"properties":{"name":["a & <b>"],"content":[{"html":"<p>x</p>"}]}}`, want: models.Draft{Markup: "<p>a &amp; &lt;b&gt;</p><p>x</p>", Extra: `{"name":["a \u0026 \u003cb\u003e"]}`}},
		"tags in their order":       {form: "category[]=b\ncategory[1]=a c\ncategory=b", want: models.Draft{Tags: "b\na c\nb\n"}},
		"a person as a tag":         {json: `{"properties":{"category":["a",{"type":["h-card"]}]}}`, want: models.Draft{Tags: "a\n", Extra: `{"category":[{"type":["h-card"]}]}`}},
		"an answer":                 {form: "content=yes\nin-reply-to=" + far, want: models.Draft{Text: "yes", ReplyURL: far}},
		"an answer to two":          {json: `{"properties":{"content":["yes"],"in-reply-to":["` + far + `","https://b.example/"]}}`, want: models.Draft{Text: "yes\n\nhttps://b.example/", ReplyURL: far}},
		"an answer to a cite":       {json: `{"properties":{"content":["yes"],"in-reply-to":[{"type":["h-cite"],"properties":{"url":["` + far + `"]}}]}}`, want: models.Draft{Text: "yes", ReplyURL: far}},
		"a like":                    {form: "like-of=" + far, want: models.Draft{Face: "❤️", Extra: `{"like-of":["` + far + `"]}`}},
		"a like with a face":        {form: "like-of=" + far + "\nface=🐱", want: models.Draft{Face: "🐱", Extra: `{"like-of":["` + far + `"]}`}},
		"a like with words":         {form: "like-of=" + far + "\ncontent=lovely", want: models.Draft{Text: "lovely", Extra: `{"like-of":["` + far + `"]}`}},
		"a repost in HTML":          {json: `{"properties":{"repost-of":["` + far + `"],"content":[{"html":"<p>look</p>"}]}}`, want: models.Draft{Markup: `<p>look</p>`, Extra: `{"repost-of":["` + far + `"]}`}},
		"a song in HTML":            {json: `{"properties":{"listen-of":["` + far + `"],"content":[{"html":"<p>look</p>"}]}}`, want: models.Draft{Markup: `<p>look</p><p><a href="` + far + `">` + far + `</a></p>`, Extra: `{"listen-of":["` + far + `"]}`}},
		"a song":                    {form: "listen-of=" + far, want: models.Draft{Text: far, Face: "🎧", Extra: `{"listen-of":["` + far + `"]}`}},
		"a link that stands there":  {form: "bookmark-of=" + far + "\ncontent=see " + far, want: models.Draft{Text: "see " + far, Extra: `{"bookmark-of":["` + far + `"]}`}},
		"a script is no link":       {form: "like-of=javascript:alert(1)\ncontent=x", want: models.Draft{Text: "x", Extra: `{"like-of":["javascript:alert(1)"]}`}},
		"an rsvp":                   {form: "rsvp=yes\nin-reply-to=" + far, want: models.Draft{Face: "🎟️", ReplyURL: far, Extra: `{"rsvp":["yes"]}`}},
		"an odd rsvp":               {form: "rsvp=remote", want: models.Draft{Text: "RSVP: remote", Extra: `{"rsvp":["remote"]}`}},
		"a place":                   {json: `{"properties":{"checkin":[{"type":["h-card"],"properties":{"name":["The Lamp"]}}]}}`, want: models.Draft{Text: "The Lamp", Face: "📍", Extra: `{"checkin":[{"properties":{"name":["The Lamp"]},"type":["h-card"]}]}`}},
		"a mood by its word":        {form: "mood=Douillette\nface=🐱", want: models.Draft{Mood: "cosy", Face: "🐱"}},
		"a mood in own words":       {form: "mood=rain on the roof", want: models.Draft{MoodText: "rain on the roof"}},
		"both":                      {form: "mood[]=rain on the roof\nmood[]=happy\nmood[]=cosy", want: models.Draft{Mood: "happy", MoodText: "rain on the roof"}},
		"private":                   {form: "content=x\nvisibility=private", want: models.Draft{Text: "x", Visibility: models.Private}},
		"unlisted is not known":     {form: "content=x\nvisibility=unlisted", want: models.Draft{Text: "x", Visibility: "unlisted"}},
		"a draft":                   {form: "content=x\npost-status=draft", want: models.Draft{Text: "x", Visibility: models.Private, Extra: `{"post-status":["draft"]}`}},
		"published":                 {form: "content=x\npost-status=published", want: models.Draft{Text: "x"}},
		"long ago":                  {form: "content=x\npublished=2017-05-31T12:03:36-07:00", want: models.Draft{Text: "x", PublishedAt: models.At(time.Date(2017, 5, 31, 19, 3, 36, 0, time.UTC))}},
		"without a zone":            {form: "content=x\npublished=2017-05-31 12:03", want: models.Draft{Text: "x", PublishedAt: models.At(time.Date(2017, 5, 31, 12, 3, 0, 0, time.UTC))}},
		"photos":                    {form: "photo[]=https://a/1\nphoto[]=https://a/2\nmp-photo-alt[]=one", photos: "[{https://a/1 one false} {https://a/2  false}]"},
		"photos in JSON":            {json: `{"properties":{"photo":["https://a/1",{"value":"https://a/2","alt":"two"}]}}`, photos: "[{https://a/1  false} {https://a/2 two false}]"},
		"two contents":              {form: "content[html]=<b>a</b>\ncontent=a", want: models.Draft{Markup: "<b>a</b>"}},
		"two contents, turned":      {form: "content=a\ncontent[html]=<b>a</b>", want: models.Draft{Markup: "<b>a</b>"}},
		"numbered alts":             {form: "photo[0]=https://a/1\nmp-photo-alt[0]=one", photos: "[{https://a/1 one false}]"},
		"images in HTML":            {json: `{"properties":{"photo":[{"value":"https://a.example/1","alt":"one"}],"content":[{"html":"<p>x<img src='https://a.example/2' alt=' two '><img src=https://a.example/1 alt=again><img src=/3><img src=https://a.example/4 width=1></p>"}]}}`, want: models.Draft{Markup: "<p>x<img src='https://a.example/2' alt=' two '><img src=https://a.example/1 alt=again><img src=/3><img src=https://a.example/4 width=1></p>"}, photos: "[{https://a.example/1 one false} {https://a.example/2 two true}]"},
		"no more than fit":          {json: `{"properties":{"photo":["https://a.example/1","https://a.example/2","https://a.example/3"],"content":[{"html":"<img src=https://a.example/4><img src=https://a.example/5>"}]}}`, want: models.Draft{Markup: "<img src=https://a.example/4><img src=https://a.example/5>"}, photos: "[{https://a.example/1  false} {https://a.example/2  false} {https://a.example/3  false} {https://a.example/4  true}]"},
		"numbers are kept":          {json: `{"properties":{"content":["x"],"steps":[12345678901234567890]}}`, want: models.Draft{Text: "x", Extra: `{"steps":[12345678901234567890]}`}},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := indieweb.ReadMicropubForm(fields(c.form))
			if c.json != "" {
				m, err = indieweb.ReadMicropubJSON([]byte(c.json))
			}
			if err != nil {
				t.Fatal(err)
			}
			got, photos, err := m.Properties.Draft(moodKey)
			if err != nil {
				t.Fatal(err)
			}
			if got.Extra == "{}" {
				got.Extra = ""
			}
			if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", c.want) {
				t.Errorf("says\n%+v, want\n%+v", got, c.want)
			}
			if c.photos != "" && fmt.Sprint(photos) != c.photos {
				t.Errorf("photos %v", photos)
			}
		})
	}
}

// TestMicropubIsMalformed: what is no request, and what no draft can be made of.
func TestMicropubIsMalformed(t *testing.T) {
	for _, body := range []string{
		``, `null`, `[]`, `"x"`, `{`, `{}{}`, `{"properties":{"content":"x"}}`, `{"properties":["x"]}`, `{"type":"h-entry","properties":{}}`, `{"type":["h-event"],"properties":{}}`,
		`{"type":["h-entry"]}`, `{"action":"burn","url":"https://a/"}`, `{"action":"delete"}`, `{"action":"update","url":"https://a/"}`, `{"action":1}`, `{"action":"update","url":"https://a/","replace":"text"}`,
		`{"action":"update","url":"https://a/","add":{"mp-slug":["x"]}}`, strings.Repeat(`{"properties":`, 20000),
	} {
		if m, err := indieweb.ReadMicropubJSON([]byte(body)); err == nil {
			t.Errorf("%.60s is taken: %+v", body, m)
		}
	}
	for _, form := range []string{"action=update\nurl=https://a/", "action=burn", "action=delete", "h=event"} {
		if m, err := indieweb.ReadMicropubForm(fields(form)); err == nil {
			t.Errorf("%q is taken: %+v", form, m)
		}
	}
	for _, properties := range []string{
		`{"content":["a","b"]}`, `{"content":[1]}`, `{"photo":[1]}`, `{"photo":[{"alt":"x"}]}`, `{"published":["yesterday"]}`, `{"published":["0001-01-01"]}`, `{"published":["1969-12-31T23:59:59Z"]}`, `{"published":[7]}`, `{"post-status":["burnt"]}`,
		`{"photo":["a","b","c","d","e"]}`,
	} {
		m, err := indieweb.ReadMicropubJSON([]byte(`{"properties":` + properties + `}`))
		if err != nil {
			t.Fatal(err)
		}
		if d, _, err := m.Properties.Draft(moodKey); err == nil {
			t.Errorf("%s is taken: %+v", properties, d)
		}
	}
}

// TestMicropubSourceSaysItAgain: a status is shown as it was sent, and what is made of that says the same.
func TestMicropubSourceSaysItAgain(t *testing.T) {
	for _, properties := range []string{
		`{"content":["Soup day"],"category":["micropub","test"]}`,
		`{"content":["It rained."],"name":["Soup"],"like-of":["https://far.example/1"],"mood":["cosy","rain"],"face":["🐱"]}`,
		`{"content":[{"html":"<p>so <b>bold</b></p>"}],"name":["a & <b> \"c\" 'd'"],"repost-of":["https://far.example/?a=1&b=2"],"category":["x",{"type":["h-card"]}]}`,
		`{"name":["Soup"]}`, `{"like-of":["https://far.example/1"]}`, `{"content":["on"],"listen-of":["https://far.example/1"]}`, `{"listen-of":["https://far.example/1"]}`, `{"content":["draft"],"post-status":["draft"]}`, `{"content":["draft"],"post-status":["draft"],"visibility":["private"]}`,
		`{"content":["x"],"visibility":["private"],"location":[{"type":["h-geo"],"properties":{"latitude":[1.5]}}]}`,
	} {
		m, err := indieweb.ReadMicropubJSON([]byte(`{"properties":` + properties + `}`))
		if err != nil {
			t.Fatal(err)
		}
		before, _, err := m.Properties.Draft(moodKey)
		if err != nil {
			t.Fatal(err)
		}
		st := published(before)
		source := indieweb.Source(st, "https://odeon.example")
		for name, values := range m.Properties {
			if got, want := jsonOf(t, source[name]), jsonOf(t, values); got != want && !(name == "name" && safe.Line(want) == got) {
				t.Errorf("%s: %s is shown as %s", properties, name, got)
			}
		}
		update := &indieweb.Micropub{Add: indieweb.Properties{"x": {"y"}}, Drop: []string{"x"}}
		same, err := update.Apply(source)
		if err != nil {
			t.Fatal(err)
		}
		after, _, err := same.Draft(moodKey)
		after.Visibility, before.Visibility = st.Visibility, st.Visibility
		if again := published(after); err != nil || fmt.Sprintf("%+v", again) != fmt.Sprintf("%+v", st) {
			t.Errorf("%s becomes\n%+v, want\n%+v", properties, again, st)
		}
	}
}

var ada = &models.Account{Name: "ada"}

// published is the status that the store makes of a draft.
func published(d models.Draft) *models.Status {
	st := &models.Status{ID: 17, Account: ada, Text: safe.Text(d.Text), Face: d.Face, Mood: d.Mood, MoodText: d.MoodText, Visibility: models.Public, Tags: strings.Join(models.TagWords(d.Tags), "\n"), Extra: d.Extra}
	if d.Markup != "" {
		st.Markup = safe.HTML(d.Markup)
		st.Text = safe.Untagged(st.Markup)
	}
	if d.Visibility != "" {
		st.Visibility = d.Visibility
	}
	return st
}

func jsonOf(t *testing.T, value any) string {
	t.Helper()
	body, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
