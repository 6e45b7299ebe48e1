#ifndef HASH_H
#define HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* FNV-1a over bytes, finished with the splitmix64 mixer: for ids and digests that are
 * printed and stored, so it never changes. Not for adversaries. */
uint64_t hash_bytes(uint64_t h, const void *p, size_t n);
uint64_t hash_string(const char *s);
#define HASH_START UINT64_C(0xcbf29ce484222325)

/* splitmix64's finaliser: a bijection that spreads every bit. */
static inline uint64_t hash_mix(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* Of bytes that are looked up in this process alone, eight at a time: differs between
 * machines, and is never printed or stored. */
static inline uint64_t hash_state(const void *p, size_t n)
{
    const unsigned char *b = (const unsigned char *)p;
    uint64_t h = HASH_START ^ n, word = 0;
    for (; n >= sizeof word; n -= sizeof word, b += sizeof word) {
        memcpy(&word, b, sizeof word);
        h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        h ^= h >> 32;
    }
    word = 0;
    memcpy(&word, b, n);
    return hash_mix(h ^ word);
}

/* Folds one 64-bit word into a running digest. */
static inline uint64_t hash_word(uint64_t h, uint64_t x) { return hash_mix(h ^ x); }

#endif
