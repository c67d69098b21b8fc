package models_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"marquee/models"
	"marquee/safe"
	"marquee/tests/kit"
)

// wear dresses somebody, a second after whatever was before.
func wear(t *testing.T, s *kit.Store, by *models.Account, source string) *models.Sheet {
	t.Helper()
	s.Clock.Add(time.Second)
	sheet, err := s.Wear(t.Context(), by, models.NewSheet{Source: source})
	ok(t, err)
	return sheet
}

// worn is the harmless form of what somebody wears, as everybody gets it.
func worn(t *testing.T, s *kit.Store, a *models.Account) string {
	t.Helper()
	sheet, err := s.WornSheet(t.Context(), a)
	ok(t, err)
	if sheet == nil {
		same(t, "the page's hash", again(t, s, a).Layout, "")
		return ""
	}
	same(t, "the page's hash", again(t, s, a).Layout, sheet.Hash)
	return sheet.CSS
}

func TestWear(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		same(t, "at first", worn(t, s, ann), "")
		before := again(t, s, ann).Revision
		sheet := wear(t, s, ann, "p{color:red}\r\nb{position:fixed}")
		same(t, "worn", worn(t, s, ann), ".dressed p{color:red}\n")
		same(t, "what was left out", len(sheet.Problems), 1)
		same(t, "where", sheet.Problems[0].Line, 2)
		if again(t, s, ann).Revision == before {
			t.Error("the page does not know of it")
		}
		wear(t, s, ann, "p{color:red}\nb{position:fixed}")
		same(t, "the same again makes no version", count(t, s, "SELECT COUNT(*) FROM sheets"), 1)
		wear(t, s, ann, "p{color:blue}")
		wear(t, s, ann, "p{color:lime}")
		list, err := s.Sheets(t.Context(), ann)
		ok(t, err)
		same(t, "versions", []string{list[0].Source, list[1].Source, list[2].Source}, []string{"p{color:lime}", "p{color:blue}", "p{color:red}\nb{position:fixed}"})
		ok(t, s.UndoSheet(t.Context(), ann))
		same(t, "after undo", worn(t, s, ann), ".dressed p{color:blue}\n")
		s.Clock.Add(time.Second)
		ok(t, s.WearAgain(t.Context(), ann, list[2].ID))
		same(t, "an old one again", worn(t, s, ann), ".dressed p{color:red}\n")
		ok(t, s.Undress(t.Context(), ann))
		same(t, "taken off", worn(t, s, ann), "")
		same(t, "and kept", count(t, s, "SELECT COUNT(*) FROM sheets WHERE state = 'kept'"), 3)
		ok(t, s.UndoSheet(t.Context(), ann))
		same(t, "on again", worn(t, s, ann), ".dressed p{color:red}\n")
		wear(t, s, ann, "@import 'x';")
		same(t, "nothing left of it", worn(t, s, ann), "")
	})
}

func TestSheetsOfOthers(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		wear(t, s, crowd[0], "p{color:red}")
		wear(t, s, crowd[0], "p{color:blue}")
		list, err := s.Sheets(t.Context(), crowd[0])
		ok(t, err)
		refused(t, s.WearAgain(t.Context(), crowd[1], list[1].ID), models.Missing, "error.no_sheet")
		refused(t, s.UndoSheet(t.Context(), crowd[1]), models.Missing, "error.no_sheet")
		same(t, "bob wears", worn(t, s, crowd[1]), "")
	})
}

func TestVersionsAreBounded(t *testing.T) {
	s := kit.SQLite(t)
	ann := kit.Crowd(t, s, "ann")[0]
	for i := range 40 {
		wear(t, s, ann, "p{order:"+strings.Repeat("1", i%5+1)+";z-index:"+string(rune('0'+i/5))+"}")
	}
	list, err := s.Sheets(t.Context(), ann)
	ok(t, err)
	same(t, "versions", len(list), 31)
	same(t, "rows", count(t, s, "SELECT COUNT(*) FROM sheets"), 31)
}

func TestTry(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		wear(t, s, ann, "p{color:red}")
		before := again(t, s, ann).Revision
		for _, source := range []string{"p{color:pink}", "p{color:tan}"} {
			_, err := s.TryOn(t.Context(), ann, models.NewSheet{Source: source})
			ok(t, err)
		}
		tried, err := s.TriedSheet(t.Context(), ann)
		ok(t, err)
		same(t, "tried", tried.CSS, ".dressed p{color:tan}\n")
		same(t, "worn meanwhile", worn(t, s, ann), ".dressed p{color:red}\n")
		same(t, "the page's revision", again(t, s, ann).Revision, before)
		list, err := s.Sheets(t.Context(), ann)
		ok(t, err)
		same(t, "versions", len(list), 1)
		wear(t, s, ann, "p{color:tan}")
		tried, err = s.TriedSheet(t.Context(), ann)
		ok(t, err)
		same(t, "tried after wearing", tried, nil)
		_, err = s.TryOn(t.Context(), ann, models.NewSheet{Source: "p{color:pink}"})
		ok(t, err)
		ok(t, s.ForgetTry(t.Context(), ann))
		tried, err = s.TriedSheet(t.Context(), ann)
		ok(t, err)
		same(t, "tried after forgetting", tried, nil)
	})
}

