package widgets

import (
	"cmp"
	"html"

	"marquee/safe"
)

// cafeBody fills the two elements of the snippet that status.cafe's users have on their pages; either may be missing.
const cafeBody = `    var username = document.getElementById("statuscafe-username");
    var content = document.getElementById("statuscafe-content");
    var link = document.createElement("a");
    link.setAttribute("href", w.url);
    link.setAttribute("target", "_blank");
    link.textContent = w.author;
    if (username && w.when) {
      username.textContent = "";
      username.appendChild(link);
      username.appendChild(document.createTextNode(w.when));
    }
    if (content) content.textContent = w.content;
`

// StatusCafeScript returns the script that takes the place of status.cafe's /current-status.js?name=ada. Served as
// ScriptType.
func StatusCafeScript(d Data) []byte {
	value := struct {
		Author  string `json:"author"`
		URL     string `json:"url"`
		When    string `json:"when"` // what follows the link to the author, "" leaves that element alone
		Content string `json:"content"`
	}{Author: d.Name, URL: d.Base + "/users/" + d.Name, Content: "No status yet."}
	if d.ID != 0 {
		value.When = " " + safe.Line(d.Face+" "+d.AgoEnglish)
		value.Content = d.cafeContent()
	}
	return bake(cafeBody, value)
}

// StatusCafeJSON returns what takes the place of status.cafe's /users/ada/status.json. The scripts that people have copied
// write each of its values with innerHTML, so all of them are escaped. Content is empty only without a status: that is how
// those scripts know. Served as JSONType.
func StatusCafeJSON(d Data) []byte {
	value := struct {
		Author  string `json:"author"`
		Content string `json:"content"`
		Face    string `json:"face"`
		TimeAgo string `json:"timeAgo"`
	}{html.EscapeString(d.Name), "", html.EscapeString(d.Face), html.EscapeString(d.AgoEnglish)}
	if d.ID != 0 {
		value.Content = html.EscapeString(d.cafeContent())
	}
	return append(encode(value), '\n')
}

// cafeContent is the status as one plain line that is never empty, not even for a status that is only a picture.
func (d Data) cafeContent() string {
	return cmp.Or(safe.Line(d.Text), safe.Line(d.mood()), safe.Line(d.Face), "…")
}
