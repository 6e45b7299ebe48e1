#include "config.h"

#include "mask.h"
#include "plain.h"
#include "seat.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct plain {
    struct sink sink;
    struct env *env; /* owned, for its names; NULL: numbers will do */
    char tag[4];     /* of a seat */
};

static const char *name_of(const struct plain *p, unsigned action, char *buf, size_t n)
{
    if (p->env)
        env_action_text(p->env, action, buf, n);
    else
        snprintf(buf, n, "%u", action);
    return buf;
}

static void say_mind(const struct plain *p, const struct insight *in)
{
    char buf[64];
    int best = -1;
    for (uint32_t a = 0; a < in->n_actions; a++)
        if (isfinite(in->value[a]) && (best < 0 || in->value[a] > in->value[best]))
            best = (int)a;
    if (best >= 0)
        mask_print(stdout, "; best %s %.4g", name_of(p, (unsigned)best, buf, sizeof buf),
                   in->value[best]);
    if (in->informed)
        printf("; %s", insight_informed);
    else if (isfinite(in->entropy))
        printf("; entropy %.2f of %.2f bits", in->entropy / M_LN2,
               in->entropy_start / M_LN2);
    if (*in->phase)
        mask_print(stdout, "; %s", in->phase);
}

static bool begin(struct sink *sk, const struct run_info *run, struct err *err)
{
    (void)err;
    mask_print(stdout, "%s%s in %s, seed %" PRIu32 ", %" PRIu64 " cycles\n",
               ((const struct plain *)sk)->tag, run->agent, run->env, run->seed,
               run->steps);
    return true;
}

static void cycle(struct sink *sk, const struct record *rec, const struct agent *ag)
{
    const struct plain *p = (const struct plain *)sk;
    char name[64], percept[64];
    struct insight in;
    snprintf(percept, sizeof percept, "%" PRIu32, rec->e.obs);
    if (p->env)
        env_percept_text(p->env, rec->e, percept, sizeof percept);
    mask_print(stdout, "%s%" PRIu64 " %s; saw %s; reward %" PRId32, p->tag, rec->t,
               name_of(p, rec->action, name, sizeof name), percept, rec->e.rew);
    insight_clear(&in);
    if (mind_of(ag)->inspect)
        mind_of(ag)->inspect(ag, &in);
    say_mind(p, &in);
    putchar('\n');
}

static bool end(struct sink *sk, struct err *err)
{
    (void)sk;
    (void)err;
    return true;
}

static const struct sink_ops plain_ops = { begin, cycle, end };

struct plain *plain_new(const struct spec_of *env, uint64_t root)
{
    struct plain *p = xcalloc(1, sizeof *p);
    p->sink.ops = &plain_ops;
    p->env = env_open(env, root, NULL);
    return p;
}

struct plain *plain_new_seat(const struct game *g, uint32_t player)
{
    struct plain *p = xcalloc(1, sizeof *p);
    p->sink.ops = &plain_ops;
    p->env = seat_open_among(g, player);
    snprintf(p->tag, sizeof p->tag, "%c ", 'A' + (char)player);
    return p;
}

struct sink *plain_sink(struct plain *p) { return &p->sink; }

void plain_free(struct plain *p)
{
    env_close(p->env);
    free(p);
}
