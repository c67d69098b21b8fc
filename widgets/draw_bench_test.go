package widgets_test

import (
	"testing"

	"marquee/widgets"
)

// BenchmarkDraw is how long each picture takes.
func BenchmarkDraw(b *testing.B) {
	faces := widgets.Faces()
	days := make([]widgets.Day, 366)
	shares := make([]widgets.Share, len(faces))
	for i := range days {
		days[i].Families = []string{faces[i*7%len(faces)]}
		shares[i%len(faces)] = widgets.Share{Family: faces[i%len(faces)], Count: i}
	}
	pictures := map[string]func() int{
		"face48": func() int { picture, _ := widgets.Face("cosy", 48); return len(picture) },
		"site":   func() int { return len(widgets.SiteButton("Marquee")) },
		"design": func() int { return len(widgets.Design{Top: "ada", Bottom: "cosy", Face: "cosy"}.Draw()) },
		"year":   func() int { return len(widgets.Year(2026, days, months, true)) },
		"crowd":  func() int { return len(widgets.Crowd(shares)) },
	}
	for _, path := range []string{"mood.gif", "button.gif", "blinkie.gif", "widget.svg"} {
		pictures[path] = func() int { return len(widget(path).Draw(full(), widgets.Options{}).Body) }
	}
	for name, draw := range pictures {
		b.Run(name, func(b *testing.B) {
			size := 0
			for b.Loop() {
				size = draw()
			}
			b.ReportMetric(float64(size), "bytes")
		})
	}
}
