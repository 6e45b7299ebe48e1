#include "config.h"

#include "bits.h"
#include "bytes.h"
#include "xalloc.h"

#include <stdlib.h>

/* Words for so many bits, with the blank one and one to spare. */
static size_t words(uint64_t bits) { return bits / 64 + 2; }

void bits_grow(struct bits *b)
{
    uint64_t cap = b->cap ? 2 * b->cap : 4096;
    b->word = xrealloc(b->word, words(cap), sizeof *b->word);
    for (uint64_t w = b->cap ? words(b->cap) : 0; w < words(cap); w++)
        b->word[w] = 0;
    b->cap = cap;
}

size_t bits_frozen_size(const struct bits *b)
{
    return sizeof b->n + sizeof b->cap + (b->cap ? words(b->n) * sizeof *b->word : 0);
}

void *bits_freeze(const struct bits *b, void *bytes)
{
    bytes = bytes_put(bytes, &b->n, sizeof b->n);
    bytes = bytes_put(bytes, &b->cap, sizeof b->cap);
    return b->cap ? bytes_put(bytes, b->word, words(b->n) * sizeof *b->word) : bytes;
}

const void *bits_thaw(struct bits *b, const void *bytes)
{
    bits_release(b);
    bytes = bytes_take(bytes, &b->n, sizeof b->n);
    bytes = bytes_take(bytes, &b->cap, sizeof b->cap);
    if (!b->cap)
        return bytes;
    b->word = xcalloc(words(b->cap), sizeof *b->word);
    return bytes_take(bytes, b->word, words(b->n) * sizeof *b->word);
}

void bits_release(struct bits *b)
{
    free(b->word);
    *b = (struct bits){ 0 };
}
