#include "config.h"

#include "demo.h"
#include "experiment.h"
#include "harness.h"
#include "line.h"
#include "metrics.h"
#include "pool.h"
#include "run.h"
#include "sim.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct fixture {
    struct spec_of env;
    struct spec_of agent;
    struct job job;
};
static struct fixture fx;

static void setup(void)
{
    struct err err = { 0 };
    ck_assert(kind_parse(&fx.env, &env_shelf, "coin-flip", &err));
    ck_assert(kind_parse(&fx.agent, &agent_shelf, "random", &err));
    fx.job = (struct job){
        .env = &fx.env, .agent = &fx.agent, .root = 1, .seed = 7, .steps = 100
    };
}

static void teardown(void)
{
    kind_release(&fx.env);
    kind_release(&fx.agent);
}

/* A sink that counts cycles, and can fail or raise the stop flag at one of them. */
struct counter {
    struct sink sink;
    uint64_t cycles, stop_at;
    atomic_int *stop;
    bool begun, ended, fails;
};

static bool begin_counter(struct sink *sk, const struct run_info *run, struct err *err)
{
    struct counter *c = (struct counter *)sk;
    ck_assert_str_eq(run->agent, "random-v1");
    ck_assert_uint_eq(run->seed, 7);
    c->begun = true;
    return c->fails ? err_set(err, "cannot begin") : true;
}

static bool begin_any(struct sink *sk, const struct run_info *run, struct err *err)
{
    (void)sk;
    (void)run;
    (void)err;
    return true;
}

static void cycle_counter(struct sink *sk, const struct record *rec, const struct agent *ag)
{
    struct counter *c = (struct counter *)sk;
    ck_assert_uint_eq(rec->t, ++c->cycles);
    ck_assert_uint_eq(rec->t, ag->t);
    if (rec->t == c->stop_at)
        atomic_store(c->stop, 1);
}

static bool end_counter(struct sink *sk, struct err *err)
{
    (void)err;
    ((struct counter *)sk)->ended = true;
    return true;
}
static const struct sink_ops counter_ops = { begin_counter, cycle_counter, end_counter };

static uint64_t run_hash(const struct job *job)
{
    struct result r;
    struct err err = { 0 };
    ck_assert(job_run(job, NULL, 0, NULL, &r, &err));
    uint64_t hash = r.hash;
    result_release(&r);
    return hash;
}

START_TEST(the_same_job_gives_the_same_run)
{
    ck_assert_uint_eq(run_hash(&fx.job), run_hash(&fx.job));
    uint64_t hash = run_hash(&fx.job);
    fx.job.seed = 8;
    ck_assert_uint_ne(hash, run_hash(&fx.job));
    fx.job.seed = 7;
    fx.job.root = 2;
    ck_assert_uint_ne(hash, run_hash(&fx.job));
}
END_TEST

START_TEST(sinks_see_every_cycle_once)
{
    struct counter c = { .sink.ops = &counter_ops };
    struct sink *sinks[] = { &c.sink };
    struct result r;
    struct err err = { 0 };
    ck_assert(job_run(&fx.job, sinks, 1, NULL, &r, &err));
    ck_assert_uint_eq(c.cycles, 100);
    ck_assert(c.begun && c.ended);
    result_release(&r);
}
END_TEST

START_TEST(a_sink_that_cannot_begin_ends_the_run)
{
    struct counter good = { .sink.ops = &counter_ops };
    struct counter bad = { .sink.ops = &counter_ops, .fails = true };
    struct sink *sinks[] = { &good.sink, &bad.sink };
    struct result r;
    struct err err = { 0 };
    ck_assert(!job_run(&fx.job, sinks, 2, NULL, &r, &err));
    ck_assert(good.ended && !bad.ended && !good.cycles);
    ck_assert_str_eq(err.text, "cannot begin");
    result_release(&r);
}
END_TEST

