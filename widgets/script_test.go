package widgets_test

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"marquee/widgets"
)

// page is what testdata/dom.js reads: the ids of the boxes that stand below the scripts.
type page struct {
	State   string   `json:"state"` // document.readyState while the scripts run
	Head    bool     `json:"head"`  // the scripts stand in the head
	IDs     []string `json:"ids"`
	Scripts []string `json:"scripts"`
}

func run(t *testing.T, p page) string {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no node here; tests/ runs the scripts in a browser")
	}
	input, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), node, "testdata/dom.js")
	cmd.Stdin = bytes.NewReader(input)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	return string(out)
}

func TestScriptRuns(t *testing.T) {
	short := func(name string) string {
		d := full()
		d.Name, d.Text = name, `</script> "soup" `+"\u2028"
		return draw("widget.js", d, widgets.Options{Template: "{name}<{text}>"})
	}
	filled := func(name string) string {
		return `<a class="marquee-name" dir="auto" href="https://marquee.example/~` + name + `">` + name + `</a>&lt;` +
			`<span class="marquee-text" dir="auto">&lt;/script&gt; "soup" ` + "\u2028" + `</span>&gt;`
	}
	span := func(name string) string {
		return `<span class="marquee" data-marquee="` + name + `" lang="en">` + filled(name) + `</span>`
	}
	box := `<div id="marquee" data-marquee="ada" lang="en">` + filled("ada") + `</div>`
	ada, bob := short("ada"), short("bob")
	for _, c := range []struct {
		name string
		page page
		want string
	}{
		{"where it stands", page{"loading", false, nil, []string{ada}}, span("ada") + "<script></script>"},
		{"in the box", page{"loading", false, []string{"marquee"}, []string{ada}}, "<script></script>" + box},
		{"deferred", page{"interactive", false, nil, []string{ada}}, span("ada") + "<script></script>"},
		{"in the head", page{"loading", true, []string{"marquee"}, []string{ada}}, box},
		{"in the head without a box", page{"loading", true, nil, []string{ada}}, span("ada")},
		{"two people", page{"loading", false, nil, []string{ada, bob}}, span("ada") + "<script></script>" + span("bob") + "<script></script>"},
		{"two people, one box", page{"loading", false, []string{"marquee"}, []string{ada, bob}}, "<script></script>" + span("bob") + "<script></script>" + box},
	} {
		if got := run(t, c.page); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

func TestStatusCafeScriptRuns(t *testing.T) {
	d := full()
	d.Text = `<b>"soup"</b>`
	ids := []string{"statuscafe-username", "statuscafe-content"}
	username := `<div id="statuscafe-username"><a href="https://marquee.example/users/ada" target="_blank">ada</a> 🙂 3 hours ago</div>`
	content := `<div id="statuscafe-content">&lt;b&gt;"soup"&lt;/b&gt;</div>`
	for _, c := range []struct {
		name string
		d    widgets.Data
		ids  []string
		want string
	}{
		{"both", d, ids, username + content},
		{"only username", d, ids[:1], username},
		{"only content", d, ids[1:], content},
		{"neither", d, nil, ""},
		{"no status", none(), ids, `<div id="statuscafe-username"></div><div id="statuscafe-content">No status yet.</div>`},
	} {
		if got := run(t, page{"loading", true, c.ids, []string{string(widgets.StatusCafeScript(c.d))}}); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

func TestScriptOfNothingRuns(t *testing.T) {
	js := draw("widget.js", bare(), widgets.Options{Template: "{text}"})
	if got := run(t, page{"loading", true, []string{"marquee"}, []string{js}}); got != `<div id="marquee" data-marquee="ada" lang="en"></div>` {
		t.Error(got)
	}
}

func TestNastyScriptsRun(t *testing.T) {
	p := page{State: "loading", IDs: []string{"marquee", "statuscafe-username", "statuscafe-content"}}
	for _, s := range nasty {
		for _, d := range []widgets.Data{poisoned(s), noStatus(s)} {
			p.Scripts = append(p.Scripts, draw("widget.js", d, widgets.Options{Template: s}), string(widgets.StatusCafeScript(d)))
		}
	}
	run(t, p) // alert isn't defined there: running one of them would fail
}
