#ifndef SESSION_H
#define SESSION_H

#include "game.h"
#include "sink.h"
#include "teacher.h"

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
    bool watched;           /* the world says more of a cycle than its percept */
    enum by by;             /* of the next action */
    struct teacher *mentor; /* borrowed; NULL: there is none to leave an action to */
    struct rng school;      /* what the mentor draws from */
    double cost;            /* of its answer in this cycle, points */
    bool hosted; /* who leads it answers for a mentor who is a person: DEFER comes back */

    /* Of a seat in a match: whose state it is, and the cycle that is not over. */
    bool shared, open;
    struct cycle now;
};

/* Actions of a run that somebody took over or changed on its way; borrowed. */
struct script {
    const struct cycle *at; /* [n] cycle t is at[t - 1] */
    uint64_t n;
    const struct setting *past; /* [n_past] who lived the cycles before `present` */
    size_t n_past;
    /* The first cycle that the run's agent lives; to it those before are BY_PAST, whoever
     * acted. 0: the first whose `by` is not BY_PAST. */
    uint64_t present;
};

/* The first cycle that is not of the past, from 1. */
uint64_t script_present(const struct script *script);

/* Resets the world on the stream (root, RNG_WORLD, world's name, its map, seed); the agent
 * draws from (root, RNG_AGENT, its name, 0, seed): all agents meet the same worlds and
 * luck, and adding one changes nothing for the others. */
void session_init(struct session *s, const struct env *env, struct agent *ag, uint64_t root,
                  uint32_t seed);
void session_release(struct session *s);

/* Who acts when the agent answers DEFER, where that is not the agent's own mentor; on the
 * stream (root, RNG_TEACHER, its name, 0, seed). What that costs is taken from the
 * performance. */
void session_mentor(struct session *s, struct teacher *mentor, uint64_t root,
                    uint32_t seed);

/* act, step, update, record: the one place the interaction cycle is written. False with
 * *err: the agent cannot act, and there is no cycle; or its percept (told with cycle and
 * action) is impossible to the agent, and the record is made all the same. */
bool session_step(struct session *s, struct err *err);
/* The same in two halves, for a screen that shows the decision before its consequence. Of a
 * hosted session whose agent asks a person the action is DEFER: what he chooses is answered
 * with, BY_MENTOR. */
bool session_act(struct session *s, unsigned *action, struct err *err);
/* The next action by the script, which may be NULL: the agent's where it says so, and after
 * its end. */
bool session_follow(struct session *s, const struct script *script, unsigned *action,
                    struct err *err);
bool session_answer(struct session *s, unsigned action, struct err *err);

/* Agents in the seats of one game, each a session with a mind, a clock and a record of
 * its own: a session of n, which costs what its agents cost. A step is a move: of all,
 * or of the one whose turn it is. */
struct match {
    const struct game *game;          /* borrowed */
    struct session seat[PLAYERS_MAX]; /* [game->n_players] */
    void *state;                      /* owned, game->state_size bytes */
    struct rng world;
    uint64_t t;    /* moves made */
    uint64_t hash; /* of all actions and percepts of all seats so far */
};

/* env[i] is the open seat of player i (seat.h), agent[i] who lives there. The game draws
 * from (root, RNG_WORLD, game's name, 0, seed), agent i from (root, RNG_AGENT, its name,
 * i, seed): two equal agents do not share their luck, and the first has that of a
 * session alone. */
void match_init(struct match *m, const struct game *g, struct env *const *env,
                struct agent *const *agent, uint64_t root, uint32_t seed);
void match_release(struct match *m);

/* As of a session. After match_answer() seat i has completed a cycle when bit i of *done is
 * set; *done may be NULL. action[i] counts where player i moves. */
bool match_act(struct match *m, uint8_t *action, struct err *err);
/* The same by scripts, script[i] (may be NULL) of the cycles of seat i. */
bool match_follow(struct match *m, const struct script *const *script, uint8_t *action,
                  struct err *err);
bool match_answer(struct match *m, const uint8_t *action, uint32_t *done, struct err *err);
bool match_step(struct match *m, struct err *err);

#endif
