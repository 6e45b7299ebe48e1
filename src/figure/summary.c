#include "config.h"

#include "summary.h"

#include "xalloc.h"

#include <stdlib.h>

void summary_add(struct summary *s, const struct summary_row *row)
{
    s->row = xrealloc(s->row, s->n + 1, sizeof *s->row);
    s->row[s->n++] = *row;
}

void summary_release(struct summary *s)
{
    for (size_t i = 0; i < s->n; i++)
        free(s->row[i].world);
    free(s->row);
    free(s->title);
    *s = (struct summary){ 0 };
}
