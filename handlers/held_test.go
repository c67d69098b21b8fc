package handlers_test

import (
	"strings"
	"testing"
	"time"

	"marquee/tests/kit"
)

// parted is ada at a page whose session has ended meanwhile: her browser keeps the cookie and the token.
func parted(t *testing.T, h *house) (v *kit.Visitor, token string) {
	t.Helper()
	h.withPassword(t, h.ada)
	v = h.As(t, h.ada)
	token = v.Token()
	h.Clock.Add(31 * 24 * time.Hour)
	return v, token
}

// heldIn is the form that waits behind the log-in page.
func heldIn(t *testing.T, a kit.Answer) string {
	t.Helper()
	held, field := named(t, a.Body, "held")
	if field == nil {
		t.Fatalf("no form is held\n%s", gist(a))
	}
	return held
}

// comeBack logs ada in with what is held.
func comeBack(t *testing.T, v *kit.Visitor, held string) kit.Answer {
	t.Helper()
	return v.Post("/login", form("name", "ada", "password", kit.Password, "held", held))
}

func TestNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	kit.Each(t, func(t *testing.T, s *kit.Store) {
		h := newHouse(t, s)
		v, token := parted(t, h)
		before := h.statuses(t)
		typed := "typed & <slowly>\nover = days; été"
		a := v.Post("/statuses", form("token", token, "text", typed, "mood", "cosy", "visibility", "private", "once", "abc"))
		held := heldIn(t, status(t, a, 422))
		has(t, a, "Your session had ended. Nothing is lost")
		wrong := status(t, v.Post("/login", form("name", "ada", "password", "no", "held", held)), 422)
		if heldIn(t, wrong) != held {
			t.Error("a wrong password loses the form")
		}
		sent := status(t, comeBack(t, v, held), 303)
		if h.statuses(t) != before+1 {
			t.Fatalf("%d more statuses, want 1", h.statuses(t)-before)
		}
		edit := v.Get(sent.Header.Get("Location") + "/edit")
		for name, want := range map[string]string{"text": typed, "mood": "cosy", "visibility": "private"} {
			if got, _ := named(t, edit.Body, name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		has(t, v.Get("/"), "log out")
	})
}

// TestHeldFormWithoutFields: a button with nothing beside it is a form too.
func TestHeldFormWithoutFields(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v, token := parted(t, h)
	held := heldIn(t, status(t, v.Post(h.said.Path()+"/delete", form("token", token)), 422))
	a := status(t, comeBack(t, v, held), 303)
	if a.Header.Get("Location") != h.said.Path() {
		t.Errorf("leads to %s, want %s", a.Header.Get("Location"), h.said.Path())
	}
	status(t, v.Get(h.said.Path()), 410)
}

// TestHeldButton: the button that was pressed is part of what waits; it says its value in its name.
func TestHeldButton(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v, token := parted(t, h)
	held := heldIn(t, status(t, v.Post("/settings/mentions/door", form("token", token, "closed.1", "")), 422))
	status(t, comeBack(t, v, held), 303)
	if !fresh(t, h.Store, "ada").MentionsClosed {
		t.Error("the button is forgotten")
	}
	guest := h.Guest(t)
	for path, typed := range map[string]string{
		"/webmention":           form("source.https://zoe.example/1", "", "target."+h.URL+"/~ada/1", "").Encode(),
		"/micropub":             form("content", "x", "access_token."+h.handmade(t, h.ada, "create"), "").Encode(),
		"/indieauth/introspect": form("token.x", "").Encode(),
	} {
		if a := guest.Send("POST", path, typed, "Content-Type", urlencoded); a.Status != 400 && a.Status != 401 {
			t.Errorf("%s reads a button: %d", path, a.Status)
		}
	}
}

// TestHeldFormThatIsRefused comes back filled in, as if nothing had been between.
func TestHeldFormThatIsRefused(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v, token := parted(t, h)
	held := heldIn(t, v.Post("/statuses", form("token", token, "text", "typed", "face", "ab")))
	a := status(t, comeBack(t, v, held), 422)
	has(t, a, "A face is one emoji", "typed")
	sentenceBeside(t, a.Body, "face", "A face is one emoji")
}

func TestHeldFormTakesTheFirstOfSeveral(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v, token := parted(t, h)
	held := heldIn(t, v.Send("POST", "/statuses", "token="+token+"&text=first&text=second", "Content-Type", urlencoded))
	page := v.Get(status(t, comeBack(t, v, held), 303).Header.Get("Location"))
	has(t, page, "first")
	hasNot(t, page, "second")
}

func TestHeldFormCannotBeForged(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v, token := parted(t, h)
	held := heldIn(t, v.Post("/statuses", form("token", token, "text", "typed")))
	body, mac, _ := strings.Cut(held, ".")
	before := h.statuses(t)
	for name, forged := range map[string]string{
		"another form":      "A" + body[1:] + "." + mac,
		"another signature": body + "." + strings.ToUpper(mac),
		"no signature":      body,
		"no form":           "." + mac,
		"no words":          "%%%",
		"a guest's token":   h.Guest(t).Token(),
	} {
		a := comeBack(t, h.Guest(t), forged)
		if a.Status != 303 || a.Header.Get("Location") != "/" || h.statuses(t) != before {
			t.Errorf("%s: %d to %q, %d more statuses", name, a.Status, a.Header.Get("Location"), h.statuses(t)-before)
		}
	}
	h.Clock.Add(24 * time.Hour)
	if a := comeBack(t, v, held); a.Header.Get("Location") != "/" || h.statuses(t) != before {
		t.Errorf("a form held for a day still goes through: %d to %q", a.Status, a.Header.Get("Location"))
	}
}

// TestStrangersFormIsNotHeld: a page of somebody else's that sends a form with a guest's token of its own
// must not wait for the victim to log in, not even in browsers that say nothing of where it came from.
func TestStrangersFormIsNotHeld(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	foreign := h.Guest(t).Token()
	a := status(t, h.Guest(t).Post("/statuses", form("token", foreign, "text", "words put into a mouth")), 403)
	hasNot(t, a, `name="held"`, "words put into a mouth")
	a = status(t, h.Guest(t).Post("/statuses", form("token", foreign, "text", "my words"), "Sec-Fetch-Site", "same-origin"), 422)
	heldIn(t, a)
}

// TestHeldFormHidesPasswords: what waits in the page of a log-in is only encoded.
func TestHeldFormHidesPasswords(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	v, token := parted(t, h)
	short := heldIn(t, v.Post("/settings/delete", form("token", token, "delete_password", "x")))
	long := heldIn(t, v.Post("/settings/delete", form("token", token, "delete_password", strings.Repeat("x", 200))))
	named := heldIn(t, v.Post("/settings/delete", form("token", token, "delete_password."+strings.Repeat("x", 100), "")))
	if len(long) != len(short) || len(named) != len(short) {
		t.Error("a password is held")
	}
	has(t, status(t, comeBack(t, v, short), 422), "not your password")
}

// TestLogInLeadsWhereOneWanted: a member's page asks to log in, then comes.
func TestLogInLeadsWhereOneWanted(t *testing.T) {
	t.Parallel()
	h := sqliteHouse(t)
	h.withPassword(t, h.ada)
	v := h.Guest(t)
	a := comeBack(t, v, heldIn(t, v.Get("/post?reply_to=3&text=a%26b")))
	if to := a.Header.Get("Location"); a.Status != 303 || to != "/post?reply_to=3&text=a%26b" {
		t.Errorf("leads to %d %q", a.Status, to)
	}
	cookies := a.Header.Values("Set-Cookie")
	if len(cookies) != 2 || !strings.Contains(cookies[0], "HttpOnly") || !strings.Contains(cookies[0], "SameSite=Lax") || !strings.Contains(strings.ToLower(cookies[0]), "path=/;") {
		t.Errorf("the cookies are %q", cookies)
	}
	_, account, err := h.Session(t.Context(), v.Client.Jar.Cookies(h.Base)[0].Value)
	must(t, err)
	if account == nil || account.Name != "ada" {
		t.Errorf("the session is %v's", account)
	}
}
