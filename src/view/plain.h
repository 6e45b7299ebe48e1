#ifndef PLAIN_H
#define PLAIN_H

#include "env.h"
#include "game.h"
#include "sink.h"

/* A run as sentences, one a cycle, for pipes and screen readers:
 *     143 right; saw 0110; reward -1; best right 31.2; entropy 4.31 of 6.64 bits */
struct plain;
struct plain *plain_new(const struct spec_of *env, uint64_t root);
/* The same of one who sits in a game, borrowed, with the letter of the agent before it. */
struct plain *plain_new_seat(const struct game *g, uint32_t player);
struct sink *plain_sink(struct plain *p);
void plain_free(struct plain *p);

#endif
