"use strict";
// Draws the window of ursa, whose C is in the module, on a canvas (src/web/web.h). Text of
// anybody's, links and recordings among it, reaches the page as text and nothing else.

const byId = (id) => document.getElementById(id);
const canvas = byId("screen");
const pen = canvas.getContext("2d", { alpha: false });
const FONT = '"DejaVu Sans Mono", "Cascadia Mono", Menlo, Consolas, ui-monospace, monospace';
const FIRST = 0x110000; // keys.h
const NAMED = {
  ArrowUp: FIRST, ArrowDown: FIRST + 1, ArrowLeft: FIRST + 2, ArrowRight: FIRST + 3,
  Home: FIRST + 4, End: FIRST + 5, Backspace: FIRST + 6, Delete: FIRST + 7,
  Enter: FIRST + 8, Escape: FIRST + 9, Tab: FIRST + 10,
};
const F1 = FIRST + 17;
const BOLD = 1, UNDERLINE = 8;
const BUTTONS = { " ": "run, pause", b: "back", n: "forward", "{": "event", "}": "event",
  "-": "slower", "+": "faster", v: "layer", t: "truth", P: "plots", s: "next seed",
  D: "demos", "?": "help" };

let ursa; // the module
let rows = 24, cols = 80, wide = 9, high = 18, font = 15; // of a character, device pixels
let drawn = new Uint32Array(0); // what the canvas shows: four words a character

const call = (name, result, types = [], values = []) =>
  ursa.ccall("web_" + name, result, types, values);
const text = (name) => call(name, "string");

// ---- the module

// Files as JSON, a NUL, the module.
async function load() {
  await new Promise((seen) => setTimeout(seen, 50)); // what the page says meanwhile
  const base64 = byId("packed").textContent.replace(/\s/g, "");
  const all = unpack(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)));
  const end = all.indexOf(0), wasmBinary = all.slice(end + 1);
  ursa = await ursa_module({ wasmBinary, print: () => {}, printErr: () => {} });
  const files = JSON.parse(new TextDecoder().decode(all.subarray(0, end)));
  for (const folder of ["/ursa", "/ursa/demos", "/ursa/maps", "/out"]) ursa.FS.mkdir(folder);
  for (const name in files) ursa.FS.writeFile("/ursa/" + name, files[name]);
  ursa.FS.chdir("/out");
  byId("message").textContent = "";
  byId("message").className = "away";
}

// ---- drawing

const colour = (rgb) => "#" + rgb.toString(16).padStart(6, "0");

// Blocks meet whatever the font is: U+2581-2588 from below, 2589-258F from the left.
function drawBlock(ch, x, y) {
  const eighth = (part, whole) => Math.round((part * whole) / 8);
  if (ch === 0x2580) pen.fillRect(x, y, wide, eighth(4, high));
  else if (ch <= 0x2588) {
    const h = eighth(ch - 0x2580, high);
    pen.fillRect(x, y + high - h, wide, h);
  } else if (ch <= 0x258f) pen.fillRect(x, y, eighth(0x2590 - ch, wide), high);
  else pen.fillRect(x + eighth(4, wide), y, wide - eighth(4, wide), high);
}

function drawBraille(ch, x, y) {
  const bit = [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2], [0, 3], [1, 3]];
  const dot = Math.max(1, Math.round(wide / 5));
  bit.forEach(([c, r], i) => {
    if ((ch >> i) & 1)
      pen.fillRect(Math.round(x + ((c + 0.5) * wide) / 2 - dot / 2),
        Math.round(y + ((r + 0.5) * high) / 4 - dot / 2), dot, dot);
  });
}

// Arms of the lines U+2500-253C that frames are made of: left, right, up, down.
const ARMS = { 0x2500: 3, 0x2502: 12, 0x250c: 10, 0x2510: 9, 0x2514: 6, 0x2518: 5,
  0x251c: 14, 0x2524: 13, 0x252c: 11, 0x2534: 7, 0x253c: 15,
  0x256d: 10, 0x256e: 9, 0x256f: 5, 0x2570: 6 };
function drawLine(arms, x, y) {
  const thick = Math.max(1, Math.round(wide / 9));
  const mx = x + ((wide - thick) >> 1), my = y + ((high - thick) >> 1);
  if (arms & 1) pen.fillRect(x, my, mx + thick - x, thick);
  if (arms & 2) pen.fillRect(mx, my, x + wide - mx, thick);
  if (arms & 4) pen.fillRect(mx, y, thick, my + thick - y);
  if (arms & 8) pen.fillRect(mx, my, thick, y + high - my);
}

