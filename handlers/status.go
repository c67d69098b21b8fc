package handlers

import (
	"crypto/rand"
	"fmt"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
	"marquee/views"
)

func (h *Handlers) showStatus(c *fiber.Ctx, w *who) (*answer, error) {
	view, err := h.statusView(c, w)
	if models.IsKind(err, models.Gone) && w.account != nil {
		return h.offerBack(c, w, err)
	}
	if err != nil {
		return nil, err
	}
	if w.account != nil {
		if view.Composer, err = h.replyComposer(c, w.account, view.Page, view.Status); err != nil {
			return nil, err
		}
	}
	return pageAnswer(view)
}

func (h *Handlers) statusView(c *fiber.Ctx, w *who) (view views.Status, err error) {
	id, err := number(c, "id")
	if err != nil {
		return view, err
	}
	if view.Status, err = h.store.Status(c.UserContext(), w.account, c.Params("name"), id); err != nil {
		return view, err
	}
	if view.Answers, err = h.store.Answers(c.UserContext(), w.account, view.Status); err != nil {
		return view, err
	}
	if view.Mentions, err = h.store.StatusMentions(c.UserContext(), view.Status); err != nil {
		return view, err
	}
	a := view.Status.Account
	if view.Page, err = h.page(c, w, "status.title", "Name", a.Name); err != nil {
		return view, err
	}
	view.Feeds = h.feedLinks(view.Page, a.Path()+"/", view.T("feed.account", "Name", a.Name, "Site", view.Site.Name))
	return view, nil
}

// composer is the empty form to say how one is, or what waits in it.
func (h *Handlers) composer(c *fiber.Ctx, a *models.Account, p views.Page) (*views.Composer, error) {
	draft, err := h.store.KeptDraft(c.UserContext(), a)
	if err != nil {
		return nil, err
	}
	faces, err := h.store.LastFaces(c.UserContext(), a)
	return &views.Composer{
		Action: "/statuses", Legend: p.T("composer.legend"), Button: p.T("composer.button"),
		Draft: draft, Faces: faces, Once: rand.Text(), Crunch: field(c, "crunch"), Dither: field(c, "dither") != "",
	}, err
}

func (h *Handlers) replyComposer(c *fiber.Ctx, a *models.Account, p views.Page, to *models.Status) (*views.Composer, error) {
	composer, err := h.composer(c, a, p)
	if err != nil {
		return nil, err
	}
	composer.Legend = p.T("composer.reply", "Name", to.Account.Name)
	composer.Draft = models.Draft{ReplyToID: to.ID, Visibility: to.Visibility}
	return composer, nil
}

// draftOf decodes the form of a status and takes its pictures. The draft is as good as it gets, even with an error.
func (h *Handlers) draftOf(c *fiber.Ctx, by *models.Account) (d models.Draft, err error) {
	d = models.Draft{
		Text: field(c, "text"), Face: field(c, "face"), Mood: field(c, "mood"), MoodText: field(c, "mood_text"),
		Visibility: field(c, "visibility"), Once: field(c, "once"), Kept: field(c, "kept") != "",
	}
	if d.Face == "" {
		d.Face = field(c, "face_pick")
	}
	d.ReplyToID, d.ReplyURL = answered(c)
	d.Pictures, err = h.picturesOf(c, by)
	return d, err
}

// refilled is what a form of a status says when it comes back: a refusal, or that this machine cannot keep it now.
func refilled(err error) *models.Error {
	if problem := refusal(err); problem != nil || err == nil {
		return problem
	}
	if statusOf(err) == fiber.StatusServiceUnavailable {
		return errNoRoom
	}
	return nil
}

func (h *Handlers) createStatus(c *fiber.Ctx, w *who) error {
	draft, err := h.draftOf(c, w.account)
	var st *models.Status
	if err == nil {
		st, err = h.store.Publish(c.UserContext(), w.account, draft)
	}
	if problem := refilled(err); problem != nil {
		h.log.Info("a status was refused", "reason", err)
		return h.showComposer(c, w, draft, problem)
	}
	if err != nil {
		return err
	}
	if field(c, "popup") != "" {
		return h.redirect(c, fmt.Sprintf("/post?sent=%d", st.ID), fiber.StatusSeeOther)
	}
	return h.redirect(c, st.Path(), fiber.StatusSeeOther)
}

// showComposer brings a refused status back, filled in.
func (h *Handlers) showComposer(c *fiber.Ctx, w *who, draft models.Draft, problem *models.Error) error {
	p, err := h.page(c, w, "post.title")
	if err != nil {
		return err
	}
	p.Problem, p.Hide, p.Popup = problem, true, field(c, "popup") != ""
	view := views.Post{Page: p}
	if view.Composer, err = h.composer(c, w.account, p); err != nil {
		return err
	}
	if draft.ReplyToID > 0 {
		view.ReplyTo, view.Composer.Legend, draft.ReplyToID = h.replied(c, w, draft.ReplyToID, view.Composer.Legend, p)
	}
	answerAway(&view, draft.ReplyURL)
	view.Composer.Alts = saidOf(draft.Pictures)
	if err := h.store.SeePictures(c.UserContext(), w.account, &draft); err != nil {
		return err
	}
	view.Composer.Draft, view.Composer.Popup, view.Composer.Open = draft, p.Popup, problem.Field == "face"
	view.Composer.Draft.Once = ""
	return h.send(c, problemStatus(c, problem), view)
}

