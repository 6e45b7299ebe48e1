#include "config.h"

#include "hash.h"
#include "mdp_names.h"
#include "suggest.h"
#include "xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SUGGESTED_FROM = 1000 }; /* names that are compared with what was mistyped */

/* The slot of a name, or the free one where it would stand. */
static uint32_t *slot_of(const struct names *s, const char *word, size_t len)
{
    for (uint64_t h = hash_bytes(HASH_START, word, len);; h++) {
        uint32_t *slot = &s->slot[h & (s->n_slots - 1)];
        const char *name = *slot ? s->at[*slot - 1] : NULL;
        if (!name || (!strncmp(name, word, len) && !name[len]))
            return slot;
    }
}

int64_t names_find(const struct names *s, const char *word, size_t len)
{
    return s->n_slots ? (int64_t)*slot_of(s, word, len) - 1 : -1;
}

static void rehash(struct names *s)
{
    s->n_slots = s->n_slots ? 2 * s->n_slots : 64;
    free(s->slot);
    s->slot = xcalloc(s->n_slots, sizeof *s->slot);
    for (uint32_t i = 0; i < s->n; i++)
        *slot_of(s, s->at[i], strlen(s->at[i])) = i + 1;
}

int64_t names_add(struct names *s, const char *word, size_t len)
{
    if (names_find(s, word, len) >= 0)
        return -1;
    if (s->n == s->cap) {
        s->cap = s->cap ? 2 * s->cap : 16;
        s->at = xrealloc(s->at, s->cap, sizeof *s->at);
    }
    s->at[s->n] = xasprintf("%.*s", (int)len, word);
    if (2 * ++s->n > s->n_slots)
        rehash(s);
    else
        *slot_of(s, word, len) = s->n;
    return s->n - 1;
}

void names_count(struct names *s, uint32_t n)
{
    char text[16];
    for (uint32_t i = 0; i < n; i++)
        names_add(s, text, (size_t)snprintf(text, sizeof text, "%u", i));
}

void names_suggest(const struct names *s, const char *word, char *buf, size_t n)
{
    uint32_t few = s->n < SUGGESTED_FROM ? s->n : SUGGESTED_FROM;
    suggest_near(buf, n, word, (const char *const *)s->at, few);
}

char **names_take(struct names *s, uint32_t *n)
{
    char **at = s->at;
    *n = s->n;
    s->at = NULL;
    names_release(s);
    return at;
}

void names_release(struct names *s)
{
    for (uint32_t i = 0; s->at && i < s->n; i++)
        free(s->at[i]);
    free(s->at);
    free(s->slot);
    *s = (struct names){ 0 };
}
