// Unpacks the page's program: browsers know gzip alone, and with it the page is a quarter larger.
// Each bit is foretold by several contexts, two mixers weigh their forecasts, and the bit is coded
// by its surprise (context mixing, after M. Mahoney's PAQ). The contexts are the last bytes and,
// in code of WebAssembly, the last instructions and what they named. pack.js does the same the
// other way. Nothing but + - * / and tables, so all engines come to the same bits.

// Reads a module of WebAssembly that begins at byte `from`: where in an instruction the next
// byte is (part), the last instructions (ops), the last local and the last numbers (named).
function wasmReader(from) {
  const parts = ["op", "immediate", "raw", "body", "kinds", "many", "type", "targets", "more"];
  const numbers = new Uint8Array(256); // that follow an instruction, in LEB128
  for (const op of [2, 3, 4, 12, 13, 16, 32, 33, 34, 35, 36, 63, 64, 65, 66]) numbers[op] = 1;
  numbers.fill(2, 40, 63);
  numbers[17] = 2;
  const at = { code: false, part: 0, ops: [0, 0, 0, 0], local: 0, named: [0, 0] };
  let want = "head", left = 8, value = 0, shift = 0, section = 0, end = 0, body = 0;
  let second = 0, bytes = 0, n = 0;

  const number = (byte) => { // is it whole with this byte?
    if (!shift) value = 0;
    if (shift < 32) value |= (byte & 127) << shift;
    shift = byte > 127 ? shift + 7 : 0;
    bytes++;
    return byte < 128;
  };
  const instruction = (op) => {
    at.ops = [op, at.ops[0], at.ops[1], at.ops[2]];
    second = bytes = 0;
    if (op === 14) return "targets"; // br_table
    if (op === 252) return "more";
    left = op === 67 ? 4 : op === 68 ? 8 : numbers[op]; // f32.const, f64.const
    return op === 67 || op === 68 ? "raw" : left ? "immediate" : "op";
  };
  const immediate = () => {
    at.named = [value, at.named[0]];
    if (at.ops[0] >= 32 && at.ops[0] <= 34) at.local = value;
    bytes = 0;
    second = 1;
    return --left ? "immediate" : "op";
  };
  const after = { // what comes after a whole number
    size: () => {
      end = n + 1 + value;
      return section === 10 ? "count" : "rest";
    },
    count: () => "body",
    body: () => {
      body = n + 1 + value;
      return "kinds";
    },
    kinds: () => ((left = value) ? "many" : "op"),
    many: () => "type",
    targets: () => {
      left = value + 1;
      return "immediate";
    },
    immediate,
  };
  const next = (byte) => {
    if (after[want]) return number(byte) ? after[want]() : want;
    if (want === "head") return --left ? want : "section";
    if (want === "section") section = byte;
    if (want === "section") return "size";
    if (want === "rest") return n + 1 < end ? want : "section";
    if (want === "op") return instruction(byte);
    if (want === "type") return --left ? "many" : "op";
    if (want === "more") left = byte === 10 ? 2 : byte === 11 ? 1 : 0; // memory.copy, .fill
    if (want === "more") return left ? "raw" : "op";
    return --left ? want : "op"; // raw
  };
  at.read = (byte, place) => {
    if (place < from) return;
    n = place;
    want = next(byte);
    if (want === "op" && n + 1 >= body) {
      want = n + 1 < end ? "body" : "section";
      at.ops = [0, 0, 0, 0];
    }
    at.code = section === 10 && parts.includes(want);
    at.part = parts.indexOf(want) * 8 + second * 4 + Math.min(bytes, 3);
  };
  return at;
}

