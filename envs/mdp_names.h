#ifndef MDP_NAMES_H
#define MDP_NAMES_H

#include <stddef.h>
#include <stdint.h>

/* The states, actions or observations of a process: names with an index, so that 65,536 of
 * them are read in no time. */
struct names {
    char **at; /* owned until they are taken */
    uint32_t n, cap;
    uint32_t *slot; /* open addressing: 1 + number; owned */
    uint32_t n_slots;
};

/* Number of a name, or -1. */
int64_t names_find(const struct names *s, const char *word, size_t len);
/* The number of a new name; -1 when there was one. */
int64_t names_add(struct names *s, const char *word, size_t len);
/* Names n of them "0" to n - 1. */
void names_count(struct names *s, uint32_t n);
/* "; did you mean 'x'?", or nothing. */
void names_suggest(const struct names *s, const char *word, char *buf, size_t n);
/* Hands over the array; the index is gone. */
char **names_take(struct names *s, uint32_t *n);
void names_release(struct names *s);

#endif
