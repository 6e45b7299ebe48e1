#include "config.h"

#include "harness.h"
#include "mixture.h"
#include "run.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Laws that hold for every registered world, hypothesis and agent. A new one is under them
 * without a line here. */

enum { STEPS = 400, HYPOTHESES = 80 };

/* Settings besides the defaults that reach other code of a world. */
static const char *const variants[] = {
    "gridworld:map=thesis",
    "gridworld:noise=start,symbols=3,modifier=random",
    "gridworld:traps=0.2,dispensers=3,theta=0.5,map_index=2",
    "gridworld:percepts=cell,theta=1",
    "gridworld:size=5,map_index=1",
};

struct world {
    struct spec_of spec;
    struct env *env;
};

static int n_worlds(void)
{
    int n = 0;
    while (env_shelf.at[n])
        n++;
    return n + (int)(sizeof variants / sizeof *variants);
}

/* World number i: the registered ones by default, then the variants. False: it needs a file
 * or another setting, and cannot be opened by its name alone. */
static bool open_world(struct world *w, int i)
{
    int n = n_worlds() - (int)(sizeof variants / sizeof *variants);
    struct err err = { 0 };
    const char *text = i < n ? env_shelf.at[i]->name : variants[i - n];
    ck_assert_msg(kind_parse(&w->spec, &env_shelf, text, &err), "%s: %s", text, err.text);
    w->env = env_open(&w->spec, 5, &err);
    ck_assert_msg(w->env || i < n, "%s: %s", text, err.text);
    return w->env != NULL;
}

static void close_world(struct world *w)
{
    env_close(w->env);
    kind_release(&w->spec);
}

/* ---- one step */

struct scratch {
    struct transition *out;
    unsigned char *next;
    unsigned char *state;
};

static struct scratch scratch_for(const struct env *env)
{
    return (struct scratch){ xcalloc(env->max_transitions + 1, sizeof(struct transition)),
                             xcalloc(env->max_transitions + 1, env->state_size),
                             xcalloc(1, env->state_size) };
}

static void scratch_free(struct scratch *s)
{
    free(s->out);
    free(s->next);
    free(s->state);
}

static bool same(const struct env *env, const void *a, const void *b)
{
    return !memcmp(a, b, env->state_size);
}

/* Everything that may happen has a chance above 0, in all 1, each once, within the space. */
static size_t law(const struct env *env, const void *state, unsigned action,
                  struct scratch *s)
{
    size_t n = env->ops->transitions(env, state, action, s->out, s->next);
    double sum = 0;
    ck_assert_uint_ge(n, 1);
    ck_assert_uint_le(n, env->max_transitions);
    for (size_t i = 0; i < n; i++) {
        const struct percept e = s->out[i].e;
        bool ok = s->out[i].p > 0 && (!env->space.n_obs || e.obs < env->space.n_obs) &&
                  e.rew >= env->space.rew_min && e.rew <= env->space.rew_max;
        for (size_t j = 0; j < i; j++)
            ok &= percept_key(s->out[j].e) != percept_key(e) ||
                  !same(env, s->next + i * env->state_size, s->next + j * env->state_size);
        if (!ok)
            ck_abort_msg("%s, action %u: transition %zu of %zu (p=%g, o=%u, r=%d)",
                         env->ops->kind.name, action, i, n, s->out[i].p, e.obs, e.rew);
        sum += s->out[i].p;
    }
    if (fabs(sum - 1) > 1e-12)
        ck_abort_msg("%s, action %u: probabilities sum to %.17g", env->ops->kind.name,
                     action, sum);
    return n;
}

/* What condition() says of a percept is the sum over the transitions that show it. */
static void ask(const struct env *env, const void *state, unsigned action, size_t n,
                struct scratch *s)
{
    if (!env->ops->condition)
        return;
    struct percept e = s->out[n - 1].e;
    double p = 0;
    for (size_t i = 0; i < n; i++)
        p += percept_key(s->out[i].e) == percept_key(e) ? s->out[i].p : 0;
    memcpy(s->state, state, env->state_size);
    ck_assert_near(env->ops->condition(env, s->state, action, e), p, 1e-12);
    ck_assert(same(env, s->state, s->next + (n - 1) * env->state_size));
    e.rew =
        env->space.rew_max < INT32_MAX ? env->space.rew_max + 1 : env->space.rew_min - 1;
    memcpy(s->state, state, env->state_size);
    ck_assert_double_eq(env->ops->condition(env, s->state, action, e), 0);
    ck_assert(same(env, s->state, state));
}

