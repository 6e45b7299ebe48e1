// What xz --format=lzma packed: the decoder of the LZMA specification (I. Pavlov), for browsers
// can unpack gzip alone, which packs a program a seventh worse.
function unpack(packed) {
  let at = 13, range = 0xffffffff, code = 0;
  let out = new Uint8Array(1 << 20), n = 0;
  const lc = packed[0] % 9, lp = ((packed[0] / 9) | 0) % 5, pb = (packed[0] / 45) | 0;
  const chances = (count) => new Uint16Array(count).fill(1024);
  const literal = chances(0x300 << (lc + lp));
  const isMatch = chances(192), isRep = chances(12), isRep0 = chances(12), isRep1 = chances(12);
  const isRep2 = chances(12), isRep0Long = chances(192), slots = chances(256);
  const special = chances(128), align = chances(16);
  for (let i = 0; i < 5; i++) code = ((code << 8) | packed[at++]) >>> 0;

  const normalise = () => {
    if (range < 0x1000000) {
      range = (range << 8) >>> 0;
      code = ((code << 8) | packed[at++]) >>> 0;
    }
  };
  const bit = (chance, i) => {
    normalise();
    const bound = (range >>> 11) * chance[i];
    if (code < bound) {
      range = bound;
      chance[i] += (2048 - chance[i]) >> 5;
      return 0;
    }
    range -= bound;
    code -= bound;
    chance[i] -= chance[i] >> 5;
    return 1;
  };
  const direct = (bits) => {
    let x = 0;
    while (bits--) {
      normalise();
      range >>>= 1;
      const one = code >= range ? 1 : 0;
      if (one) code -= range;
      x = x * 2 + one;
    }
    return x;
  };
  const tree = (chance, from, bits) => {
    let m = 1;
    for (let i = 0; i < bits; i++) m = (m << 1) | bit(chance, from + m);
    return m - (1 << bits);
  };
  const reverse = (chance, from, bits) => {
    let m = 1, x = 0;
    for (let i = 0; i < bits; i++) {
      const b = bit(chance, from + m);
      m = (m << 1) | b;
      x |= b << i;
    }
    return x;
  };
  const lengths = () => ({ choice: chances(2), low: chances(128), mid: chances(128), high: chances(256) });
  const length = (l, place) =>
    !bit(l.choice, 0) ? tree(l.low, place << 3, 3)
      : !bit(l.choice, 1) ? 8 + tree(l.mid, place << 3, 3)
        : 16 + tree(l.high, 0, 8);
  const matched = lengths(), repeated = lengths();

  const put = (byte) => {
    if (n === out.length) {
      const more = new Uint8Array(2 * n);
      more.set(out);
      out = more;
    }
    out[n++] = byte;
  };
  const readLiteral = (state, rep0) => {
    const last = n ? out[n - 1] : 0;
    const from = 0x300 * (((n & ((1 << lp) - 1)) << lc) + (last >> (8 - lc)));
    let symbol = 1;
    if (state >= 7)
      for (let match = out[n - rep0 - 1]; symbol < 0x100;) {
        const want = (match >> 7) & 1;
        match <<= 1;
        const b = bit(literal, from + ((1 + want) << 8) + symbol);
        symbol = (symbol << 1) | b;
        if (want !== b) break;
      }
    while (symbol < 0x100) symbol = (symbol << 1) | bit(literal, from + symbol);
    put(symbol & 0xff);
  };
  const readDistance = (len) => {
    const slot = tree(slots, Math.min(len, 3) << 6, 6);
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1, base = (2 | (slot & 1)) << bits;
    return slot < 14 ? base + reverse(special, base - slot, bits)
      : (base >>> 0) + direct(bits - 4) * 16 + reverse(align, 0, 4);
  };

  let state = 0, rep = [0, 0, 0, 0];
  for (;;) {
    const place = n & ((1 << pb) - 1), here = (state << 4) + place;
    if (!bit(isMatch, here)) {
      readLiteral(state, rep[0]);
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    let len;
    if (!bit(isRep, state)) {
      len = length(matched, place);
      rep = [readDistance(len), rep[0], rep[1], rep[2]];
      state = state < 7 ? 7 : 10;
      if (rep[0] === 0xffffffff) return out.subarray(0, n);
    } else {
      if (!bit(isRep0, state)) {
        if (!bit(isRep0Long, here)) {
          state = state < 7 ? 9 : 11;
          put(out[n - rep[0] - 1]);
          continue;
        }
      } else {
        const which = !bit(isRep1, state) ? 1 : !bit(isRep2, state) ? 2 : 3;
        rep.unshift(rep.splice(which, 1)[0]);
      }
      len = length(repeated, place);
      state = state < 7 ? 8 : 11;
    }
    for (let i = len + 2; i--;) put(out[n - rep[0] - 1]);
  }
}
