#include "config.h"

#include "sha256.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
static const uint32_t round_constant[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
    0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
    0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
    0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
    0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
    0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
    0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
    0xc67178f2,
};

enum { BLOCK = 64 };
struct digest {
    uint32_t h[8];
    unsigned char block[BLOCK];
    uint64_t n; /* bytes so far */
};

static const struct digest fresh = { .h = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                            0x510e527f, 0x9b05688c, 0x1f83d9ab,
                                            0x5be0cd19 } };

static uint32_t turn(uint32_t x, int k) { return x >> k | x << (32 - k); }

static void spread(const unsigned char *block, uint32_t w[64])
{
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
               (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    for (int i = 16; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ a >> 3) + w[i - 7] +
               (turn(b, 17) ^ turn(b, 19) ^ b >> 10);
    }
}

static void take_block(struct digest *d)
{
    uint32_t w[64], s[8];
    spread(d->block, w);
    memcpy(s, d->h, sizeof s);
    for (int i = 0; i < 64; i++) {
        uint32_t a = s[0], e = s[4];
        uint32_t one = s[7] + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) +
                       ((e & s[5]) ^ (~e & s[6])) + round_constant[i] + w[i];
        uint32_t two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) +
                       ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += one;
        s[0] = one + two;
    }
    for (int i = 0; i < 8; i++)
        d->h[i] += s[i];
}

static void take(struct digest *d, const void *bytes, size_t n)
{
    const unsigned char *from = bytes;
    for (size_t i = 0; i < n; i++) {
        d->block[d->n++ % BLOCK] = from[i];
        if (d->n % BLOCK == 0)
            take_block(d);
    }
}

static void finish(struct digest *d, char hex[SHA256_HEX])
{
    uint64_t bits = d->n * 8;
    unsigned char length[8];
    for (int i = 0; i < 8; i++)
        length[i] = (unsigned char)(bits >> (56 - 8 * i));
    take(d, "\x80", 1);
    while (d->n % BLOCK != BLOCK - sizeof length)
        take(d, "", 1);
    take(d, length, sizeof length);
    for (size_t i = 0; i < 8; i++)
        snprintf(hex + 8 * i, 9, "%08x", d->h[i]);
}

void sha256(const void *bytes, size_t n, char hex[SHA256_HEX])
{
    struct digest d = fresh;
    take(&d, bytes, n);
    finish(&d, hex);
}

bool sha256_file(const char *path, char hex[SHA256_HEX], struct err *err)
{
    struct digest d = fresh;
    char buf[1 << 14];
    FILE *f = fopen(path, "rbe");
    if (!f)
        return err_system(err, "cannot read '%s'", path);
    for (size_t n; (n = fread(buf, 1, sizeof buf, f)) > 0;)
        take(&d, buf, n);
    bool ok = !ferror(f) || err_system(err, "cannot read '%s'", path);
    fclose(f);
    finish(&d, hex);
    return ok;
}
