#include "config.h"

#include "harness.h"
#include "laws.h"
#include "registry.h"
#include "run.h"
#include "xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Every law (src/laws/laws.def) is held against everything registered of its sort. What is
 * new is under them without a line here. */

/* Settings besides the defaults and the minima that reach other code of a world. */
static const char *const variants[] = {
    "gridworld:map=thesis",
    "gridworld:noise=start,symbols=3,modifier=random",
    "gridworld:traps=0.2,dispensers=3,theta=0.5,map_index=2",
    "gridworld:percepts=cell,theta=1",
    "gridworld:size=5,map_index=1",
};

/* Specs of what is tried; filled before the first test runs. */
struct list {
    char **text; /* owned */
    int n;
};

static void add(struct list *l, char *text)
{
    l->text = xrealloc(l->text, (size_t)l->n + 1, sizeof *l->text);
    l->text[l->n++] = text;
}

/* A world with each of its numbers as small as it may be, one at a time. */
static void add_minima(struct list *l, const struct kind *kind)
{
    for (const struct param *p = kind->params; p->name; p++)
        if (p->type == PARAM_INT || p->type == PARAM_REAL)
            add(l, xasprintf("%s:%s=%.17g", kind->name, p->name, p->min));
}

static struct list worlds(void)
{
    struct list l = { 0 };
    for (size_t i = 0; env_shelf.at[i]; i++) {
        add(&l, xasprintf("%s", env_shelf.at[i]->name));
        add_minima(&l, env_shelf.at[i]);
    }
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++)
        add(&l, xasprintf("%s", variants[i]));
    return l;
}

static struct list all_worlds;

/* What needs a file or another setting cannot be opened by its name alone. */
START_TEST(a_world_keeps_its_promises)
{
    struct spec_of spec;
    struct err err = { 0 };
    const char *text = all_worlds.text[_i];
    ck_assert_msg(kind_parse(&spec, &env_shelf, text, &err), "%s: %s", text, err.text);
    struct env *env = env_open(&spec, 5, &err);
    ck_assert_msg(env || err.n, "%s is refused without a word", text);
    for (const struct law *law = law_table; env && law->name; law++) {
        struct err what = { 0 };
        struct subject s = { .env = env };
        if (law->sort == LAW_env)
            ck_assert_msg(law->holds(&s, &what), "%s: %s (%s): %s", text, law->name,
                          law->promise, what.text);
    }
    env_close(env);
    kind_release(&spec);
}
END_TEST

/* ---- agents */

static const char *const lived_in[] = { "gridworld:size=4", "coin-flip" };

START_TEST(the_same_seed_gives_the_same_life)
{
    for (size_t k = 0; k < sizeof lived_in / sizeof *lived_in; k++) {
        uint64_t hash[2] = { 0, 1 };
        for (int twice = 0; twice < 2; twice++) {
            struct spec_of e;
            struct spec_of a;
            struct err err = { 0 };
            struct result r;
            ck_assert(kind_parse(&e, &env_shelf, lived_in[k], &err));
            ck_assert(kind_parse(&a, &agent_shelf, agent_shelf.at[_i]->name, &err));
            struct job job = { .env = &e, .agent = &a, .root = 1, .seed = 4, .steps = 25 };
            bool ok = job_run(&job, NULL, 0, NULL, &r, &err);
            ck_assert_msg(ok || err.n, "%s", agent_shelf.at[_i]->name);
            hash[twice] = r.hash;
            result_release(&r);
            kind_release(&e);
            kind_release(&a);
        }
        ck_assert_msg(hash[0] == hash[1], "%s in %s", agent_shelf.at[_i]->name,
                      lived_in[k]);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("contract");
    TCase *tc = tcase_create("worlds"), *agents = tcase_create("agents");
    int n_agents = 0;
    while (agent_shelf.at[n_agents])
        n_agents++;
    all_worlds = worlds();
    tcase_set_timeout(tc, 60);
    tcase_set_timeout(agents, 60);
    tcase_add_loop_test(tc, a_world_keeps_its_promises, 0, all_worlds.n);
    tcase_add_loop_test(agents, the_same_seed_gives_the_same_life, 0, n_agents);
    suite_add_tcase(s, tc);
    suite_add_tcase(s, agents);
    return harness_run(s);
}
