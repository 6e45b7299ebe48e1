#include "config.h"

#include "tree.h"
#include "xalloc.h"

#include <stdlib.h>

void tree_open(struct tree *t, uint32_t n_actions, uint32_t most, double explore,
               bool keeps)
{
    size_t size = node_size(n_actions);
    *t = (struct tree){ .n_actions = n_actions, .most = most, .explore = explore };
    t->arena = xalloc_line((size_t)most + 1, size);
    if (keeps)
        t->spare = xalloc_line((size_t)most + 1, size);
    for (uint32_t n = 1; n < TABLE; n++) {
        t->inv[n] = 1.0 / n;
        t->rs_of[n] = (float)(1 / sqrt(n));
        t->bonus[n] = (float)(explore * sqrt(log(n)));
    }
}

void tree_close(struct tree *t)
{
    free(t->arena);
    free(t->spare);
}

void tree_clear(struct tree *t)
{
    t->used = 0;
    node_new(t, t->n_actions, 0);
}

/* Copied breadth first: numbers are given in the order of copying, so a node copied but not
 * yet walked still holds the old numbers of its children. */
void tree_keep(struct tree *t, uint32_t from)
{
    unsigned char *old = t->arena, *new = t->spare;
    uint32_t n = t->n_actions, used = ROOT;
    size_t size = node_size(n);
    memcpy(new + size, old + from * size, size);
    for (uint32_t i = ROOT; i <= used; i++) {
        struct node *v = (struct node *)(void *)(new + i *size);
        for (uint32_t a = 0; a < n; a++) {
            uint32_t *link = &node_child(v, n)[a];
            while (*link != NONE) {
                memcpy(new + ++used *size, old + *link * size, size);
                *link = used;
                link = &((struct node *)(void *)(new + used *size))->next;
            }
        }
    }
    t->arena = new;
    t->spare = old;
    t->used = used;
    node_at(t, n, ROOT)->next = NONE;
}

void tree_score(struct tree *t, const double *inv_range)
{
    /* Kept breadth first: the children of one depth end where those of the next begin. */
    uint32_t n = t->n_actions, depth = 0, last = ROOT, last_child = ROOT;
    for (uint32_t i = ROOT; i <= t->used; i++) {
        struct node *v = node_at(t, n, i);
        if (i > last) {
            depth++;
            last = last_child;
        }
        score(t, n, v, inv_range[depth]);
        for (uint32_t a = 0; a < n; a++)
            for (uint32_t c = node_child(v, n)[a]; c != NONE; c = node_at(t, n, c)->next)
                last_child = c > last_child ? c : last_child;
    }
}
