#include "config.h"

#include "family.h"
#include "harness.h"
#include "life.h"
#include "xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What an agent believes of what is hidden from it is Bayes' rule, and the truth is nothing
 * that it knows. */

enum { HIDDEN_MAX = 64 };

/* An agent that is told percepts of the test's own. */
static void teach(struct life *l, unsigned action, uint32_t obs, int32_t rew)
{
    struct err err = { 0 };
    struct cycle c = { .action = (uint8_t)action, .e = { obs, rew } };
    ck_assert_msg(l->ag->ops->update(l->ag, &c, &err), "%s", err.text);
}

static double believes(const struct life *l, uint32_t k)
{
    double p[HIDDEN_MAX];
    ck_assert(mind_of(l->ag)->hidden);
    ck_assert(mind_of(l->ag)->hidden(l->ag, p, l->env->n_hidden));
    return p[k];
}

/* ---- by hand */

/* One ear that is right with .85: .85, then .85^2 / (.85^2 + .15^2). */
START_TEST(who_knows_the_tiger_believes_what_it_hears)
{
    static const char *const worlds[] = { "tiger", "extended-tiger" };
    struct life l;
    life_begin(&l, "aimu:horizon=3,samples=10", worlds[_i], 1);
    unsigned listen = _i ? 1 : 0;
    ck_assert_near(believes(&l, 0), 0.5, 1e-15);
    teach(&l, listen, 1, -1);
    ck_assert_near(believes(&l, 0), 0.85, 1e-12);
    ck_assert_near(believes(&l, 1), 0.15, 1e-12);
    teach(&l, listen, 1, -1);
    ck_assert_near(believes(&l, 0), 0.7225 / 0.745, 1e-12);
    ck_assert_near(believes(&l, 0), 0.9698, 1e-4);
    teach(&l, listen, 2, -1);
    ck_assert_near(believes(&l, 0), 0.85, 1e-12);
    life_end(&l);
}
END_TEST

START_TEST(behind_a_new_door_it_may_be_anywhere)
{
    struct life l;
    life_begin(&l, "aimu", "tiger", 1);
    teach(&l, 0, 1, -1);
    teach(&l, 2, 0, 10);
    ck_assert_near(believes(&l, 0), 0.5, 1e-15);
    life_end(&l);
}
END_TEST

/* Five ears of .5, .65, .75, .85, .95 that may be its own: sum of h / 5, then sum of h^2 /
 * (sum of h^2 + sum of (1 - h)^2) = 2.86 / 3.32. */
START_TEST(who_does_not_know_its_ear_sums_over_ears)
{
    static const char *const agents[] = { "aixi:samples=10", "kl-ksa:samples=10",
                                          "aixi:model=plain-mixture,samples=10" };
    struct life l;
    life_begin(&l, agents[_i], "tiger", 1);
    teach(&l, 0, 1, -1);
    ck_assert_near(believes(&l, 0), 0.74, 1e-12);
    teach(&l, 0, 1, -1);
    ck_assert_near(believes(&l, 0), 2.86 / 3.32, 1e-12);
    life_end(&l);
}
END_TEST

/* I have the queen and they pass: they have the jack or the king with (1 - a/3) : (1 - a),
 * a = .7. Mine is never theirs. */
START_TEST(what_they_did_tells_what_they_have)
{
    struct life l;
    life_begin(&l, "aimu", "kuhn-poker", 1);
    teach(&l, 0, 1 | 4, -1);
    ck_assert_near(believes(&l, 0), (1 - 0.7 / 3) / (2 - 4 * 0.7 / 3), 1e-12);
    ck_assert_double_eq(believes(&l, 1), 0);
    ck_assert_near(believes(&l, 2), 0.3 / (2 - 4 * 0.7 / 3), 1e-12);
    teach(&l, 0, 1, -1); /* and now they bet: .7 / 3 against .7 */
    ck_assert_near(believes(&l, 0), 0.25, 1e-12);
    ck_assert_near(believes(&l, 2), 0.75, 1e-12);
    life_end(&l);
}
END_TEST

/* Ten cells at first. "Walls W E" are three: the middle of each leg. */
START_TEST(the_mouse_is_where_the_walls_are_as_it_sees_them)
{
    struct life l;
    life_begin(&l, "aimu", "cheese-maze", 1);
    ck_assert_uint_eq(l.env->n_hidden, 35);
    ck_assert_near(believes(&l, 1 * 7 + 1), 0.1, 1e-15);
    ck_assert_double_eq(believes(&l, 0), 0);
    ck_assert_double_eq(believes(&l, 3 * 7 + 3), 0); /* where the cheese is it never is */
    teach(&l, 3, 5, -10); /* a bump to the left, walls left and right */
    ck_assert_near(believes(&l, 2 * 7 + 1), 1.0 / 3, 1e-12);
    ck_assert_near(believes(&l, 2 * 7 + 3), 1.0 / 3, 1e-12);
    ck_assert_near(believes(&l, 2 * 7 + 5), 1.0 / 3, 1e-12);
    teach(&l, 0, 9, -1); /* up, into the left corner */
    ck_assert_near(believes(&l, 1 * 7 + 1), 1, 1e-12);
    life_end(&l);
}
END_TEST

