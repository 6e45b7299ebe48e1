"use strict";
// node web.js PAGE hash LINK...       the hash of each run, a line each
// node web.js PAGE text ROWS COLS LINK CYCLE...   the window at each cycle
// node web.js PAGE time LINK          milliseconds of the second of two runs
// The module of the page, taken out of it; Node alone, no browser.
const fs = require("fs");
const page = fs.readFileSync(process.argv[2], "utf8");
const part = (id) => new RegExp('<script id="' + id + '"[^>]*>([^]*?)</script>').exec(page)[1];
const module_text = /<script>\n([^]*?)<\/script>/.exec(page)[1];
const unpack = new Function(part("unpack") + "return unpack;")();
const all = unpack(Buffer.from(part("packed"), "base64"));
const end = all.indexOf(0), wasmBinary = all.slice(end + 1);
const make = new Function(module_text + "; return ursa_module;")();

make({ wasmBinary, print() {}, printErr() {} }).then((ursa) => {
  const call = (name, result, types, values) =>
    ursa.ccall("web_" + name, result, types || [], values || []);
  const files = JSON.parse(new TextDecoder().decode(all.subarray(0, end)));
  for (const folder of ["/ursa", "/ursa/demos", "/ursa/maps", "/out"]) ursa.FS.mkdir(folder);
  for (const name in files) ursa.FS.writeFile("/ursa/" + name, files[name]);
  const hash = (link) => call("hash", "string", ["string"], [link]) || call("error", "string");
  const [what, ...rest] = process.argv.slice(3);
  if (what === "hash") for (const link of rest) console.log(hash(link));
  if (what === "time") {
    hash(rest[0]);
    const from = process.hrtime.bigint();
    hash(rest[0]);
    console.log(Number(process.hrtime.bigint() - from) / 1e6);
  }
  if (what === "text") {
    call("resize", null, ["number", "number"], [Number(rest[0]), Number(rest[1])]);
    if (!call("open", "number", ["string"], [rest[2]])) console.log(call("error", "string"));
    for (const t of rest.slice(3)) {
      call("go", null, ["number"], [Number(t)]);
      call("draw", "number");
      process.stdout.write(call("text", "string"));
    }
  }
  if (what === "heap") {
    call("open", "number", ["string"], [rest[0]]);
    call("go", null, ["number"], [Number(rest[1])]);
    call("draw", "number");
    console.log(ursa.HEAPU8.length);
  }
});
