#ifndef ARENA_H
#define ARENA_H

#include <stddef.h>

/* Memory that is taken piece by piece and given back all at once. */
struct arena {
    struct arena_chunk *last;
    size_t used, size; /* of the last chunk */
    size_t bytes;      /* of all */
};
/* n items of `size` bytes, not zeroed, aligned for doubles and pointers. */
void *arena_take(struct arena *a, size_t n, size_t size);
void arena_release(struct arena *a);

#endif
