#ifndef MAZE_H
#define MAZE_H

#include "family.h"
#include "fsm.h"

/* A known deterministic maze in which one dispenser is hidden, read off the automata of the
 * hypotheses: what all of them agree on, and where each has its dispenser. */
#define NO_DISPENSER UINT32_MAX

/* What an action in a state does in every hypothesis. */
struct passage {
    uint32_t next;
    struct percept e; /* unless the dispenser pays; then e.rew + prize */
    uint32_t lands;   /* hypothesis whose dispenser stands there and may pay, or none */
    uint32_t noise;   /* percepts one of which is heard instead of e, by chance; 0: e is */
};

struct maze {
    size_t n; /* hypotheses */
    struct space space;
    uint32_t n_states, n_actions;
    struct passage *move; /* [n_states * n_actions], owned as all that follows */
    uint32_t *stands;     /* [n_states] hypothesis whose dispenser stands there, or none */
    int *cell;            /* [n] canvas cells of the dispensers */
    double theta;         /* chance of a prize */
    int32_t prize;        /* points, not 0 */
    struct alphabet percepts;
    struct fsm *first; /* automaton 0; its edges of a noisy move are everybody's */
    struct fsm **fsm;  /* [n] all of them; NULL: too many to keep */
};

/* Walks the two hypotheses or more of a class; false when they are not of this shape. To be
 * released in either case. */
bool maze_read(struct maze *m, const struct family *f);
void maze_release(struct maze *m);

/* The percepts of a noisy move: v->noise edges. */
static inline const struct fsm_edge *maze_noise(const struct maze *m,
                                                const struct passage *v)
{
    return m->first->edge + m->first->first[v - m->move];
}

#endif
