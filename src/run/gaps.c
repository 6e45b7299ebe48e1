#include "config.h"

#include "gaps.h"

#include "automata.h"
#include "strategy.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

/* Which of i's hypotheses are what the other follows. */
static void compare(struct gaps *g, const struct game *game, struct agent *const *agent,
                    uint32_t i)
{
    const struct mind_ops *mind = mind_of(agent[i]);
    const struct agent *other = agent[!i];
    const struct automata *m = mind->hypotheses ? mind->hypotheses(agent[i]) : NULL;
    struct strategy *s = m && other->ops->policy
                             ? strategy_of(other->ops->policy(other), game, !i, NULL)
                             : NULL;
    if (!s)
        return;
    g->is_other[i] = xcalloc(m->n, sizeof *g->is_other[i]);
    g->n_is[i] = m->n;
    for (size_t k = 0; k < m->n; k++)
        g->is_other[i][k] = strategy_plays(s, m->fsm[k], m->at[k]);
    strategy_free(s);
}

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
    for (uint32_t i = 0; i < g->n_players; i++)
        g->error[i] = g->misses[i] = g->belief[i] = (double)NAN;
    for (uint32_t i = 0; i < g->n_players && g->n_players == 2; i++)
        compare(g, game, agent, i);
}

/* What i expects of the other, against what the other says that it will do. */
static double miss(const struct gaps *g, struct agent *ag, uint32_t i)
{
    const struct mind_ops *mind = mind_of(ag);
    double p[ACTIONS_MAX], sum = 0;
    if (g->n_players != 2 || !mind->expects || !mind->expects(ag, p))
        return (double)NAN;
    for (uint32_t a = 0; a < g->table->moves[!i]; a++)
        sum += fabs(p[a] - g->now.p[!i][a]) / 2;
    return sum;
}

static double belief(const struct gaps *g, struct agent *ag, uint32_t i)
{
    const struct mind_ops *mind = mind_of(ag);
    const struct automata *m = g->is_other[i] ? mind->hypotheses(ag) : NULL;
    double sum = 0;
    if (!m || m->n != g->n_is[i])
        return (double)NAN;
    for (size_t k = 0; k < m->n; k++)
        sum += g->is_other[i][k] ? m->w[k] : 0;
    return sum / m->total;
}

void gaps_before(struct gaps *g, struct agent *const *agent)
{
    double gap[PLAYERS_MAX];
    if (!g->table)
        return;
    for (uint32_t i = 0; i < g->n_players; i++)
        g->belief[i] = belief(g, agent[i], i);
    if (!g->told)
        return;
    for (uint32_t i = 0; i < g->n_players; i++)
        g->told = g->told && agent[i]->ops->chances(agent[i], g->now.p[i]);
    if (!g->told) {
        g->last = g->epsilon = (double)NAN;
        for (uint32_t i = 0; i < g->n_players; i++)
            g->misses[i] = (double)NAN;
        return;
    }
    g->last = profile_nashconv(g->table, &g->now, gap);
    g->epsilon = 0;
    for (uint32_t i = 0; i < g->n_players; i++)
        g->epsilon = fmax(g->epsilon, gap[i]);
    for (uint32_t i = 0; i < g->n_players; i++)
        g->misses[i] = miss(g, agent[i], i);
}

void gaps_after(struct gaps *g, const uint8_t *action)
{
    if (!g->table)
        return;
    double before = g->rounds ? g->mean : 0;
    g->joint[normal_joint(g->table, action)]++;
    g->rounds++;
    g->mean = before + (g->last - before) / (double)g->rounds;
    for (uint32_t i = 0; i < g->n_players; i++) {
        double past = g->rounds > 1 ? g->error[i] : 0;
        g->error[i] = past + (g->misses[i] - past) / (double)g->rounds;
    }
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
    for (uint32_t i = 0; i < PLAYERS_MAX; i++)
        free(g->is_other[i]);
    *g = (struct gaps){ 0 };
}
