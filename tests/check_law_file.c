#include "config.h"

#include "belief.h"
#include "harness.h"
#include "law_file.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A law that is written and read again says the same of every history, to 1e-12: two
 * filters, of the world and of its file, walk together. */

enum { WALKS = 6, CYCLES = 30 };

struct filter {
    struct env *env, *belief;
    struct transition *out;
    void *state, *next;
};

static void filter_open(struct filter *f, struct env *env)
{
    struct err err = { 0 };
    f->env = env;
    f->belief = belief_open(env, NULL, 1 << 16, &err);
    ck_assert_msg(f->belief != NULL, "%s", err.text);
    f->out = xcalloc(f->belief->max_transitions, sizeof *f->out);
    f->next = xcalloc(f->belief->max_transitions, f->belief->state_size);
    f->state = xcalloc(1, f->belief->state_size);
}

static void filter_release(struct filter *f)
{
    env_close(f->belief);
    env_close(f->env);
    free(f->out);
    free(f->next);
    free(f->state);
}

/* How many of n percepts come before the i-th by their numbers. */
static size_t rank_of(const struct transition *out, size_t n, size_t i)
{
    size_t rank = 0;
    for (size_t k = 0; k < n; k++)
        rank += out[k].e.obs < out[i].e.obs ||
                (out[k].e.obs == out[i].e.obs && out[k].e.rew < out[i].e.rew);
    return rank;
}

/* Files are in points where a unit is no power of ten of them. */
static double unit_of(const struct env *env)
{
    double digits = log10(env->space.scale);
    return fabs(digits - round(digits)) < 1e-12 ? env->space.scale : 1;
}

/* Whether percept i of one is percept k of the other. Of very many observations those that
 * occur are numbered anew, in their order. */
static bool is_same(const struct filter *a, size_t i, const struct filter *b, size_t k,
                    size_t n)
{
    double left = a->out[i].e.rew / unit_of(a->env);
    double right = b->out[k].e.rew / b->env->space.scale;
    bool anew = a->env->space.n_obs != b->env->space.n_obs;
    bool seen = anew ? rank_of(a->out, n, i) == rank_of(b->out, n, k)
                     : a->out[i].e.obs == b->out[k].e.obs;
    return seen && fabs(left - right) < 1e-9;
}

/* Goes one cycle on in both, after they have said the same. */
static void step_both(struct filter *a, struct filter *b, struct rng *rng)
{
    unsigned action = rng_below(rng, a->env->space.n_actions);
    size_t n = a->belief->ops->transitions(a->belief, a->state, action, a->out, a->next);
    size_t m = b->belief->ops->transitions(b->belief, b->state, action, b->out, b->next);
    size_t chosen = rng_below(rng, (uint32_t)n), partner = m;
    ck_assert_uint_eq(n, m);
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < m && !is_same(a, i, b, k, n))
            k++;
        ck_assert_msg(k < m, "percept (%u, %d) is not in the file", a->out[i].e.obs,
                      a->out[i].e.rew);
        ck_assert_near(a->out[i].p, b->out[k].p, 1e-12);
        partner = i == chosen ? k : partner;
    }
    double x = env_worth(a->belief, a->state, action, a->out[chosen].e, NULL);
    double y = env_worth(b->belief, b->state, action, b->out[partner].e, NULL);
    ck_assert_near(x / unit_of(a->env), y / b->env->space.scale, 1e-9);
    size_t size = a->belief->state_size;
    memcpy(a->state, (char *)a->next + chosen * size, size);
    size = b->belief->state_size;
    memcpy(b->state, (char *)b->next + partner * size, size);
}

static struct env *open_spec(const char *text, char canonical[200])
{
    struct spec_of spec;
    struct err err = { 0 };
    ck_assert_msg(kind_parse(&spec, &env_shelf, text, &err), "%s", err.text);
    struct env *env = env_open(&spec, 0, &err);
    ck_assert_msg(env != NULL, "%s", err.text);
    snprintf(canonical, 200, "%s", spec.canonical);
    kind_release(&spec);
    return env;
}

/* Writes, reads, and walks; false where the law cannot be written, as *err says. */
static bool round_trip(const char *text, struct err *err)
{
    char path[] = "/tmp/ursa-XXXXXX.POMDP", spec[300], canonical[200];
    struct filter a, b;
    struct rng rng = { { 1, 2, 3, 4 } };
    struct env *env = open_spec(text, canonical);
    bool unseen = space_unseen(&env->space);
    int fd = mkstemps(path, 6);
    FILE *to = fdopen(fd, "w");
    bool ok = law_write(env, canonical, to, err);
    fclose(to);
    if (!ok) {
        env_close(env);
        unlink(path);
        return false;
    }
    snprintf(spec, sizeof spec, "%s%s", path, unseen ? ":rewards=unseen" : "");
    filter_open(&a, env);
    filter_open(&b, open_spec(spec, canonical));
    unlink(path);
    for (int walk = 0; walk < WALKS; walk++) {
        struct rng none = { { 1, 2, 3, 4 } };
        env_reset(a.belief, a.state, &none);
        env_reset(b.belief, b.state, &none);
        for (int t = 0; t < CYCLES; t++)
            step_both(&a, &b, &rng);
    }
    filter_release(&a);
    filter_release(&b);
    return true;
}

START_TEST(every_world_with_a_law_is_read_back)
{
    struct err err = { 0 };
    const char *name = env_shelf.at[_i]->name;
    if (!round_trip(name, &err))
        ck_assert_msg(strstr(err.text, "no closed form of its law") ||
                          strstr(err.text, "reachable states") ||
                          strstr(err.text, "show some of the reward and hide some"),
                      "%s: %s", name, err.text);
}
END_TEST

/* Rewards in units and in points, percepts that depend on where one comes from, sparse
 * observations, rewards that are not seen. */
static const char *const specs[] = {
    "gridworld:size=3,percepts=cell", "bandit:kind=gaussian",
    "gridworld:size=4,noise=start",   "mdp:rewards=unseen",
    "pomdp:rewards=unseen",           "gridworld:size=3,theta=0.4",
};

START_TEST(other_settings_are_read_back)
{
    struct err err = { 0 };
    ck_assert_msg(round_trip(specs[_i], &err), "%s: %s", specs[_i], err.text);
}
END_TEST

int main(void)
{
    int n = 0;
    while (env_shelf.at[n])
        n++;
    Suite *s = suite_create("law_file");
    TCase *tc = tcase_create("law_file");
    tcase_add_loop_test(tc, every_world_with_a_law_is_read_back, 0, n);
    tcase_add_loop_test(tc, other_settings_are_read_back, 0, sizeof specs / sizeof *specs);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
