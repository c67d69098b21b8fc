package handlers

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"marquee/feeds"
	"marquee/models"
	"marquee/views"
	"marquee/widgets"
)

// diary reads the year of moods that an address is about; year is 0 for the last one.
func (h *Handlers) diary(c *fiber.Ctx, w *who, year string) (*models.Account, models.Diary, error) {
	number := 0
	if year != "" {
		var err error
		if number, err = strconv.Atoi(year); err != nil || number < 1970 || number > 9999 || len(year) != 4 {
			return nil, models.Diary{}, fiber.ErrNotFound
		}
	}
	a, err := h.store.Account(c.UserContext(), c.Params("name"))
	if err != nil {
		return nil, models.Diary{}, err
	}
	d, err := h.store.MoodsOf(c.UserContext(), w.account, a, number)
	return a, d, err
}

func (h *Handlers) showDiary(c *fiber.Ctx, w *who) (*answer, error) {
	a, d, err := h.diary(c, w, c.Query("year"))
	if err != nil {
		return nil, err
	}
	p, err := h.page(c, w, "diary.title", "Name", a.Name)
	if err != nil {
		return nil, err
	}
	p.Owner = a
	view := views.Diary{Page: p, Account: a, Year: d.Year}
	for month := range 12 {
		m := views.DiaryMonth{Name: p.T(fmt.Sprintf("month.%d", month+1))}
		for _, st := range d.Statuses {
			if int(st.PublishedAt.Time().Month()) == month+1 {
				m.Statuses = append(m.Statuses, st)
			}
		}
		if len(m.Statuses) > 0 {
			view.Months = append(view.Months, m)
		}
	}
	for year := d.First; year <= d.Last; year++ {
		view.Years = append(view.Years, year)
	}
	return pageAnswer(view)
}

// showYear draws a year of moods.
func (h *Handlers) showYear(c *fiber.Ctx, w *who) (*answer, error) {
	a, d, err := h.diary(c, w, c.Params("year"))
	if err != nil {
		return nil, err
	}
	lang, err := h.languageOf(c, a)
	if err != nil {
		return nil, err
	}
	var months [12]string
	for i := range months {
		name := []rune(views.Say(lang, fmt.Sprintf("month.%d", i+1)))
		months[i] = strings.ToUpper(string(name[:1]))
	}
	days := make([]widgets.Day, 366)
	for _, st := range d.Statuses {
		day := &days[st.PublishedAt.Time().YearDay()-1]
		day.Families = append(day.Families, st.Family())
	}
	made := newAnswer(widgets.GIFType, widgets.Year(d.Year, days, months, lang != "en"))
	made.policy, made.vary, made.open = dataPolicy, "Cookie", w.account == nil // what a guest sees, anybody may show
	return made, nil
}

// showMoodsCSV is a year of moods as a table for spreadsheets (RFC 4180).
func (h *Handlers) showMoodsCSV(c *fiber.Ctx, w *who) (*answer, error) {
	a, d, err := h.diary(c, w, c.Query("year"))
	if err != nil {
		return nil, err
	}
	lang, err := h.languageOf(c, a)
	if err != nil {
		return nil, err
	}
	var rows []feeds.Item
	for i := range d.Statuses {
		rows = append(rows, h.item(&d.Statuses[i], lang))
	}
	var body bytes.Buffer
	if err := feeds.MoodsCSV(&body, rows); err != nil {
		return nil, err
	}
	made := newAnswer(feeds.CSVType, body.Bytes())
	made.policy, made.vary = dataPolicy, "Accept-Encoding, Cookie"
	made.saved = fmt.Sprintf(`attachment; filename="%s-moods-%d.csv"`, a.Name, d.Year)
	return made, nil
}
