(function (w, here) {
  function draw() {
    var box = document.getElementById("marquee"), i, key, node;
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
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", draw);
  else draw();
})({"name":"ada","url":"https://marquee.example/~ada","lang":"en","pieces":[["name","ada"],[""," "],["text","No status yet."]]}, document.currentScript);
