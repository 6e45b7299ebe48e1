#include "config.h"

#include "arena.h"
#include "xalloc.h"

#include <stdalign.h>
#include <stdlib.h>

enum { CHUNK = 1 << 18 };

struct arena_chunk {
    struct arena_chunk *before;
    alignas(16) char at[];
};

void *arena_take(struct arena *a, size_t n, size_t size)
{
    size_t need = (n * size + 15) / 16 * 16;
    if (a->used + need > a->size) {
        a->size = need > CHUNK ? need : CHUNK;
        struct arena_chunk *c = xcalloc(1, sizeof *c + a->size);
        c->before = a->last;
        a->last = c;
        a->used = 0;
        a->bytes += sizeof *c + a->size;
    }
    a->used += need;
    return a->last->at + a->used - need;
}

void arena_release(struct arena *a)
{
    while (a->last) {
        struct arena_chunk *c = a->last;
        a->last = c->before;
        free(c);
    }
    *a = (struct arena){ 0 };
}
