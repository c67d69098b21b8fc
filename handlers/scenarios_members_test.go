package handlers_test

import (
	"testing"

	"marquee/models"
	"marquee/tests/kit"
)

// doorScenarios is coming in and going out.
func doorScenarios() []scenario {
	adaHasPassword := func(t *testing.T, h *house) { h.withPassword(t, h.ada) }
	closed := func(t *testing.T, h *house) {
		must(t, h.ChangeSite(t.Context(), h.eve, models.SiteSettings{Name: "Marquee", Language: "en", Signups: models.SignupsClosed, TextLimit: 500}))
	}
	return []scenario{
		{route: "POST /signup", who: "guest", name: "too quick", form: form("name", "fay", "password", kit.Password), want: 422, has: []string{"quicker than a person types", `value="fay"`}},
		{route: "POST /signup", who: "guest", name: "trap", form: form("name", "fay", "password", kit.Password, "website", "x"), want: 422, has: []string{"that people never see"}},
		{route: "POST /signup", who: "owner", form: form("name", "fay", "password", kit.Password), want: 200, has: []string{"Welcome, ~fay!"}, left: map[string]int{"accounts": 1, "recovery_codes": 10}},
		{route: "POST /signup", who: "owner", name: "taken", form: form("name", "bob", "password", kit.Password), want: 422, has: []string{"That name is taken", `value="bob"`}},
		{route: "POST /signup", who: "owner", name: "closed", first: closed, form: form("name", "fay", "password", kit.Password), want: 403, has: []string{"takes no new accounts"}},
		{route: "GET /signup", who: "guest", name: "closed", first: closed, want: 200, has: []string{"takes no new accounts"}, not: []string{`name="password"`}},
		{route: "POST /login", who: "guest", first: adaHasPassword, form: form("name", "ada", "password", kit.Password), want: 303, to: "/", left: map[string]int{"sessions": 1}},
		{route: "POST /login", who: "guest", name: "as people type", first: adaHasPassword, form: form("name", " ~Ada ", "password", kit.Password), want: 303, to: "/", left: map[string]int{"sessions": 1}},
		{route: "POST /login", who: "guest", name: "wrong", first: adaHasPassword, form: form("name", "ada", "password", "no"), want: 422, has: []string{"do not go together", `value="ada"`}},
		{route: "POST /login", who: "guest", name: "unknown", form: form("name", "nobody_here", "password", "no"), want: 422, has: []string{"do not go together"}},
		{route: "POST /login", who: "stranger", name: "as somebody else", first: adaHasPassword, form: form("name", "ada", "password", kit.Password), want: 303, to: "/"},
		{route: "POST /logout", who: "guest", want: 303, to: "/"},
		{route: "POST /logout", who: "owner", want: 303, to: "/", left: map[string]int{"sessions": -1}},
		{route: "POST /recover", who: "guest", form: form("name", "ada", "code", "nope", "password", kit.Password), want: 422, has: []string{"do not go together, or the code was used", `value="nope"`}},
		{route: "POST /recover", who: "owner", form: form("name", "ada", "code", "nope", "password", "short"), want: 422, has: []string{"8 characters at least"}},
		{route: "POST /reading", who: "guest", form: form("lang", "fr", "back", "/~ada"), want: 303, to: "/~ada"},
		{route: "POST /reading", who: "owner", form: form("look", "late", "back", "//evil.example"), want: 303, to: "/"},
		{route: "GET /~me", who: "guest", want: 200, has: []string{"Back again?"}},
		{route: "GET /~me", who: "owner", want: 303, to: "/~ada"},
	}
}

