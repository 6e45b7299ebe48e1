#include "config.h"

#include "hash.h"
#include "history.h"
#include "xalloc.h"

#include <stdlib.h>

void history_add(struct history *h, unsigned action, struct percept e)
{
    if (h->n == h->cap) {
        h->cap = h->cap ? 2 * h->cap : 64;
        h->at = xrealloc(h->at, h->cap, sizeof *h->at);
    }
    h->at[h->n++] = (struct cycle){ .action = action, .e = e };
}

void history_release(struct history *h)
{
    free(h->at);
    *h = (struct history){ 0 };
}

uint64_t history_hash_add(uint64_t hash, unsigned action, struct percept e)
{
    return hash_word(hash_word(hash, action), percept_key(e));
}

uint64_t history_hash(const struct history *h)
{
    uint64_t hash = HASH_START;
    for (size_t i = 0; i < h->n; i++)
        hash = history_hash_add(hash, h->at[i].action, h->at[i].e);
    return hash;
}