func TestBadSheets(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		_, err := s.Wear(t.Context(), ann, models.NewSheet{Source: strings.Repeat("a", models.SheetMost+1)})
		refused(t, err, models.Invalid, "error.css_long")
		_, err = s.TryOn(t.Context(), ann, models.NewSheet{Source: strings.Repeat("p{color:red}", 1_000_000)})
		refused(t, err, models.Invalid, "error.css_long")
		_, err = s.Wear(t.Context(), ann, models.NewSheet{Source: "p{color:red}", From: 4711})
		refused(t, err, models.Missing, "error.no_layout")
		for _, source := range []string{
			"\x00p{color:red}", "p{color:red\xff}", "</style><script>alert(1)</script>p{color:red}", strings.Repeat("{", 60_000), strings.Repeat(":is(", 10_000),
			"p{content:'" + strings.Repeat("\U0001F600", 10_000) + "'}",
		} {
			sheet, err := s.Wear(t.Context(), ann, models.NewSheet{Source: source})
			ok(t, err)
			if strings.ContainsAny(sheet.CSS, "<\x00") || !utf8.ValidString(sheet.CSS) {
				t.Errorf("%.20q becomes %.60q", source, sheet.CSS)
			}
			kept, err := s.WornSheet(t.Context(), ann)
			ok(t, err)
			same(t, "it is kept as it was made", kept.CSS, sheet.CSS)
		}
	})
}

// TestOldSheetsAreMadeAnew: what another version of the sanitizer let through is never served.
func TestOldSheetsAreMadeAnew(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		ann := kit.Crowd(t, s, "ann")[0]
		wear(t, s, ann, "p{color:red}")
		spoil := func() {
			for _, statement := range []string{
				"UPDATE sheets SET css = '* {position:fixed}', hash = 'old', sanitizer = 0", "UPDATE accounts SET layout = 'old'",
			} {
				_, err := s.DB.ExecContext(t.Context(), statement)
				ok(t, err)
			}
		}
		spoil()
		sheet, err := s.WornSheet(t.Context(), ann)
		ok(t, err)
		same(t, "served at once", sheet.CSS, ".dressed p{color:red}\n")
		before := again(t, s, ann).Revision
		ok(t, s.Sweep(t.Context()))
		same(t, "after the sweep", worn(t, s, ann), ".dressed p{color:red}\n")
		same(t, "made by", count(t, s, "SELECT sanitizer FROM sheets"), int64(safe.CSSVersion))
		if again(t, s, ann).Revision == before {
			t.Error("the page still links to the old one")
		}
	})
}

func TestLayoutPictures(t *testing.T) {
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		crowd := kit.Crowd(t, s, "ann", "bob")
		ann, bob := crowd[0], crowd[1]
		ok(t, s.AddLayoutPicture(t.Context(), ann, bytes.NewReader(kit.Drawing(t, 1))))
		ok(t, s.AddLayoutPicture(t.Context(), ann, bytes.NewReader(kit.Drawing(t, 1))))
		list, err := s.LayoutPictures(t.Context(), ann)
		ok(t, err)
		same(t, "pictures", len(list), 1)
		source := "body{background:url(" + list[0].Path() + ")}"
		wear(t, s, ann, source)
		same(t, "ann's", worn(t, s, ann), `.dressed{background:url("`+list[0].Path()+"\")}\n")
		wear(t, s, bob, source)
		same(t, "bob's", worn(t, s, bob), ".dressed{background:none}\n")
		_, err = s.PictureFile(t.Context(), nil, strings.TrimPrefix(list[0].Path(), "/pictures/"))
		ok(t, err)
		ok(t, s.RemoveLayoutPicture(t.Context(), bob, list[0].ID))
		same(t, "not bob's to remove", worn(t, s, ann) != "", true)
		ok(t, s.RemoveLayoutPicture(t.Context(), ann, list[0].ID))
		same(t, "without its picture", worn(t, s, ann), ".dressed{background:none}\n")
		ok(t, s.AddLayoutPicture(t.Context(), ann, bytes.NewReader(kit.Drawing(t, 1))))
		same(t, "the picture comes back", worn(t, s, ann), `.dressed{background:url("`+list[0].Path()+"\")}\n")
		for i := range models.LayoutPicturesMost - 1 {
			ok(t, s.AddLayoutPicture(t.Context(), ann, bytes.NewReader(kit.Drawing(t, 10+i))))
		}
		refused(t, s.AddLayoutPicture(t.Context(), ann, bytes.NewReader(kit.Drawing(t, 99))), models.Invalid, "error.layout_pictures_many")
	})
}

func TestChoices(t *testing.T) {
	c := models.UsualChoices()
	c.Tile, c.Ground, c.Font, c.Border, c.Corners = "stars", "#102030", "comic", "double", "round"
	ok(t, c.Check())
	css := c.CSS(func(key string) string { return key })
	made, problems := safe.CSS(css, models.SheetScope, func(path string) bool { return path == "/static/retro/stars.gif" })
	same(t, "left out", len(problems), 0)
	for _, want := range []string{"/static/retro/stars.gif", "#102030", "Comic Sans MS", "4px double", "12px", "--ink:#1b1b2f"} {
		if !strings.Contains(made, want) {
			t.Errorf("%q is not in\n%s", want, made)
		}
	}
	same(t, "contrasts", len(safe.CSSContrasts(made, models.SheetScope)), 0)
	same(t, "kept", models.ChoicesOf(c.JSON()), c)
	same(t, "of something written by hand", models.ChoicesOf(""), models.UsualChoices())
	same(t, "of something broken", models.ChoicesOf(`{"Ground":"red;}*{"}`), models.UsualChoices())
	for _, spoil := range []func(*models.Choices){
		func(c *models.Choices) { c.Ink = "red" }, func(c *models.Choices) { c.Tile = "../x" }, func(c *models.Choices) { c.Font = "wingdings" },
	} {
		bad := models.UsualChoices()
		spoil(&bad)
		var refusal *models.Error
		if err := bad.Check(); !errors.As(err, &refusal) {
			t.Errorf("%+v is fine: %v", bad, err)
		}
	}
}