START_TEST(a_stopped_run_is_the_beginning_of_the_whole_one)
{
    atomic_int stop = 0;
    struct counter c = { .sink.ops = &counter_ops, .stop = &stop, .stop_at = 40 };
    struct sink *sinks[] = { &c.sink };
    struct result r;
    struct err err = { 0 };
    ck_assert(job_run(&fx.job, sinks, 1, &stop, &r, &err));
    ck_assert_uint_eq(r.steps, 40);
    ck_assert(c.ended);
    fx.job.steps = 40;
    ck_assert_uint_eq(r.hash, run_hash(&fx.job));
    result_release(&r);
}
END_TEST

START_TEST(the_curve_ends_where_the_result_does)
{
    struct curve *c = curve_new(100, 7, _i);
    struct sink *sinks[] = { curve_sink(c) };
    struct result r;
    struct err err = { 0 };
    ck_assert(job_run(&fx.job, sinks, 1, NULL, &r, &err));
    json_t *o = curve_json(c);
    const json_t *t = json_object_get(o, "t");
    const json_t *y = json_object_get(o, "reward_per_step");
    size_t n = json_array_size(t);
    ck_assert_uint_eq(n, 7);
    for (size_t i = 1; i < n; i++)
        ck_assert_int_gt(json_integer_value(json_array_get(t, i)),
                         json_integer_value(json_array_get(t, i - 1)));
    ck_assert_int_eq(json_integer_value(json_array_get(t, n - 1)), 100);
    ck_assert_double_eq(json_real_value(json_array_get(y, n - 1)), r.reward_per_step);
    ck_assert(json_is_null(json_array_get(json_object_get(o, "information_gain"), 0)));
    json_decref(o);
    curve_free(c);
    result_release(&r);
}
END_TEST

START_TEST(a_result_has_the_keys_of_the_contract)
{
    static const char *const key[] = {
        "v",           "agent",
        "env",         "seed",
        "map",         "steps",
        "explored",    "reward_per_step",
        "performance", "total_reward",
        "simulations", "information_gain",
        "cpu_s",       "optimal_reward_per_step",
        "wall_s",      "random_reward_per_step",
        "hash",        "imagined_steps",
        "final",       "deterministic",
        "version",     "own",
    };
    struct result r;
    struct err err = { 0 };
    ck_assert(job_run(&fx.job, NULL, 0, NULL, &r, &err));
    json_t *o = result_json(&r);
    for (size_t i = 0; i < sizeof key / sizeof *key; i++)
        ck_assert_msg(json_object_get(o, key[i]), "no key %s", key[i]);
    ck_assert(json_is_null(json_object_get(o, "information_gain")));
    ck_assert_uint_eq(strlen(json_string_value(json_object_get(o, "hash"))), 16);
    ck_assert(json_is_true(json_object_get(o, "deterministic")));
    json_decref(o);
    result_release(&r);
}
END_TEST

/* Rows of metrics.def are keys of "run --json", one after the other, as the table has
 * them. */
START_TEST(every_metric_is_a_key_in_the_order_of_the_table)
{
    struct result r;
    struct err err = { 0 };
    const struct metric_row *m = metric_table;
    const char *key;
    json_t *value;
    ck_assert(job_run(&fx.job, NULL, 0, NULL, &r, &err));
    json_t *o = result_json(&r);
    json_object_foreach(o, key, value)
    {
        if (m == metric_table && strcmp(key, m->name) != 0)
            continue; /* what comes before them */
        if (!m->name)
            break;
        ck_assert_str_eq(key, m->name);
        ck_assert(m->kind != METRIC_COUNT || json_is_integer(value));
        m++;
    }
    ck_assert_ptr_null(m->name);
    json_decref(o);
    result_release(&r);
}
END_TEST

