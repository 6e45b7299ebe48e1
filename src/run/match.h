#ifndef MATCH_H
#define MATCH_H

#include "gaps.h"
#include "run.h"

/* One life of several agents in a game. */
struct match_job {
    const struct spec_of *game;
    const struct spec_of
        *agent; /* [n] in the order of the seats; as many as the game has */
    uint32_t n;
    uint64_t root;
    uint32_t seed;
    uint64_t steps;    /* moves */
    struct gaps *gaps; /* optional, of the caller: watched and left at its end */
};

struct match_result {
    char *game;           /* canonical spec; owned */
    uint64_t root, steps; /* steps: moves made */
    uint32_t seed, n;
    struct result seat[PLAYERS_MAX]; /* [n], each with its cycles and its hash */
    uint64_t hash;                   /* of the match */
    double cpu_s, wall_s;
    bool begun; /* game and agents were opened: a failure is the life's */
};

/* A move of a match: bit i of `moved`, player i acted; of `done`, its cycle is over and
 * is the seat's last record. */
struct match_move {
    uint64_t t;
    uint32_t moved, done;
    uint8_t action[PLAYERS_MAX];
};

/* Where the moves go, as a sink for the cycles of one agent. */
struct match_sink;
struct match_sink_ops {
    bool (*begin)(struct match_sink *sk, const struct match_job *job, struct err *err);
    void (*move)(struct match_sink *sk, const struct match_move *move,
                 const struct match *m);
    bool (*end)(struct match_sink *sk, struct err *err);
};
struct match_sink {
    const struct match_sink_ops *ops;
};

/* As job_run(); curve[i] (optional) is the sink of seat i, `all` (optional) that of the
 * match. The number of agents must be right. */
bool match_run(const struct match_job *job, struct sink *const *curve,
               struct match_sink *all, atomic_int *stop, struct match_result *r,
               struct err *err);
/* Whether the last of n + 1 operands is a game for n agents: a name that is a world, too,
 * is the world of one. */
bool match_named(const char *spec, size_t n);
/* Whether so many agents play it; false with *err. */
bool match_fits(const struct game *g, uint32_t n, struct err *err);
/* Whether the agent can sit in seat i among agents, found by opening it there; false with
 * why not in *err. */
bool match_seats(const struct game *g, uint32_t i, const struct spec_of *agent,
                 struct err *err);
/* Of an agent that could not be opened in seat i: who, and where it might sit. Always
 * false. */
bool match_refuses(const struct game *g, uint32_t i, const struct spec_of *agent,
                   struct err *err);
void match_result_release(struct match_result *r);

/* A match as one result, as a line of a directory of results is: the agent is "A + B", the
 * world the game, the hash that of the match, the metrics those of seat 0; then reward_0,
 * reward_1 ..., what each seat earned a step, welfare, their sum, and how far from
 * equilibrium: nashconv, the mean over the rounds, nashconv_last, nashconv_averages
 * (gaps.h). *to is to be released. */
void match_fold(const struct match_result *r, const struct gaps *g, struct result *to);

#endif