// Tables: log odds from -12 to 12 in steps of 1 / 128, as chances; and the other way.
function oddsTables() {
  const chanceOf = new Float64Array(2 * 12 * 128 + 1), oddsOf = new Float64Array(4096);
  let e = 162754.791419003921; // exp(12); the other is exp(1 / 128)
  for (let i = 0; i < chanceOf.length; i++, e /= 1.00784309720644804) chanceOf[i] = 1 / (1 + e);
  for (let p = 0, i = 0; p < 4096; p++) {
    while (i + 1 < chanceOf.length && chanceOf[i] < (p + 0.5) / 4096) i++;
    oddsOf[p] = i / 128 - 12;
  }
  return [chanceOf, oddsOf];
}

// Foretells size bytes, of which those from byte `from` on are a module: foretell() is the chance
// that the next bit is 1, learn(bit) says what it was, text is what has been learnt.
function forecaster(from, size) {
  const bits = 21, contexts = 11, shortest = 6, inputs = 2 * contexts + 2;
  const [chanceOf, oddsOf] = oddsTables();
  const text = new Uint8Array(size);
  // Of each context and the bits since: a chance of 22 bits, and 10 of how often it was seen.
  const tables = [];
  for (let i = 0; i < contexts; i++) tables.push(new Uint32Array(1 << bits).fill(1 << 31));
  const context = new Int32Array(contexts), row = new Int32Array(contexts);
  const slot = new Int32Array(contexts), x = new Float64Array(inputs);
  // Of the mixer by the bits of this byte and how it went before, and of that by the last
  // instruction or byte.
  const byBits = new Float64Array(inputs * 768).fill(0.2);
  const byPlace = new Float64Array(inputs * 96 * 256).fill(0.2);
  const rate = Float64Array.from({ length: 32 }, (_, seen) => 1 / (seen + 1.6));
  const last = new Int32Array(1 << 18), trust = new Float64Array(32).fill(0.5);
  const at = wasmReader(from);
  // partial: the bits of this byte after a 1; half: those of this half of it.
  let n = 0, partial = 1, half = 1, match = 0, length = 0, expected = -1;
  let set = 0, own = 0.5, place = 0, other = 0.5; // where each mixer's weights are, what it said

  const hash = (...values) => {
    let h = 0;
    for (const v of values) h = Math.imul(h + v + 1, 0x2f0b4c47);
    return h;
  };
  const back = (k) => (n >= k ? text[n - k] : 0);
  const look = () => { // at what was read: the contexts of the next byte
    const a = back(1), b = back(2), c = back(3), d = back(4);
    context[1] = hash(1, a);
    context[2] = hash(2, a, b);
    context[3] = hash(3, a, b, c);
    context[4] = hash(4, a, b, c, d, back(5), back(6));
    const w = at.part, [o, q, r, s] = at.ops, [u, v] = at.named, begun = w & 3 ? a : 0;
    context[5] = at.code ? hash(5, w, o, q) : hash(11, b);
    context[6] = at.code ? hash(6, w, o, q, r) : hash(12, a, c);
    context[7] = at.code ? hash(7, w, o, q, r, s) : hash(13, a, b, c, d);
    context[8] = at.code ? hash(8, w, o, at.local, begun) : hash(14, b, c);
    context[9] = at.code ? hash(9, w, o, q, at.local, u, begun) : hash(15, d);
    context[10] = at.code ? hash(10, w, o, q, u, v, begun) : hash(16, n & 3, d, back(8));
  };
  const recall = () => { // the last place where the last bytes were the same
    length = length && text[match] === text[n - 1] ? length + 1 : 0;
    match++;
    if (n < shortest) return;
    let h = 0;
    for (let k = 1; k <= shortest; k++) h = Math.imul(h, 0x2f0b4c47) + text[n - k] + 1;
    h >>>= 14;
    if (!length && (match = last[h])) {
      while (length < 32 && match > length && text[match - 1 - length] === text[n - 1 - length])
        length++;
      if (length < shortest) length = 0;
    }
    last[h] = n;
  };
  const seek = () => { // a row of a table has the chances of half a byte
    for (let i = 0; i < contexts; i++) {
      const h = Math.imul(context[i] + Math.imul(partial, 0x9e3779b1), 0x85ebca6b);
      row[i] = (Math.imul(h ^ (h >>> 15), 0xc2b2ae35) >>> (32 - bits)) & ~15;
    }
  };
  const expect = () => { // the bit that came when it was the same
    expected = -1;
    x[2 * contexts] = 0;
    if (!length) return;
    const whole = text[match] | 256, gone = 31 - Math.clz32(partial);
    if (whole >>> (8 - gone) !== partial) {
      length = 0;
      return;
    }
    expected = (whole >>> (7 - gone)) & 1;
    const odds = oddsOf[Math.floor(trust[Math.min(length, 31)] * 4096)];
    x[2 * contexts] = expected ? odds : -odds;
  };

  const chance = (odds) => {
    const i = Math.floor((odds + 12) * 128 + 0.5);
    return chanceOf[Math.max(256, Math.min(chanceOf.length - 257, i))];
  };
  const foretell = () => {
    if (half === 1) seek();
    for (let i = 0; i < contexts; i++) {
      slot[i] = row[i] + half;
      const c = tables[i][slot[i]], seen = c & 1023;
      x[2 * i] = seen ? oddsOf[c >>> 20] : 0;
      x[2 * i + 1] = seen ? ((c >>> 10) - 2097152) / 1048576 : 0;
    }
    expect();
    x[inputs - 1] = 0.3;
    set = (partial + (expected < 0 ? 0 : length < 16 ? 256 : 512)) * inputs;
    place = (at.code ? (at.part + 1) * 256 + at.ops[0] : back(1)) * inputs;
    let a = 0, b = 0;
    for (let i = 0; i < inputs; i++) {
      a += byBits[set + i] * x[i];
      b += byPlace[place + i] * x[i];
    }
    own = chance(a);
    other = chance(b);
    return chance((a + b) / 2);
  };
  const learn = (bit) => {
    const a = (bit - own) * 0.006, b = (bit - other) * 0.01;
    for (let i = 0; i < inputs; i++) {
      byBits[set + i] += a * x[i];
      byPlace[place + i] += b * x[i];
    }
    for (let i = 0; i < contexts; i++) {
      const c = tables[i][slot[i]], seen = c & 1023, old = c >>> 10;
      const now = Math.floor(old + ((bit ? 4194303 : 0) - old) * rate[seen]);
      tables[i][slot[i]] = now * 1024 + Math.min(seen + 1, 20);
    }
    if (expected >= 0) {
      const t = Math.min(length, 31);
      trust[t] += ((bit === expected ? 0.9999 : 0) - trust[t]) / 64;
    }
    partial = partial * 2 + bit;
    half = partial >= 16 && partial < 32 ? 1 : half * 2 + bit;
    if (partial < 256) return;
    text[n] = partial & 255;
    at.read(text[n], n);
    n++;
    partial = half = 1;
    recall();
    look();
  };
  look();
  return { foretell, learn, text };
}

// packed: two numbers of 32 bits, size and from of the forecaster; then a number between 0 and 1,
// as long as it takes, in the interval of which each bit has its share (arithmetic coding).
function unpack(packed) {
  const head = new DataView(packed.buffer, packed.byteOffset);
  const size = head.getUint32(0), model = forecaster(head.getUint32(4), size);
  let at = 8, low = 0, high = 0xffffffff, code = 0;
  for (let i = 0; i < 4; i++) code = ((code << 8) | packed[at++]) >>> 0;
  for (let i = 0; i < 8 * size; i++) {
    const middle = low + Math.floor((high - low) * model.foretell());
    const bit = code <= middle ? 1 : 0;
    if (bit) high = middle;
    else low = middle + 1;
    for (; (low ^ high) >>> 24 === 0; code = ((code << 8) | packed[at++]) >>> 0) {
      low = (low << 8) >>> 0;
      high = ((high << 8) | 255) >>> 0;
    }
    model.learn(bit);
  }
  return model.text;
}
