package views

import (
	"marquee/models"
	"marquee/safe"
)

// Dress is where an account dresses its page.
type Dress struct {
	Page
	Saved       bool
	Source      string
	From        int64
	Origin      *models.Layout // the layout of the gallery that it started from
	Worn        *models.Sheet
	Problems    []safe.CSSProblem
	Hints       []safe.Contrast
	Versions    []models.Sheet
	Choices     models.Choices
	Tiles       []string
	Pictures    []models.Picture
	Name, Words string // of a layout that is not published yet
}

// ColorChoice is a colour to choose: its field, its value.
type ColorChoice struct{ Field, Value string }

// Colors are the colours to choose, in the order of the form.
func (d Dress) Colors() []ColorChoice {
	c := d.Choices
	return []ColorChoice{{"ground", c.Ground}, {"paper", c.Paper}, {"ink", c.Ink}, {"link", c.Link}, {"head", c.Head}, {"head_ink", c.HeadInk}}
}

// ListChoice is a list to choose from: its field, its keys, the one that is chosen.
type ListChoice struct {
	Field  string
	Keys   []string
	Chosen string
}

// Lists are the lists to choose from, in the order of the form.
func (d Dress) Lists() []ListChoice {
	c := d.Choices
	lists := []ListChoice{{Field: "font", Chosen: c.Font}, {Field: "size", Chosen: c.Size}, {Field: "width", Chosen: c.Width}, {Field: "corners", Chosen: c.Corners}, {Field: "border", Chosen: c.Border}}
	for i := range lists {
		lists[i].Keys = models.ChoiceKeys(lists[i].Field)
	}
	return lists
}

// Earlier reports whether there is a version to go back to.
func (d Dress) Earlier() bool {
	for _, sheet := range d.Versions {
		if !sheet.Worn() {
			return true
		}
	}
	return false
}

// Size is the size of a text in bytes.
func (Dress) Size(text string) int { return len(text) }

// Reason is the sentence of what was left out of a stylesheet.
func (p Page) Reason(problem safe.CSSProblem) string {
	return p.T(problem.Key, "Word", problem.Word, "Most", problem.Most)
}

// LayoutTitle is what a layout is called: ours in the page's language.
func (p Page) LayoutTitle(l models.Layout) string {
	if l.House() {
		return p.T("layout." + l.Key)
	}
	return l.Title
}

// LayoutWords is what its author says of a layout: of ours in the page's language.
func (p Page) LayoutWords(l models.Layout) string {
	if l.House() {
		return p.T("layout." + l.Key + ".words")
	}
	return l.Words
}

// Layouts is a page of the gallery.
type Layouts struct {
	Page
	Layouts []models.Layout
	Older   string
	First   bool
}

// LayoutPage is one layout of the gallery, with what it was made from.
type LayoutPage struct {
	Page
	Layout  *models.Layout
	Lineage []models.Layout
}

// Withdrawable reports whether the viewer may take the layout out of the gallery.
func (g LayoutPage) Withdrawable() bool {
	return g.Viewer != nil && (g.Viewer.Role == models.RoleWebmaster || g.Layout.AccountID != nil && *g.Layout.AccountID == g.Viewer.ID)
}

// LayoutEntry is one layout within a page, for parts/layouts.html.
type LayoutEntry struct {
	Page
	Layout models.Layout
}

// LayoutRules is what a layout may say.
type LayoutRules struct {
	Page
	Lists   []safe.CSSList
	Classes []string
	Tiles   []string
}
