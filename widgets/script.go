package widgets

import "cmp"

// scriptBody fills #marquee, or a span where the script stands when there is none or when the script of somebody else has
// it already. Only text nodes are made, so nothing of what somebody wrote can become an element of the page.
const scriptBody = `    var box = document.getElementById("marquee"), i, key, node;
    if (!box || box.hasAttribute("data-marquee")) {
      box = document.createElement("span");
      box.className = "marquee";
      if (here && document.body.contains(here)) here.parentNode.insertBefore(box, here);
      else document.body.appendChild(box);
    }
    box.setAttribute("data-marquee", w.name);
    box.lang = w.lang;
    box.textContent = "";
    for (i = 0; i < w.pieces.length; i++) {
      key = w.pieces[i][0];
      node = key ? document.createElement(key === "name" ? "a" : "span") : document.createTextNode("");
      node.textContent = w.pieces[i][1];
      if (key) {
        node.className = "marquee-" + key;
        node.dir = "auto";
      }
      if (key === "name") node.href = w.url;
      box.appendChild(node);
    }
`

// script draws the widget that writes into the page it is embedded in.
func script(d Data, o Options) Drawn {
	value := struct {
		Name   string      `json:"name"`
		URL    string      `json:"url"`
		Lang   string      `json:"lang"`
		Pieces [][2]string `json:"pieces"`
	}{Name: d.Name, URL: d.page(), Lang: d.Lang, Pieces: [][2]string{}}
	for _, p := range d.pieces(cmp.Or(o.Template, DefaultTemplate)) {
		value.Pieces = append(value.Pieces, [2]string{p.key, p.text})
	}
	return Drawn{Body: bake(scriptBody, value)}
}

// bake is an ES5 script that runs body once the page has been read, wherever the page has put it. In body, w is value, so
// that nothing more has to be asked for, and here is the script's own element, null in a browser that doesn't know it.
func bake(body string, value any) []byte {
	return []byte(`(function (w, here) {
  function draw() {
` + body + `  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", draw);
  else draw();
})(` + string(encode(value)) + `, document.currentScript);
`)
}
