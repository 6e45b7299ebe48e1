#include "config.h"

#include "match.h"

#include "clock.h"
#include "metrics.h"
#include "seat.h"
#include "spec.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Everything that is open while a match is lived. */
struct company {
    const struct match_job *job;
    struct game *game;
    struct env *env[PLAYERS_MAX];
    struct agent *agent[PLAYERS_MAX];
    struct sink *const *curve; /* [n]; NULL: none */
    struct match_sink *all;    /* NULL: none */
    uint32_t n_begun;          /* of curve */
};

bool match_named(const char *spec, size_t n)
{
    char *plain = spec_unversioned(spec);
    char *name = xasprintf("%.*s", (int)strcspn(plain, ":"), plain);
    free(plain);
    bool game = kind_find(&game_shelf, name), world = kind_find(&env_shelf, name);
    free(name);
    return game && (n > 1 || !world);
}

bool match_fits(const struct game *g, uint32_t n, struct err *err)
{
    return n == g->n_players ||
           err_set(err, "%s is played by %" PRIu32 " agents, and %" PRIu32 " %s given",
                   g->ops->kind.name, g->n_players, n, n == 1 ? "is" : "are");
}

/* Whether the agent could sit there if the others followed policies. */
static bool sits_among_policies(const struct game *g, uint32_t i,
                                const struct spec_of *agent)
{
    struct spec_of random;
    struct policy *other[PLAYERS_MAX] = { 0 };
    kind_parse(&random, &policy_shelf, "random", NULL);
    for (uint32_t k = 0; k < g->n_players; k++)
        other[k] = k == i ? NULL : policy_open(&random, &g->space[k], NULL);
    kind_release(&random);
    struct env *seat = seat_open(g, i, other);
    struct agent *ag = agent_open(agent, seat, NULL);
    bool sits = ag != NULL;
    if (ag)
        ag->ops->close(ag);
    env_close(seat);
    return sits;
}

bool match_refuses(const struct game *g, uint32_t i, const struct spec_of *agent,
                   struct err *err)
{
    char *who = player_text(agent->canonical);
    if (sits_among_policies(g, i, agent))
        err_set(err,
                "%s cannot sit among agents; among policies it may: "
                "seat:game=%s,player=%" PRIu32,
                who, g->ops->kind.name, i);
    else
        err_set(err, "%s cannot sit in seat %" PRIu32 " of %s", who, i, g->ops->kind.name);
    free(who);
    return false;
}

bool match_seats(const struct game *g, uint32_t i, const struct spec_of *agent,
                 struct err *err)
{
    struct env *env = seat_open_among(g, i);
    struct agent *ag = agent_open(agent, env, err);
    bool sits = ag || match_refuses(g, i, agent, err);
    if (ag)
        ag->ops->close(ag);
    env_close(env);
    return sits;
}

static bool open_room(struct company *room, atomic_int *stop, struct err *err)
{
    const struct match_job *job = room->job;
    room->game = game_open(job->game, job->root, err);
    if (!room->game)
        return false;
    if (!match_fits(room->game, job->n, err))
        return false;
    for (uint32_t i = 0; i < job->n; i++) {
        room->env[i] = seat_open_among(room->game, i);
        room->agent[i] = agent_open(&job->agent[i], room->env[i], err);
        if (!room->agent[i])
            return match_refuses(room->game, i, &job->agent[i], err);
        room->agent[i]->cancel = stop;
    }
    return true;
}

static void close_room(struct company *room)
{
    for (uint32_t i = 0; i < PLAYERS_MAX; i++) {
        if (room->agent[i])
            room->agent[i]->ops->close(room->agent[i]);
        env_close(room->env[i]);
    }
    game_close(room->game);
}

static bool begin_sinks(struct company *room, struct err *err)
{
    const struct match_job *job = room->job;
    if (room->all && !room->all->ops->begin(room->all, job, err))
        return false;
    for (uint32_t i = 0; room->curve && i < job->n; i++, room->n_begun++) {
        struct run_info info = { .agent = job->agent[i].canonical,
                                 .env = job->game->canonical,
                                 .space = room->env[i]->space,
                                 .root = job->root,
                                 .seed = job->seed,
                                 .steps = job->steps };
        if (!room->curve[i]->ops->begin(room->curve[i], &info, err))
            return false;
    }
    return true;
}

static bool end_sinks(struct company *room, struct err *err)
{
    bool ok = !room->all || room->all->ops->end(room->all, err);
    for (uint32_t i = 0; i < room->n_begun; i++)
        ok = room->curve[i]->ops->end(room->curve[i], err) && ok;
    return ok;
}

