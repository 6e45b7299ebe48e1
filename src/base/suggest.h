#ifndef SUGGEST_H
#define SUGGEST_H

#include <stddef.h>

/* Damerau-Levenshtein distance (adjacent transpositions count one), of at most 63
 * characters of each. */
unsigned edit_distance(const char *a, const char *b);

/* Writes "; did you mean 'x'?" or "; did you mean 'x' or 'y'?" into buf: at most three of
 * the candidates, nearest first, each within distance 2, or beginning with the three or
 * more letters that were typed, or having them as a word; capitals count as small letters,
 * and what differs by them alone is suggested alone. Writes "" when nothing is near.
 * Returns how many. */
size_t suggest_near(char *buf, size_t n, const char *typed, const char *const *candidates,
                    size_t n_candidates);
/* The same for a list closed by NULL. */
size_t suggest_list(char *buf, size_t n, const char *typed, const char *const *candidates);

#endif
