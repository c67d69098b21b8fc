package tests

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// floors are the rooms of the house, the highest first. A room imports only what lies on lower floors.
var floors = map[string]int{
	".": 0, "app": 1, "handlers": 2, "views": 3, "feeds": 3, "widgets": 3, "indieweb": 3, "fediverse": 3, "models": 4, "static": 4, "safe": 5,
}

const (
	longestFile     = 300 // lines, fewer than
	longestFunction = 50
)

// source is one Go file of the house.
type source struct {
	name, room string // "handlers/feed.go", "handlers"
	test       bool
	lines      int
	file       *ast.File
	set        *token.FileSet
}

func (s source) at(n ast.Node) string {
	return fmt.Sprintf("%s:%d", s.name, s.set.Position(n.Pos()).Line)
}

// house parses every Go file of the module.
func house(t *testing.T) []source {
	t.Helper()
	var list []source
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (strings.HasPrefix(entry.Name(), ".") && name != "." || entry.Name() == "node_modules" || entry.Name() == "testdata") {
			return fs.SkipDir
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		s := source{name: name, room: path.Dir(name), test: strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "tests/"), lines: strings.Count(string(text), "\n"), set: token.NewFileSet()}
		s.file, err = parser.ParseFile(s.set, name, text, parser.ParseComments|parser.SkipObjectResolution)
		list = append(list, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 100 {
		t.Fatalf("only %d files: the test looks at the wrong house", len(list))
	}
	return list
}

// imports are the paths that a file imports, each with the node to point at.
func (s source) imports() map[string]ast.Node {
	found := map[string]ast.Node{}
	for _, spec := range s.file.Imports {
		found[strings.Trim(spec.Path.Value, `"`)] = spec
	}
	return found
}

// TestArrowsRunDown: main, app, handlers, the middle rooms, models, safe; nobody imports upwards or sideways.
// Only models talks to the database; the kit looks behind it.
func TestArrowsRunDown(t *testing.T) {
	t.Parallel()
	for _, s := range house(t) {
		floor, known := floors[s.room]
		if !known && !strings.HasPrefix(s.room, "tests") {
			t.Errorf("%s: the house has no room %s", s.name, s.room)
		}
		for imported, node := range s.imports() {
			room, ours := strings.CutPrefix(imported, "marquee/")
			if below, known := floors[room]; ours && !s.test && (!known || below <= floor) {
				t.Errorf("%s: %s imports %s, which is not below it", s.at(node), s.room, room)
			}
			if sqlModule.MatchString(imported) && s.room != "models" && !s.test {
				t.Errorf("%s: %s imports %s, which is for models alone", s.at(node), s.room, imported)
			}
		}
	}
}

var sqlModule = regexp.MustCompile(`^(gorm\.io|database/sql|github\.com/jackc|github\.com/mattn/go-sqlite3|modernc\.org/sqlite)`)

// TestNothingIsLong: a table is no code, so the lines of a literal don't count, but for functions in it.
func TestNothingIsLong(t *testing.T) {
	t.Parallel()
	for _, s := range house(t) {
		if s.lines >= longestFile {
			t.Errorf("%s has %d lines", s.name, s.lines)
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n.(type) {
			case *ast.FuncDecl, *ast.FuncLit:
			default:
				return true
			}
			if length := s.span(n) - s.tables(n); length >= longestFunction {
				t.Errorf("%s: the function has %d lines", s.at(n), length)
			}
			return true
		})
	}
}

func (s source) span(n ast.Node) int {
	return s.set.Position(n.End()).Line - s.set.Position(n.Pos()).Line + 1
}

// tables is how many lines the literals in a function take beyond their first and last ones.
func (s source) tables(function ast.Node) (lines int) {
	ast.Inspect(function, func(n ast.Node) bool {
		if table, ok := n.(*ast.CompositeLit); ok {
			lines += max(0, s.span(table)-2)
			return false
		}
		return true
	})
	return lines
}

// TestExportedNamesAreExplained: one sentence above each.
func TestExportedNamesAreExplained(t *testing.T) {
	t.Parallel()
	for _, s := range house(t) {
		if strings.HasSuffix(s.name, "_test.go") {
			continue
		}
		for _, decl := range s.file.Decls {
			if d, ok := decl.(*ast.FuncDecl); ok && d.Name.IsExported() && (d.Recv == nil || ast.IsExported(strings.TrimLeft(types.ExprString(d.Recv.List[0].Type), "*"))) {
				explained(t, s, d.Name, d.Doc)
			}
			group, ok := decl.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range group.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					explained(t, s, spec.Name, spec.Doc, group.Doc)
				case *ast.ValueSpec:
					explained(t, s, spec.Names[0], spec.Doc, spec.Comment, group.Doc)
				}
			}
		}
	}
}

