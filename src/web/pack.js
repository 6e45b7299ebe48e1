"use strict";
// node pack.js DATA MODULE: both, with a NUL between, packed for unpack.js, in base64.
const fs = require("fs"), path = require("path");
const source = fs.readFileSync(path.join(__dirname, "unpack.js"), "utf8");
const { forecaster, unpack } = new Function(source + "return { forecaster, unpack };")();
const [data, wasm] = process.argv.slice(2).map((name) => fs.readFileSync(name));
const all = Buffer.concat([data, Buffer.alloc(1), wasm]);

const model = forecaster(data.length + 1, all.length), out = [];
let low = 0, high = 0xffffffff;
for (const byte of all)
  for (let i = 7; i >= 0; i--) {
    const bit = (byte >> i) & 1, middle = low + Math.floor((high - low) * model.foretell());
    if (bit) high = middle;
    else low = middle + 1;
    for (; (low ^ high) >>> 24 === 0; high = ((high << 8) | 255) >>> 0) {
      out.push(high >>> 24);
      low = (low << 8) >>> 0;
    }
    model.learn(bit);
  }
for (let i = 24; i >= 0; i -= 8) out.push((high >>> i) & 255);

const head = Buffer.alloc(8);
head.writeUInt32BE(all.length, 0);
head.writeUInt32BE(data.length + 1, 4);
const packed = Buffer.concat([head, Buffer.from(out)]);
if (!all.equals(Buffer.from(unpack(packed)))) throw new Error("what was packed comes out otherwise");
process.stdout.write(packed.toString("base64"));