START_TEST(the_text_of_a_curve_is_its_object)
{
    struct curve *c = curve_new(100, 9, true);
    struct sink *sinks[] = { curve_sink(c) };
    struct result r;
    struct err err = { 0 };
    const char *key;
    json_t *column;
    size_t columns = 0;
    ck_assert(job_run(&fx.job, sinks, 1, NULL, &r, &err));
    char *members = curve_text(c), *line = line_curve(0xfe, members);
    json_t *o = curve_json(c), *read = json_loads(line, 0, NULL);
    uint64_t id;
    ck_assert(line_read_curve(read, &id));
    ck_assert_uint_eq(id, 0xfe);
    json_object_foreach(o, key, column)
    {
        const json_t *twin = json_object_get(read, key);
        ck_assert_uint_eq(json_array_size(column), curve_points(c));
        ck_assert_uint_eq(json_array_size(twin), curve_points(c));
        for (size_t i = 0; i < curve_points(c); i++)
            ck_assert_double_eq(json_number_value(json_array_get(column, i)),
                                json_number_value(json_array_get(twin, i)));
        ck_assert(columns == 0 || !strcmp(key, metric_column(columns - 1)->name));
        columns++;
    }
    ck_assert_ptr_null(metric_column(columns - 1));
    json_decref(o);
    json_decref(read);
    free(members);
    free(line);
    curve_free(c);
    result_release(&r);
}
END_TEST

START_TEST(a_line_is_read_as_it_was_written)
{
    struct run_key key = { "random-v1", "coin-flip-v1", 1, 100, 3, 7 };
    struct result r;
    struct err err = { 0 };
    struct run_row row;
    json_error_t why;
    uint64_t id;
    bool ok;
    ck_assert(job_run(&fx.job, NULL, 0, NULL, &r, &err));
    char *text = line_run(&key, &r);
    json_t *line = json_loads(text, 0, NULL);
    ck_assert_msg(line_read(&row, line, &why), "%s", why.text);
    ck_assert(line_scan(text, strlen(text), &id, &ok) && ok);
    ck_assert_uint_eq(id, run_id(&key));
    ck_assert_uint_eq(row.id, id);
    ck_assert_uint_eq(row.hash, r.hash);
    ck_assert_str_eq(row.env, key.env);
    ck_assert_uint_eq(row.map, 3);
    ck_assert_double_eq(row_metric(&row, "total_reward"), r.total_reward);
    ck_assert_double_eq(row_metric(&row, "cpu_s"), r.cpu_s);
    ck_assert(isnan(row_metric(&row, "information_gain")));
    json_decref(line);
    free(text);
    text = line_failure(&key, RUN_TIMEOUT, 2.5, "not done");
    ck_assert(line_scan(text, strlen(text), &id, &ok) && !ok);
    ck_assert_uint_eq(id, run_id(&key));
    ck_assert(!line_scan(text, strlen(text) - 1, &id, &ok)); /* cut off */
    free(text);
    result_release(&r);
}
END_TEST

/* The random agent, for which the percept of cycle 3 is impossible. */
static bool refuse(struct agent *ag, const struct cycle *c, struct err *err)
{
    (void)c;
    (void)err;
    return ag->t != 2;
}

START_TEST(an_impossible_percept_ends_the_run_and_is_named)
{
    struct agent_ops ops = agent_random;
    ops.update = refuse;
    struct env *env = env_open(&fx.env, 1, NULL);
    struct agent *ag = agent_random.open(fx.agent.config, env, NULL);
    ag->ops = &ops;
    struct session s;
    struct err err = { 0 };
    session_init(&s, env, ag, 1, 7);
    ck_assert(session_step(&s, &err));
    ck_assert(session_step(&s, &err));
    ck_assert(!session_step(&s, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "cycle 3: action "));
    ck_assert_ptr_nonnull(strstr(err.text, "is impossible to random"));
    ck_assert_uint_eq(s.last.t, 3);
    session_release(&s);
    agent_random.close(ag);
    env_close(env);
}
END_TEST

/* ---- agents that fail, defer, and are told who acted */

struct odd {
    struct agent base;
    uint32_t told[8]; /* by, cycle t at told[t - 1] */
};