func explained(t *testing.T, s source, name *ast.Ident, comments ...*ast.CommentGroup) {
	t.Helper()
	said := func(c *ast.CommentGroup) bool { return len(strings.TrimSpace(c.Text())) > 15 }
	if name.IsExported() && !slices.ContainsFunc(comments, said) {
		t.Errorf("%s: no sentence explains %s", s.at(name), name)
	}
}

// TestContextsStayInTheirRequest: Fiber takes its contexts back when a handler returns. None is kept in a
// struct, none is used later, and a handler starts nothing that outlives it.
func TestContextsStayInTheirRequest(t *testing.T) {
	t.Parallel()
	for _, s := range house(t) {
		if s.test {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.StructType:
				for _, field := range n.Fields.List {
					if kind := typeName(field.Type); kind == "fiber.Ctx" || kind == "fasthttp.RequestCtx" {
						t.Errorf("%s keeps a %s", s.at(field), kind)
					}
				}
			case *ast.GoStmt:
				if floors[s.room] >= floors["handlers"] {
					t.Errorf("%s starts a goroutine: what must happen later is a job", s.at(n))
				}
			case *ast.SelectorExpr:
				if inner, ok := n.X.(*ast.CallExpr); ok && typeName(inner.Fun) == "c.Context" && !asks[n.Sel.Name] {
					t.Errorf("%s: c.Context().%s; c.UserContext() has the deadline", s.at(n), n.Sel.Name)
				}
			}
			return true
		})
	}
}

// asks is what a handler may ask of fasthttp's context: where the request comes from, and its body.
var asks = map[string]bool{"RemoteIP": true, "Conn": true, "RequestBodyStream": true}

// typeName is "fiber.Ctx" for *fiber.Ctx.
func typeName(e ast.Expr) string { return strings.TrimLeft(types.ExprString(e), "*") }

// TestOneDoorForTrustedHTML: only views says of a text that it is safe, in one place.
func TestOneDoorForTrustedHTML(t *testing.T) {
	t.Parallel()
	trusted := []string{"template.HTML", "template.HTMLAttr", "template.JS", "template.JSStr", "template.CSS", "template.URL", "template.Srcset"}
	for _, s := range house(t) {
		for _, group := range s.file.Comments {
			if found := regexp.MustCompile(`\b(TODO|FIXME|XXX|HACK)\b`).FindString(group.Text()); found != "" {
				t.Errorf("%s says %s: do it, or write an issue", s.at(group), found)
			}
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if e, ok := n.(*ast.SelectorExpr); ok && slices.Contains(trusted, typeName(e)) && s.name != "views/views.go" {
				t.Errorf("%s: %s", s.at(n), typeName(e))
			}
			return true
		})
		if folder := regexp.MustCompile(`(^|/)(internal|pkg|utils?|services?|repositor(y|ies)|dto|common|helpers)(/|$)`).FindString(s.room); folder != "" {
			t.Errorf("%s: a folder is named after what is in it", s.name)
		}
	}
}

// TestDependenciesHaveReasons: each module that the house imports, or has as a tool, is named in
// docs/decisions, and go.mod knows that it is direct.
func TestDependenciesHaveReasons(t *testing.T) {
	t.Parallel()
	mod, reasons := read(t, "../go.mod"), read(t, "../docs/decisions/*.md")
	wanted, tools := map[string]bool{}, map[string]bool{}
	for _, tool := range regexp.MustCompile(`(?m)^(?:tool )?\s*([\w./-]+/[\w./-]+)$`).FindAllStringSubmatch(mod, -1) {
		tools[tool[1]] = true
	}
	for _, s := range house(t) {
		for imported := range s.imports() {
			wanted[imported] = true
		}
	}
	var untidy []string
	for _, line := range regexp.MustCompile(`(?m)^(?:require )?\s*(\S+\.\S+/?\S*) v\S+(.*)$`).FindAllStringSubmatch(mod, -1) {
		module, note := line[1], line[2]
		direct, tool := belongsTo(module, wanted), belongsTo(module, tools)
		if direct && strings.Contains(note, "indirect") {
			untidy = append(untidy, module)
		}
		if (direct || tool) && !strings.Contains(reasons, module) {
			t.Errorf("docs/decisions does not say why we need %s", module)
		}
	}
	if len(untidy) > 0 {
		t.Errorf("go mod tidy: go.mod calls indirect what we import: %s", strings.Join(untidy, ", "))
	}
}

// belongsTo reports whether one of the packages is of the module.
func belongsTo(module string, packages map[string]bool) bool {
	for name := range packages {
		if name == module || strings.HasPrefix(name, module+"/") {
			return true
		}
	}
	return false
}

// read is the text of all files that match a pattern; there must be one.
func read(t *testing.T, pattern string) string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("there is no %s (%v): each direct dependency has its reason in docs/decisions", pattern, err)
	}
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}
