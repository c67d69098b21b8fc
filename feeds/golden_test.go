package feeds_test

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"mime"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"marquee/feeds"
)

var update = flag.Bool("update", false, "write the golden files anew")

func blogroll() feeds.Blogroll {
	return feeds.Blogroll{
		Title: "ada’s friends & co", Created: noon, Modified: noon.Add(time.Hour).In(time.FixedZone("Paris", 3600)),
		Outlines: []feeds.Outline{
			{Title: `Zoé "Z" <z>` + "\x05", Feed: "https://far.example/rss.xml?a=1&b=2", Home: "https://far.example/"},
			{Feed: "https://nameless.example/feed"},
		},
	}
}

func golden(t *testing.T, got []byte, path ...string) {
	t.Helper()
	file := filepath.Join(append([]string{"testdata"}, path...)...)
	if *update {
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, got, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; look at it after: go test ./feeds -update\n%s", file, got)
	}
}

func TestGolden(t *testing.T) {
	for name, f := range samples() {
		for _, format := range feeds.Formats {
			golden(t, write(t, format.Write, f), name, format.File)
		}
	}
	golden(t, write(t, feeds.OPML, blogroll()), "friends.opml")
}

func TestFormats(t *testing.T) {
	for _, format := range append(feeds.Formats, feeds.Format{Type: feeds.OPMLType}) {
		if _, params, err := mime.ParseMediaType(format.Type); err != nil || params["charset"] != "utf-8" {
			t.Errorf("%s: Content-Type %q", format.File, format.Type)
		}
	}
}

func TestWritingTwiceGivesTheSameAndChangesNothing(t *testing.T) {
	for _, format := range feeds.Formats {
		f := full()
		first, second := write(t, format.Write, f), write(t, format.Write, f)
		if !bytes.Equal(first, second) {
			t.Errorf("%s: two writings differ", format.File)
		}
		if !reflect.DeepEqual(f, full()) {
			t.Errorf("%s changed its input", format.File)
		}
		if !bytes.HasSuffix(first, []byte("\n")) || bytes.HasSuffix(first, []byte("\n\n")) {
			t.Errorf("%s doesn't end with one newline", format.File)
		}
	}
}

func TestTheZoneOfATimeDoesNotShow(t *testing.T) {
	f, far := solo(), solo()
	zone := time.FixedZone("far", -9*3600)
	far.Updated = far.Updated.In(zone)
	for i := range far.Items {
		far.Items[i].Published, far.Items[i].Updated = far.Items[i].Published.In(zone), far.Items[i].Updated.In(zone)
	}
	for _, format := range feeds.Formats {
		if !bytes.Equal(write(t, format.Write, f), write(t, format.Write, far)) {
			t.Errorf("%s: the same instants in another zone differ", format.File)
		}
	}
}

func TestSize(t *testing.T) {
	for _, format := range feeds.Formats {
		if size := len(write(t, format.Write, many(50))); size > 250_000 {
			t.Errorf("%s: 50 items take %d bytes", format.File, size)
		}
	}
}

type broken struct{}

var errBroken = errors.New("broken pipe")

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestErrorOfTheWriter(t *testing.T) {
	for _, format := range feeds.Formats {
		if err := format.Write(broken{}, full()); !errors.Is(err, errBroken) {
			t.Errorf("%s: error %v", format.File, err)
		}
	}
	if err := feeds.OPML(broken{}, blogroll()); !errors.Is(err, errBroken) {
		t.Errorf("OPML: error %v", err)
	}
}

func BenchmarkFormats(b *testing.B) {
	f := many(20)
	for _, format := range feeds.Formats {
		b.Run(format.File, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = format.Write(io.Discard, f)
			}
		})
	}
}
