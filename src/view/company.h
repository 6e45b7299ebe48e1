#ifndef COMPANY_H
#define COMPANY_H

#include "clock.h"
#include "sim.h"

#include <pthread.h>
#include <time.h>

/* What sims are made of: how it is opened is in company.c, how it is lived in sim.c. */

/* A run is lived in turns: by those of its past, one after the other, and by its agent.
 * Each begins anew and learns what was before. */
struct turn {
    uint64_t from;       /* its first cycle */
    struct spec_of spec; /* of the past; the last is the job's own */
    struct agent *agent; /* owned */
};

struct company;

/* A seat: in a world there is one, in a game there are several, of one life. */
struct sim {
    struct company *company;
    uint32_t nr;
    struct job job;
    struct script script; /* as whoever has his turn sees it */
    char *lives;          /* canonical spec of the agent; owned */
    struct env *env;      /* owned, as are the turns */
    struct turn *turn;    /* [life->n_turns] the last is the run's agent */
    struct film *film;
    struct sink *sink; /* borrowed, or NULL */
    /* under the lock: */
    bool hands;                   /* the user acts */
    int given;                    /* the user's action, -1: none yet */
    const struct question *asked; /* of him, in the middle of a cycle; NULL: nothing */
    int64_t differs;
};

/* What is lived, by all in their seats at once, and the thread that does it. */
struct company {
    struct sim *seat[PLAYERS_MAX]; /* [n] */
    uint32_t n, held;              /* seats that somebody still holds */
    struct game *game;             /* owned; NULL: a world */
    size_t n_turns, now;
    struct session session;  /* in a world, of turn[now] */
    struct match match;      /* in a game, of the turn[now] of all */
    struct gaps gaps;        /* of it */
    struct match_sink *sink; /* borrowed, or NULL */
    double optimal, random;
    struct err failure;
    atomic_int cancel; /* ends a search */

    bool pumped;         /* has no thread: sim_pump() lives it */
    struct timespec due; /* when the next cycle is; the thread's, or the pump's */
    pthread_t thread;
    pthread_mutex_t lock; /* recursive: who looks at all seats holds each */
    pthread_cond_t changed;
    /* under the lock: */
    double speed;  /* cycles a second, 0: as fast as it can */
    int64_t until; /* lives up to this cycle */
    bool quit, thinking, failed;
    double rate, spent;
    double took; /* seconds that it thought before the user was asked, or acted */
};

/* The session of a seat. */
static inline struct session *session_of(struct sim *s)
{
    return s->company->game ? &s->company->match.seat[s->nr] : &s->company->session;
}

/* The agents of this turn sit down, before their first cycle. */
void company_begin(struct company *l, size_t turn);
/* The present of all seats, after this move, goes into their films. */
void company_film(struct company *l, const struct match_move *move);
/* As sim_fork() and sim_seats(), not yet lived; before[i] may be NULL. NULL with *err. */
struct company *company_of_world(const struct job *job, const struct sim_conf *conf,
                                 struct sim *before, struct err *err);
struct company *company_of_game(const struct job *job, uint32_t n,
                                const struct sim_conf *conf, struct sim *const *before,
                                struct err *err);
/* Ends all but the thread. */
void company_close(struct company *l);

#endif
