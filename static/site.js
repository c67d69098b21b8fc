// Marquee works without this script. It only adds comfort: times as "3 hours ago", a click on a face
// fills the field, copy buttons, and a widget preview that follows one's choices.
(function () {
  "use strict";
  var lang = document.documentElement.lang || "en";

  function ago(then) {
    var s = Math.round((then - Date.now()) / 1000), units = [["year", 31536000], ["month", 2592000], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];
    var words = new Intl.RelativeTimeFormat(lang, { numeric: "auto" });
    for (var i = 0; i < units.length; i++) {
      if (Math.abs(s) >= units[i][1]) return words.format(Math.round(s / units[i][1]), units[i][0]);
    }
    return words.format(0, "second");
  }

  function times() {
    var style = { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    document.querySelectorAll("time[datetime]:not([data-date])").forEach(function (t) {
      var then = Date.parse(t.getAttribute("datetime"));
      if (isNaN(then)) return;
      var local = new Date(then).toLocaleString(lang === "en" ? "en-GB" : lang, style);
      t.title = local;
      t.textContent = t.closest(".permalink") ? local + " (" + ago(then) + ")" : ago(then);
    });
  }

  function faces() {
    document.querySelectorAll("input[name=face_pick]").forEach(function (radio) {
      radio.addEventListener("change", function () {
        radio.form.elements.face.value = radio.value;
      });
    });
  }

  function copying() {
    document.querySelectorAll("button[data-copy]").forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", function () {
        var area = document.getElementById(button.getAttribute("data-copy"));
        if (area.select) area.select(); else getSelection().selectAllChildren(area);
        var done = function () { button.textContent = button.getAttribute("data-done"); };
        if (navigator.clipboard) navigator.clipboard.writeText(area.value || area.textContent).then(done, function () { document.execCommand("copy"); done(); });
        else { document.execCommand("copy"); done(); }
      });
    });
  }

  // The page itself says what the snippets are; only they and the preview are put in their places.
  function preview() {
    var form = document.getElementById("widget-options"), wait;
    if (!form || !window.fetch) return;
    form.addEventListener("input", function () {
      clearTimeout(wait);
      wait = setTimeout(function () {
        fetch("/settings/widgets?" + new URLSearchParams(new FormData(form))).then(function (r) { return r.text(); }).then(function (html) {
          var fresh = new DOMParser().parseFromString(html, "text/html");
          document.getElementById("widget-preview").src = fresh.getElementById("widget-preview").getAttribute("src");
          document.querySelectorAll("textarea.code").forEach(function (area) { area.value = fresh.getElementById(area.id).value; });
        });
      }, 400);
    });
  }

  // A layout is shown as it is written: the form goes to its own frame.
  function dressing() {
    var form = document.getElementById("dress"), show = document.getElementById("show"), wait;
    if (!form || !form.requestSubmit) return;
    form.elements.css.addEventListener("input", function () {
      clearTimeout(wait);
      wait = setTimeout(function () { form.requestSubmit(show); }, 700);
    });
  }

  try { if (window.Intl && Intl.RelativeTimeFormat) { times(); setInterval(times, 60000); } } catch (e) { /* the absolute time stays */ }
  faces();
  copying();
  preview();
  dressing();
})();
