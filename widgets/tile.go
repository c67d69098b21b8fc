package widgets

// Tiles are the names of the small pictures that layouts repeat behind a page.
func Tiles() []string { return nil }

// Tile is one of them as a GIF, nil when there is none of that name.
func Tile(string) []byte { return nil }
