package tests

import "marquee/tests/kit"

// handOver makes somebody else webmaster, so that this one may leave.
func (tr *traveller) handOver(name string) {
	if err := tr.site.Promote(tr.t.Context(), name); err != nil {
		tr.t.Fatal(err)
	}
}

// paperBehindText is the colour that a reader sees behind the words of a page.
const paperBehindText = `(() => {
	let e = document.querySelector("h1");
	while (e.parentElement && getComputedStyle(e).backgroundColor === "rgba(0, 0, 0, 0)") e = e.parentElement;
	return getComputedStyle(e).backgroundColor;
})()`

func (tr *traveller) turnDark() {
	tr.Light("light")
	for look, paper := range map[string]string{"late": "rgb(18, 18, 42)", "matinee": "rgb(255, 253, 243)"} {
		tr.Open("/~ada/4")
		tr.Follow("footer a[href^='/reading']")
		tr.reads("look", look, "/~ada/4")
		if got := kit.Eval[string](tr.Tab, paperBehindText); got != paper {
			tr.t.Errorf("the paper of %s is %s, want %s", look, got, paper)
		}
	}
}
