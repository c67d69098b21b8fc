// A page just real enough to run a widget's script in. It reads script_test.go's page from standard input, runs the scripts,
// and writes the page as HTML. Setting innerHTML is refused.
const vm = require("vm");
const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
const quote = (s) => s.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

class Node {
  constructor(tag, text) {
    this.tag = tag; this.text = text || ""; this.attributes = {}; this.children = []; this.parentNode = null;
    for (const [property, name] of [["className", "class"], ["href", "href"], ["lang", "lang"], ["dir", "dir"]]) {
      Object.defineProperty(this, property, { set(value) { this.attributes[name] = value; } });
    }
  }
  set innerHTML(_) { throw new Error("innerHTML"); }
  set textContent(text) {
    if (!this.tag) this.text = text;
    else { this.children = []; if (text) this.appendChild(new Node("", text)); }
  }
  setAttribute(name, value) { this.attributes[name] = value; }
  hasAttribute(name) { return name in this.attributes; }
  appendChild(child) { child.parentNode = this; this.children.push(child); }
  insertBefore(child, before) { child.parentNode = this; this.children.splice(this.children.indexOf(before), 0, child); }
  contains(node) { return node === this || this.children.some((c) => c.contains(node)); }
  find(id) {
    if (this.attributes.id === id) return this;
    return this.children.reduce((found, c) => found || c.find(id), null);
  }
  html() {
    if (!this.tag) return quote(this.text);
    const attributes = Object.entries(this.attributes).map(([k, v]) => ` ${k}="${quote(v).replace(/"/g, "&quot;")}"`).join("");
    return `<${this.tag}${attributes}>${this.children.map((c) => c.html()).join("")}</${this.tag}>`;
  }
}

const head = new Node("head"), body = new Node("body"), waiting = [];
const document = {
  body, readyState: asked.state, currentScript: null,
  createElement: (tag) => new Node(tag),
  createTextNode: (text) => new Node("", text),
  getElementById: (id) => head.find(id) || body.find(id),
  addEventListener: (name, run) => { if (name === "DOMContentLoaded") waiting.push(run); },
};
if (asked.state === "loading") document.body = null;
const context = vm.createContext({ document });
for (const source of asked.scripts) {
  document.currentScript = new Node("script");
  (asked.head ? head : body).appendChild(document.currentScript);
  vm.runInContext(source, context);
}
// What stands below the scripts is only read now.
for (const id of asked.ids || []) { const box = new Node("div"); box.setAttribute("id", id); body.appendChild(box); }
document.body = body; document.currentScript = null;
waiting.forEach((run) => run());
process.stdout.write(body.html().replace(/<\/?body>/g, ""));
