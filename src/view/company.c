#include "config.h"

#include "company.h"
#include "seat.h"
#include "spec.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- turns and frames */

void company_begin(struct company *l, size_t turn)
{
    struct env *env[PLAYERS_MAX];
    struct agent *agent[PLAYERS_MAX];
    const struct job *job = &l->seat[0]->job;
    for (uint32_t i = 0; i < l->n; i++) {
        struct sim *s = l->seat[i];
        env[i] = s->env;
        agent[i] = s->turn[turn].agent;
        s->script.present = s->turn[turn].from;
    }
    l->now = turn;
    if (!l->game) {
        session_release(&l->session);
        session_init(&l->session, env[0], agent[0], job->root, job->seed);
        l->session.hosted = true;
        return;
    }
    if (l->match.game)
        match_release(&l->match);
    match_init(&l->match, l->game, env, agent, job->root, job->seed);
    gaps_begin(&l->gaps, l->game, agent);
}

void company_film(struct company *l, const struct match_move *move)
{
    for (uint32_t i = 0; i < l->n; i++) {
        struct sim *s = l->seat[i];
        struct sight sight = { .moved = move->moved >> i & 1,
                               .done = move->done >> i & 1,
                               .action = move->action[i],
                               .gaps = l->game ? &l->gaps : NULL };
        film_add(s->film, session_of(s), &sight);
    }
}

/* ---- opening */

/* Whoever lived a part of the past; the versions of agents are those of today. */
static bool open_past(struct sim *s, const struct setting *past, struct turn *turn,
                      struct err *err)
{
    char *spec = spec_unversioned(past->agent);
    bool ok = kind_parse(&turn->spec, &agent_shelf, spec, err);
    free(spec);
    turn->from = past->from;
    turn->agent = ok ? agent_open(&turn->spec, s->env, err) : NULL;
    return turn->agent != NULL;
}

static bool open_turns(struct sim *s, struct err *err)
{
    size_t n = s->script.n_past;
    s->turn = xcalloc(n + 1, sizeof *s->turn);
    for (size_t i = 0; i < n; i++)
        if (!open_past(s, &s->script.past[i], &s->turn[i], err))
            return false;
    s->turn[n].from = script_present(&s->script);
    s->turn[n].agent = agent_open(s->job.agent, s->env, err);
    for (size_t i = 0; i <= n && s->turn[n].agent; i++)
        s->turn[i].agent->cancel = &s->company->cancel;
    return s->turn[n].agent != NULL;
}

static void close_seat(struct sim *s, size_t n_turns)
{
    for (size_t i = 0; s->turn && i < n_turns; i++) {
        if (s->turn[i].agent)
            s->turn[i].agent->ops->close(s->turn[i].agent);
        kind_release(&s->turn[i].spec);
    }
    film_free(s->film);
    free(s->turn);
    env_close(s->env);
    free(s->lives);
    free(s);
}

void company_close(struct company *l)
{
    session_release(&l->session);
    if (l->match.game)
        match_release(&l->match);
    gaps_release(&l->gaps);
    for (uint32_t i = 0; i < l->n; i++)
        close_seat(l->seat[i], l->n_turns);
    game_close(l->game);
    free(l);
}

static void new_film(struct sim *s, size_t bytes)
{
    size_t n = s->company->n_turns;
    const struct agent **agents = xcalloc(n, sizeof *agents);
    for (size_t i = 0; i < n; i++)
        agents[i] = s->turn[i].agent;
    s->film = film_new(s->env, agents, n, s->job.steps, bytes);
    free(agents);
}

/* The move with which the last turn's past ends. */
static int64_t moves_of_past(const struct company *l, struct sim *const *before)
{
    int64_t last = 0;
    for (uint32_t i = 0; i < l->n; i++) {
        uint64_t acts = l->seat[i]->turn[l->n_turns - 1].from - 1;
        int64_t t = l->game ? film_act(before[i]->film, acts) : (int64_t)acts;
        last = t > last ? t : last;
    }
    return last;
}

/* The past as it was, if all films before have it; false: they have not. */
static bool take_films(struct company *l, struct sim *const *before)
{
    bool taken = l->n_turns > 1;
    for (uint32_t i = 0; i < l->n; i++)
        taken = taken && before[i] && (i == 0 || before[i]->company == before[0]->company);
    if (!taken)
        return false;
    pthread_mutex_lock(&before[0]->company->lock);
    int64_t last = moves_of_past(l, before);
    for (uint32_t i = 0; i < l->n && taken; i++)
        taken = film_take(l->seat[i]->film, before[i]->film, last);
    pthread_mutex_unlock(&before[0]->company->lock);
    return taken;
}

/* The turn of the agents if the film before has their past; else the first. */
static void open_films(struct company *l, size_t bytes, struct sim *const *before)
{
    for (uint32_t i = 0; i < l->n; i++)
        new_film(l->seat[i], bytes);
    bool taken = take_films(l, before);
    company_begin(l, taken ? l->n_turns - 1 : 0);
    if (!taken)
        company_film(l, &(struct match_move){ .t = 0 });
}

/* A seat of a life in this world, with its agents. */
static bool open_seat(struct company *l, const struct job *job, struct env *env,
                      struct err *err)
{
    struct sim *s = xcalloc(1, sizeof *s);
    s->company = l;
    s->nr = l->n;
    s->job = *job;
    s->given = -1;
    s->env = env;
    if (job->script)
        s->script = *job->script;
    s->lives = xstrdup(job->agent->canonical);
    l->n_turns = s->script.n_past + 1;
    l->seat[l->n++] = s;
    return env && open_turns(s, err);
}

static struct company *new_company(const struct sim_conf *conf)
{
    struct company *l = xcalloc(1, sizeof *l);
    l->pumped = conf->pumped;
    l->until = -1;
    l->optimal = l->random = NAN;
    return l;
}

static bool open_seats(struct company *l, const struct job *job, uint32_t n,
                       struct err *err)
{
    l->game = game_open(job->env, job->root, err);
    if (!l->game)
        return false;
    if (!match_fits(l->game, n, err))
        return false;
    for (uint32_t i = 0; i < n; i++)
        if (!open_seat(l, &job[i], seat_open_among(l->game, i), err))
            return match_refuses(l->game, i, job[i].agent, err);
    return true;
}

struct company *company_of_world(const struct job *job, const struct sim_conf *conf,
                                 struct sim *before, struct err *err)
{
    struct company *l = new_company(conf);
    struct references r = { 0 };
    if (!open_seat(l, job, env_open(job->env, job->root, err), err)) {
        company_close(l);
        return NULL;
    }
    open_films(l, conf->bytes, &before);
    job_references(l->seat[0]->env, film_at(l->seat[0]->film, 0).state, job->steps, NULL,
                   &r);
    l->optimal = r.optimal;
    l->random = r.random;
    return l;
}

struct company *company_of_game(const struct job *job, uint32_t n,
                                const struct sim_conf *conf, struct sim *const *before,
                                struct err *err)
{
    struct company *l = new_company(conf);
    if (!open_seats(l, job, n, err)) {
        company_close(l);
        return NULL;
    }
    open_films(l, conf->bytes / n, before);
    return l;
}
