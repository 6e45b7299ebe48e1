#ifndef SIM_H
#define SIM_H

#include "film.h"
#include "match.h"

/* A run in a thread of its own, filmed: the screen never waits for a search. Everything but
 * opening and sim_free() may be called at any time; reading the film needs the lock. Those
 * who sit in one game are a sim each and have one life: they share thread, lock and time,
 * whose cycles are its moves, so that what stops or moves one stops or moves all. */
struct sim;

struct sim_conf {
    size_t bytes; /* of the film, at most */
    bool pumped;  /* where there are no threads: sim_pump() lives it */
};

struct sim_status {
    int64_t first, last;          /* cycles that can be shown */
    uint64_t steps;               /* of the whole run */
    bool done;                    /* lived all its steps, or failed */
    bool thinking;                /* in the middle of a cycle */
    const struct question *asked; /* of the user, whom it waits for; NULL: nothing */
    const char *error;            /* why it failed; NULL: it did not */
    double rate;     /* samples a second of the last search; 0: none, or too short */
    double spent;    /* seconds of all searches */
    int64_t differs; /* first cycle that is not as the job's script has it; 0: none */
    double optimal,
        random; /* reward per step of informed and of random play; NAN: unknown */
};

/* Opens world and agent of the job, whose specs and script are borrowed, and those of its
 * past, each of which lives its cycles; films the state before the first action. It is
 * paused; cycles of a past that nobody is known to have lived come at once even so. NULL
 * with *err. */
struct sim *sim_new(const struct job *job, const struct sim_conf *conf, struct err *err);
/* The same, of a run that goes on from another's: the film of its past, the cycles before
 * script_present(), is that of `before`, as it was, and the agent learns them unseen. What
 * `before` (which may be NULL) no longer has the agents of the past live again. */
struct sim *sim_fork(const struct job *job, const struct sim_conf *conf, struct sim *before,
                     struct err *err);
/* The same of those in the seats of one game, job[n] in their order, whose world is the
 * game's spec: out[i] is the sim of seat i, before[i] (may be NULL) the one it goes on
 * from. False with *err. The life ends with the last of them. */
bool sim_seats(const struct job *job, uint32_t n, const struct sim_conf *conf,
               struct sim *const *before, struct sim **out, struct err *err);
/* Ends a search under way; what was not finished is not part of the run. */
void sim_free(struct sim *s);

const struct env *sim_env(const struct sim *s);
const struct agent *sim_agent(const struct sim *s);
const struct job *sim_job(const struct sim *s);
/* What it sits in with others; NULL: it is alone in its world. */
const struct game *sim_game(const struct sim *s);

/* Cycles a second, 0: as fast as it can. Runs until paused, or to cycle t. */
void sim_run(struct sim *s, double speed);
void sim_run_to(struct sim *s, double speed, int64_t t);
void sim_pause(struct sim *s);
/* Goes on to cycle t, as fast as it can, and pauses there. */
void sim_go(struct sim *s, int64_t t);

/* A thread may hold the lock more than once. */
struct sim_status sim_lock(struct sim *s);
void sim_unlock(struct sim *s);
/* With the lock held. */
const struct film *sim_film(const struct sim *s);
/* Lives a cycle in the thread of the caller if one is due, and says whether it did; false
 * of a run that is not pumped. */
bool sim_pump(struct sim *s);
/* Waits until cycle t was lived, the run ended or the user is asked; for tests and
 * recordings. Pumped runs are lived meanwhile, as far as they may. */
void sim_wait(struct sim *s, int64_t t);
/* The canonical spec of who lives; its past, which ends before cycle `present`. */
const char *sim_lives(const struct sim *s);
/* And of who acted in cycle t: those of the past had other settings. */
const char *sim_who(const struct sim *s, int64_t t);
const struct setting *sim_past(const struct sim *s, size_t *n, uint64_t *present);
/* Every cycle, from the first on, goes to this sink as well, which is begun here and is the
 * caller's to end; the film must still have the first. NULL: no longer. False with *err. */
bool sim_record(struct sim *s, struct sink *sink, struct err *err);
/* The same of every move of all seats of its game. */
bool sim_record_match(struct sim *s, struct match_sink *sink, struct err *err);
/* With hands on, the agent plans and the user acts: each cycle waits for sim_act(), as one
 * does in which the user is asked for an action. */
void sim_hands(struct sim *s, bool on);
/* Whether hands are on and it is to act now, and no action was given yet. */
bool sim_awaits(struct sim *s);
void sim_act(struct sim *s, unsigned action);

#endif
