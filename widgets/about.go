package widgets

// About is everything public that an account says of itself, for programs. Addresses are absolute; what was not said is
// empty, never missing.
type About struct {
	Name      string            `json:"name"`
	URL       string            `json:"url"`
	Photo     string            `json:"photo"`
	Homepage  string            `json:"homepage"`
	Tagline   string            `json:"tagline"`
	Pronouns  string            `json:"pronouns"`
	Birthday  string            `json:"birthday"` // --MM-DD, as vCard has it (RFC 6350 §6.2.5)
	Language  string            `json:"language"`
	Since     string            `json:"since"` // RFC 3339, UTC
	About     string            `json:"about_text"`
	AboutHTML string            `json:"about_html"`
	MeetHTML  string            `json:"meet_html"`
	Interests map[string]string `json:"interests"`
	Currently map[string]string `json:"currently"`
	Song      AboutSong         `json:"song"`
	Links     []AboutLink       `json:"links"`
	Feeds     map[string]string `json:"feeds"` // by media type
	Layout    string            `json:"layout"`
	Guestbook string            `json:"guestbook"` // empty: it is closed
	Status    string            `json:"status"`    // address of the last status as JSON
	Friends   []AboutLink       `json:"friends"`
	Rings     []AboutLink       `json:"rings"`
}

// AboutSong is the song of a page.
type AboutSong struct {
	Title  string `json:"title"`
	Artist string `json:"artist"`
	URL    string `json:"url"`
}

// AboutLink is a place and what it is called.
type AboutLink struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}

// JSON writes it as one object.
func (a About) JSON() []byte { return append(encode(a), '\n') }