// statusScenarios is saying something, and taking it back.
func statusScenarios() []scenario {
	edited := form("text", "the lamp is out", "visibility", "public")
	return []scenario{
		{route: "GET /post", who: "guest", want: 200, has: []string{"Back again?"}, not: []string{"<textarea"}},
		{route: "GET /post", who: "owner", want: 200, has: []string{`<textarea name="text"`}},
		{route: "GET /post", who: "owner", name: "brought along", path: "/post?popup=1&text=look+at+this", want: 200, has: []string{"look at this", `name="popup"`, `class="popup"`}},
		{route: "GET /post", who: "stranger", name: "answer", path: "/post?reply_to={said}", want: 200, has: []string{"Answer ~ada", `name="reply_to" value="{said}"`, "the lamp is lit"}},
		{route: "GET /post", who: "stranger", name: "answer to a secret", path: "/post?reply_to={secret}", want: 200, not: []string{"under the floor", `value="{secret}"`}},
		{route: "GET /post", who: "owner", name: "sent", path: "/post?popup=1&sent={said}", want: 200, has: []string{"It is on the marquee"}},
		{route: "GET /post", who: "stranger", name: "sent by somebody else", path: "/post?popup=1&sent={said}", want: 200, not: []string{"It is on the marquee"}},
		{route: "POST /statuses", who: "guest", form: form("text", "hello"), want: 422, has: []string{"Back again?"}},
		{route: "POST /statuses", who: "owner", form: form("text", "good night"), want: 303, to: "/~ada/5", left: map[string]int{"statuses": 1}},
		{route: "POST /statuses", who: "owner", name: "naming somebody", form: form("text", "good night ~bob #bed", "mood", "happy"), want: 303, to: "/~ada/5", left: map[string]int{"statuses": 1, "labels": 2, "jobs": 1}},
		{route: "POST /statuses", who: "owner", name: "privately naming somebody", form: form("text", "good night ~bob #bed", "visibility", "private"), want: 303, to: "/~ada/5", left: map[string]int{"statuses": 1}},
		{route: "POST /statuses", who: "stranger", name: "answer", form: form("text", "so it is", "reply_to", "1"), want: 303, to: "/~bob/5", left: map[string]int{"statuses": 1, "jobs": 1}},
		{route: "POST /statuses", who: "stranger", name: "answer to a secret", form: form("text", "so it is", "reply_to", "2"), want: 422, has: []string{"not there any more", "so it is"}, not: []string{"under the floor"}},
		{route: "POST /statuses", who: "owner", name: "from the pop-up", form: form("text", "good night", "popup", "1"), want: 303, to: "/post?sent=5", left: map[string]int{"statuses": 1}},
		{route: "POST /statuses", who: "owner", name: "empty", form: form("text", " \n "), want: 422, has: []string{"Say something"}},
		{route: "POST /statuses", who: "owner", name: "picked face", form: form("face_pick", "🐱"), want: 303, to: "/~ada/5", left: map[string]int{"statuses": 1}},
		{route: "GET /~:name/:id/edit", who: "guest", path: "/~ada/{said}/edit", want: 200, has: []string{"Back again?"}, not: []string{"the lamp is lit"}},
		{route: "GET /~:name/:id/edit", who: "owner", path: "/~ada/{said}/edit", want: 200, has: []string{"the lamp is lit", `value="rain on the roof"`}},
		{route: "GET /~:name/:id/edit", who: "stranger", path: "/~ada/{said}/edit", want: 403, has: []string{"somebody else&#39;s"}, not: []string{"the lamp is lit"}},
		{route: "GET /~:name/:id/edit", who: "stranger", name: "secret", path: "/~ada/{secret}/edit", want: 404, not: []string{"under the floor"}},
		{route: "GET /~:name/:id/edit", who: "webmaster", path: "/~ada/{said}/edit", want: 403},
		{route: "POST /~:name/:id/edit", who: "guest", path: "/~ada/{said}/edit", form: edited, want: 422, has: []string{"Back again?"}},
		{route: "POST /~:name/:id/edit", who: "owner", path: "/~ada/{said}/edit", form: edited, want: 303, to: "/~ada/{said}", left: map[string]int{"labels": -4, "pictures": -1}},
		{route: "POST /~:name/:id/edit", who: "stranger", path: "/~ada/{said}/edit", form: edited, want: 403},
		{route: "POST /~:name/:id/edit", who: "stranger", name: "under an own name", path: "/~bob/{said}/edit", form: edited, want: 404},
		{route: "POST /~:name/:id/edit", who: "owner", name: "refused", path: "/~ada/{said}/edit", form: form("text", ""), want: 422, has: []string{"Say something", "/~ada/{said}/edit"}},
		{route: "POST /~:name/:id/delete", who: "guest", path: "/~ada/{said}/delete", form: form(), want: 422},
		{route: "POST /~:name/:id/delete", who: "stranger", path: "/~ada/{said}/delete", form: form(), want: 403},
		{route: "POST /~:name/:id/delete", who: "webmaster", path: "/~ada/{said}/delete", form: form(), want: 403},
		{route: "POST /~:name/:id/delete", who: "owner", path: "/~ada/{said}/delete", form: form(), want: 303, to: "/~ada/{said}", left: map[string]int{"labels": -4}},
		{route: "POST /~:name/:id/redraft", who: "guest", path: "/~ada/{said}/redraft", form: form(), want: 422},
		{route: "POST /~:name/:id/redraft", who: "stranger", path: "/~ada/{said}/redraft", form: form(), want: 403},
		{route: "POST /~:name/:id/redraft", who: "owner", path: "/~ada/{said}/redraft", form: form(), want: 303, to: "/", left: map[string]int{"drafts": 1, "labels": -4}},
		{route: "GET /notices", who: "guest", want: 200, has: []string{"Back again?"}},
		{route: "GET /notices", who: "stranger", name: "before the job", want: 200, has: []string{"Nothing at the stage door"}},
		{route: "GET /notices", who: "stranger", name: "named", first: told, want: 200, has: []string{"Somebody named you:", "the lamp is lit"}},
		{route: "GET /notices", who: "owner", name: "answered", first: told, want: 200, has: []string{"An answer to you:", "hello yourself"}},
	}
}