function drawGlyph(ch, fg, bg, attr, x, y) {
  pen.fillStyle = colour(bg);
  pen.fillRect(x, y, wide, high);
  pen.fillStyle = colour(fg);
  if (ch >= 0x2580 && ch <= 0x2590) drawBlock(ch, x, y);
  else if (ch >= 0x2800 && ch <= 0x28ff) drawBraille(ch & 0xff, x, y);
  else if (ARMS[ch]) drawLine(ARMS[ch], x, y);
  else if (ch !== 0x20) {
    pen.font = (attr & BOLD ? "bold " : "") + font + "px " + FONT;
    pen.fillText(String.fromCodePoint(ch), x, y + Math.round(high * 0.78), wide);
  }
  if (attr & UNDERLINE) pen.fillRect(x, y + high - 2, wide, 1);
}

function draw() {
  const at = call("draw", "number") >> 2;
  if (!at) return;
  const now = ursa.HEAPU32.subarray(at, at + rows * cols * 4);
  const all = drawn.length !== now.length;
  for (let i = 0; i < now.length; i += 4)
    if (all || now[i] !== drawn[i] || now[i + 1] !== drawn[i + 1] ||
        now[i + 2] !== drawn[i + 2] || now[i + 3] !== drawn[i + 3]) {
      const cell = i / 4;
      drawGlyph(now[i], now[i + 1], now[i + 2], now[i + 3],
        (cell % cols) * wide, Math.floor(cell / cols) * high);
    }
  drawn = now.slice();
}

// As many characters as there is room for, 40 x 12 to 200 x 60, of 10 to 24 pixels.
function fit() {
  const dots = window.devicePixelRatio || 1;
  const room = { wide: document.body.clientWidth - 16, high: window.innerHeight - 96 };
  const measure = (px) => {
    pen.font = px * dots + "px " + FONT;
    return Math.max(4, Math.round(pen.measureText("0").width));
  };
  let px = 15;
  while (px > 10 && (room.wide * dots) / measure(px) < 80) px--;
  while (px < 24 && (room.wide * dots) / measure(px) > 200) px++;
  wide = measure(px);
  font = Math.round(px * dots);
  high = Math.round(font * 1.25);
  const within = (x, low, top) => Math.max(low, Math.min(top, Math.floor(x)));
  cols = within((room.wide * dots) / wide, 40, 200);
  rows = within((room.high * dots) / high, 12, 60);
  canvas.width = cols * wide;
  canvas.height = rows * high;
  canvas.style.width = canvas.width / dots + "px";
  canvas.style.height = canvas.height / dots + "px";
  pen.textBaseline = "alphabetic";
  drawn = new Uint32Array(0);
  canvas.dataset.size = rows + " " + cols;
  call("resize", null, ["number", "number"], [rows, cols]);
}

// ---- what the page says beside it

let said = "", linked = "", files = "";

function sayError(words) { byId("error").textContent = words; }

function tell() {
  const message = text("message");
  if (message !== said) byId("message").textContent = said = message;
  if (!byId("text").hidden) byId("text").textContent = text("text");
}

// The address says what is shown; not of a recording, which the page has in it.
function keepLink() {
  const link = text("link") + (byId("text").hidden ? "" : "&text=1");
  if (link === linked || byId("trace").textContent.trim()) return;
  linked = link;
  try { history.replaceState(null, "", "#" + link); } catch (e) { /* an address of its own */ }
}

// What was recorded and written, to be saved.
function listFiles() {
  const names = ursa.FS.readdir("/out").filter((n) => !n.startsWith("."));
  const sizes = names.map((n) => n + " " + ursa.FS.stat("/out/" + n).size).join("\n");
  if (sizes === files) return;
  files = sizes;
  byId("saved").hidden = !names.length;
  byId("files").replaceChildren(...names.map((name) => {
    const item = document.createElement("li"), button = document.createElement("button");
    button.textContent = "Save " + name;
    button.onclick = () => save(name);
    item.append(button);
    return item;
  }));
}

function save(name) {
  const a = document.createElement("a");
  a.href = URL.createObjectURL(new Blob([ursa.FS.readFile("/out/" + name)]));
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 1000);
}

function copyLink() {
  const link = location.href.split("#")[0] + "#" + text("link");
  byId("message").textContent = "copied: " + link;
  if (navigator.clipboard) navigator.clipboard.writeText(link).catch(() => {});
}

function toggleText() {
  byId("text").hidden = !byId("text").hidden;
  tell();
}

function listDemos() {
  byId("demos").replaceChildren(...text("demos").trim().split("\n").map((line) => {
    const [name, title] = line.split("\t");
    const item = document.createElement("li"), a = document.createElement("a");
    a.href = "#demo=" + encodeURIComponent(name);
    a.textContent = title;
    item.append(a);
    return item;
  }));
}

