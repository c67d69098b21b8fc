package feeds_test

import (
	"bytes"
	"fmt"
	"io"
	"testing"
	"time"

	"marquee/feeds"
)

var (
	noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	ada  = feeds.Person{Name: "ada", URL: "https://marquee.example/~ada"}
	zoé  = feeds.Person{Name: "Zoé & <Cie>", URL: "https://marquee.example/~zoe"}
)

// samples are the feeds every format is tried on; their names are those of the folders in testdata.
func samples() map[string]feeds.Feed {
	return map[string]feeds.Feed{"full": full(), "empty": empty(), "solo": solo()}
}

func empty() feeds.Feed {
	return feeds.Feed{
		ID: "https://marquee.example/", Title: "Marquee", Home: "https://marquee.example/",
		Base: "https://marquee.example/", Language: "en", Generator: "Marquee 1.0",
	}
}

func full() feeds.Feed {
	f := empty()
	f.Title, f.Description = `L’été & <nous> "ici"`, "Comment ça va, tout le monde ?\x01 ]]>"
	f.Language, f.Icon, f.Hub = "fr", "https://marquee.example/icon.png", "https://marquee.example/hub"
	f.Cloud = "https://marquee.example/rsscloud/pleaseNotify"
	f.Page, f.Next = "?before=90", "?before=20"
	f.Updated = noon.Add(time.Hour)
	f.Items = []feeds.Item{strange(), edited(), reply(), pictured(), wordless()}
	return f
}

func solo() feeds.Feed {
	f := empty()
	f.ID, f.Title, f.Home, f.Base = "tag:marquee.example,2026:~ada", "~ada", ada.URL, ada.URL+"/"
	f.Description, f.Author, f.Updated = "What ada is up to", ada, noon
	f.Cloud = "http://127.0.0.1:8080/rsscloud/pleaseNotify"
	f.Service, f.Blogroll = "marquee.example", ada.URL+"/friends.opml"
	f.Items = []feeds.Item{item(17, "Tea.", ada), item(16, "A guest wrote this.", zoé), item(15, "Coffee.", feeds.Person{})}
	return f
}

func item(n int, text string, by feeds.Person) feeds.Item {
	at := noon.Add(time.Duration(n) * time.Minute)
	return feeds.Item{
		ID:  fmt.Sprintf("tag:marquee.example,2026:status/%d", n),
		URL: fmt.Sprintf("https://marquee.example/~ada/%d", n), HTML: "<p>" + text + "</p>", Text: text,
		Author: by, Published: at, Updated: at, Comments: fmt.Sprintf("https://marquee.example/~ada/%d", n),
	}
}

func strange() feeds.Item {
	it := item(80, "", zoé)
	it.Text = "a < b && c > d, \"quotes\" & 'apostrophes' ]]> 👩‍🚀 \x00\x0b\x1f\ufffe bell\a bad\xffbyte\nsecond line"
	it.HTML = "<p>a &lt; b &amp;&amp; c &gt; d, \"quotes\" &amp; 'apostrophes' ]]&gt; ]]> 👩‍🚀\x00\x0b<br>\nbad\xffbyte</p>"
	it.Title = "Rare: a title & \x02]]>"
	it.Tags = []string{"été", "", "rock & <roll>", "\x03", `say "hi"]]>`}
	it.Face, it.Mood, it.MoodText = "😶‍🌫️", "dreamy", "dans la lune"
	return it
}

func edited() feeds.Item {
	it := item(70, "Une très longue phrase qui n’en finit pas de ne pas finir, même après soixante signes.", ada)
	it.Updated = it.Published.Add(90 * time.Second).In(time.FixedZone("Paris", 3600))
	it.Language = "fr"
	return it
}

func reply() feeds.Item {
	it := item(60, "So do I!", ada)
	it.ID = it.URL
	it.ReplyTo = "https://far.example/@zoe/1?a=1&b=2"
	return it
}

func pictured() feeds.Item {
	it := item(50, "Look", ada)
	it.Pictures = []feeds.Picture{
		{URL: it.URL + ".jpg", Type: "image/jpeg", Alt: "A cat & a \"hat\"\x04", Size: 9876, Width: 640, Height: 480},
		{URL: it.URL + "b.png", Type: "image/png", Size: 5432},
	}
	return it
}

func wordless() feeds.Item {
	it := item(40, "", ada)
	it.HTML, it.Face, it.Mood = "", "😊", "happy"
	return it
}

// many is a feed of n items of everyday length.
func many(n int) feeds.Feed {
	f := solo()
	f.Items = nil
	for i := range n {
		it := item(n-i, "Went to the market, came back with leeks and a cold. It’s raining & I don’t mind.", ada)
		it.Face, it.Mood, it.Tags = "🌧️", "calm", []string{"market", "rain"}
		f.Items = append(f.Items, it)
	}
	return f
}

func write[T any](tb testing.TB, writer func(io.Writer, T) error, value T) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := writer(&b, value); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}
