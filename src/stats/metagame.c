#include "config.h"

#include "metagame.h"

#include "experiment.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- who played what */

static bool is_match(const struct run_row *row)
{
    return row->status == RUN_OK && strstr(row->agent, SEATS_BETWEEN);
}

static bool has(const struct list *l, const char *text)
{
    for (size_t i = 0; i < l->n; i++)
        if (!strcmp(l->at[i], text))
            return true;
    return false;
}

struct list metagame_games(const struct results *r)
{
    struct list games = { 0 };
    for (size_t i = 0; i < r->n; i++)
        if (is_match(&r->run[i]) && !has(&games, r->run[i].env))
            list_append(&games, xstrdup(r->run[i].env));
    return games;
}

/* The agents of a line-up, "A + B", in the order of the seats. */
static uint32_t split(const char *text, char *who[PLAYERS_MAX])
{
    uint32_t n = 0;
    for (;;) {
        const char *end = strstr(text, SEATS_BETWEEN);
        size_t len = end ? (size_t)(end - text) : strlen(text);
        who[n++] = xasprintf("%.*s", (int)len, text);
        if (!end || n == PLAYERS_MAX)
            return n;
        text = end + strlen(SEATS_BETWEEN);
    }
}

static size_t agent_of(const struct metagame *p, const char *text)
{
    size_t i = 0;
    while (i < p->n && strcmp(p->agent[i], text) != 0)
        i++;
    return i;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* One seat of one match. */
struct earned {
    size_t cell;
    uint32_t seed;
    double reward;
};

struct gathering {
    struct metagame *p;
    struct earned *at;
    size_t n, cap;
};

static void gather(struct gathering *g, size_t cell, uint32_t seed, double reward)
{
    if (g->n == g->cap) {
        g->cap = 2 * g->cap + 64;
        g->at = xrealloc(g->at, g->cap, sizeof *g->at);
    }
    g->at[g->n++] = (struct earned){ cell, seed, reward };
}

static void add_agent(struct metagame *p, char *text)
{
    if (agent_of(p, text) < p->n) {
        free(text);
        return;
    }
    p->agent = xrealloc(p->agent, p->n + 1, sizeof *p->agent);
    p->agent[p->n++] = text;
}

/* Everybody who plays, sorted: runs come in the order of their ids. */
static void find_agents(struct metagame *p, const struct results *r)
{
    for (size_t i = 0; i < r->n; i++) {
        char *who[PLAYERS_MAX];
        if (!is_match(&r->run[i]) || strcmp(r->run[i].env, p->game) != 0)
            continue;
        p->seats = split(r->run[i].agent, who);
        for (uint32_t k = 0; k < p->seats; k++)
            add_agent(p, who[k]);
    }
    if (p->n)
        qsort(p->agent, p->n, sizeof *p->agent, by_text);
}

/* Without versions, and a policy by its own name; as it is, where two would be alike. */
static void name_agents(struct metagame *p)
{
    p->name = xcalloc(p->n, sizeof *p->name);
    for (size_t i = 0; i < p->n; i++) {
        p->name[i] = player_text(p->agent[i]);
        for (size_t k = 0; k < i; k++)
            if (!strcmp(p->name[k], p->name[i])) {
                free(p->name[i]);
                p->name[i] = xstrdup(p->agent[i]);
            }
    }
}

static void gather_row(struct gathering *g, const struct run_row *row)
{
    struct metagame *p = g->p;
    char *who[PLAYERS_MAX], name[24];
    size_t at[PLAYERS_MAX];
    uint32_t n = split(row->agent, who);
    for (uint32_t k = 0; k < n; k++) {
        at[k] = agent_of(p, who[k]);
        free(who[k]);
    }
    for (uint32_t k = 0; k < n; k++) {
        snprintf(name, sizeof name, "reward_%u", (unsigned)k);
        gather(g, n == 2 ? at[k] * p->n + at[1 - k] : at[k], row->seed,
               row_metric(row, name));
    }
}

static int by_cell(const void *a, const void *b)
{
    const struct earned *x = a, *y = b;
    if (x->cell != y->cell)
        return x->cell < y->cell ? -1 : 1;
    if (x->seed != y->seed)
        return x->seed < y->seed ? -1 : 1;
    return (x->reward > y->reward) - (x->reward < y->reward);
}

/* The means of the seeds of one cell, at[from .. to - 1]. */
static void settle(struct metagame *p, const struct earned *at, size_t from, size_t to,
                   const struct boot *how)
{
    double *x = xcalloc(to - from, sizeof *x);
    size_t n = 0;
    char label[64];
    for (size_t i = from; i < to;) {
        size_t k = i;
        for (; k < to && at[k].seed == at[i].seed; k++)
            x[n] += at[k].reward;
        x[n++] /= (double)(k - i);
        i = k;
    }
    struct scores scores = scores_init(x, &n, 1);
    snprintf(label, sizeof label, "%zu", at[from].cell);
    p->cell[at[from].cell] =
        (struct metagame_cell){ boot_stat(&scores, label, STAT_MEAN, how), n };
    scores_release(&scores);
    free(x);
}

void metagame_make(struct metagame *p, const struct results *r, const char *game,
                   const struct boot *how)
{
    struct gathering g = { .p = p };
    *p = (struct metagame){ .game = xstrdup(game) };
    find_agents(p, r);
    name_agents(p);
    size_t cells = p->seats == 2 ? p->n * p->n : p->n;
    p->cell = xcalloc(cells + 1, sizeof *p->cell);
    for (size_t i = 0; i < cells; i++)
        p->cell[i].mean = (struct interval){ (double)NAN, (double)NAN, (double)NAN };
    for (size_t i = 0; i < r->n; i++)
        if (is_match(&r->run[i]) && !strcmp(r->run[i].env, game))
            gather_row(&g, &r->run[i]);
    if (g.n)
        qsort(g.at, g.n, sizeof *g.at, by_cell);
    for (size_t i = 0, k; i < g.n; i = k) {
        for (k = i; k < g.n && g.at[k].cell == g.at[i].cell; k++)
            ;
        settle(p, g.at, i, k, how);
    }
    free(g.at);
}

void metagame_release(struct metagame *p)
{
    for (size_t i = 0; i < p->n; i++) {
        free(p->agent[i]);
        free(p->name[i]);
    }
    free(p->agent);
    free(p->name);
    free(p->game);
    free(p->cell);
    *p = (struct metagame){ 0 };
}

/* ---- what becomes of a population */

bool metagame_whole(const struct metagame *p)
{
    bool whole = p->seats == 2 && p->n;
    for (size_t i = 0; whole && i < p->n * p->n; i++)
        whole = isfinite(p->cell[i].mean.value);
    return whole;
}

double metagame_fitness(const struct metagame *p, const double *x, double *mean)
{
    double all = 0;
    for (size_t i = 0; i < p->n; i++) {
        mean[i] = 0;
        for (size_t k = 0; k < p->n; k++)
            mean[i] += p->cell[i * p->n + k].mean.value * x[k];
        all += x[i] * mean[i];
    }
    return all;
}

/* to = x + dt f(at) */
static void slope(const struct metagame *p, const double *at, const double *x, double dt,
                  double *to, double *scratch)
{
    double all = metagame_fitness(p, at, scratch);
    for (size_t i = 0; i < p->n; i++)
        to[i] = x[i] + dt * at[i] * (scratch[i] - all);
}

void metagame_replicate(const struct metagame *p, double *x, double time)
{
    double range = 1e-9;
    for (size_t i = 0; i < p->n * p->n; i++)
        range = fmax(range, fabs(p->cell[i].mean.value));
    const size_t n = p->n, steps = (size_t)ceil(fmax(1, time * range * 20));
    const double dt = time / (double)steps;
    double *k = xcalloc(5 * n, sizeof *k);
    for (size_t s = 0; s < steps; s++) {
        double sum = 0, *a = k, *b = k + n, *c = k + 2 * n, *d = k + 3 * n,
               *scratch = k + 4 * n;
        slope(p, x, x, dt / 2, a, scratch);
        slope(p, a, x, dt / 2, b, scratch);
        slope(p, b, x, dt, c, scratch);
        slope(p, c, x, dt / 2, d, scratch);
        for (size_t i = 0; i < n; i++) {
            x[i] = fmax(0, (a[i] + 2 * b[i] + c[i] + d[i] - 2 * x[i]) / 3);
            sum += x[i];
        }
        for (size_t i = 0; i < n; i++)
            x[i] /= sum;
    }
    free(k);
}
