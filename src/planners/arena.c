#include "config.h"

#include "arena.h"
#include "xalloc.h"

#include <stdalign.h>
#include <stdlib.h>

/* A chunk is as large as all before it, within these. */
enum { CHUNK_MIN = 1 << 13, CHUNK_MAX = 1 << 20 };

struct arena_chunk {
    struct arena_chunk *before;
    alignas(16) char at[];
};

void *arena_take(struct arena *a, size_t n, size_t size)
{
    size_t need = (n * size + 15) / 16 * 16;
    if (a->used + need > a->size) {
        size_t grow = a->bytes > CHUNK_MAX ? CHUNK_MAX : a->bytes;
        grow = grow < CHUNK_MIN ? CHUNK_MIN : grow;
        a->size = need > grow ? need : grow;
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
