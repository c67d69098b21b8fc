// Package views turns typed pages into HTML. A page is a struct in this package beside its template:
// Stream is drawn by stream.html. The words are in locales/.
package views

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"reflect"
	"strings"
	"sync"

	"marquee/models"
	"marquee/safe"
	"marquee/static"
)

//go:embed *.html parts/*.html
var files embed.FS

var functions = template.FuncMap{
	"asset":     static.Path,
	"entry":     entry,
	"typed":     func(kind string) template.HTMLAttr { return template.HTMLAttr(`type="` + kind + `"`) }, // html/template would write + as &#43;, which old feed finders misread
	"leads":     func(address string) template.HTMLAttr { return template.HTMLAttr(leads(address)) },     // exactly as it is written: else nobody finds it who looks for it
	"languages": func() any { return models.Languages },
	"pager": func(p Page, older string, list []models.Status, first bool, empty string) Pager {
		return Pager{p, older, len(list) > 0, first, empty}
	},
	"ours":     func(s string) template.URL { return template.URL(s) }, // only for what we made ourselves: the bookmarklet, previews
	"slot":     func(p Page, number int, label, alt string) Slot { return Slot{p, number, label, alt} },
	"crunches": func() any { return safe.Crunches },
	"drawn":    func(family string, size int) string { return fmt.Sprintf("/faces/%s-%d.gif", family, size) },
	"drawing":  drawing,
	"field":    func(p Page, name string) Field { return Field{p, name} },
	"layout":   layoutEntry,
	"mention":  mention,
	"section":  func(p Page, title string, rows []models.Interest) Section { return Section{p, title, rows} },
	"line":     func(p Page, name, value string) Line { return Line{p, name, value} },
	"said":     func(s string) template.HTML { return template.HTML(marked(s)) },
	"address":  func(p Page, path string) Address { return Address{p, path} },
	"html":     func(s string) template.HTML { return template.HTML(s) }, // only for what went through safe/
}

// Entry is one status within a page, for parts/status.html.
type Entry struct {
	Page
	Status *models.Status
	As     string // its classes of microformats; empty: its properties are those of what stands around it
}

// entry takes a status by value or by pointer, as the pages hold it, and what it is in its page: an h-entry, where nothing is said.
func entry(p Page, status any, as ...string) (Entry, error) {
	class := strings.Join(append(as, "h-entry")[:1], "")
	switch st := status.(type) {
	case models.Status:
		return Entry{p, &st, class}, nil
	case *models.Status:
		return Entry{p, st, class}, nil
	}
	return Entry{}, fmt.Errorf("a %T is not a status", status)
}

// layoutEntry takes a layout by value or by pointer, as the pages hold it.
func layoutEntry(p Page, layout any) (LayoutEntry, error) {
	switch l := layout.(type) {
	case models.Layout:
		return LayoutEntry{p, l}, nil
	case *models.Layout:
		return LayoutEntry{p, *l}, nil
	}
	return LayoutEntry{}, fmt.Errorf("a %T is not a layout", layout)
}

// Pager is the end of a list: the way to older statuses, an honest end, or the sentence of an empty list.
type Pager struct {
	Page
	Older string
	Any   bool
	First bool
	Empty string
}

// Field is one form field within a page, for the sentence beside it.
type Field struct {
	Page
	Name string
}

// Line is a form field of one line within a page: its words are "field." and its name.
type Line struct {
	Page
	Name, Value string
}

// Section is a table of what an account says, within a page; Title is a key.
type Section struct {
	Page
	Title string
	Rows  []models.Interest
}

// templates holds one isolated set per page, made at its first use: two pages may define the same block.
type templates struct {
	base  *template.Template
	mutex sync.Mutex
	pages map[string]*template.Template
}

var all = sync.OnceValue(func() *templates {
	base := template.New("layout.html").Funcs(functions)
	return &templates{base: template.Must(base.ParseFS(files, "layout.html", "parts/*.html")), pages: map[string]*template.Template{}}
})

func (t *templates) page(name string) (*template.Template, error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if page := t.pages[name]; page != nil {
		return page, nil
	}
	page, err := template.Must(t.base.Clone()).ParseFS(files, name)
	if err == nil {
		t.pages[name] = page
	}
	return page, err
}

// Render draws a page: a struct of this package that embeds Page.
func Render(page any) ([]byte, error) {
	name := strings.ToLower(reflect.TypeOf(page).Name()) + ".html"
	t, err := all().page(name)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "layout.html", page); err != nil {
		return nil, fmt.Errorf("page %s: %w", name, err)
	}
	return b.Bytes(), nil
}

// Names lists the templates of pages, for the test that draws every one of them.
func Names() []string {
	list, err := fs.Glob(files, "*.html")
	if err != nil {
		panic(err)
	}
	var names []string
	for _, file := range list {
		if name := strings.TrimSuffix(path.Base(file), ".html"); name != "layout" {
			names = append(names, name)
		}
	}
	return names
}
