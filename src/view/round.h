#ifndef ROUND_H
#define ROUND_H

#include "equilibria.h"
#include "picture.h"

/* A match of a table at one cycle, for what is drawn of all its seats together. */
struct round {
    const struct scene *seat; /* [n] */
    uint32_t n;
    const struct normal *table;
    struct frame f[STAGE_RUNS]; /* of each seat */
    double rounds;              /* played so far */
    struct profile so_far;      /* how often each made each move; of no round all alike */
};
/* False: this scene is no seat of a table, or not all seats are shown. */
bool round_at(const struct scene *s, struct round *r);
/* How often each made each move up to cycle t, which is kept; false: nobody moved yet. */
bool round_mix(const struct round *r, int64_t t, struct profile *x);
/* The chance that seat j gives to move a of seat i being next; NAN: it says none. Of two
 * alone. */
double round_expects(const struct round *r, uint32_t j, uint32_t i, uint32_t a);
/* Whether it says one of any move. */
bool round_guesses(const struct round *r, uint32_t j);
/* The law by which seat i will make move a; NAN: it does not tell. */
double round_law(const struct round *r, uint32_t i, uint32_t a);
/* The equilibria, owned by a film. */
const struct equilibria *round_nash(const struct round *r);
/* Whether a joint move is one of them. */
bool round_is_nash(const struct round *r, uint32_t joint);
/* The joint move of this cycle; -1: it is the start. */
int64_t round_played(const struct round *r);
/* What a move is called, of seat i. */
const char *round_move(const struct round *r, uint32_t i, uint32_t a, char buf[24]);

/* The plane of both mixed moves, where there are two moves or three: phase.c. The least
 * room that it takes; { 0, 0 }: there is none. */
struct extent phase_least(const struct round *r);
void phase_draw(const struct round *r, struct pane p);

#endif