static void tell(const struct company *room, const struct match *m,
                 const struct match_move *move)
{
    if (room->all)
        room->all->ops->move(room->all, move, m);
    for (uint32_t i = 0; i < room->n_begun; i++)
        if (move->done >> i & 1)
            room->curve[i]->ops->cycle(room->curve[i], &m->seat[i].last, m->seat[i].agent);
}

/* As the cycles of a run: what a cancelled search decided is not acted on. */
static bool live(struct company *room, struct match *m, const atomic_int *stop,
                 struct err *err)
{
    while (m->t < room->job->steps) {
        struct match_move move = { .moved = game_movers(m->game, m->state) };
        struct gaps *gaps = room->job->gaps;
        if (gaps)
            gaps_before(gaps, room->agent);
        if (!match_act(m, move.action, err))
            return false;
        if (stop && atomic_load_explicit(stop, memory_order_relaxed))
            break;
        if (gaps)
            gaps_after(gaps, move.action);
        bool ok = match_answer(m, move.action, &move.done, err);
        move.t = m->t;
        tell(room, m, &move);
        if (!ok)
            return false;
    }
    return true;
}

/* What a seat earned; nobody knows what its optimum is among agents. */
static void summarise(const struct match *m, struct match_result *r)
{
    const struct references unknown = { (double)NAN, (double)NAN, false };
    r->steps = m->t;
    r->hash = m->hash;
    for (uint32_t i = 0; i < r->n; i++)
        session_summarise(&m->seat[i], &unknown, &r->seat[i]);
}

bool match_run(const struct match_job *job, struct sink *const *curve,
               struct match_sink *all, atomic_int *stop, struct match_result *r,
               struct err *err)
{
    double wall = clock_now(), cpu = clock_thread();
    struct company room = { .job = job, .curve = curve, .all = all };
    struct match m;
    *r = (struct match_result){ .game = xstrdup(job->game->canonical),
                                .root = job->root,
                                .seed = job->seed,
                                .n = job->n };
    for (uint32_t i = 0; i < job->n; i++) {
        r->seat[i] = (struct result){ .agent = xstrdup(job->agent[i].canonical),
                                      .env = xstrdup(job->game->canonical),
                                      .root = job->root,
                                      .seed = job->seed };
        metrics_clear(&r->seat[i]);
    }
    bool ok = open_room(&room, stop, err) && begin_sinks(&room, err);
    if (ok) {
        r->begun = true;
        if (job->gaps)
            gaps_begin(job->gaps, room.game, room.agent);
        match_init(&m, room.game, room.env, room.agent, job->root, job->seed);
        ok = live(&room, &m, stop, err);
        ok = end_sinks(&room, err) && ok;
        summarise(&m, r);
        if (job->gaps)
            gaps_end(job->gaps);
        match_release(&m);
    }
    close_room(&room);
    r->cpu_s = clock_thread() - cpu;
    r->wall_s = clock_now() - wall;
    return ok;
}

void match_result_release(struct match_result *r)
{
    free(r->game);
    for (uint32_t i = 0; i < r->n; i++)
        result_release(&r->seat[i]);
    *r = (struct match_result){ 0 };
}

static void add(struct result *to, const char *name, double value)
{
    to->final[to->n_final++] = (struct metric){ name, value };
}

void match_fold(const struct match_result *r, const struct gaps *g, struct result *to)
{
    static const char *const reward[PLAYERS_MAX] = { "reward_0", "reward_1", "reward_2",
                                                     "reward_3", "reward_4", "reward_5",
                                                     "reward_6", "reward_7" };
    double welfare = 0;
    *to = r->seat[0];
    to->names = NULL;
    to->n_final = 0;
    to->steps = r->steps;
    to->hash = r->hash;
    to->begun = r->begun;
    to->cpu_s = r->cpu_s;
    to->wall_s = r->wall_s;
    to->env = xstrdup(r->game);
    to->agent = xstrdup("");
    for (uint32_t i = 0; i < r->n; i++) {
        char *more = xasprintf("%s%s%s", to->agent, i ? " + " : "", r->seat[i].agent);
        free(to->agent);
        to->agent = more;
        to->deterministic = to->deterministic && r->seat[i].deterministic;
        add(to, reward[i], r->seat[i].reward_per_step);
        welfare += r->seat[i].reward_per_step;
    }
    add(to, "welfare", welfare);
    if (!g->n_joint || !g->rounds)
        return;
    if (g->told) {
        add(to, "nashconv", g->mean);
        add(to, "nashconv_last", g->last);
    }
    add(to, "nashconv_averages", g->averages);
}