// told runs the jobs that tell people.
func told(t *testing.T, h *house) {
	jobs, err := h.ClaimJobs(t.Context(), 100)
	must(t, err)
	if len(jobs) != 2 {
		t.Fatalf("%d jobs wait, want 2: bob was named, ada was answered", len(jobs))
	}
	for _, j := range jobs {
		must(t, h.FinishJob(t.Context(), j, h.Notify(t.Context(), j)))
	}
}

// settingsScenarios is what people set for themselves.
func settingsScenarios() []scenario {
	password := func(t *testing.T, h *house) { h.withPassword(t, h.ada) }
	asks := []string{"Back again?"}
	return []scenario{
		{route: "GET /settings", who: "guest", want: 200, has: asks},
		{route: "GET /settings", who: "owner", want: 200, has: []string{`name="bio"`}, not: []string{"/settings/site"}},
		{route: "GET /settings", who: "webmaster", want: 200, has: []string{"/settings/site"}},
		{route: "POST /settings", who: "guest", form: form("bio", "me"), want: 422, has: asks},
		{route: "POST /settings", who: "owner", form: form("bio", "me", "homepage", "ada.example"), want: 303, to: "/settings?saved=1", left: map[string]int{"blurbs": 1, "proofs": 1, "jobs": 1}},
		{route: "POST /settings", who: "owner", name: "refused", form: form("bio", "me", "homepage", "javascript:alert(1)"), want: 422, has: []string{"does not look like the address"}},
		{route: "GET /settings/security", who: "guest", want: 200, has: asks},
		{route: "GET /settings/security", who: "owner", first: alone, want: 200, has: []string{"127.0.0.0/24", "this one"}},
		{route: "POST /settings/password", who: "guest", form: form("password", "x"), want: 422, has: asks},
		{route: "POST /settings/password", who: "owner", first: password, form: form("old_password", kit.Password, "password", "three green bottles"), want: 303, to: "/settings/security?saved=1"},
		{route: "POST /settings/password", who: "owner", name: "wrong", first: password, form: form("old_password", "no", "password", "three green bottles"), want: 422, has: []string{"not your password"}},
		{route: "POST /settings/codes", who: "guest", form: form("codes_password", "x"), want: 422, has: asks},
		{route: "POST /settings/codes", who: "owner", first: password, form: form("codes_password", kit.Password), want: 200, has: []string{"shown only now"}, left: map[string]int{"recovery_codes": 10}},
		{route: "POST /settings/sessions/end", who: "guest", form: form(), want: 422, has: asks},
		{route: "POST /settings/sessions/end", who: "owner", name: "others", first: elsewhere, form: form(), want: 303, to: "/settings/security?saved=1", left: map[string]int{"sessions": -1}},
		{route: "POST /settings/sessions/end", who: "stranger", name: "of somebody else", first: elsewhere, form: form("session", models.TokenHash("anything")), want: 303, to: "/settings/security?saved=1"},
		{route: "POST /settings/delete", who: "guest", form: form("delete_password", "x"), want: 422, has: asks},
		{route: "POST /settings/delete", who: "owner", name: "wrong", first: password, form: form("delete_password", "no"), want: 422, has: []string{"not your password"}},
		{
			route: "POST /settings/delete", who: "owner", first: password, form: form("delete_password", kit.Password), want: 303, to: "/",
			left: map[string]int{"accounts": -1, "entries": -2, "statuses": -2, "labels": -4, "pictures": -2, "sessions": -1, "retired_names": 1, "ring_members": -1},
		},
		{route: "GET /settings/widgets", who: "guest", want: 200, has: asks},
		{route: "GET /settings/widgets", who: "owner", path: "/settings/widgets?theme=late&fg=f00", want: 200, has: []string{"/~ada/widget?fg=ff0000&amp;theme=late", "statuscafe-username"}},
	}
}

// alone gives a scenario a house of its own: in the shared one ada is logged in a hundred times.
func alone(*testing.T, *house) {}

// elsewhere logs ada in once more.
func elsewhere(t *testing.T, h *house) {
	_, err := h.StartSession(t.Context(), h.ada, "another browser", "192.0.2.0/24")
	must(t, err)
}

// siteScenarios is what the webmaster sets.
func siteScenarios() []scenario {
	settings := form("site_name", "Odeon", "language", "fr", "signups", "closed", "text_limit", "300", "about", "<p>hello</p>", "rules", "")
	return []scenario{
		{route: "GET /settings/site", who: "guest", want: 200, has: []string{"Back again?"}},
		{route: "GET /settings/site", who: "owner", want: 403, has: []string{"Only the webmaster"}},
		{route: "GET /settings/site", who: "webmaster", want: 200, has: []string{`value="Marquee"`, "2 waiting"}},
		{route: "POST /settings/site", who: "guest", form: settings, want: 422, has: []string{"Back again?"}},
		{route: "POST /settings/site", who: "owner", form: settings, want: 403},
		{route: "POST /settings/site", who: "webmaster", form: settings, want: 303, to: "/settings/site?saved=1"},
		{route: "POST /settings/site", who: "webmaster", name: "refused", form: form("site_name", ""), want: 422, has: []string{"The site needs a name"}},
	}
}
