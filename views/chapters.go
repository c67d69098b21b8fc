package views

import "marquee/models"

// chapter is one group of the pages in the navigation of the settings; Key is its word in the locales.
type chapter struct {
	Key   string
	House bool // only the webmaster has it
	Pages []chapterPage
}

// chapterPage is one page of it: its address, and the key of its word.
type chapterPage struct{ Path, Key string }

// chapters is the navigation of the settings, whole.
var chapters = []chapter{
	{"settings.you", false, []chapterPage{
		{"/settings", "settings.profile"},
		{"/settings/security", "settings.security"},
		{"/settings/addresses", "addresses.short"},
	}},
	{"settings.page", false, []chapterPage{
		{"/settings/layout", "settings.layout"},
		{"/settings/buttons", "settings.buttons"},
		{"/settings/friends", "settings.friends"},
		{"/settings/guestbook", "guestbook.short"},
		{"/settings/widgets", "settings.widgets"},
		{"/rings", "rings.title"},
	}},
	{"settings.web", false, []chapterPage{
		{"/settings/mentions", "mention.short"},
		{"/settings/sources", "source.short"},
		{"/settings/apps", "settings.apps"},
	}},
	{"settings.house", true, []chapterPage{
		{"/settings/site", "settings.site"},
		{"/settings/reports", "reports.title"},
		{"/settings/jobs", "jobs.title"},
	}},
}

// Chapters is the navigation of the settings as the viewer sees it.
func (a Address) Chapters() (list []chapter) {
	for _, c := range chapters {
		if !c.House || a.Viewer.Role == models.RoleWebmaster {
			list = append(list, c)
		}
	}
	return list
}

// deeds are the words by which a settings page is told what has just been done (?saved=); each has its sentence, did.WORD.
var deeds = map[string]bool{
	"shown": true, "refused": true, "welcome": true, "blocked": true, "pardoned": true, "admitted": true, "erased": true, "looking": true, "stopped": true, "ended": true,
	"linked": true, "unlinked": true, "trying": true, "forgotten": true, "proving": true,
}

// Did says what was done last on a settings page.
func (p Page) Did() string {
	if deeds[p.Deed] {
		return p.T("did." + p.Deed)
	}
	return p.T("settings.saved")
}
