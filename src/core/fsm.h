#ifndef FSM_H
#define FSM_H

#include "env.h"

#include <stdint.h>

/* A world as a finite automaton: every state reachable from where it stands, numbered, with
 * everything that may happen in each. Planners that know a world walk these tables instead
 * of calling it: value iteration and the fast tree search work on every world whose
 * reachable states are few. */
struct fsm_edge {
    double p;
    uint32_t next;    /* state */
    uint32_t percept; /* index into alphabet.at */
};

/* The percepts of a set of automata, numbered in common, so that one search tree can hold
 * walks through all of them. */
struct alphabet {
    struct percept *at; /* owned */
    uint32_t n, cap;
    uint32_t *slot; /* open-addressing index, owned */
    uint32_t n_slots;
};
uint32_t alphabet_add(struct alphabet *a, struct percept e);
/* Index of e, or UINT32_MAX. */
uint32_t alphabet_find(const struct alphabet *a, struct percept e);
void alphabet_release(struct alphabet *a);

/* The same edges packed for sampling. alt 0: certain. Else draw a 32-bit u and take the
 * first choice[alt + i] with u < cut (the last has cut 2^32 - 1): probabilities are rounded
 * to 2^-32. */
struct fsm_jump {
    uint32_t next;
    uint16_t percept;
    uint16_t alt;
};
struct fsm_choice {
    uint32_t cut;
    uint32_t next;
    uint32_t percept;
};

struct fsm {
    uint32_t n_states, n_actions;
    uint32_t *first;       /* [n_states * n_actions + 1] into edge */
    struct fsm_edge *edge; /* */
    double *worth;         /* env_ops.worth of each, in points; NULL: nothing is hidden */
    struct fsm_jump *jump; /* [n_states * n_actions]; NULL: too many percepts or choices */
    struct fsm_choice *choice;
    struct alphabet *percepts; /* borrowed */
    bool unifilar;             /* next is a function of (state, action, percept) */
    unsigned char *state;      /* [n_states][state_size], the worlds' own bytes */
    size_t state_size;
    uint32_t *slot; /* index by bytes */
    uint32_t n_slots;
};

/* What edge i is expected to earn, in points: in its percept, and beside it. */
static inline double fsm_reward(const struct fsm *f, uint32_t i)
{
    return f->percepts->at[f->edge[i].percept].rew + (f->worth ? f->worth[i] : 0);
}

/* Numbers the states reachable from `start` (state 0). NULL when the world has no
 * transitions() or more than max_states states. The alphabet grows as needed. */
struct fsm *fsm_new(const struct env *env, const void *start, uint32_t max_states,
                    struct alphabet *percepts);
/* The same from n_starts states that follow each other at `starts`: states 0 .. n_starts -
 * 1 when all differ. */
struct fsm *fsm_new_from(const struct env *env, const void *starts, size_t n_starts,
                         uint32_t max_states, struct alphabet *percepts);
/* The same from everywhere it may begin; *start, [n_states] and the caller's, has the
 * chances. */
struct fsm *fsm_new_whole(const struct env *env, uint32_t max_states,
                          struct alphabet *percepts, double **start);
void fsm_free(struct fsm *f);
/* Number of the state with these bytes, or UINT32_MAX. */
uint32_t fsm_find(const struct fsm *f, const void *state);

#endif
