package handlers

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
)

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
		{get, "/mood", h.public(hourlyMark, h.showMoods)},
		{get, "/mood/week.gif", h.bare(hourlyMark, h.showWeek)},
		{get, "/internet/current.gif", h.bare(hourlyMark, h.showCurrent, "fg", "bg", "trans")},
		{get, "/button.gif", h.bare(siteMark, h.showSiteButton)},
		{get, "/faces/:file", h.showFace},
		{get, "/mood/:mood", h.public(siteMark, h.showMood, "before")},
		{get, "/directory", h.public(siteMark, h.showDirectory, "sort", "after")},
		{get, "/directory.opml", h.bare(siteMark, h.showOutline)},
		{options, "/directory.opml", allowReading},
		{get, "/random", h.showRandom},
		{get, "/about", h.public(siteMark, h.showAbout)},
		{get, "/rules", h.public(siteMark, h.showRules)},

		{get, "/pictures", h.public(siteMark, h.showWall, "before")},

		{get, "/~me", h.member(h.showMe)},
		{get, "/~:name", h.public(accountMark, h.showAccount, "before")},
		{get, "/~:name/about", h.public(accountMark, h.showAccountAbout)},
		{get, "/~:name/about.json", h.bare(accountMark, h.showAboutJSON)},
		{options, "/~:name/about.json", allowReading},
		{get, "/~:name/report", h.newReport},
		{post, "/~:name/report", h.guestForm(h.createReport, h.showReport)},
		{get, "/~:name/moods", h.public(accountMark, h.showDiary, "year")},
		{get, "/~:name/moods/:year.gif", h.public(accountMark, h.showYear)},
		{get, "/~:name/moods.csv", h.public(accountMark, h.showMoodsCSV, "year")},
		{get, "/~:name/pictures", h.public(accountMark, h.showAccountWall, "before")},
		{get, "/~:name/guestbook", h.public(accountMark, h.showGuestbook, "before", "signed")},
		{post, "/~:name/guestbook", h.form(h.createEntry)},
		{get, "/~:name/guestbook/sign", h.newEntry},
		{get, "/~:name/guestbook/:id.gif", h.bare(accountMark, h.showSignature)},
		{get, "/~:name/guestbook/:id/remove", h.member(h.confirmEntry)},
		{post, "/~:name/guestbook/:id/remove", h.memberForm(h.destroyEntry)},
		{get, "/settings/guestbook", h.member(h.showOwnGuestbook)},
		{post, "/settings/guestbook", h.memberForm(h.updateGuestbook)},
		{post, "/settings/guestbook/door", h.memberForm(h.updateGuestbookDoor)},

		{get, "/~:name/latest.jpg", h.liveImage(h.showLatestPicture)},
		{get, "/~:name/counter.gif", h.liveImage(h.showCounter)},
		{get, "/display/uname-:name/*", h.ticking(h.showImood)},
		{get, "/users/:name.atom", h.bare(accountMark, h.accountFeed("atom.xml"), "before")},
		{options, "/users/:name.atom", allowReading},
		{get, "/users/:name", h.redirectUser},
		{get, "/users/:name/status.json", h.ticking(h.showCafeJSON)},
		{options, "/users/:name/status.json", allowReading},
		{get, "/current-status.js", h.ticking(h.showCafeScript)},
		{options, "/current-status.js", allowReading},

		{get, "/~:name/layout.css", h.bare(accountMark, h.showLayoutCSS, "v")},
		{get, "/layouts", h.public(siteMark, h.showLayouts, "before")},
		{get, "/layouts/rules", h.public(siteMark, h.showLayoutRules)},
		{get, "/layouts/:id.css", h.bare(siteMark, h.showGalleryCSS)},
		{get, "/layouts/:id", h.public(siteMark, h.showLayout)},
		{get, "/layouts/:id/source", h.showLayoutSource},
		{get, "/layouts/:id/preview", h.showLayoutPreview},
		{post, "/layouts/:id/wear", h.memberForm(h.wearLayout)},
		{post, "/layouts/:id/start", h.memberForm(h.startLayout)},
		{post, "/layouts/:id/withdraw", h.memberForm(h.withdrawLayout)},
		{get, "/static/retro/:name.gif", h.showTile},

		{get, "/signup", h.newAccount},
		{post, "/signup", h.guestForm(h.createAccount, h.showSignUp)},
		{get, "/login", h.newSession},
		{post, "/login", h.guestForm(h.createSession, h.refuseSession)},
		{post, "/logout", h.form(h.destroySession)},
		{get, "/recover", h.newRecovery},
		{post, "/recover", h.guestForm(h.createRecovery, h.showRecovery)},

		{get, "/post", h.member(h.newStatus)},
		{post, "/statuses", h.uploadForm(models.PicturesMost, h.createStatus)},
		{get, "/~:name/:id/edit", h.member(h.editStatus)},
		{post, "/~:name/:id/edit", h.uploadForm(models.PicturesMost, h.updateStatus)},
		{post, "/~:name/:id/delete", h.memberForm(h.destroyStatus)},
		{post, "/~:name/:id/redraft", h.memberForm(h.redraftStatus)},
		{get, "/notices", h.member(h.showNotices)},

		{get, "/settings", h.member(h.editProfile)},
		{post, "/settings", h.memberForm(h.updateProfile)},
		{post, "/settings/avatar", h.uploadForm(1, h.updateAvatar)},
		{get, "/settings/buttons", h.member(h.showButtons)},
		{post, "/settings/buttons", h.memberForm(h.updateButtons)},
		{post, "/settings/buttons/new", h.uploadForm(1, h.createButton)},
		{post, "/settings/buttons/design", h.memberForm(h.updateDesign)},
		{get, "/settings/layout", h.member(h.editLayout)},
		{post, "/settings/layout", h.memberForm(h.updateLayout)},
		{get, "/settings/layout/preview", h.member(h.showPreview)},
		{post, "/settings/layout/preview", h.memberForm(h.tryLayout)},
		{get, "/settings/layout/draft.css", h.member(h.showTriedCSS)},
		{post, "/settings/layout/choices", h.memberForm(h.updateChoices)},
		{post, "/settings/layout/versions", h.memberForm(h.updateVersions)},
		{get, "/settings/layout/versions/:id", h.member(h.showVersion)},
		{post, "/settings/layout/pictures", h.uploadForm(1, h.updateLayoutPictures)},
		{post, "/settings/layout/publish", h.memberForm(h.publishLayout)},
		{get, "/settings/friends", h.member(h.showFriends)},
		{post, "/settings/friends", h.memberForm(h.updateFriends)},
		{post, "/settings/friends/new", h.memberForm(h.createFriend)},
		{get, "/settings/security", h.member(h.showSecurity)},
		{post, "/settings/password", h.memberForm(h.updatePassword)},
		{post, "/settings/codes", h.memberForm(h.createCodes)},
		{post, "/settings/sessions/end", h.memberForm(h.destroySessions)},
		{post, "/settings/delete", h.memberForm(h.destroyAccount)},
		{get, "/settings/widgets", h.member(h.showWidgets)},
		{get, "/settings/site", h.member(h.editSite)},
		{post, "/settings/site", h.memberForm(h.updateSite)},
		{get, "/settings/reports", h.member(h.showReports)},
		{post, "/settings/reports", h.memberForm(h.closeReport)},
		{get, "/reading", h.showReading},
		{post, "/reading", h.form(h.updateReading)},

		{get, "/static/:file", h.showAsset},
		{get, "/favicon.ico", h.showIcon},
		{get, "/healthz", h.showHealth},
		{get, "/readyz", h.showReadiness},
	}
	// First what other sites ask for on every page of theirs: the router looks from the top.
	table = slices.Concat(h.widgetRoutes(), table, h.ringRoutes(), h.feedRoutes(), h.jobRoutes(), h.mentionRoutes(), h.indieAuthRoutes(), h.micropubRoutes(), h.hubRoutes(), h.markupRoutes(), h.sentRoutes(), h.webLogInRoutes(), h.sourceRoutes())
	// Last, because :file and :id would take the names above for theirs.
	return append(table,
		route{get, "/pictures/:file", h.showPicture},
		route{get, "/~:name/:id", h.public(accountMark, h.showStatus)})
}