static bool fall_silent(struct agent *ag, struct rng *rng, unsigned *action,
                        struct err *err)
{
    (void)rng;
    *action = 1;
    return ag->t < 2 || err_set(err, "no answer after 5 s");
}

static bool defer(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    (void)err;
    (void)rng;
    *action = ag->t < 2 ? 1 : DEFER;
    return true;
}

static bool note(struct agent *ag, const struct cycle *c, struct err *err)
{
    (void)err;
    ((struct odd *)ag)->told[ag->t] = c->by;
    return true;
}

static struct agent *open_odd(const struct agent_ops *ops)
{
    struct odd *s = xcalloc(1, sizeof *s);
    s->base.ops = ops;
    return &s->base;
}

static void close_odd(struct agent *ag) { free(ag); }

static const struct agent_ops silent_ops, deferring_ops;

static struct agent *open_silent(const void *config, const struct env *truth,
                                 struct err *err)
{
    (void)config;
    (void)truth;
    (void)err;
    return open_odd(&silent_ops);
}

static const struct agent_ops silent_ops = {
    .kind = { .name = "silent", .version = 1, .params = no_params, .config_size = 1 },
    .open = open_silent,
    .close = close_odd,
    .act = fall_silent,
    .update = note,
};

static const struct agent_ops deferring_ops = {
    .kind = { .name = "deferring", .version = 1, .params = no_params, .config_size = 1 },
    .open = open_silent,
    .close = close_odd,
    .act = defer,
    .update = note,
};

/* The run ends with its reason; what was lived before is reported as ever. */
START_TEST(an_agent_that_cannot_act_ends_the_run_with_its_reason)
{
    char canonical[] = "silent-v1";
    struct spec_of silent = { .kind = &silent_ops.kind, .canonical = canonical };
    struct counter c = { .stop_at = UINT64_MAX };
    struct sink_ops ops = { .begin = begin_any,
                            .cycle = cycle_counter,
                            .end = end_counter };
    struct sink *sink = &c.sink;
    struct result r;
    struct err err = { 0 };
    c.sink.ops = &ops;
    fx.job.agent = &silent;
    ck_assert(!job_run(&fx.job, &sink, 1, NULL, &r, &err));
    ck_assert_str_eq(err.text, "cycle 3: silent cannot act: no answer after 5 s");
    ck_assert_uint_eq(r.steps, 2);
    ck_assert(r.begun);
    ck_assert_uint_eq(c.cycles, 2);
    ck_assert(c.ended);
    result_release(&r);
}
END_TEST

struct endings {
    const struct experiment *e;
    const struct planned *plan;
    size_t failed, ok;
};

static bool count_ending(void *context, const struct ending *end)
{
    struct endings *c = context;
    size_t trial = c->plan[end->k].trial;
    if (strcmp(c->e->trial[trial].agent.canonical, "random-v1") != 0) {
        ck_assert_int_eq(end->status, RUN_ERROR);
        ck_assert_ptr_nonnull(strstr(end->message, "no answer after 5 s"));
        ck_assert_ptr_nonnull(strstr(end->message, "cycle 3: silent cannot act"));
        c->failed++;
    } else {
        ck_assert_int_eq(end->status, RUN_OK);
        c->ok++;
    }
    return true;
}

