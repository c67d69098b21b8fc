package widgets

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed tiles.txt
var tilesText string

// shelf is what tiles.txt says.
type shelf struct {
	names []string
	tiles map[string][]byte
}

var tiled = sync.OnceValue(func() shelf {
	s := shelf{tiles: map[string][]byte{}}
	for _, block := range strings.Split(strings.TrimSpace(tilesText), "\n\n")[1:] {
		lines := strings.Split(block, "\n")
		name := strings.TrimPrefix(lines[0], "tile ")
		s.names = append(s.names, name)
		s.tiles[name] = tile(name, lines[1:])
	}
	return s
})

// tile draws the picture that lines of tiles.txt describe: colours, then rows.
func tile(name string, lines []string) []byte {
	colors := map[byte]string{'.': ""}
	for strings.HasPrefix(lines[0], "colour ") {
		words := strings.Fields(lines[0])
		colors[words[1][0]] = words[2]
		lines = lines[1:]
	}
	width := len(lines[0])
	var c *canvas
	for y, row := range lines {
		if len(row) != width {
			panic("tiles.txt: a row of " + name + " is not as long as its first: " + row)
		}
		for x := range width {
			hex, known := colors[row[x]]
			if !known {
				panic("tiles.txt: no colour " + row[x:x+1] + " for " + name)
			}
			if c == nil {
				c = newCanvas(width, len(lines), hex)
			}
			c.fill(x, y, 1, 1, hex)
		}
	}
	return encodeGIF(0, c)
}

// Tiles returns the names of the tiles that backgrounds of pages are made of, in the order of tiles.txt.
func Tiles() []string { return slices.Clone(tiled().names) }

// Tile is a small picture that repeats without a seam, a GIF of fewer than 600 bytes; nil when there is none of that name.
// Where nothing is painted, the colour of the page shines through. What is returned is shared: nobody writes to it.
func Tile(name string) []byte { return tiled().tiles[name] }
