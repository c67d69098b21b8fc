// A pad to draw a signature on, with a mouse, a pen or a finger. What is drawn stands in the field below it, where anybody may
// write it as well: the form works without this script.
(function () {
  "use strict";
  var field = document.getElementById("signature");
  if (!field || !window.PointerEvent) return;
  var W = 48, H = 16, S = 8, board = document.createElement("canvas"), wipe = document.createElement("button"), pen = board.getContext("2d");
  var dots, ink, last;
  function read() {
    var rows = field.value.split("\n");
    dots = [];
    for (var i = 0; i < W * H; i++) dots.push((rows[i / W | 0] || "").charAt(i % W) === "#");
    show();
  }
  function show() {
    pen.clearRect(0, 0, W * S, H * S);
    dots.forEach(function (dot, i) { if (dot) pen.fillRect(i % W * S, (i / W | 0) * S, S, S); });
  }
  function write() {
    var text = "";
    for (var i = 0; i < W * H; i++) text += (i && i % W === 0 ? "\n" : "") + (dots[i] ? "#" : ".");
    field.value = dots.indexOf(true) < 0 ? "" : text;
  }
  function at(e) {
    var r = board.getBoundingClientRect();
    return [Math.floor((e.clientX - r.left - board.clientLeft) * W / board.clientWidth), Math.floor((e.clientY - r.top - board.clientTop) * H / board.clientHeight)];
  }
  function line(to) {
    var n = Math.max(Math.abs(to[0] - last[0]), Math.abs(to[1] - last[1]), 1);
    for (var i = 0; i <= n; i++) {
      var x = Math.round(last[0] + (to[0] - last[0]) * i / n), y = Math.round(last[1] + (to[1] - last[1]) * i / n);
      if (x >= 0 && x < W && y >= 0 && y < H) dots[y * W + x] = ink;
    }
    last = to;
    show();
    write();
  }
  board.width = W * S;
  board.height = H * S;
  board.className = "pad";
  board.setAttribute("aria-hidden", "true");
  pen.fillStyle = "#1b1b2f";
  board.addEventListener("pointerdown", function (e) {
    last = at(e);
    ink = !dots[last[1] * W + last[0]];
    board.setPointerCapture(e.pointerId);
    line(last);
  });
  board.addEventListener("pointermove", function (e) { if (last) line(at(e)); });
  ["pointerup", "pointercancel"].forEach(function (end) { board.addEventListener(end, function () { last = null; }); });
  field.addEventListener("input", read);
  wipe.type = "button";
  wipe.textContent = field.getAttribute("data-clear");
  wipe.addEventListener("click", function () { field.value = ""; read(); });
  field.parentNode.insertBefore(board, field.previousElementSibling);
  field.parentNode.insertBefore(wipe, board.nextSibling);
  read();
})();
