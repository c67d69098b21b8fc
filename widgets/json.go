package widgets

// statusJSON draws the last status as one JSON object. Without a status it has the same keys; the two that are times are
// null and the others empty.
func statusJSON(d Data, _ Options) Drawn {
	value := struct {
		Name      string  `json:"name"`
		URL       string  `json:"url"`
		Status    string  `json:"status_url"`
		Text      string  `json:"text"`
		HTML      string  `json:"html"`
		Face      string  `json:"face"`
		Mood      string  `json:"mood"`
		MoodName  string  `json:"mood_name"`
		MoodText  string  `json:"mood_text"`
		Published *string `json:"published"` // RFC 3339, UTC
		Unix      *int64  `json:"unix"`      // seconds
		Ago       string  `json:"ago"`
	}{
		Name: d.Name, URL: d.page(), Status: d.status(), Text: d.Text, HTML: d.rich(), Face: d.Face,
		Mood: d.Mood, MoodName: d.MoodWord, MoodText: d.MoodText, Ago: d.Ago,
	}
	if d.ID != 0 {
		value.Published, value.Unix = new(d.published()), new(d.Published.Unix())
	}
	return Drawn{Body: append(encode(value), '\n')}
}
