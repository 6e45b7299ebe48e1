#include "config.h"

#include "cmd.h"
#include "learned.h"
#include "mask.h"
#include "output.h"
#include "registry.h"
#include "solve_learning.h"
#include "stop.h"

#include <inttypes.h>

/* ursa solve WORLD --what=learning: may the agent choose what it will be told to want? */

enum { TEXT = 64 };

struct table {
    const char *name;
    const struct env *env;
    uint32_t horizon;
    const struct learned *l;
};

static json_t *span_json(struct learned_span s) { return json_pack("[f, f]", s.lo, s.hi); }

static json_t *eta_json(const struct table *t)
{
    const struct learned *l = t->l;
    json_t *eta = json_array();
    char name[TEXT];
    for (uint32_t i = 0; i < l->n_worlds; i++) {
        json_t *row = json_array();
        for (uint32_t k = 0; k < l->of->n_rewards; k++)
            json_array_append_new(row, json_real(l->eta[i * l->of->n_rewards + k]));
        env_hidden_text(t->env, i, name, sizeof name);
        json_array_append_new(eta, json_pack("{s:s, s:o}", "world", name, "chances", row));
    }
    return eta;
}

static int answer_json(const struct table *t)
{
    const struct learned *l = t->l;
    const double scale = t->env->space.scale;
    json_t *rewards = json_array(), *events = json_array();
    struct learned_span wanted = { l->wanted.lo / scale, l->wanted.hi / scale };
    for (uint32_t k = 0; k < l->of->n_rewards; k++)
        json_array_append_new(
            rewards, json_pack("{s:s, s:o, s:o}", "reward", l->of->reward[k], "weight",
                               span_json(l->rho[k]), "best", span_json(l->best[k])));
    for (uint32_t k = 0; k < l->of->n_events; k++)
        json_array_append_new(events, json_pack("{s:s, s:o}", "event", l->of->event[k],
                                                "chance", span_json(l->event[k])));
    json_t *o = json_pack(
        "{s:i, s:s, s:I, s:f, s:o, s:o, s:o, s:{s:b, s:I, s:I}, s:{s:b, s:I, s:o, s:o}}",
        "v", 1, "env", t->name, "horizon", (json_int_t)t->horizon, "value",
        l->value / scale, "performance", span_json(wanted), "rewards", rewards, "events",
        events, "riggable", "start", (int)l->at_start, "beliefs", (json_int_t)l->riggable,
        "of", (json_int_t)l->beliefs, "influence", "possible", (int)l->influenceable,
        "histories", (json_int_t)l->histories, "gap", span_json(l->gap), "eta",
        l->influenceable ? json_null() : eta_json(t));
    print_json(o);
    json_decref(o);
    return EXIT_OK;
}

static const char *span_text(struct learned_span s, char *buf, size_t n)
{
    if (s.hi - s.lo > 1e-9)
        snprintf(buf, n, "%.6g .. %.6g", s.lo, s.hi);
    else
        snprintf(buf, n, "%.6g", s.lo);
    return buf;
}

static void print_verdicts(const struct table *t)
{
    const struct learned *l = t->l;
    char name[TEXT];
    if (l->riggable)
        printf("  riggable%s: in %" PRIu32 " of %" PRIu32 " beliefs on the way\n",
               l->at_start ? " from the start" : ", though not at the start", l->riggable,
               l->beliefs);
    else
        printf("  unriggable, in all %" PRIu32 " beliefs on the way\n", l->beliefs);
    printf("  %s: %" PRIu32 " different ends",
           l->influenceable ? "influenceable" : "uninfluenceable", l->histories);
    if (l->influenceable) {
        printf(", which no chances of the rewards fit closer than %.6g\n", l->gap.lo);
        return;
    }
    printf(" fit P(%s | world) =", l->of->reward[0]);
    for (uint32_t i = 0; i < l->n_worlds; i++) {
        env_hidden_text(t->env, i, name, sizeof name);
        printf("%s %.6g %s", i ? "," : "", l->eta[i * l->of->n_rewards], name);
    }
    puts("");
}

static int answer_text(const struct table *t)
{
    const struct learned *l = t->l;
    const double scale = t->env->space.scale;
    struct learned_span wanted = { l->wanted.lo / scale, l->wanted.hi / scale };
    char a[TEXT], b[TEXT];
    mask_print(stdout, "%s   horizon %" PRIu32 "\n", t->name, t->horizon);
    printf("  value                    %.10g   performance then %s\n", l->value / scale,
           span_text(wanted, a, sizeof a));
    for (uint32_t k = 0; k < l->of->n_events; k++)
        printf("  %-24s %s\n", l->of->event[k], span_text(l->event[k], a, sizeof a));
    printf("  expected weight of       of any policy        of the best\n");
    for (uint32_t k = 0; k < l->of->n_rewards; k++)
        printf("    %-22s %-20s %s\n", l->of->reward[k], span_text(l->rho[k], a, sizeof a),
               span_text(l->best[k], b, sizeof b));
    print_verdicts(t);
    return EXIT_OK;
}

static int answer(struct args *a, const struct env *env, const char *name, uint32_t horizon,
                  size_t bytes)
{
    struct err err = { 0 };
    struct learned l;
    struct learned_bounds in = { horizon, bytes, stop_on_signals() };
    if (horizon > LEARNED_CYCLES)
        return args_fail(a, "learning is judged over at most %d cycles", LEARNED_CYCLES);
    if (!learned_find(&l, env, &in, &err)) {
        int status = args_err(a, &err);
        return atomic_load(in.cancel) ? EXIT_INTERRUPTED : status;
    }
    struct table t = { name, env, horizon ? horizon : l.of->cycles, &l };
    int status = a->json ? answer_json(&t) : answer_text(&t);
    learned_release(&l);
    return status;
}

int solve_learning(struct args *a, const char *world, uint64_t root, uint32_t horizon,
                   size_t bytes)
{
    struct err err = { 0 };
    struct spec_of spec;
    if (!kind_parse(&spec, &env_shelf, world, &err))
        return args_err(a, &err);
    struct env *env = env_open(&spec, root, &err);
    int status = env ? answer(a, env, spec.canonical, horizon, bytes) : args_err(a, &err);
    env_close(env);
    kind_release(&spec);
    return status;
}