/* Recorded as failed, and the batch goes on. */
START_TEST(a_batch_goes_on_after_agents_that_cannot_act)
{
    struct experiment e;
    struct err err = { 0 };
    experiment_init(&e);
    e.steps = 10;
    ck_assert(experiment_add_agent(&e, "scripted", &err));
    ck_assert(experiment_add_agent(&e, "random", &err));
    ck_assert(experiment_add_env(&e, "coin-flip", &err));
    ck_assert(experiment_set_maps(&e, "0", &err));
    ck_assert(experiment_set_seeds(&e, "1-4", &err));
    ck_assert_msg(experiment_resolve(&e, &err), "%s", err.text);
    const struct kind *scripted = e.trial[0].agent.kind;
    ck_assert_str_eq(scripted->name, "scripted");
    e.trial[0].agent.kind = &silent_ops.kind;
    size_t n;
    struct planned *plan = experiment_plan(&e, &n);
    struct endings c = { .e = &e, .plan = plan };
    struct pool pool = { .experiment = &e,
                         .plan = plan,
                         .n = n,
                         .jobs = 1,
                         .context = &c,
                         .done = count_ending };
    ck_assert_uint_eq(pool_run(&pool, &err), 8);
    ck_assert_uint_eq(c.failed, 4);
    ck_assert_uint_eq(c.ok, 4);
    e.trial[0].agent.kind = scripted;
    free(plan);
    experiment_release(&e);
}
END_TEST

/* The window says so, and the past is there to be looked at. */
START_TEST(a_film_keeps_the_past_of_an_agent_that_cannot_act)
{
    char canonical[] = "silent-v1";
    struct spec_of silent = { .kind = &silent_ops.kind, .canonical = canonical };
    struct err err = { 0 };
    fx.job.agent = &silent;
    struct sim *s = sim_new(&fx.job, &(struct sim_conf){ .bytes = 1 << 20 }, &err);
    ck_assert_msg(s, "%s", err.text);
    sim_go(s, 50);
    sim_wait(s, 50);
    struct sim_status st = sim_lock(s);
    sim_unlock(s);
    ck_assert(st.done);
    ck_assert_str_eq(st.error, "cycle 3: silent cannot act: no answer after 5 s");
    ck_assert_int_eq(st.last, 2);
    ck_assert_uint_eq(film_at(sim_film(s), 2).rec.action, 1);
    sim_free(s);
}
END_TEST

START_TEST(an_agent_without_a_mentor_cannot_leave_it_to_one)
{
    struct err err = { 0 };
    struct env *env = env_open(&fx.env, 1, NULL);
    struct agent *ag = open_odd(&deferring_ops);
    struct session s;
    session_init(&s, env, ag, 1, 7);
    ck_assert(session_step(&s, &err));
    ck_assert(session_step(&s, &err));
    ck_assert(!session_step(&s, &err));
    ck_assert_str_eq(err.text,
                     "cycle 3: deferring leaves it to its mentor, and it has none");
    ck_assert_uint_eq(s.last.t, 2);
    session_release(&s);
    close_odd(ag);
    env_close(env);
}
END_TEST

/* ---- mentors */

struct tutor {
    struct teacher base;
    double cost;
    bool silent, lost;
    unsigned asked;
};

static bool tutor_answer(struct teacher *t, const void *state, const struct question *q,
                         struct rng *rng, struct answer *out, struct err *err)
{
    struct tutor *s = (struct tutor *)t;
    ck_assert_ptr_nonnull(state);
    ck_assert_int_eq(q->ask, ASK_ACTION);
    rng_u64(rng);
    s->asked++;
    *out = (struct answer){ .value = 0, .cost = s->cost, .given = !s->silent };
    return !s->lost || err_set(err, "the line is dead");
}

struct config {
    double cost;
    int silent;
};
static const char *const no_yes[] = { "no", "yes", NULL };
static const struct param tutor_params[] = {
    REAL("cost", cost, .def = 0.25, .max = 100, .unit = "points", .help = "of an answer"),
    CHOICE("silent", silent, no_yes, .help = "whether it says nothing"),
    { 0 },
};
static const struct teacher_ops tutor_ops;

static struct teacher *tutor_open(const void *config, const struct env *truth,
                                  struct err *err)
{
    const struct config *c = config;
    if (!truth->ops->transitions)
        return err_null(err, "tutor: %s has no law to teach", truth->ops->kind.name);
    struct tutor *s = xcalloc(1, sizeof *s);
    *s = (struct tutor){ { &tutor_ops }, c->cost, c->silent, false, 0 };
    return &s->base;
}

