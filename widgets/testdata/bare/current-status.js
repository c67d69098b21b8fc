(function (w, here) {
  function draw() {
    var username = document.getElementById("statuscafe-username");
    var content = document.getElementById("statuscafe-content");
    var link = document.createElement("a");
    link.setAttribute("href", w.url);
    link.setAttribute("target", "_blank");
    link.textContent = w.author;
    if (username && w.when) {
      username.textContent = "";
      username.appendChild(link);
      username.appendChild(document.createTextNode(w.when));
    }
    if (content) content.textContent = w.content;
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", draw);
  else draw();
})({"author":"ada","url":"https://marquee.example/users/ada","when":" 3 hours ago","content":"…"}, document.currentScript);