/* The world and the same one with its states in another order: what is called alike is one
 * thing. One that has no name there, and nothing is said. */
static double with_a_file(const char *states, const char *rename)
{
    char path[] = "/tmp/ursa-hidden-XXXXXX", agent[100], line[200];
    const char *src = getenv("srcdir");
    char tiger[4096];
    snprintf(tiger, sizeof tiger, "%s/maps/tiger.mdp", src ? src : ".");
    FILE *from = fopen(tiger, "r"), *to = fdopen(mkstemp(path), "w");
    ck_assert(from && to);
    while (fgets(line, sizeof line, from)) {
        char *old = line;
        if (!strncmp(line, "states:", 7))
            snprintf(line, sizeof line, "states: %s\n", states);
        while (rename && (old = strstr(old, "right-heard")))
            memcpy(old, rename, strlen(rename));
        fputs(line, to);
    }
    fclose(from);
    fclose(to);
    struct life l;
    double p[HIDDEN_MAX];
    snprintf(agent, sizeof agent, "aixi:samples=10,family=files:files=%s", path);
    life_begin(&l, agent, "pomdp", 1);
    teach(&l, 0, 1, -1);
    bool known = mind_of(l.ag)->hidden(l.ag, p, l.env->n_hidden);
    life_end(&l);
    unlink(path);
    return known ? p[2] : -1;
}

START_TEST(states_of_several_files_are_one_by_their_names)
{
    ck_assert_near(with_a_file("left right left-heard right-heard", NULL), 0.85, 1e-12);
    ck_assert_near(with_a_file("right right-heard left-heard left", NULL), 0.85, 1e-12);
    ck_assert_double_eq(with_a_file("left right left-heard right-hears", "right-hears"),
                        -1);
}
END_TEST

/* ---- by another program: every history is filtered state by state */

struct crowd {
    double *p;
    unsigned char *state;
    size_t n;
};

static void add_state(struct crowd *c, size_t size, double p, const void *state)
{
    size_t i = 0;
    while (i < c->n && memcmp(c->state + i * size, state, size))
        i++;
    if (i == c->n) {
        c->p = xrealloc(c->p, ++c->n, sizeof *c->p);
        c->state = xrealloc(c->state, c->n, size);
        memcpy(c->state + i * size, state, size);
        c->p[i] = 0;
    }
    c->p[i] += p;
}

static void drop_crowd(struct crowd *c)
{
    free(c->p);
    free(c->state);
    *c = (struct crowd){ 0 };
}

static struct crowd starting(const struct env *env)
{
    struct crowd c = { 0 };
    double *p = xcalloc(env->max_starts, sizeof *p);
    unsigned char *state = xcalloc(env->max_starts, env->state_size);
    size_t n = env->ops->starts(env, p, state);
    for (size_t i = 0; i < n; i++)
        add_state(&c, env->state_size, p[i], state + i * env->state_size);
    free(p);
    free(state);
    return c;
}

static void filter(const struct env *env, struct crowd *c, unsigned action,
                   struct percept e)
{
    struct crowd to = { 0 };
    struct transition *out = xcalloc(env->max_transitions, sizeof *out);
    unsigned char *next = xcalloc(env->max_transitions, env->state_size);
    for (size_t i = 0; i < c->n; i++) {
        size_t n =
            env->ops->transitions(env, c->state + i * env->state_size, action, out, next);
        for (size_t k = 0; k < n; k++)
            if (percept_key(out[k].e) == percept_key(e))
                add_state(&to, env->state_size, c->p[i] * out[k].p,
                          next + k * env->state_size);
    }
    free(out);
    free(next);
    drop_crowd(c);
    *c = to;
}

static const struct {
    const char *agent, *env, *family;
} cases[] = {
    { "aimu:horizon=2,samples=10", "tiger", "mu" },
    { "aimu:horizon=2,samples=10", "extended-tiger", "mu" },
    { "aimu:horizon=2,samples=10", "cheese-maze", "mu" },
    { "aimu:horizon=2,samples=10", "maze-1d", "mu" },
    { "aimu:horizon=2,samples=10", "grid-4x4", "mu" },
    { "aimu:horizon=2,samples=10", "kuhn-poker", "mu" },
    { "aimu:horizon=2,samples=10", "pomdp", "mu" },
    { "aixi:horizon=2,samples=10", "tiger", "hearing" },
    { "aixi:horizon=2,samples=10", "extended-tiger", "hearing" },
    { "aixi:horizon=2,samples=10", "cheese-maze", "cheese" },
    { "aixi:horizon=2,samples=10", "maze-1d", "goal" },
    { "aixi:horizon=2,samples=10", "grid-4x4", "goal" },
    { "thompson:horizon=2,samples=10", "kuhn-poker", "opponent" },
    { "bayesexp:horizon=2,samples=10", "tiger", "hearing" },
};
enum { CASES = sizeof cases / sizeof *cases, LIVED = 25, CLASS_MAX = 20 };

