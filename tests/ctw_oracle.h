#ifndef CTW_ORACLE_H
#define CTW_ORACLE_H

#include <stddef.h>
#include <stdint.h>

/* Context tree weighting as the textbook has it, to be read and believed: a node for every
 * context, logarithms, no tricks. Slow and hungry on purpose.
 *     ln P_w = ln P_kt                                     at depth D
 *     ln P_w = ln (P_kt / 2 + P_w(left) P_w(right) / 2)    above, unseen children 1 */
struct oracle;

struct oracle *oracle_new(unsigned depth);
void oracle_free(struct oracle *o);
/* Appends without learning. */
void oracle_append(struct oracle *o, unsigned bit);
/* Learns the bit, unless the history is shorter than the depth, and appends it. Returns the
 * natural logarithm of the probability it had. */
double oracle_update(struct oracle *o, unsigned bit);
/* ln P_w of all that was learned. */
double oracle_log_prob(const struct oracle *o);

/* The same by definition, exactly: the sum over every prediction suffix tree of depth at
 * most `depth` <= 3 of 2^-cost x its block probability of bits[depth .. n-1] given the bits
 * before. Returns the numerator over *denominator; n - depth <= 12. */
uint64_t enumerate_trees(const unsigned char *bits, unsigned n, unsigned depth,
                         uint64_t *denominator);

#endif