function listKeys() {
  const all = text("keys").trim().split("\n").map((line) => line.split("\t"));
  const button = (label, help, act) => {
    const b = document.createElement("button");
    b.textContent = label;
    b.title = help;
    b.setAttribute("aria-label", help);
    b.onclick = () => { act(); canvas.focus(); };
    return b;
  };
  const of = (key) => all.find((row) => Number(row[0]) === key.codePointAt(0));
  const label = (key) => (key === " " ? "space" : key) + "\u2002" + BUTTONS[key];
  byId("buttons").replaceChildren(
    ...Object.keys(BUTTONS).map((key) =>
      button(label(key), (of(key) || [])[2] || BUTTONS[key], () => press(key.codePointAt(0)))),
    button("y\u2002copy link", "copy the link of what is shown", copyLink),
    button("Alt-T\u2002as text", "show the window as text, or hide it", toggleText));
  byId("keys-list").replaceChildren(...all.flatMap(([, keys, help]) => {
    const dt = document.createElement("dt"), dd = document.createElement("dd");
    dt.textContent = keys;
    dd.textContent = help;
    return [dt, dd];
  }));
}

// ---- keys and pointer

function press(key) {
  call("key", null, ["number"], [key]);
  tell();
}

function keyOf(event) {
  if (NAMED[event.key] !== undefined) return NAMED[event.key];
  const f = /^F(\d+)$/.exec(event.key);
  if (f) return ["5", "11", "12"].includes(f[1]) ? 0 : F1 + Number(f[1]) - 1;
  return [...event.key].length === 1 ? event.key.codePointAt(0) : 0;
}

function onKey(event) {
  if (event.altKey && event.code === "KeyT") { toggleText(); event.preventDefault(); return; }
  if (event.target !== canvas && event.target !== document.body) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Tab" && (event.shiftKey || event.target !== canvas)) return;
  const key = keyOf(event);
  if (!key) return;
  event.preventDefault();
  if (key === 0x79 && !typing()) copyLink();
  else press(key);
}

// Whether keys are text just now: of a prompt, a filter, a field.
const typing = () => call("typing", "number") !== 0;

function cellOf(event) {
  const box = canvas.getBoundingClientRect();
  return [Math.floor(((event.clientY - box.top) / box.height) * rows),
    Math.floor(((event.clientX - box.left) / box.width) * cols)];
}

const at = (name, event) => {
  call(name, null, ["number", "number"], cellOf(event));
  tell();
};

// ---- beginning

function open(link) {
  sayError("");
  const light = window.matchMedia("(prefers-color-scheme: light)").matches;
  call("backdrop", null, ["number"], [light ? 1 : 0]);
  // Of the page alone: whether the window is shown as text, too.
  byId("text").hidden = !/(^|&)text=1(&|$)/.test(link);
  const ok = call("open", "number", ["string"], [link.replace(/(^|&)text=1(?=&|$)/, "")]);
  if (!ok) sayError(text("error"));
  else if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) call("pause", null);
  return ok;
}

function openTrace(recorded) {
  ursa.FS.writeFile("/run.urt", recorded);
  byId("text").hidden = !/(^|&)text=1(&|$)/.test(location.hash.slice(1));
  const ok = call("open_trace", "number", ["string"], ["/run.urt"]);
  if (!ok) sayError(text("error"));
  return ok;
}

function frame() {
  call("pump", null, ["number"], [8]);
  draw();
  tell();
  requestAnimationFrame(frame);
}

async function begin() {
  await load();
  fit();
  listDemos();
  listKeys();
  const recorded = byId("trace").textContent.trim();
  const link = location.hash.slice(1);
  if (!(recorded ? openTrace(recorded + "\n") : open(link)) && !recorded) {
    const why = byId("error").textContent;
    open("");
    sayError(why);
  }
  document.addEventListener("keydown", onKey);
  canvas.addEventListener("pointerdown", (e) => at("click", e));
  canvas.addEventListener("pointermove", (e) => { if (e.buttons & 1) at("drag", e); });
  canvas.addEventListener("wheel", (e) => {
    if (!e.ctrlKey) { e.preventDefault(); press(FIRST + (e.deltaY < 0 ? 14 : 15)); }
  }, { passive: false });
  window.addEventListener("resize", fit);
  window.addEventListener("hashchange", () => {
    if (location.hash.slice(1) !== linked) open(location.hash.slice(1));
  });
  window.matchMedia("(prefers-color-scheme: light)").addEventListener("change", (e) =>
    call("backdrop", null, ["number"], [e.matches ? 1 : 0]));
  setInterval(() => { keepLink(); listFiles(); }, 500);
  canvas.focus({ preventScroll: true });
  requestAnimationFrame(frame);
}

begin().catch((e) => sayError("ursa could not begin: " + e));