static const struct teacher_ops tutor_ops = {
    .kind = { "tutor", "asks for money", 1, tutor_params, sizeof(struct config), NULL },
    .open = tutor_open,
    .answer = tutor_answer,
};
static const struct kind *const tutors[] = { &tutor_ops.kind, NULL };
static const struct shelf tutor_shelf = {
    .sort = "teacher", .plural = "teachers", .word = "teacher", .at = tutors
};

/* Of the eight actions of the agent that defers from the third cycle on, six are its. */
START_TEST(a_mentor_is_opened_by_name)
{
    struct err err = { 0 };
    struct spec_of spec;
    struct env *env = env_open(&fx.env, 1, NULL);
    struct agent *ag = open_odd(&deferring_ops);
    struct session s;
    ck_assert(!kind_parse(&spec, &tutor_shelf, "tuter", &err));
    ck_assert_str_eq(
        err.text, "unknown teacher 'tuter'; did you mean 'tutor'?  (ursa list teachers)");
    ck_assert(kind_parse(&spec, &tutor_shelf, "tutor:cost=0.5", &err));
    struct teacher *t = teacher_open(&spec, env, &err);
    session_init(&s, env, ag, 1, 7);
    session_mentor(&s, t, 1, 7);
    for (int i = 0; i < 8; i++)
        ck_assert(session_step(&s, &err));
    ck_assert_uint_eq(((struct tutor *)t)->asked, 6);
    ck_assert_near(s.last.total - s.last.performance, 6 * 0.5, 1e-12);
    session_release(&s);
    teacher_close(t);
    kind_release(&spec);
    ag->ops->close(ag);
    env_close(env);
}
END_TEST

/* It acts in cycles 3 to 8, at a quarter of a point each; the world goes on as if the agent
 * had done the same by itself. */
START_TEST(a_mentor_acts_for_an_agent_that_defers)
{
    struct err err = { 0 };
    struct env *env = env_open(&fx.env, 1, NULL);
    struct spec_of spec;
    ck_assert(kind_parse(&spec, &agent_shelf, "scripted:actions=1+1+0,then=last", &err));
    struct agent *ag = open_odd(&deferring_ops), *alone = agent_open(&spec, env, &err);
    struct tutor tutor = { { &tutor_ops }, 0.25, false, false, 0 };
    struct session s, own;
    session_init(&s, env, ag, 1, 7);
    session_init(&own, env, alone, 1, 7);
    session_mentor(&s, &tutor.base, 1, 7);
    for (uint32_t t = 1; t <= 8; t++) {
        ck_assert(session_step(&s, &err));
        ck_assert(session_step(&own, &err));
        ck_assert_uint_eq(s.last.by, t < 3 ? BY_AGENT : BY_MENTOR);
        ck_assert_uint_eq(((struct odd *)ag)->told[t - 1], s.last.by);
        ck_assert_uint_eq(s.last.hash, own.last.hash);
    }
    ck_assert_uint_eq(tutor.asked, 6);
    ck_assert_near(s.last.performance, own.last.performance - 6 * 0.25, 1e-12);
    ck_assert_near(s.last.total, own.last.total, 1e-12);
    session_release(&s);
    session_release(&own);
    close_odd(ag);
    alone->ops->close(alone);
    kind_release(&spec);
    env_close(env);
}
END_TEST

START_TEST(a_mentor_that_does_not_answer_ends_the_run)
{
    static const char *const words[] = {
        "cycle 1: tutor names no action to deferring",
        "the line is dead\ncycle 1: tutor cannot answer deferring",
    };
    struct err err = { 0 };
    struct env *env = env_open(&fx.env, 1, NULL);
    struct agent *ag = open_odd(&deferring_ops);
    struct tutor tutor = { { &tutor_ops }, 0, _i == 0, _i == 1, 0 };
    struct session s;
    session_init(&s, env, ag, 1, 7);
    session_mentor(&s, &tutor.base, 1, 7);
    ag->t = 2; /* from where on it defers */
    ck_assert(!session_step(&s, &err));
    ck_assert_str_eq(err.text, words[_i]);
    ck_assert_uint_eq(s.last.t, 0);
    session_release(&s);
    close_odd(ag);
    env_close(env);
}
END_TEST

