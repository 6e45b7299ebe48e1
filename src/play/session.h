#ifndef SESSION_H
#define SESSION_H

#include "sink.h"

/* One agent in one world, with their randomness and their clock. No globals anywhere
 * below: sessions may run side by side. */
struct session {
    const struct env *env; /* borrowed */
    struct agent *agent;   /* borrowed */
    void *state;           /* owned, env->state_size bytes */
    void *before;          /* owned, the state one cycle ago */
    struct rng world, mind;
    struct record last;
    uint64_t *visited; /* owned, a bit per place */
    uint32_t n_visited;
    enum by by; /* of the next action */
};

/* Actions of a run that somebody took over or changed on its way; borrowed. */
struct script {
    const struct cycle *at; /* [n] cycle t is at[t - 1] */
    uint64_t n;
};

/* Resets the world on the stream (root, RNG_WORLD, world's name, its map, seed); the agent
 * draws from (root, RNG_AGENT, its name, 0, seed): all agents meet the same worlds and
 * luck, and adding one changes nothing for the others. */
void session_init(struct session *s, const struct env *env, struct agent *ag, uint64_t root,
                  uint32_t seed);
void session_release(struct session *s);

/* act, step, update, record: the one place the interaction cycle is written. False with
 * *err: the agent cannot act, and there is no cycle; or its percept (told with cycle and
 * action) is impossible to the agent, and the record is made all the same. */
bool session_step(struct session *s, struct err *err);
/* The same in two halves, for a screen that shows the decision before its consequence. */
bool session_act(struct session *s, unsigned *action, struct err *err);
/* The next action by the script, which may be NULL: the agent's where it says so, and after
 * its end. */
bool session_follow(struct session *s, const struct script *script, unsigned *action,
                    struct err *err);
bool session_answer(struct session *s, unsigned action, struct err *err);

#endif
