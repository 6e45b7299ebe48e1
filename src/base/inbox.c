#include "config.h"

#include "inbox.h"

#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE = 4096 };

void inbox_release(struct inbox *in)
{
    free(in->bytes);
    *in = (struct inbox){ 0 };
}

static void forget_line(struct inbox *in)
{
    if (in->taken)
        memmove(in->bytes, in->bytes + in->taken, in->used - in->taken);
    in->used -= in->taken;
    in->seen -= in->taken < in->seen ? in->taken : in->seen;
    in->taken = 0;
}

char *inbox_room(struct inbox *in, size_t *n)
{
    forget_line(in);
    if (in->cap < in->used + PAGE) {
        in->cap = 2 * in->cap + 2 * PAGE;
        in->bytes = xrealloc(in->bytes, in->cap, 1);
    }
    *n = in->cap - in->used;
    return in->bytes + in->used;
}

void inbox_add(struct inbox *in, size_t n) { in->used += n; }

const char *inbox_line(struct inbox *in, size_t *len)
{
    forget_line(in);
    size_t left = in->used - in->seen;
    char *end = left ? memchr(in->bytes + in->seen, '\n', left) : NULL;
    if (!end) {
        in->seen = *len = in->used;
        return NULL;
    }
    *end = '\0';
    *len = (size_t)(end - in->bytes);
    in->taken = in->seen = *len + 1;
    return in->bytes;
}

const char *inbox_rest(const struct inbox *in, size_t *len)
{
    const char *rest = in->bytes + in->taken;
    size_t n = in->used - in->taken;
    const char *end = n ? memchr(rest, '\n', n) : NULL;
    *len = end ? (size_t)(end - rest) : n;
    return n ? rest : NULL;
}
