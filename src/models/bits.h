#ifndef BITS_H
#define BITS_H

#include <stddef.h>
#include <stdint.h>

/* A history of bits, packed, with a blank word before the first so that every window of 64
 * can be read without asking where the history starts. */
struct bits {
    uint64_t *word; /* owned; bit t stands in word[t / 64 + 1] */
    uint64_t n, cap;
};

/* The 64 bits before position t <= n, the newest in the top bit. */
static inline uint64_t bits_before(const struct bits *b, uint64_t t)
{
    uint64_t w = t >> 6, s = t & 63;
    return b->word[w + 1] << 1 << (63 - s) | b->word[w] >> s;
}

static inline unsigned bits_at(const struct bits *b, uint64_t t)
{
    return b->word[(t >> 6) + 1] >> (t & 63) & 1;
}

/* Needs n < cap: bits_reserve(). */
static inline void bits_push(struct bits *b, unsigned x)
{
    uint64_t *w = &b->word[(b->n >> 6) + 1], s = b->n & 63;
    *w = (*w & ~((uint64_t)1 << s)) | (uint64_t)x << s;
    b->n++;
}

/* How many of the bits before s and before t are equal, newest first; at most `most`. */
static inline uint32_t bits_agree(const struct bits *b, uint64_t s, uint64_t t,
                                  uint32_t most)
{
    uint32_t n = 0;
    for (;;) {
        uint64_t differ = bits_before(b, s - n) ^ bits_before(b, t - n);
        if (differ)
            n += (uint32_t)__builtin_clzll(differ);
        else
            n += 64;
        if (n >= most)
            return most;
        if (differ)
            return n;
    }
}

/* Room for one more. */
void bits_grow(struct bits *b);
static inline void bits_reserve(struct bits *b)
{
    if (b->n == b->cap)
        bits_grow(b);
}
/* The history as bytes, and back into another: how many, where they end. */
size_t bits_frozen_size(const struct bits *b);
void *bits_freeze(const struct bits *b, void *bytes);
const void *bits_thaw(struct bits *b, const void *bytes);
void bits_release(struct bits *b);

#endif
