package handlers_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"marquee/models"
	"marquee/static"
	"marquee/tests/kit"
)

const (
	firstFlight = 14_600 // ten segments of 1,460 bytes: what TCP sends before it hears back
	twoSegments = 2_920
)

// wire is how many bytes an answer takes on the wire, all its headers included.
func wire(t *testing.T, site *kit.Site, path string) int {
	t.Helper()
	conn, err := net.Dial("tcp", site.Base.Host)
	must(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: "+site.Base.Host+"\r\nAccept-Encoding: gzip, deflate, br\r\nConnection: close\r\n\r\n")
	must(t, err)
	all, err := io.ReadAll(conn)
	must(t, err)
	response, err := http.ReadResponse(bufio.NewReader(strings.NewReader(string(all))), nil)
	must(t, err)
	response.Body.Close()
	if response.StatusCode != 200 || response.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("%s: status %d, encoding %q", path, response.StatusCode, response.Header.Get("Content-Encoding"))
	}
	return len(all)
}

// chatter is what twenty people might say, none like the other: about 200 characters each.
var chatter = []string{
	"First frost on the bean poles this morning. I made coffee too strong, wrote three letters, and found the good scissors in the bread drawer, where I must have put them in July while thinking of something else.",
	"The night train to Lisbon was late again, so I shared oranges with a cellist from Porto. She is learning to repair accordions; says the reeds are the easy part and the leather is where the sorrow lives.",
	"Spent lunch drawing maps of a town that doesn't exist. It has two rivers, a bakery on stilts and no parking. My colleague asked which planning office I work for now. I said the small one, upstairs.",
	"Our choir got through the whole Poulenc without stopping!! Granted, the tenors were in another key from bar forty on, but they were in it together, and the director only sat down once. #choir",
	"Anyone know what eats tomatoes from the inside and leaves the skin hanging like a lantern? Asking for a balcony. The neighbours blame pigeons, I suspect the quiet child on the second floor.",
	"Finished the jumper. One sleeve is a decade longer than the other, so I shall wear it leaning. Next project: anything flat. A scarf, a flag, the sea seen from very far away on a calm day.",
	"Mum found my school atlas. Half of the countries have new names and one has been swallowed by a coffee stain since 1993. I used to think the stain was a lake, and planned a whole holiday there.",
	"Rewired the doorbell; now it plays the first four notes of the shipping forecast. Two visitors so far have just stood there waiting for the gale warnings, which I call a complete success.",
	"Reading about lighthouses again https://lighthouses.example.org/keepers/1911 and how the keepers swapped library boxes by boat every quarter. Imagine opening one in a storm: forty westerns and a book on hens.",
	"The museum let us hold a Roman roof tile with a dog's paw print in it. Two thousand years ago somebody shouted at that dog, and here I am, an accountant from Leeds, whispering well done.",
	"Today's small victory: I phoned the dentist instead of thinking about phoning the dentist. Tomorrow's: going. There is talk of a crown, and I've asked whether it comes with any land.",
	"Bread number eleven rose so much that it lifted its own towel and looked out. We have named him Gérard. He will be eaten at seven with leek soup; friends of Gérard are welcome, bring spoons.",
	"My bicycle has developed a click that happens only uphill, in the dark, near the cemetery. The mechanic listened with real attention, then asked, very kindly, if I was sleeping well these days.",
	"Swam before work. The lake was eleven degrees and perfectly black; a heron watched from the jetty with the face of somebody who had read the safety notice and knew that I hadn't. #cold",
	"Found a mix tape labelled 'for the drive back'. No name, no list. Side A is all rain sounds and one polka. If you made this for me around 1998, thank you, I understand it much better now.",
	"Quiet evening sorting buttons with grandpa. He can tell which coat each one came from and, mostly, who wore it to which funeral. I'm writing it down this time, on the backs of seed packets.",
	"The office plant has been promoted. It now sits in the chair by the window and receives post. Last week somebody booked it into a meeting, and I'm told it made the only sensible suggestion.",
	"Learnt to say 'where is the ferry' in four languages and then missed it in all of them. The harbour café had stamps, though, and a cat named after a prime minister, so nobody is complaining.",
	"Volunteered at the repair café: two toasters, a music box, and one lamp whose only trouble was the switch on the wall. I walked that lamp's owner home and fixed her wall. She baked. Fair trade.",
	"Snow forecast, sledges out, child already in snowsuit since breakfast, no snow. We've opened the window so that it knows where we live. The cat has left the room in protest, tail like a chimney brush.",
}

