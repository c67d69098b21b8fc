package handlers

import (
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
)

// unchanged evaluates If-None-Match, and If-Modified-Since only when that is absent (RFC 9110 §13.2.2).
func (a *answer) unchanged(c *fiber.Ctx, tag string) bool {
	if match := c.Request().Header.Peek(fiber.HeaderIfNoneMatch); len(match) > 0 {
		for candidate := range strings.SplitSeq(string(match), ",") {
			candidate = strings.TrimPrefix(strings.TrimSpace(candidate), "W/")
			if candidate == "*" || candidate == tag {
				return true
			}
		}
		return false
	}
	since := c.Request().Header.Peek(fiber.HeaderIfModifiedSince)
	if len(since) == 0 || a.modified.IsZero() {
		return false
	}
	then, err := http.ParseTime(string(since))
	return err == nil && !a.modified.Truncate(time.Second).After(then)
}