/* n states are no more than env_step() and env_reset() can hold. */
static bool can_be_drawn(const struct env *env, uint32_t n)
{
    return n >= 1 && n <= DRAW_MAX && n * env->state_size <= DRAW_BYTES;
}

START_TEST(a_world_without_step_or_reset_can_be_drawn_from_its_law)
{
    struct world w;
    if (open_world(&w, _i)) {
        const struct env_ops *ops = w.env->ops;
        bool drawn = ops->transitions && can_be_drawn(w.env, w.env->max_transitions);
        bool steps = ops->step || drawn;
        bool resets = ops->reset || !ops->starts || can_be_drawn(w.env, w.env->max_starts);
        ck_assert_msg(steps && resets, "%s: step() or reset() must be written",
                      ops->kind.name);
    }
    close_world(&w);
}
END_TEST

START_TEST(what_happens_agrees_with_the_law)
{
    struct world w;
    struct rng rng = { { 1, 2, 3, 4 + (uint64_t)_i } };
    if (!open_world(&w, _i)) {
        close_world(&w);
        return;
    }
    const struct env *env = w.env;
    struct scratch s = scratch_for(env);
    unsigned char *state = xcalloc(1, env->state_size);
    env_reset(env, state, &rng);
    for (int t = 0; t < STEPS; t++) {
        unsigned action = rng_below(&rng, env->space.n_actions);
        size_t n = env->ops->transitions ? law(env, state, action, &s) : 0;
        if (n)
            ask(env, state, action, n, &s);
        struct percept e = env_step(env, state, action, &rng);
        bool listed = !env->ops->transitions;
        for (size_t i = 0; i < n; i++)
            listed |= percept_key(s.out[i].e) == percept_key(e) &&
                      same(env, s.next + i * env->state_size, state);
        if (!listed)
            ck_abort_msg("%s, cycle %d: step() did what transitions() has not",
                         env->ops->kind.name, t);
        if (env->ops->place && env->n_places)
            ck_assert_uint_lt(env->ops->place(env, state), env->n_places);
    }
    free(state);
    scratch_free(&s);
    close_world(&w);
}
END_TEST

/* Frequencies of step() against transitions(), from one state on. */
START_TEST(chances_are_what_the_law_says)
{
    enum { DRAWS = 20000 };
    struct world w;
    struct rng rng = { { 9, 2, 3, 4 + (uint64_t)_i } };
    if (open_world(&w, _i) && w.env->ops->transitions) {
        const struct env *env = w.env;
        struct scratch s = scratch_for(env);
        unsigned char *state = xcalloc(1, env->state_size);
        env_reset(env, state, &rng);
        for (int t = 0; t < 7; t++)
            env_step(env, state, rng_below(&rng, env->space.n_actions), &rng);
        unsigned action = rng_below(&rng, env->space.n_actions);
        size_t n = law(env, state, action, &s);
        double *seen = xcalloc(n, sizeof *seen);
        for (int i = 0; i < DRAWS; i++) {
            memcpy(s.state, state, env->state_size);
            struct percept e = env_step(env, s.state, action, &rng);
            for (size_t k = 0; k < n; k++)
                if (percept_key(s.out[k].e) == percept_key(e) &&
                    same(env, s.next + k * env->state_size, s.state))
                    seen[k]++;
        }
        for (size_t k = 0; k < n; k++) {
            double p = s.out[k].p, sd = sqrt(p * (1 - p) / DRAWS);
            ck_assert_near(seen[k] / DRAWS, p, 5 * sd + 1e-9);
        }
        free(seen);
        free(state);
        scratch_free(&s);
    }
    close_world(&w);
}
END_TEST

START_TEST(starts_have_chances_that_sum_to_one)
{
    struct world w;
    struct rng rng = { { 1, 2, 3, 4 } };
    if (open_world(&w, _i) && w.env->ops->starts) {
        const struct env *env = w.env;
        double *p = xcalloc(env->max_starts, sizeof *p), sum = 0;
        unsigned char *all = xcalloc(env->max_starts, env->state_size);
        unsigned char *state = xcalloc(1, env->state_size);
        size_t n = env->ops->starts(env, p, all);
        ck_assert_uint_le(n, env->max_starts);
        for (size_t i = 0; i < n; i++) {
            ck_assert_double_gt(p[i], 0);
            sum += p[i];
        }
        ck_assert_near(sum, 1, 1e-12);
        for (int k = 0; k < 50; k++) {
            bool listed = false;
            memset(state, 0, env->state_size);
            env_reset(env, state, &rng);
            for (size_t i = 0; i < n; i++)
                listed |= same(env, all + i * env->state_size, state);
            ck_assert(listed);
        }
        free(p);
        free(all);
        free(state);
    }
    close_world(&w);
}
END_TEST