// saidOf is what was said of pictures that were refused.
func saidOf(pictures []models.DraftPicture) (alts []string) {
	for _, p := range pictures {
		if p.Key == "" {
			alts = append(alts, p.Alt)
		}
	}
	return alts
}

// replied is what a composer answers, with its legend and id; nothing when that is gone.
func (h *Handlers) replied(c *fiber.Ctx, w *who, id int64, legend string, p views.Page) (*models.Status, string, int64) {
	to, err := h.store.StatusByID(c.UserContext(), w.account, id)
	if err != nil {
		return nil, legend, 0
	}
	return to, p.T("composer.reply", "Name", to.Account.Name), id
}

// newStatus is the composer on a page of its own, also as a 350x350 pop-up. What the address brings along
// (a bookmarklet's text) stands in it.
func (h *Handlers) newStatus(c *fiber.Ctx, w *who) error {
	p, err := h.page(c, w, "post.title")
	if err != nil {
		return err
	}
	p.Hide, p.Popup = true, c.Query("reply_to") == ""
	view := views.Post{Page: p}
	if view.Composer, err = h.composer(c, w.account, p); err != nil {
		return err
	}
	view.Composer.Popup = p.Popup
	if reply := c.Query("reply_to"); reply != "" {
		h.answerTo(c, w, &view, reply)
	} else if text := c.Query("text"); text != "" {
		view.Composer.Draft.Text = text
	}
	if sent, err := strconv.ParseInt(c.Query("sent"), 10, 64); err == nil {
		if st, err := h.store.StatusByID(c.UserContext(), w.account, sent); err == nil && p.Mine(st.Account) {
			view.Sent = st
		}
	}
	return h.send(c, fiber.StatusOK, view)
}

func (h *Handlers) editStatus(c *fiber.Ctx, w *who) error {
	st, err := h.ownStatus(c, w)
	if err != nil {
		return err
	}
	draft := models.Draft{
		Text: st.Text, Face: st.Face, Mood: st.Mood, MoodText: st.MoodText, Visibility: st.Visibility, Pictures: models.DraftPictures(st.Pictures),
	}
	return h.showEdit(c, w, st, draft, nil)
}

func (h *Handlers) showEdit(c *fiber.Ctx, w *who, st *models.Status, draft models.Draft, problem *models.Error) error {
	p, err := h.page(c, w, "edit.title")
	if err != nil {
		return err
	}
	p.Problem, p.Hide = problem, true
	composer, err := h.composer(c, w.account, p)
	if err != nil {
		return err
	}
	composer.Action, composer.Legend, composer.Button = st.Path()+"/edit", p.T("composer.edit"), p.T("composer.save")
	composer.Alts = saidOf(draft.Pictures)
	if err := h.store.SeePictures(c.UserContext(), w.account, &draft); err != nil {
		return err
	}
	composer.Draft, composer.Once = draft, ""
	return h.send(c, problemStatus(c, problem), views.Edit{Page: p, Status: st, Composer: composer})
}

func (h *Handlers) updateStatus(c *fiber.Ctx, w *who) error {
	st, err := h.ownStatus(c, w)
	if err != nil {
		return err
	}
	draft, err := h.draftOf(c, w.account)
	draft.Tags = st.Tags // the form has no field for them
	if err == nil {
		_, err = h.store.Edit(c.UserContext(), w.account, st.ID, draft)
	}
	if problem := refilled(err); problem != nil {
		return h.showEdit(c, w, st, draft, problem)
	}
	if err != nil {
		return err
	}
	return h.redirect(c, st.Path(), fiber.StatusSeeOther)
}

func (h *Handlers) redraftStatus(c *fiber.Ctx, w *who) error {
	st, err := h.ownStatus(c, w)
	if err != nil {
		return err
	}
	if err := h.store.Redraft(c.UserContext(), w.account, st.ID); err != nil {
		return err
	}
	return h.redirect(c, "/", fiber.StatusSeeOther) // the composer there holds what was taken down
}

// ownStatus is the status of the address, if it is the account's own.
func (h *Handlers) ownStatus(c *fiber.Ctx, w *who) (*models.Status, error) {
	id, err := number(c, "id")
	if err != nil {
		return nil, err
	}
	st, err := h.store.Status(c.UserContext(), w.account, c.Params("name"), id)
	if err != nil {
		return nil, err
	}
	if st.AccountID != w.account.ID {
		return nil, &models.Error{Kind: models.Forbidden, Text: "error.not_yours"}
	}
	return st, nil
}
