package handlers

import "github.com/gofiber/fiber/v2"

// route is one line of the URL table.
type route struct {
	method, path string
	handle       fiber.Handler
}

// routes is the whole URL table. A public page is kept for guests; a feed and a widget read no cookie;
// a member's page asks to log in; a form carries a token.
func (h *Handlers) routes() []route {
	const get, post, options = fiber.MethodGet, fiber.MethodPost, fiber.MethodOptions
	table := []route{
		{get, "/", h.public(siteMark, h.showStream, "before")},
		{get, "/tag/:word", h.public(siteMark, h.showTag, "before")},
		{get, "/mood", h.public(siteMark, h.showMoods)},
		{get, "/mood/:mood", h.public(siteMark, h.showMood, "before")},
		{get, "/directory", h.public(siteMark, h.showDirectory, "sort", "after")},
		{get, "/directory.opml", h.bare(siteMark, h.showOutline)},
		{options, "/directory.opml", allowReading},
		{get, "/random", h.showRandom},
		{get, "/about", h.public(siteMark, h.showAbout)},
		{get, "/rules", h.public(siteMark, h.showRules)},

		{get, "/~me", h.member(h.showMe)},
		{get, "/~:name", h.public(accountMark, h.showAccount, "before")},
		{get, "/~:name/moods", h.public(accountMark, h.showDiary, "before")},
		{get, "/users/:name.atom", h.bare(accountMark, h.accountFeed("atom.xml"))},
		{options, "/users/:name.atom", allowReading},
		{get, "/users/:name", h.redirectUser},
		{get, "/users/:name/status.json", h.ticking(h.showCafeJSON)},
		{options, "/users/:name/status.json", allowReading},
		{get, "/current-status.js", h.ticking(h.showCafeScript)},
		{options, "/current-status.js", allowReading},

		{get, "/signup", h.newAccount},
		{post, "/signup", h.guestForm(h.createAccount, h.showSignUp)},
		{get, "/login", h.newSession},
		{post, "/login", h.guestForm(h.createSession, h.refuseSession)},
		{post, "/logout", h.form(h.destroySession)},
		{get, "/recover", h.newRecovery},
		{post, "/recover", h.guestForm(h.createRecovery, h.showRecovery)},

		{get, "/post", h.member(h.newStatus)},
		{post, "/statuses", h.memberForm(h.createStatus)},
		{get, "/~:name/:id/edit", h.member(h.editStatus)},
		{post, "/~:name/:id/edit", h.memberForm(h.updateStatus)},
		{post, "/~:name/:id/delete", h.memberForm(h.destroyStatus)},
		{post, "/~:name/:id/redraft", h.memberForm(h.redraftStatus)},
		{get, "/notices", h.member(h.showNotices)},

		{get, "/settings", h.member(h.editProfile)},
		{post, "/settings", h.memberForm(h.updateProfile)},
		{get, "/settings/security", h.member(h.showSecurity)},
		{post, "/settings/password", h.memberForm(h.updatePassword)},
		{post, "/settings/codes", h.memberForm(h.createCodes)},
		{post, "/settings/sessions/end", h.memberForm(h.destroySessions)},
		{post, "/settings/delete", h.memberForm(h.destroyAccount)},
		{get, "/settings/widgets", h.member(h.showWidgets)},
		{get, "/settings/site", h.member(h.editSite)},
		{post, "/settings/site", h.memberForm(h.updateSite)},
		{get, "/reading", h.showReading},
		{post, "/reading", h.form(h.updateReading)},

		{get, "/static/:file", h.showAsset},
		{get, "/robots.txt", h.showRobots},
		{get, "/favicon.ico", h.showIcon},
		{get, "/healthz", h.showHealth},
		{get, "/readyz", h.showReadiness},
	}
	table = append(table, h.feedRoutes()...)
	table = append(table, h.widgetRoutes()...)
	// Last, because :id would take the names above for ids.
	return append(table, route{get, "/~:name/:id", h.public(accountMark, h.showStatus)})
}