/* By a script, where the agent is asked in all cycles but those of its past: the third
 * answer is to defer, which the script has already done something about. */
START_TEST(an_agent_is_told_who_acted)
{
    const struct cycle at[] = { { 0, { 0, 0 }, BY_PAST },
                                { 0, { 0, 0 }, BY_USER },
                                { 0, { 0, 0 }, BY_MENTOR } };
    const struct script script = { .at = at, .n = 3 };
    struct err err = { 0 };
    struct env *env = env_open(&fx.env, 1, NULL);
    struct agent *ag = open_odd(&deferring_ops);
    struct session s;
    session_init(&s, env, ag, 1, 7);
    for (int t = 0; t < 3; t++) {
        unsigned action;
        ck_assert(session_follow(&s, &script, &action, &err));
        ck_assert_uint_eq(action, 0);
        ck_assert(session_answer(&s, action, &err));
        ck_assert_uint_eq(((struct odd *)ag)->told[t], at[t].by);
        ck_assert_uint_eq(s.last.by, at[t].by);
    }
    session_release(&s);
    close_odd(ag);
    env_close(env);
}
END_TEST

/* Two cycles in the maze of four cells, of which nothing is seen: right pays 1/3, then
 * right again 1/2 of the times that it did not, 1/3 when it did: 7/9. At random it depends
 * on the start: 1/4 from cell 0, 2/3 from 1, 11/12 from 3. */
START_TEST(the_optimum_of_a_hidden_world_does_not_know_the_start)
{
    const double random[] = { 1. / 8, 1. / 3, 11. / 24 };
    struct references kept = { 0 };
    struct spec_of maze;
    struct err err = { 0 };
    unsigned met = 0;
    ck_assert(kind_parse(&maze, &env_shelf, "maze-1d", &err));
    for (uint32_t seed = 1; seed <= 12; seed++) {
        struct result r;
        struct job job = {
            .env = &maze, .agent = &fx.agent, .seed = seed, .steps = 2, .references = &kept
        };
        ck_assert(job_run(&job, NULL, 0, NULL, &r, &err));
        ck_assert_near(r.optimal_reward_per_step, 7. / 18, 1e-9);
        for (unsigned i = 0; i < 3; i++)
            met |= (unsigned)(fabs(r.random_reward_per_step - random[i]) < 1e-9) << i;
        result_release(&r);
    }
    ck_assert_uint_eq(met, 7);
    kind_release(&maze);
}
END_TEST

/* A pellet pays 10 on top of a cycle's -1, the last one 100 more; after that, or caught,
 * all starts anew. */
struct board {
    struct sink sink;
    double before;
    int eaten;
};

static bool begin_board(struct sink *sk, const struct run_info *run, struct err *err)
{
    (void)run;
    (void)err;
    ((struct board *)sk)->before = NAN;
    return true;
}

static void cycle_board(struct sink *sk, const struct record *rec, const struct agent *ag)
{
    struct board *b = (struct board *)sk;
    bool ate = rec->e.rew == 9, anew = rec->e.rew < -11 || rec->e.rew > 9;
    (void)ag;
    if (isfinite(b->before) && !anew) {
        ck_assert_near(rec->report[0], b->before - ate, 1e-9);
        b->eaten += ate;
    }
    b->before = rec->report[0];
}

static bool end_board(struct sink *sk, struct err *err)
{
    (void)sk;
    (void)err;
    return true;
}