/* The state is all there is: a copy lives on like the original, bit for bit. */
START_TEST(state_is_plain_bytes)
{
    struct world w;
    struct rng rng = { { 1, 2, 3, 4 } };
    if (open_world(&w, _i)) {
        const struct env *env = w.env;
        unsigned char *a = xcalloc(1, env->state_size), *b = xcalloc(1, env->state_size);
        env_reset(env, a, &rng);
        for (int t = 0; t < 100; t++) {
            unsigned action = rng_below(&rng, env->space.n_actions);
            struct rng other = rng;
            memcpy(b, a, env->state_size);
            struct percept e = env_step(env, a, action, &rng);
            struct percept f = env_step(env, b, action, &other);
            ck_assert(percept_key(e) == percept_key(f) && same(env, a, b));
            ck_assert_int_eq(memcmp(&rng, &other, sizeof rng), 0);
        }
        free(a);
        free(b);
    }
    close_world(&w);
}
END_TEST

/* Many states at once live like each alone. */
START_TEST(many_states_at_once_live_like_each_alone)
{
    enum { MANY = 50 };
    struct world w;
    struct rng rng = { { 1, 2, 3, 4 } };
    if (open_world(&w, _i)) {
        const struct env *env = w.env;
        size_t size = env->state_size;
        unsigned char *one = xcalloc(MANY, size), *all = xcalloc(MANY, size);
        uint8_t actions[MANY];
        struct percept e, es[MANY];
        for (int i = 0; i < MANY; i++)
            env_reset(env, one + (size_t)i * size, &rng);
        memcpy(all, one, MANY * size);
        for (int t = 0; t < 40; t++) {
            for (int i = 0; i < MANY; i++)
                actions[i] = (uint8_t)rng_below(&rng, env->space.n_actions);
            struct rng other = rng;
            env_steps(env, all, actions, MANY, &other, es);
            for (int i = 0; i < MANY; i++) {
                e = env_step(env, one + (size_t)i * size, actions[i], &rng);
                ck_assert(percept_key(e) == percept_key(es[i]));
            }
            ck_assert_int_eq(memcmp(one, all, MANY * size), 0);
        }
        free(one);
        free(all);
    }
    close_world(&w);
}
END_TEST

/* ---- hypotheses */

static void walk_hypothesis(const struct env *truth, const struct env *h)
{
    struct rng rng = { { 5, 2, 3, 4 } };
    struct scratch s = scratch_for(h);
    unsigned char *state = xcalloc(1, h->state_size);
    ck_assert_uint_eq(h->space.n_actions, truth->space.n_actions);
    ck_assert_uint_eq(h->space.n_obs, truth->space.n_obs);
    env_reset(h, state, &rng);
    for (int t = 0; t < 60; t++) {
        unsigned action = rng_below(&rng, h->space.n_actions);
        if (h->ops->transitions)
            law(h, state, action, &s);
        env_step(h, state, action, &rng);
    }
    if (h->ops->about)
        ck_assert_int_lt(h->ops->about(h), h->rows * h->cols);
    free(state);
    scratch_free(&s);
}

START_TEST(every_hypothesis_of_every_family_is_a_world)
{
    struct world w;
    if (open_world(&w, _i) && w.env->ops->families) {
        for (const char *const *f = w.env->ops->families; *f; f++) {
            struct err err = { 0 };
            struct env *h;
            size_t k = 0;
            for (; (h = w.env->ops->hypothesis(w.env, *f, k, &err)) && k < HYPOTHESES;
                 k++) {
                walk_hypothesis(w.env, h);
                env_close(h);
            }
            env_close(h);
            ck_assert_msg(k > 0 || err.n > 0, "%s has no %s", w.env->ops->kind.name, *f);
        }
    }
    close_world(&w);
}
END_TEST

