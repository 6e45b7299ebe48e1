#include "config.h"

#include "experiment_node.h"
#include "xalloc.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- messages */

bool reader_wrong_at(struct reader *rd, size_t line, size_t col, const char *what)
{
    const char *at = rd->text, *end = rd->text + rd->len;
    for (size_t i = 0; i < line && at < end; i++) {
        const char *next = memchr(at, '\n', (size_t)(end - at));
        at = next ? next + 1 : end;
    }
    const char *stop = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
    int width = (int)((stop ? stop : end) - at);
    return err_set(rd->err, "%s:%zu:%zu: error: %s\n%5zu | %.*s\n      | %*s^", rd->name,
                   line + 1, col + 1, what, line + 1, width < 300 ? width : 300, at,
                   (int)(col < 300 ? col : 300), "");
}

bool reader_wrong(struct reader *rd, const yaml_node_t *n, const char *fmt, ...)
{
    char what[1024];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    for (char *c = what; *c; c++) /* one line: the file's own line follows */
        if (*c == '\n')
            *c = '\0';
        else if (iscntrl((unsigned char)*c))
            *c = '?';
    return reader_wrong_at(rd, n->start_mark.line, n->start_mark.column, what);
}

/* ---- nodes */

yaml_node_t *reader_node(struct reader *rd, int index)
{
    return yaml_document_get_node(rd->doc, index);
}

const char *reader_scalar(struct reader *rd, const yaml_node_t *n, const char *what)
{
    const char *s = (const char *)n->data.scalar.value;
    if (n->type != YAML_SCALAR_NODE) {
        reader_wrong(rd, n, "%s must be a plain value", what);
        return NULL;
    }
    if (strlen(s) != n->data.scalar.length) {
        reader_wrong(rd, n, "%s contains a NUL character", what);
        return NULL;
    }
    return s;
}

/* ---- mappings */

enum { MERGES = 16 }; /* within each other */

static const char *key_of(struct reader *rd, const yaml_node_pair_t *p)
{
    const yaml_node_t *k = reader_node(rd, p->key);
    return k->type == YAML_SCALAR_NODE ? (const char *)k->data.scalar.value : NULL;
}

static void add_pair(struct pairs *to, yaml_node_pair_t p)
{
    if ((to->n & (to->n - 1)) == 0) /* grow at powers of two */
        to->at = xrealloc(to->at, to->n ? 2 * to->n : 1, sizeof *to->at);
    to->at[to->n++] = p;
}

static void gather(struct reader *rd, const yaml_node_t *map, struct pairs *to, int depth);

/* "<<: *base" or "<<: [*one, *other]". */
static void merge(struct reader *rd, const yaml_node_t *from, struct pairs *to, int depth)
{
    if (from->type == YAML_SEQUENCE_NODE) {
        for (yaml_node_item_t *i = from->data.sequence.items.start;
             i < from->data.sequence.items.top; i++)
            merge(rd, reader_node(rd, *i), to, depth + 1);
    } else if (from->type != YAML_MAPPING_NODE || depth > MERGES) {
        reader_wrong(rd, from, "'<<' merges mappings, %d deep at most", MERGES);
    } else {
        gather(rd, from, to, depth + 1);
    }
}

static void gather(struct reader *rd, const yaml_node_t *map, struct pairs *to, int depth)
{
    for (yaml_node_pair_t *p = map->data.mapping.pairs.start;
         p < map->data.mapping.pairs.top; p++) {
        const char *k = key_of(rd, p);
        if (!k || strcmp(k, "<<") != 0)
            add_pair(to, *p);
    }
    for (yaml_node_pair_t *p = map->data.mapping.pairs.start;
         p < map->data.mapping.pairs.top; p++) {
        const char *k = key_of(rd, p);
        if (k && !strcmp(k, "<<"))
            merge(rd, reader_node(rd, p->value), to, depth);
    }
}

/* A key and its place among the pairs. */
struct key {
    const char *text;
    size_t at;
};

static int by_key(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    int d = strcmp(x->text, y->text);
    return d ? d : (x->at > y->at) - (x->at < y->at);
}

/* A mapping's own pairs stand first, so a merged one gives way; two of its own are
 * wrong. */
static void settle(struct reader *rd, size_t own, struct pairs *all)
{
    struct key *key = xcalloc(all->n + 1, sizeof *key);
    bool *drop = xcalloc(all->n + 1, sizeof *drop);
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < all->n; i++) {
        const char *text = key_of(rd, &all->at[i]);
        if (text)
            key[n++] = (struct key){ text, i };
    }
    qsort(key, n, sizeof *key, by_key);
    for (size_t i = 1; i < n; i++) {
        if (strcmp(key[i - 1].text, key[i].text) != 0)
            continue;
        const yaml_node_t *k = reader_node(rd, all->at[key[i].at].key);
        drop[key[i].at] = true;
        if (key[i].at < own)
            reader_wrong(rd, k, "duplicate key '%s' (first at line %zu)", key[i].text,
                         reader_node(rd, all->at[key[i - 1].at].key)->start_mark.line + 1);
    }
    for (size_t i = 0; i < all->n; i++)
        if (!drop[i])
            all->at[kept++] = all->at[i];
    all->n = kept;
    free(key);
    free(drop);
}

struct pairs reader_pairs_of(struct reader *rd, const yaml_node_t *map)
{
    struct pairs all = { 0 };
    size_t own = 0;
    for (yaml_node_pair_t *p = map->data.mapping.pairs.start;
         p < map->data.mapping.pairs.top; p++) {
        const char *k = key_of(rd, p);
        own += !k || strcmp(k, "<<") != 0;
    }
    gather(rd, map, &all, 0);
    settle(rd, own, &all);
    return all;
}
