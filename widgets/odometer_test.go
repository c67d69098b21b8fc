package widgets_test

import (
	"bytes"
	"fmt"
	"math"
	"testing"

	"marquee/widgets"
)

func TestOdometer(t *testing.T) {
	var all bytes.Buffer
	for _, hits := range []int64{0, 1234, 567_899, 999_999, 1_234_567_890} {
		fmt.Fprintf(&all, "%d\n%s", hits, art(t, widgets.Odometer(hits)))
	}
	golden(t, all.Bytes(), "drawn", "odometer.txt")
	seen := map[string]int64{}
	for hits := int64(1); hits <= 1_000_000_000; hits = hits*10 + 1 {
		for _, n := range []int64{hits, hits * 8, hits*9 - 1} {
			picture := widgets.Odometer(n)
			decoded(t, picture, max(6, len(fmt.Sprint(n)))*15+3, 24, 1, oneSegment)
			if other, there := seen[string(picture)]; there && other != n {
				t.Errorf("%d looks like %d", n, other)
			}
			seen[string(picture)] = n
		}
	}
	decoded(t, widgets.Odometer(math.MaxInt64), 19*15+3, 24, 1, oneSegment)
	if !bytes.Equal(widgets.Odometer(-5), widgets.Odometer(0)) {
		t.Error("fewer than nobody came")
	}
}