struct oracle {
    struct family *f;
    size_t n;
    struct env *env[CLASS_MAX];
    struct crowd c[CLASS_MAX];
};

static void open_oracle(struct oracle *o, const char *family, const struct env *truth)
{
    struct err err = { 0 };
    o->f = family_find(family, truth, &err);
    ck_assert_msg(o->f, "%s", err.text);
    o->n = family_count(o->f);
    for (size_t k = 0; k < o->n; k++) {
        o->env[k] = o->f->ops->at(o->f, k, &err);
        o->c[k] = starting(o->env[k]);
    }
}

static void close_oracle(struct oracle *o)
{
    for (size_t k = 0; k < o->n; k++) {
        drop_crowd(&o->c[k]);
        family_drop(o->f, o->env[k]);
    }
    family_close(o->f);
}

/* P(hidden | all of it), every hypothesis being as likely at first. */
static void ask(const struct oracle *o, double *p, uint32_t n)
{
    double sum = 0;
    memset(p, 0, n * sizeof *p);
    for (size_t k = 0; k < o->n; k++)
        for (size_t i = 0; i < o->c[k].n; i++) {
            const struct env *env = o->env[k];
            p[env->ops->hidden(env, o->c[k].state + i * env->state_size)] += o->c[k].p[i];
            sum += o->c[k].p[i];
        }
    for (uint32_t i = 0; i < n; i++)
        p[i] /= sum;
}

START_TEST(what_is_believed_of_the_hidden_is_bayes_rule)
{
    struct life l;
    struct oracle o;
    double right[HIDDEN_MAX], said[HIDDEN_MAX];
    life_begin(&l, cases[_i].agent, cases[_i].env, 5);
    open_oracle(&o, cases[_i].family, l.env);
    for (int t = 0; t <= LIVED; t++) {
        ask(&o, right, l.env->n_hidden);
        ck_assert(mind_of(l.ag)->hidden(l.ag, said, l.env->n_hidden));
        for (uint32_t i = 0; i < l.env->n_hidden; i++)
            ck_assert_near(said[i], right[i], 1e-9);
        const struct record *r = life_live(&l);
        for (size_t k = 0; k < o.n; k++)
            filter(o.env[k], &o.c[k], r->action, r->e);
    }
    close_oracle(&o);
    life_end(&l);
}
END_TEST

/* ---- never the truth */

/* Two lives of the same percepts, one with the tiger at the left and one at the right. */
START_TEST(where_it_is_is_not_known)
{
    struct life l[2];
    for (uint32_t i = 0, seed = 1; i < 2; seed++) {
        life_begin(&l[i], "aimu", "tiger", seed);
        if (l[i].env->ops->hidden(l[i].env, l[i].s.state) == i)
            i++;
        else
            life_end(&l[i]);
    }
    for (uint32_t t = 0; t < 4; t++) {
        ck_assert_double_eq(believes(&l[0], 0), believes(&l[1], 0));
        teach(&l[0], 0, 1 + t % 3 / 2, -1);
        teach(&l[1], 0, 1 + t % 3 / 2, -1);
    }
    life_end(&l[0]);
    life_end(&l[1]);
}
END_TEST

/* Of a world without anything hidden, and of a model without states, nothing is said. */
START_TEST(who_has_no_belief_says_so)
{
    static const char *const none[][2] = { { "aixi", "gridworld" },
                                           { "aimu", "mdp" },
                                           { "mc-aixi:samples=5", "tiger" },
                                           { "q-learning", "tiger" } };
    struct life l;
    double p[HIDDEN_MAX] = { 0 };
    life_begin(&l, none[_i][0], none[_i][1], 1);
    const struct mind_ops *mind = mind_of(l.ag);
    ck_assert(!mind->hidden || !mind->hidden(l.ag, p, l.env->n_hidden));
    life_end(&l);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("hidden");
    TCase *tc = tcase_create("hidden");
    tcase_add_loop_test(tc, who_knows_the_tiger_believes_what_it_hears, 0, 2);
    tcase_add_test(tc, behind_a_new_door_it_may_be_anywhere);
    tcase_add_loop_test(tc, who_does_not_know_its_ear_sums_over_ears, 0, 3);
    tcase_add_test(tc, what_they_did_tells_what_they_have);
    tcase_add_test(tc, the_mouse_is_where_the_walls_are_as_it_sees_them);
    tcase_add_test(tc, states_of_several_files_are_one_by_their_names);
    tcase_add_loop_test(tc, what_is_believed_of_the_hidden_is_bayes_rule, 0, CASES);
    tcase_add_test(tc, where_it_is_is_not_known);
    tcase_add_loop_test(tc, who_has_no_belief_says_so, 0, 4);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