/* Of all hypotheses at least one holds everything the truth does to be possible. */
START_TEST(no_family_excludes_the_truth)
{
    struct world w;
    struct rng rng = { { 7, 2, 3, 4 } };
    if (open_world(&w, _i) && w.env->ops->families && w.env->ops->transitions) {
        const struct env *env = w.env;
        for (const char *const *f = env->ops->families; *f; f++) {
            struct err err = { 0 };
            struct model *m = mixture_new(env, *f, NULL, &err);
            if (!m)
                continue;
            unsigned char *state = xcalloc(1, env->state_size);
            env_reset(env, state, &rng);
            for (int t = 0; t < 100; t++) {
                unsigned action = rng_below(&rng, env->space.n_actions);
                struct outcome o = { .e = env_step(env, state, action, &rng) };
                if (!(m->ops->condition(m, action, &o) > 0))
                    ck_abort_msg("%s, family %s: cycle %d is impossible",
                                 env->ops->kind.name, *f, t + 1);
            }
            free(state);
            m->ops->free(m);
        }
    }
    close_world(&w);
}
END_TEST

/* ---- what people see */

START_TEST(worlds_draw_within_their_canvas_and_name_their_actions)
{
    struct world w;
    struct rng rng = { { 1, 2, 3, 4 } };
    if (open_world(&w, _i)) {
        const struct env *env = w.env;
        unsigned char *state = xcalloc(1, env->state_size);
        size_t cells = (size_t)env->rows * (size_t)env->cols;
        struct canvas cv = { env->rows, env->cols, xcalloc(cells + 1, sizeof *cv.at) };
        env_reset(env, state, &rng);
        cv.at[cells].ch = 0xdead;
        for (int t = 0; t < 20 && env->ops->draw; t++) {
            env->ops->draw(env, state, t & 1, &cv);
            env_step(env, state, rng_below(&rng, env->space.n_actions), &rng);
        }
        ck_assert_uint_eq(cv.at[cells].ch, 0xdead);
        for (size_t i = 0; i < cells; i++)
            ck_assert_uint_lt(cv.at[i].ink, INKS);
        for (unsigned a = 0; env->ops->action_name && a < env->space.n_actions; a++)
            ck_assert_ptr_nonnull(env->ops->action_name(env, a));
        free(state);
        free(cv.at);
    }
    close_world(&w);
}
END_TEST

/* ---- agents */

static const char *const worlds[] = { "gridworld:size=4", "coin-flip" };

START_TEST(the_same_seed_gives_the_same_life)
{
    for (size_t k = 0; k < sizeof worlds / sizeof *worlds; k++) {
        uint64_t hash[2] = { 0, 1 };
        for (int twice = 0; twice < 2; twice++) {
            struct spec_of e;
            struct spec_of a;
            struct err err = { 0 };
            struct result r;
            ck_assert(kind_parse(&e, &env_shelf, worlds[k], &err));
            ck_assert(kind_parse(&a, &agent_shelf, agent_shelf.at[_i]->name, &err));
            struct job job = { .env = &e, .agent = &a, .root = 1, .seed = 4, .steps = 25 };
            bool ok = job_run(&job, NULL, 0, NULL, &r, &err);
            ck_assert_msg(ok || err.n, "%s", agent_shelf.at[_i]->name);
            hash[twice] = r.hash;
            result_release(&r);
            kind_release(&e);
            kind_release(&a);
        }
        ck_assert_msg(hash[0] == hash[1], "%s in %s", agent_shelf.at[_i]->name, worlds[k]);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("contract");
    TCase *tc = tcase_create("worlds"), *agents = tcase_create("agents");
    int n = n_worlds(), n_agents = 0;
    while (agent_shelf.at[n_agents])
        n_agents++;
    tcase_set_timeout(tc, 60);
    tcase_set_timeout(agents, 60);
    tcase_add_loop_test(tc, a_world_without_step_or_reset_can_be_drawn_from_its_law, 0, n);
    tcase_add_loop_test(tc, what_happens_agrees_with_the_law, 0, n);
    tcase_add_loop_test(tc, chances_are_what_the_law_says, 0, n);
    tcase_add_loop_test(tc, starts_have_chances_that_sum_to_one, 0, n);
    tcase_add_loop_test(tc, state_is_plain_bytes, 0, n);
    tcase_add_loop_test(tc, many_states_at_once_live_like_each_alone, 0, n);
    tcase_add_loop_test(tc, every_hypothesis_of_every_family_is_a_world, 0, n);
    tcase_add_loop_test(tc, no_family_excludes_the_truth, 0, n);
    tcase_add_loop_test(tc, worlds_draw_within_their_canvas_and_name_their_actions, 0, n);
    tcase_add_loop_test(agents, the_same_seed_gives_the_same_life, 0, n_agents);
    suite_add_tcase(s, tc);
    suite_add_tcase(s, agents);
    return harness_run(s);
}