// settle lets somebody say everything of themself, have friends and entries, and wear a layout of nearly 6 KB.
func settle(t *testing.T, s *kit.Store, a *models.Account) {
	t.Helper()
	must(t, s.Describe(t.Context(), a, models.Profile{
		Bio: chatter[3], Homepage: "https://ada.example.org/garden/", Tagline: "the lamp is lit", Pronouns: "she/her", Birthday: "02-29", Counting: true,
		Blurbs: models.Blurbs{
			Meet: chatter[4], General: chatter[5][:60], Music: "bells, rain, the hum of a projector", Movies: "Cinema Paradiso", Books: "Momo",
			Heroes: "the usher", Song: "Moon River", SongArtist: "Henry Mancini", Reading: "Momo, again", Listening: "the rain",
		},
		Links: [models.LinksMost]models.ProfileLink{{Label: "shop", Address: "https://shop.example/ada"}, {Label: "garden", Address: "https://ada.example.org/garden/"}},
	}))
	for _, name := range []string{"bertrand", "cleo_k", "dmitri"} {
		must(t, s.AddFriend(t.Context(), a, name))
		friend := fresh(t, s, name)
		entry, err := s.Sign(t.Context(), a, friend, models.NewEntry{Text: chatter[len(name)][:120], Network: "net"})
		must(t, err)
		must(t, s.ShowEntry(t.Context(), a, entry.ID))
	}
	gallery, _, err := s.Layouts(t.Context(), 0)
	must(t, err)
	// A layout as people write them, and most of another over it.
	sheet, err := s.Wear(t.Context(), a, models.NewSheet{Source: gallery[0].Source + gallery[1].Source[:len(gallery[1].Source)*2/3]})
	must(t, err)
	if len(sheet.CSS) < 5800 || len(sheet.CSS) > 6400 {
		t.Fatalf("the layout of this test is %d bytes", len(sheet.CSS))
	}
}

// TestFirstFlight: the first visit of a page is one flight of packets, the page and its stylesheet together.
func TestFirstFlight(t *testing.T) {
	t.Parallel()
	s := kit.SQLite(t)
	site := kit.Serve(t, s)
	crowd := kit.Crowd(t, s, "ada", "bertrand", "cleo_k", "dmitri", "esperanza")
	moods := []string{"", "cosy", "happy", "sad", ""}
	for i := range 40 {
		d := models.Draft{Text: chatter[i%20], Mood: moods[i%5]}
		if i%5 == 1 {
			d.Face, d.MoodText = "🍲", "rain on the roof"
		}
		by := crowd[0]
		if i >= 20 {
			by = crowd[i%5]
		}
		_, err := s.Publish(t.Context(), by, d)
		must(t, err)
		s.Clock.Add(3e11)
	}
	settle(t, s, crowd[0])
	css := wire(t, site, static.Path("site.css"))
	for _, path := range []string{"/", "/~ada", "/tag/choir", "/mood/cosy", "/?lang=fr", "/~ada?lang=fr"} {
		page, style := wire(t, site, path), css
		if strings.HasPrefix(path, "/~") {
			style += wire(t, site, static.Path("page.css")) + wire(t, site, "/~ada/layout.css?v="+fresh(t, s, "ada").Layout)
		}
		t.Logf("%s: %d bytes and %d of style", path, page, style)
		if page+style > firstFlight {
			t.Errorf("%s and its stylesheets are %d bytes, %d too many", path, page+style, page+style-firstFlight)
		}
	}
	for _, path := range []string{"/~ada/widget", "/~ada/widget?theme=late", "/~bertrand/widget?lang=fr"} {
		frame := wire(t, site, path)
		t.Logf("%s: %d bytes", path, frame)
		if frame > twoSegments {
			t.Errorf("%s is %d bytes, more than two segments", path, frame)
		}
	}
	if short := func(s string) bool { return len(s) < 170 || len(s) > 230 }; len(chatter) != models.PageSize || slices.ContainsFunc(chatter, short) {
		t.Error("the statuses of this test are not what people say")
	}
}
