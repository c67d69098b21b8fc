package feeds

import (
	"encoding/csv"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// CSVType is the Content-Type of MoodsCSV.
const CSVType = "text/csv; charset=utf-8"

// MoodsCSV writes what was felt as a table with a line of names (RFC 4180), in the order of the items. It returns only
// the error of w.
func MoodsCSV(w io.Writer, items []Item) error {
	table := csv.NewWriter(w)
	table.UseCRLF = true
	rows := [][]string{{"date", "time", "mood", "mood_text", "face", "url"}}
	for _, it := range items {
		at := it.Published.UTC()
		rows = append(rows, []string{at.Format(time.DateOnly), at.Format(time.TimeOnly), cell(it.Mood), cell(it.MoodText), cell(it.Face), cell(it.URL)})
	}
	return table.WriteAll(rows)
}

// cell is text that no spreadsheet takes for a formula: other people open these tables.
func cell(text string) string {
	text = clean(text)
	if first, _ := utf8.DecodeRuneInString(text); text != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", first) {
		return "'" + text
	}
	return text
}
