#ifndef MDP_TEXT_H
#define MDP_TEXT_H

#include "mdp.h"

#include <stddef.h>

/* The formats that mdp_read() reads. */

/* "ursa-mdp 1". */
bool mdp_read_own(struct mdp *m, FILE *f, const char *file, struct err *err);

/* Cassandra's: `text` of len bytes, closed by a NUL. */
bool cassandra_read(struct mdp *m, const char *text, size_t len, const char *file,
                    struct err *err);

/* Why more than `most` states are refused: " (N MB ...)", what a process of so many needs
 * with one transition of each state and action, n_actions or, where that is not known yet,
 * 1; text of static size in buf. */
const char *mdp_needs(double n_states, uint32_t n_actions, char *buf, size_t n);

#endif
