package kit

import "github.com/chromedp/cdproto/input"

// Drag presses the mouse at the first point, moves it through all others and lets go; points are CSS pixels of the window.
func (b *Tab) Drag(points ...[2]float64) {
	b.t.Helper()
	mouse := func(kind input.DispatchMouseEventType, at [2]float64, buttons int64) {
		b.t.Helper()
		send(b, input.DispatchMouseEvent, input.DispatchMouseEventParams{
			Type: kind, X: at[0], Y: at[1], Button: input.MouseButtonLeft, Buttons: buttons, ClickCount: 1,
		})
	}
	mouse(input.DispatchMouseEventTypeMousePressed, points[0], 1)
	for _, at := range points[1:] {
		mouse(input.DispatchMouseEventTypeMouseMoved, at, 1)
	}
	mouse(input.DispatchMouseEventTypeMouseReleased, points[len(points)-1], 0)
}
