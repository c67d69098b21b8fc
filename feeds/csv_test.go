package feeds_test

import (
	"bytes"
	"encoding/csv"
	"io"
	"strings"
	"testing"

	"marquee/feeds"
)

// TestMoodsCSV: a table that reads back as it was, but for what a spreadsheet would run.
func TestMoodsCSV(t *testing.T) {
	t.Parallel()
	words := []string{"rain, on \"the\" roof", "line\nbreak", "=1+1", "＝1+1", "+a", "-a", "@a", "été", ""}
	var items []feeds.Item
	for _, word := range words {
		items = append(items, feeds.Item{Mood: "cosy", MoodText: word, Face: "☕", URL: "https://a.example/1", Published: noon})
	}
	body := write(t, func(w io.Writer, list []feeds.Item) error { return feeds.MoodsCSV(w, list) }, items)
	rows, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
	if err != nil || len(rows) != len(words)+1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i, word := range words {
		want := word
		if strings.ContainsAny(word[:min(1, len(word))], "=+-@") || strings.HasPrefix(word, "＝") {
			want = "'" + word
		}
		if got := strings.Join(rows[i+1], "|"); got != "2026-03-04|12:00:00|cosy|"+want+"|☕|https://a.example/1" {
			t.Errorf("%q became %q", word, got)
		}
	}
}
