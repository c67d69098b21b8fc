package handlers

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"marquee/models"
	"marquee/views"
)

func (h *Handlers) showFriends(c *fiber.Ctx, w *who) error { return h.friendsPage(c, w, "", nil) }

func (h *Handlers) friendsPage(c *fiber.Ctx, w *who, wanted string, problem *models.Error) error {
	p, saved, err := h.settingsPage(c, w, "settings.friends", problem)
	if err != nil {
		return err
	}
	list, err := h.store.TopFriends(c.UserContext(), w.account)
	if err != nil {
		return err
	}
	return h.send(c, problemStatus(c, problem), views.TopFriends{Page: p, Saved: saved, Friends: list, Who: wanted})
}

func (h *Handlers) createFriend(c *fiber.Ctx, w *who) error {
	wanted := field(c, "who")
	err := h.store.AddFriend(c.UserContext(), w.account, wanted)
	if problem := refilled(err); problem != nil {
		return h.friendsPage(c, w, wanted, problem)
	}
	if err != nil {
		return err
	}
	return h.redirect(c, "/settings/friends?saved=1", fiber.StatusSeeOther)
}

// updateFriends moves a friend to the front or takes them off the list.
func (h *Handlers) updateFriends(c *fiber.Ctx, w *who) error {
	act := h.store.RaiseFriend
	id, err := strconv.ParseInt(field(c, "raise"), 10, 64)
	if err != nil {
		act = h.store.RemoveFriend
		if id, err = strconv.ParseInt(field(c, "remove"), 10, 64); err != nil {
			return fiber.ErrBadRequest
		}
	}
	if err := act(c.UserContext(), w.account, id); err != nil {
		return err
	}
	return h.redirect(c, "/settings/friends?saved=1", fiber.StatusSeeOther)
}
