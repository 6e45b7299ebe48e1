#include "config.h"

#include "gaps.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

void gaps_begin(struct gaps *g, const struct game *game, struct agent *const *agent)
{
    gaps_release(g);
    g->table = normal_of(game);
    g->last = g->mean = g->epsilon = g->averages = (double)NAN;
    if (!g->table)
        return;
    g->n_players = game->n_players;
    g->n_joint = g->table->n_joint;
    g->joint = xcalloc(g->n_joint, sizeof *g->joint);
    g->told = true;
    for (uint32_t i = 0; i < g->n_players; i++)
        g->told = g->told && agent[i]->ops->chances;
}

void gaps_before(struct gaps *g, struct agent *const *agent)
{
    double gap[PLAYERS_MAX];
    if (!g->table || !g->told)
        return;
    for (uint32_t i = 0; i < g->n_players; i++)
        g->told = g->told && agent[i]->ops->chances(agent[i], g->now.p[i]);
    if (!g->told) {
        g->last = g->epsilon = (double)NAN;
        return;
    }
    g->last = profile_nashconv(g->table, &g->now, gap);
    g->epsilon = 0;
    for (uint32_t i = 0; i < g->n_players; i++)
        g->epsilon = fmax(g->epsilon, gap[i]);
}

void gaps_after(struct gaps *g, const uint8_t *action)
{
    if (!g->table)
        return;
    double before = g->rounds ? g->mean : 0;
    g->joint[normal_joint(g->table, action)]++;
    g->rounds++;
    g->mean = before + (g->last - before) / (double)g->rounds;
}

/* What player i would have got, had it always made this move. */
static double always(const struct gaps *g, uint32_t i, uint8_t move)
{
    double sum = 0;
    for (uint32_t joint = 0; joint < g->n_joint; joint++) {
        uint8_t moves[PLAYERS_MAX];
        normal_moves(g->table, joint, moves);
        moves[i] = move;
        sum += (double)g->joint[joint] *
               normal_pay(g->table, normal_joint(g->table, moves), i);
    }
    return sum;
}

static double regret(const struct gaps *g, uint32_t i)
{
    double got = 0, best = -HUGE_VAL;
    for (uint32_t joint = 0; joint < g->n_joint; joint++)
        got += (double)g->joint[joint] * normal_pay(g->table, joint, i);
    for (uint32_t a = 0; a < g->table->moves[i]; a++)
        best = fmax(best, always(g, i, (uint8_t)a));
    return (best - got) / (double)g->rounds;
}

void gaps_average(const struct gaps *g, struct profile *x)
{
    *x = (struct profile){ 0 };
    for (uint32_t joint = 0; joint < g->n_joint; joint++) {
        uint8_t moves[PLAYERS_MAX];
        normal_moves(g->table, joint, moves);
        for (uint32_t i = 0; i < g->n_players; i++)
            x->p[i][moves[i]] += (double)g->joint[joint] / (double)g->rounds;
    }
}

void gaps_end(struct gaps *g)
{
    struct profile x;
    if (g->table && g->rounds) {
        gaps_average(g, &x);
        g->averages = profile_nashconv(g->table, &x, NULL);
        for (uint32_t i = 0; i < g->n_players; i++)
            g->regret[i] = regret(g, i);
    }
    g->table = NULL;
}

void gaps_release(struct gaps *g)
{
    free(g->joint);
    *g = (struct gaps){ 0 };
}