START_TEST(the_record_has_what_the_world_reports)
{
    static const struct sink_ops ops = { begin_board, cycle_board, end_board };
    struct board b = { .sink.ops = &ops };
    struct sink *sinks[] = { &b.sink };
    struct err err = { 0 };
    struct result r;
    bool known;
    kind_release(&fx.env);
    ck_assert(kind_parse(&fx.env, &env_shelf, "pacman", &err));
    ck_assert(job_run(&fx.job, sinks, 1, NULL, &r, &err));
    ck_assert_int_gt(b.eaten, 3);
    ck_assert_near(metric_value(&r, "pellets", &known), b.before, 1e-9);
    ck_assert(known);
    result_release(&r);
}
END_TEST

START_TEST(no_metric_of_a_world_is_called_like_one_of_every_run)
{
    for (size_t i = 0; env_shelf.at[i]; i++) {
        const struct env_ops *ops = (const struct env_ops *)env_shelf.at[i];
        for (const struct world_metric *m = ops->metrics; m && m->name; m++)
            ck_assert_msg(!metric_find(m->name), "%s of %s", m->name, ops->kind.name);
    }
}
END_TEST

/* 2^20 bytes are read, 2^15 more are not: the ends of lines do not count. */
START_TEST(a_demonstration_has_an_end)
{
    static const char head[] =
        "ursa-demo 1\nname: long\nagent: aixi\nenv: gridworld\ntext:\n";
    for (int more = 0; more < 2; more++) {
        char path[] = "/tmp/ursa-demo-XXXXXX";
        struct demo d;
        struct err err = { 0 };
        int fd = mkstemp(path);
        ck_assert_int_ge(fd, 0);
        FILE *f = fdopen(fd, "w");
        fputs(head, f);
        for (size_t n = strlen(head); n < (1 << 20) + ((size_t)more << 15); n++)
            putc(n % 80 ? 'x' : '\n', f);
        putc('\n', f);
        fclose(f);
        bool ok = demo_read(&d, path, &err);
        unlink(path);
        ck_assert_msg(ok == !more, "%s", err.text);
        if (ok)
            demo_release(&d);
        else
            ck_assert(strstr(err.text, "a file of more than 1048576 bytes"));
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("run");
    TCase *tc = tcase_create("run");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, the_same_job_gives_the_same_run);
    tcase_add_test(tc, sinks_see_every_cycle_once);
    tcase_add_test(tc, a_demonstration_has_an_end);
    tcase_add_test(tc, a_sink_that_cannot_begin_ends_the_run);
    tcase_add_test(tc, a_stopped_run_is_the_beginning_of_the_whole_one);
    tcase_add_loop_test(tc, the_curve_ends_where_the_result_does, 0, 2);
    tcase_add_test(tc, a_result_has_the_keys_of_the_contract);
    tcase_add_test(tc, every_metric_is_a_key_in_the_order_of_the_table);
    tcase_add_test(tc, the_text_of_a_curve_is_its_object);
    tcase_add_test(tc, a_line_is_read_as_it_was_written);
    tcase_add_test(tc, the_optimum_of_a_hidden_world_does_not_know_the_start);
    tcase_add_test(tc, an_impossible_percept_ends_the_run_and_is_named);
    tcase_add_test(tc, an_agent_that_cannot_act_ends_the_run_with_its_reason);
    tcase_add_test(tc, a_batch_goes_on_after_agents_that_cannot_act);
    tcase_add_test(tc, a_film_keeps_the_past_of_an_agent_that_cannot_act);
    tcase_add_test(tc, an_agent_without_a_mentor_cannot_leave_it_to_one);
    tcase_add_test(tc, a_mentor_is_opened_by_name);
    tcase_add_test(tc, a_mentor_acts_for_an_agent_that_defers);
    tcase_add_loop_test(tc, a_mentor_that_does_not_answer_ends_the_run, 0, 2);
    tcase_add_test(tc, an_agent_is_told_who_acted);
    tcase_add_test(tc, the_record_has_what_the_world_reports);
    tcase_add_test(tc, no_metric_of_a_world_is_called_like_one_of_every_run);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
