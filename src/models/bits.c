#include "config.h"

#include "bits.h"
#include "xalloc.h"

#include <stdlib.h>

void bits_grow(struct bits *b)
{
    uint64_t cap = b->cap ? 2 * b->cap : 4096;
    b->word = xrealloc(b->word, cap / 64 + 2, sizeof *b->word);
    for (uint64_t w = b->cap ? b->cap / 64 + 2 : 0; w < cap / 64 + 2; w++)
        b->word[w] = 0;
    b->cap = cap;
}

void bits_release(struct bits *b)
{
    free(b->word);
    *b = (struct bits){ 0 };
}
