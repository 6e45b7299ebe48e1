#include "config.h"

#include "harness.h"
#include "registry.h"
#include "session.h"

#include <stdlib.h>

/* Linked with --wrap: every allocation of ours passes here. */
void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

static unsigned long *counter(void)
{
    static unsigned long n;
    return &n;
}

void *__wrap_malloc(size_t n)
{
    ++*counter();
    return __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    ++*counter();
    return __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
    ++*counter();
    return __real_realloc(p, n);
}

static const char *const agents[] = {
    "aimu",
    "aimu:planner=mcts",
    "aixi",
    "aixi:reuse=always",
    "aixi:model=plain-mixture",
    "aixi:planner=exact",
    "kl-ksa",
    "kl-ksa:model=dirichlet",
    "square-ksa:planner=exact,horizon=3",
    "thompson:resample=horizon,horizon=10",
    "mdl",
    "optimistic",
    "bayesexp",
    "inq:samples=100",
    "mc-aixi:samples=20,horizon=3,predictor=fac-ctw:depth=8:max-nodes=400",
    "q-learning",
    "aiqi:horizon=3,predictor=ctw:depth=8:max-nodes=400",
};

static const char *const hidden_agents[] = {
    "aimu:planner=mcts,samples=50,horizon=5,root-sampling=state",
    "thompson:planner=mcts,samples=50,horizon=5,root-sampling=state",
};

/* The first cycles may make what is kept for life; the others allocate nothing. */
static void count_in(const char *agent, const char *world, int first)
{
    enum { MORE = 50 };
    struct spec_of e;
    struct spec_of a;
    struct err err = { 0 };
    struct session s;
    ck_assert(kind_parse(&e, &env_shelf, world, &err));
    ck_assert_msg(kind_parse(&a, &agent_shelf, agent, &err), "%s", err.text);
    struct env *env = env_open(&e, 1, &err);
    struct agent *ag = agent_open(&a, env, &err);
    ck_assert_msg(ag != NULL, "%s", err.text);
    session_init(&s, env, ag, 1, 1);
    for (int t = 0; t < first; t++)
        session_step(&s, &err);
    unsigned long before = *counter();
    for (int t = 0; t < MORE; t++)
        session_step(&s, &err);
    unsigned long after = *counter();
    ck_assert_uint_gt(before, 0);
    ck_assert_msg(after == before, "%s: %lu allocations in %d cycles", agent,
                  after - before, MORE);
    session_release(&s);
    ag->ops->close(ag);
    env_close(env);
    kind_release(&e);
    kind_release(&a);
}

START_TEST(a_cycle_allocates_nothing) { count_in(agents[_i], "gridworld:size=6", 150); }
END_TEST

/* States to draw from come and go: there is room for all from the beginning. */
START_TEST(states_are_drawn_without_allocation)
{
    count_in(hidden_agents[_i], "cheese-maze", 1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("allocation");
    TCase *tc = tcase_create("allocation");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, a_cycle_allocates_nothing, 0,
                        (int)(sizeof agents / sizeof *agents));
    tcase_add_loop_test(tc, states_are_drawn_without_allocation, 0,
                        (int)(sizeof hidden_agents / sizeof *hidden_agents));
    suite_add_tcase(s, tc);
    return harness_run(s);
}
