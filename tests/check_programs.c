#include "config.h"

#include "anytime.h"
#include "census.h"
#include "expectimax.h"
#include "harness.h"
#include "life.h"
#include "mixture.h"
#include "programs.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The class of all programs of the bit machine. The numbers were found by two programs
 * written apart, a search over prefixes and all 2^D streams of bits one by one; the second
 * stands here again, for all that is counted. */

enum { STEPS = 64, MOST = 1 << 20 };

static struct census *open_census(uint32_t actions, uint32_t percepts, uint32_t bits,
                                  enum census_code code)
{
    return census_new(&(struct census_conf){ actions, percepts, bits, STEPS, MOST, code });
}

static size_t programs_that_say(struct census *c, uint32_t action, uint32_t percept)
{
    struct census_mark mark = census_mark(c);
    census_take(c, action, percept, NULL);
    size_t n = c->n - c->from;
    census_return(c, &mark);
    return n;
}

/* ---- the census */

START_TEST(the_census_of_first_bits_is_exact)
{
    static const struct {
        uint32_t bits, programs[2];
        double mass[2], dead, open;
    } rows[] = {
        { 4, { 1, 0 }, { 1 / 4., 0 }, 3 / 8., 3 / 8. },
        { 6, { 3, 1 }, { 19 / 64., 1 / 32. }, 31 / 64., 3 / 16. },
        { 8, { 7, 2 }, { 81 / 256., 9 / 256. }, 133 / 256., 33 / 256. },
        { 10, { 13, 6 }, { 333 / 1024., 41 / 1024. }, 35 / 64., 45 / 512. },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct census *c = open_census(1, 2, rows[i].bits, CODE_LENGTH);
        uint64_t mass[2], open;
        census_next(c, 0, mass, &open);
        for (uint32_t e = 0; e < 2; e++) {
            ck_assert(mass_of(mass[e]) == rows[i].mass[e]);
            ck_assert_uint_eq(programs_that_say(c, 0, e), rows[i].programs[e]);
        }
        ck_assert(mass_of(open) == rows[i].open);
        ck_assert(1 - mass_of(mass[0] + mass[1] + open) == rows[i].dead);
        census_free(c);
    }
}
END_TEST

START_TEST(two_bits_are_weighed_exactly_as_a_percept_and_as_two)
{
    static const struct {
        uint32_t bits;
        double mass[4];
    } rows[] = {
        { 8, { 11 / 64., 1 / 64., 1 / 128., 1 / 128. } },
        { 12, { 863 / 4096., 45 / 2048., 23 / 2048., 15 / 1024. } },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct census *one = open_census(1, 4, rows[i].bits, CODE_LENGTH);
        struct census *two = open_census(1, 2, rows[i].bits, CODE_LENGTH);
        uint64_t mass[4], open;
        census_next(one, 0, mass, &open);
        for (uint32_t e = 0; e < 4; e++) {
            ck_assert(mass_of(mass[e]) == rows[i].mass[e]);
            struct census_mark mark = census_mark(two);
            census_take(two, 0, e >> 1, NULL);
            census_take(two, 0, e & 1, NULL);
            ck_assert(mass_of(two->agree) == rows[i].mass[e]);
            census_return(two, &mark);
        }
        census_free(one);
        census_free(two);
    }
}
END_TEST

/* S_Kt and S_Fast of 0, 1 and 00, D = 12. */
START_TEST(speed_priors_weigh_by_time_too)
{
    static const struct {
        enum census_code code;
        double zero, one, zeros, tolerance;
    } rows[] = { { CODE_KT, 4681 / 16384., 315 / 16384., .073857, 5e-7 },
                 { CODE_FAST, .126313, .000988, .006009, 5e-7 } };
    for (size_t i = 0; i < 2; i++) {
        struct census *c = open_census(1, 2, 12, rows[i].code);
        uint64_t mass[2], open;
        census_next(c, 0, mass, &open);
        ck_assert_near(mass_of(mass[0]), rows[i].zero, i ? rows[i].tolerance : 1e-15);
        ck_assert_near(mass_of(mass[1]), rows[i].one, i ? rows[i].tolerance : 1e-15);
        census_take(c, 0, 0, NULL);
        census_next(c, 0, mass, &open);
        ck_assert_near(mass_of(mass[0]), rows[i].zeros, rows[i].tolerance);
        census_free(c);
    }
}
END_TEST

/* ---- closed programs */

struct closed {
    struct program at[128];
    size_t n;
};

static void close_all(struct closed *all, struct program p, unsigned bits)
{
    for (unsigned op = 0; op < OPCODES; op++) {
        struct program more = p;
        if (p.bits + opcode_bits[op] > bits)
            continue;
        program_append(&more, (enum opcode)op);
        if (op == OP_CLOSE)
            all->at[all->n++] = more;
        else
            close_all(all, more, bits);
    }
}

/* What a program says in `cycles` cycles of actions 0 1 0 1 ..., a bit each. */
static enum ran live(struct program *p, uint32_t cycles, uint32_t steps, uint32_t *said)
{
    uint8_t action[16] = { 0 };
    struct trail *trail = trail_new();
    enum ran ran = RAN_OUT;
    *said = 0;
    for (uint32_t t = 0; t < cycles && ran == RAN_OUT; t++) {
        action[t] = t & 1;
        program_begin(p);
        ran = machine_run(p, &(struct task){ action, t + 1, 1, steps }, trail, 0);
        trail_back(trail, 0);
        *said = *said << 1 | p->out;
    }
    trail_free(trail);
    return ran;
}

START_TEST(closed_programs_are_counted_and_live_as_they_should)
{
    static const size_t counts[] = { 1, 2, 7, 27, 90 };
    static const size_t fates[2][4] = { { 11, 14, 2, 0 }, { 51, 35, 4, 12 } };
    for (unsigned i = 0; i < 5; i++) {
        static struct closed all;
        size_t fate[4] = { 0 };
        bool seen[256] = { false };
        all.n = 0;
        close_all(&all, (struct program){ 0 }, 2 * i + 2);
        ck_assert_uint_eq(all.n, counts[i]);
        for (size_t k = 0; k < all.n; k++) {
            uint32_t said;
            enum ran ran = live(&all.at[k], 8, 200, &said);
            fate[ran]++;
            if (ran == RAN_OUT && !seen[said]) {
                seen[said] = true;
                fate[3]++;
            }
        }
        for (size_t k = 0; i >= 3 && k < (i == 3 ? 3 : 4); k++)
            ck_assert_uint_eq(fate[k == 3 ? 3 : k], fates[i - 3][k]);
    }
}
END_TEST

START_TEST(the_shortest_programs_are_these)
{
    static const struct {
        const char *text;
        unsigned bits;
        uint32_t said;
    } rows[] = { { ".$", 4, 0x00 }, { ",.$", 7, 0x55 }, { "!.$", 7, 0xaa } };
    for (size_t i = 0; i < 3; i++) {
        struct program p;
        struct err err = { 0 };
        uint32_t said;
        ck_assert(program_parse(&p, rows[i].text, &err));
        ck_assert_uint_eq(p.bits, rows[i].bits);
        ck_assert_int_eq(live(&p, 8, 200, &said), RAN_OUT);
        ck_assert_uint_eq(said, rows[i].said);
    }
}
END_TEST

START_TEST(a_text_that_is_no_program_is_refused_with_its_place)
{
    static const char *const wrong[][2] = {
        { ",.x$", "at 3" },
        { ".$.", "behind the $ at 3" },
        { "", "at least one" },
        { "[[[[[[[[[", "used up at 9" },
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct program p;
        struct err err = { 0 };
        ck_assert(!program_parse(&p, wrong[i][0], &err));
        ck_assert_msg(strstr(err.text, wrong[i][1]) != NULL, "%s", err.text);
    }
}
END_TEST

/* ---- the other way: streams of D bits, one by one */

struct stream {
    uint32_t bits, at, n; /* the stream, read so far, of how many */
    int op[32];
    bool closed;
    int n_op, pos, skip, head;
    unsigned char tape[512]; /* from -256 on */
    int read, steps;
};
struct stop {
    int pos, read, head;
    unsigned char tape[512];
};

/* The next opcode of the stream, -1: it has no more bits. */
static int decode(struct stream *s)
{
    static const char *const codes[] = { "00",  "01",   "100",   "101",
                                         "110", "1110", "11110", "11111" };
    for (int op = 0; op < OPCODES; op++) {
        uint32_t n = (uint32_t)strlen(codes[op]), k = 0;
        while (k < n && s->at + k < s->n &&
               (s->bits >> (s->n - 1 - s->at - k) & 1) == (uint32_t)(codes[op][k] - '0'))
            k++;
        if (k == n) {
            s->at += n;
            return op;
        }
    }
    return -1;
}

static bool was_here(struct stop *past, int *n, const struct stream *s)
{
    struct stop here = { s->pos, s->read, 0, { 0 } };
    for (int i = 0; i < 512; i++)
        if (i + s->head >= 0 && i + s->head < 512)
            here.tape[i] = s->tape[i + s->head];
    for (int i = 0; i < *n; i++)
        if (!memcmp(&past[i], &here, sizeof here))
            return true;
    past[(*n)++] = here;
    return false;
}

static int matching(const struct stream *s)
{
    for (int i = s->pos - 2, depth = 0; i >= 0; i--) {
        depth += s->op[i] == OP_SHUT;
        if (s->op[i] == OP_OPEN && !depth--)
            return i + 1;
    }
    return s->pos;
}

/* One bit of output: 0, 1, -1 dead, -2 undecided. */
static int cycle(struct stream *s, const int *action, int n_action, int steps)
{
    static struct stop past[1024];
    int n_past = 0;
    for (;;) {
        if (s->pos == s->n_op && (s->closed || (s->op[s->n_op] = decode(s)) < 0))
            return -2;
        if (s->pos == s->n_op)
            s->closed = s->op[s->n_op++] == OP_CLOSE;
        if (s->steps++ >= steps)
            return -2;
        int op = s->op[s->pos++], was = s->pos;
        unsigned char *cell = &s->tape[256 + s->head];
        if (op == OP_CLOSE)
            s->pos = s->skip = 0;
        else if (s->skip)
            s->skip += (op == OP_OPEN) - (op == OP_SHUT);
        else if (op == OP_EMIT)
            return *cell;
        else if (op == OP_READ && s->read == n_action)
            return -1;
        else if (op == OP_READ)
            *cell = (unsigned char)action[s->read++];
        else if (op == OP_FLIP)
            *cell ^= 1;
        else if (op == OP_OPEN)
            s->skip = !*cell;
        else if (op == OP_SHUT)
            s->pos = *cell ? matching(s) : s->pos;
        else
            s->head += op == OP_RIGHT ? 1 : -1;
        if (s->pos != was && was_here(past, &n_past, s))
            return -1;
    }
}

/* Streams of two cycles by what they say: percepts 2 e1 + e2, dead in either, open in the
 * first or the second. */
static void count_streams(uint32_t bits, const int *action, double *said, double *open)
{
    for (uint32_t k = 0; k < 1U << bits; k++) {
        struct stream s = { .bits = k, .n = bits };
        int first = cycle(&s, action, 1, STEPS);
        int second = first < 0 ? first : cycle(&s, action, 2, 2 * STEPS);
        if (first == -2 || second == -2)
            open[first >= 0]++;
        else if (second >= 0)
            said[2 * first + second]++;
    }
}

START_TEST(all_streams_one_by_one_say_the_same)
{
    for (uint32_t bits = 4; bits <= 12; bits += 2)
        for (int acts = 0; acts < 4; acts++) {
            int action[] = { acts >> 1, acts & 1 };
            double said[4] = { 0 }, open[2] = { 0 }, all = ldexp(1, (int)bits);
            uint64_t mass[64], opens[128];
            struct census *c = open_census(2, 2, bits, CODE_LENGTH);
            count_streams(bits, action, said, open);
            ck_assert(census_imagine(c, 2, 1, mass, opens));
            double second = 0;
            for (uint32_t e = 0; e < 4; e++) {
                size_t first = imagined_child(c, 0, (uint32_t)action[0], e >> 1);
                size_t leaf = imagined_child(c, first, (uint32_t)action[1], e & 1);
                ck_assert(mass_of(mass[leaf]) * all == said[e]);
                second += e & 1 ? mass_of(opens[2 * first + (uint32_t)action[1]]) : 0;
            }
            ck_assert_msg(mass_of(opens[action[0]]) * all == open[0], "%u %d: %g %g", bits,
                          acts, mass_of(opens[action[0]]) * all, open[0]);
            ck_assert(second * all == open[1]);
            census_free(c);
        }
}
END_TEST

START_TEST(threads_change_no_bit)
{
    struct census *c = open_census(2, 2, 14, CODE_KT);
    uint64_t mass[3][341], open[3][682];
    census_take(c, 1, 1, NULL);
    for (uint32_t k = 0; k < 3; k++)
        ck_assert(census_imagine(c, 4, k + 1, mass[k], open[k]));
    ck_assert_mem_eq(mass[0], mass[1], sizeof mass[0]);
    ck_assert_mem_eq(open[0], open[1], sizeof open[0]);
    ck_assert_mem_eq(mass[0], mass[2], sizeof mass[0]);
    census_free(c);
}
END_TEST

/* ---- brackets */

struct belief {
    struct spec_of spec;
    struct env *env;
    struct model *model;
    struct plan plan;
};

static struct belief open_belief(const char *world, int64_t bits, int64_t steps)
{
    struct belief l = { 0 };
    struct err err = { 0 };
    ck_assert(kind_parse(&l.spec, &env_shelf, world, &err));
    l.env = env_open(&l.spec, 0, &err);
    l.model = programs_new(&(struct programs_conf){ bits, steps, MOST, CODE_LENGTH }, l.env,
                           &err);
    ck_assert_msg(l.model != NULL, "%s", err.text);
    l.plan = (struct plan){ .model = l.model,
                            .utility = &utility_reward,
                            .discount = { .kind = DISCOUNT_GEOMETRIC, .gamma = 1 },
                            .before = NOTHING_SEEN,
                            .horizon = 1,
                            .now = 1 };
    return l;
}

static void close_belief(struct belief *l)
{
    l->model->ops->free(l->model);
    env_close(l->env);
    kind_release(&l->spec);
}

static void take(struct belief *l, unsigned action, int32_t reward)
{
    struct outcome o = { .e = { 0, reward } };
    ck_assert(l->model->ops->condition(l->model, action, &o) > 0);
}

static struct verdict plan(struct belief *l, uint32_t horizon, enum loss loss)
{
    struct verdict v;
    struct err err = { 0 };
    l->plan.horizon = horizon;
    ck_assert_msg(anytime_fits(&l->plan, &err), "%s", err.text);
    anytime_plan(&l->plan, &(struct anytime_conf){ loss, 1 }, NULL, &v);
    ck_assert_int_eq(v.how, PLAN_DONE);
    return v;
}

START_TEST(values_have_the_brackets_of_the_page)
{
    static const struct {
        int bits;
        const char *history;
        uint32_t m;
        double lo[2], hi[2], epsilon;
    } rows[] = {
        { 8, "", 1, { 5 / 128., 19 / 256. }, { 29 / 128., 67 / 256. }, .152344 },
        { 12, "", 1, { 199 / 4096., 187 / 2048. }, { 37 / 256., 381 / 2048. }, .053223 },
        { 12, "", 2, { 441 / 8192., 371 / 4096. }, { 417 / 2048., 1959 / 8192. }, .113037 },
        { 12, "11", 1, { 37 / 254., 86 / 381. }, { 5 / 6., 116 / 127. }, NAN },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct belief l = open_belief("echo", rows[i].bits, STEPS);
        for (const char *h = rows[i].history; *h; h += 2)
            take(&l, (unsigned)(h[0] - '0'), h[1] - '0');
        struct verdict v = plan(&l, rows[i].m, LOSS_DEATH);
        for (int a = 0; a < 2; a++) {
            ck_assert_near(v.lo[a] / rows[i].m, rows[i].lo[a], 1e-15);
            ck_assert_near(v.hi[a] / rows[i].m, rows[i].hi[a], 1e-15);
        }
        ck_assert_uint_eq(v.best, 1);
        if (!isnan(rows[i].epsilon))
            ck_assert_near(anytime_epsilon(&v) / rows[i].m, rows[i].epsilon, 5e-7);
        close_belief(&l);
    }
}
END_TEST

START_TEST(within_the_class_echo_dominates_after_three_copied_bits)
{
    struct belief l = open_belief("echo", 12, STEPS);
    take(&l, 1, 1);
    struct verdict v = plan(&l, 1, LOSS_DEATH);
    ck_assert_near(v.value[0], 111 / 374., 1e-15);
    ck_assert_near(v.value[1], 86 / 187., 1e-15);
    take(&l, 0, 0);
    take(&l, 1, 1);
    v = plan(&l, 1, LOSS_DEATH);
    ck_assert(v.value[0] == 0);
    ck_assert_near(v.value[1], .575758, 5e-7);
    close_belief(&l);
}
END_TEST

/* Martin, Everitt & Hutter: semimeasure loss is the belief to die. */
START_TEST(death_is_ever_less_believed_in)
{
    static const double dies[] = { 961 / 2048., 3 / 187., 0 };
    static const unsigned history[] = { 1, 0 };
    struct belief l = open_belief("echo", 12, STEPS);
    for (int t = 0; t < 3; t++) {
        const struct census *c = programs_census(l.model);
        uint64_t mass[2], open;
        census_next(c, 1, mass, &open);
        double dead = mass_of(c->agree - mass[0] - mass[1] - open) / mass_of(c->agree);
        ck_assert_near(dead, dies[t], 1e-15);
        if (t < 2)
            take(&l, history[t], (int32_t)history[t]);
    }
    close_belief(&l);
}
END_TEST

START_TEST(a_larger_budget_only_closes_the_bracket)
{
    static const char *const worlds[] = { "echo", "corridor", "coin-flip" };
    static const int64_t budgets[][2] = {
        { 6, 8 }, { 6, 64 }, { 10, 64 }, { 14, 64 }, { 14, 256 }
    };
    for (uint32_t k = 0; k < 24; k++) {
        double lo[2] = { -1, -1 }, hi[2] = { 9, 9 };
        for (size_t b = 0; b < sizeof budgets / sizeof *budgets; b++) {
            struct belief l = open_belief(worlds[k % 3], budgets[b][0], budgets[b][1]);
            struct rng rng;
            rng_init(&rng, &(struct rng_key){ .seed = k, .purpose = RNG_WORLD });
            unsigned char state[16] = { 0 };
            for (uint32_t t = 0; t < k % 4; t++) {
                unsigned a = rng_below(&rng, 2);
                struct outcome o = { .e = env_step(l.env, state, a, &rng) };
                l.model->ops->condition(l.model, a, &o);
            }
            struct verdict v = plan(&l, 1 + k % 3, LOSS_DEATH);
            for (int a = 0; a < 2; a++) {
                ck_assert(v.lo[a] >= lo[a] - 1e-15 && v.hi[a] <= hi[a] + 1e-15);
                lo[a] = v.lo[a];
                hi[a] = v.hi[a];
            }
            close_belief(&l);
        }
    }
}
END_TEST

START_TEST(an_interrupted_search_leaves_the_class_as_it_was)
{
    struct belief l = open_belief("echo", 8, STEPS);
    atomic_int cancel = 1;
    take(&l, 1, 1);
    ck_assert(!programs_deepen(l.model, 20, &cancel));
    ck_assert_uint_eq(programs_census(l.model)->conf.bits, 8);
    cancel = 0;
    ck_assert(programs_deepen(l.model, 12, &cancel));
    ck_assert_near(plan(&l, 1, LOSS_DEATH).value[1], 86 / 187., 1e-15);
    close_belief(&l);
}
END_TEST

/* ---- what is lost (Wyeth & Hutter 2025): a semimeasure by hand */

struct toy {
    struct model base;
    struct budgeted lent;
};
static const struct percept two[] = { { 0, 0 }, { 0, 1 } };

static size_t toy_nodes(const struct model *m, uint32_t depth)
{
    (void)m;
    return depth == 1 ? 3 : depth == 2 ? 7 : SIZE_MAX;
}

/* Leaves .3 .1 .1 .1; lost at the start .2, after 0 and after 1 .1 each. */
static uint64_t toy_imagine(struct model *m, uint32_t depth, uint32_t threads,
                            const atomic_int *cancel, double *mass, double *open)
{
    static const double all[] = { 1, .5, .3, .3, .1, .1, .1 };
    (void)m;
    (void)threads;
    (void)cancel;
    for (size_t i = 0; i < (depth == 1 ? 3 : 7); i++) {
        mass[i] = all[i];
        open[i] = 0;
    }
    return 1;
}

static const void *toy_view(struct model *m, const struct view_kind *which)
{
    return which == &view_budgeted ? &((struct toy *)m)->lent : NULL;
}

START_TEST(what_is_lost_counts_as_is_asked)
{
    static const double values[] = { .25, .25, .55, .359375 }; /* mean of the two bits */
    static const struct model_ops ops = { .name = "toy", .view = toy_view };
    struct toy toy = { { .ops = &ops },
                       { two, 2, 1, 1, 0, 0, 0, NULL, toy_nodes, toy_imagine } };
    struct belief l = { .plan = { .model = &toy.base,
                                  .utility = &utility_reward,
                                  .discount = { .kind = DISCOUNT_GEOMETRIC, .gamma = 1 },
                                  .now = 1 } };
    for (int loss = 0; loss < 4; loss++) {
        struct verdict v = plan(&l, 2, (enum loss)loss);
        ck_assert_near(v.value[0] / 2, values[loss], 1e-15);
        ck_assert_near(v.lo[0], v.hi[0], 1e-15);
    }
}
END_TEST

/* ---- the floors below, where nothing is undecided */

/* The machines of exactly n states, written uniformly. */
static struct model *open_mealy(const struct env *env, uint32_t n)
{
    struct err err = { 0 };
    struct family *f = family_find(n == 1 ? "mealy:states=1" : "mealy", env, &err);
    ck_assert_msg(f != NULL, "%s", err.text);
    size_t all = family_count(f), first = n == 1 ? 0 : 4;
    ck_assert_uint_eq(all, n == 1 ? 4 : 260);
    double *w = xcalloc(all, sizeof *w);
    for (size_t k = first; k < all; k++)
        w[k] = 1.0 / (double)(all - first);
    struct model *m = mixture_new(f, w, &err);
    ck_assert_msg(m != NULL, "%s", err.text);
    free(w);
    return m;
}

static size_t live_ones(const struct model *m)
{
    size_t n = 0;
    for (size_t k = 0; k < m->n; k++)
        n += m->ops->log_weights(m)[k] > -HUGE_VAL;
    return n;
}

START_TEST(machines_of_few_states_have_the_values_of_the_page)
{
    static const struct {
        uint32_t n, m;
        const char *history;
        size_t left;
        double value[2];
    } rows[] = {
        { 1, 1, "", 4, { 1 / 2., 1 / 2. } },
        { 1, 2, "", 4, { 5 / 4., 5 / 4. } },
        { 1, 3, "", 4, { 2, 2 } },
        { 1, 4, "", 4, { 11 / 4., 11 / 4. } },
        { 2, 1, "", 256, { 1 / 2., 1 / 2. } },
        { 2, 2, "", 256, { 9 / 8., 9 / 8. } },
        { 2, 3, "", 256, { 29 / 16., 29 / 16. } },
        { 2, 4, "", 256, { 41 / 16., 41 / 16. } },
        { 2, 5, "", 256, { 213 / 64., 213 / 64. } },
        { 2, 1, "11", 128, { 1 / 2., 3 / 4. } },
        { 2, 3, "11", 128, { 67 / 32., 81 / 32. } },
        { 2, 1, "1100", 64, { 1 / 4., 3 / 4. } },
        { 2, 3, "1100", 64, { 29 / 16., 73 / 32. } },
        { 2, 3, "1110", 32, { 7 / 4., 13 / 8. } },
    };
    struct belief l = open_belief("echo", 8, STEPS);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct model *m = open_mealy(l.env, rows[i].n);
        double value[2];
        for (const char *h = rows[i].history; *h; h += 2) {
            struct outcome o = { .e = { 0, h[1] - '0' } };
            ck_assert(m->ops->condition(m, (unsigned)(h[0] - '0'), &o) > 0);
        }
        ck_assert_uint_eq(live_ones(m), rows[i].left);
        struct plan p = l.plan;
        p.model = m;
        p.horizon = rows[i].m;
        ck_assert(expectimax(&p, 1000000, value).done);
        ck_assert_near(value[0], rows[i].value[0], 1e-12);
        ck_assert_near(value[1], rows[i].value[1], 1e-12);
        m->ops->free(m);
    }
    struct model *one = open_mealy(l.env, 1);
    struct outcome pays = { .e = { 0, 1 } }, does_not = { .e = { 0, 0 } };
    ck_assert(one->ops->condition(one, 1, &pays) > 0);
    ck_assert(one->ops->condition(one, 1, &does_not) == 0);
    one->ops->free(one);
    close_belief(&l);
}
END_TEST

/* What a machine says to all sequences of four actions. */
static uint64_t behaviour(const struct env *env)
{
    uint64_t said = 0;
    for (unsigned acts = 0; acts < 16; acts++) {
        uint32_t state = 0;
        struct rng rng = { 0 };
        for (unsigned t = 4; t-- > 0;)
            said = said << 1 | (uint64_t)env_step(env, &state, acts >> t & 1, &rng).rew;
    }
    return said;
}

START_TEST(machines_of_two_states_behave_in_148_ways)
{
    struct belief l = open_belief("echo", 8, STEPS);
    struct err err = { 0 };
    struct family *f = family_find("mealy", l.env, &err);
    uint64_t seen[260];
    size_t n = 0;
    for (size_t k = 4; k < family_count(f); k++) {
        struct env *env = f->ops->at(f, k, &err);
        uint64_t b = behaviour(env);
        size_t i = 0;
        while (i < n && seen[i] != b)
            i++;
        if (i == n)
            seen[n++] = b;
        family_drop(f, env);
    }
    ck_assert_uint_eq(n, 148);
    family_close(f);
    close_belief(&l);
}
END_TEST

/* The search, were there only the programs of the family, is the mixture over it. */
START_TEST(over_total_programs_it_is_aixi)
{
    struct belief l = open_belief("echo", 12, STEPS);
    struct err err = { 0 };
    struct family *f = family_find("closed:bits=12", l.env, &err);
    struct census *c = (struct census *)(uintptr_t)programs_census(l.model);
    size_t n = family_count(f);
    ck_assert_uint_ge(n, 100);
    c->from = c->n = 0;
    c->agree = 0;
    for (size_t k = 0; k < n; k++) {
        struct program p;
        char text[64];
        family_text(f, k, text, sizeof text);
        ck_assert(program_parse(&p, text, &err));
        census_believe(c, &p);
    }
    struct plan p = l.plan;
    p.model = mixture_new_first(f, n, &err);
    for (int t = 0; t < 4; t++) {
        double value[2];
        p.horizon = 4;
        ck_assert(expectimax(&p, 1000000, value).done);
        struct verdict v = plan(&l, 4, LOSS_DEATH);
        for (int a = 0; a < 2; a++) {
            ck_assert_near(v.value[a], value[a], 1e-12);
            ck_assert_near(v.lo[a], value[a], 1e-12);
            ck_assert_near(v.hi[a], value[a], 1e-12);
        }
        struct outcome o = { .e = { 0, t % 2 } };
        p.model->ops->condition(p.model, (unsigned)t / 2, &o);
        take(&l, (unsigned)t / 2, t % 2);
    }
    p.model->ops->free(p.model);
    close_belief(&l);
}
END_TEST

/* ---- bits alone */

static double next_is_one(struct predictor *p, const char *past)
{
    for (; *past; past++) {
        p->ops->predict(p, 0);
        p->ops->update(p, *past == '1');
    }
    return p->ops->predict(p, 0);
}

START_TEST(bits_are_predicted_by_all_programs_that_said_those_before)
{
    struct err err = { 0 };
    struct predictor *p = predictor_new("programs:bits=12", 1, &err);
    struct census *c = open_census(1, 2, 12, CODE_LENGTH);
    uint64_t mass[2], open;
    census_next(c, 0, mass, &open);
    double said = mass_of(mass[0] + mass[1]), other = mass_of(open);
    ck_assert_near(next_is_one(p, ""), (mass_of(mass[1]) + other / 2) / (said + other),
                   1e-15);
    census_free(c);
    predictor_free(p);
    p = predictor_new("programs:bits=24", 1, &err);
    ck_assert(next_is_one(p, "110110110110") > 0.98);
    ck_assert(next_is_one(p, "11") < 0.02); /* after 11011011011011 */
    predictor_free(p);
}
END_TEST

START_TEST(what_a_predictor_of_programs_learned_can_be_taken_back_and_frozen)
{
    struct err err = { 0 };
    struct predictor *p = predictor_new("programs", 1, &err);
    struct predictor *q = predictor_new("programs", 1, &err);
    double before = next_is_one(p, "0110");
    unsigned char snap[256];
    ck_assert_uint_le(p->snap_size, sizeof snap);
    p->ops->save(p, snap);
    p->ops->append(p, 1);
    next_is_one(p, "101");
    p->ops->restore(p, snap);
    ck_assert(p->ops->predict(p, 0) == before);
    p->ops->append(p, 1);
    double after = next_is_one(p, "1");
    unsigned char *ice = xcalloc(1, p->ops->frozen_size(p));
    p->ops->freeze(p, ice);
    ck_assert(q->ops->thaw(q, ice, &err));
    ck_assert(q->ops->predict(q, 0) == after);
    free(ice);
    predictor_free(p);
    predictor_free(q);
}
END_TEST

/* ---- the agent */

START_TEST(it_earns_what_there_is_where_short_programs_are_right)
{
    static const struct {
        const char *world;
        double least; /* reward of 20 cycles */
    } rows[] = { { "echo", 19 }, { "alternation", 10 }, { "not", 17 }, { "corridor", 18 } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct life l;
        double earned = 0;
        life_begin(&l, "program-aixi", rows[i].world, 1);
        for (int t = 0; t < 20; t++)
            earned += life_live(&l)->e.rew;
        ck_assert_msg(earned >= rows[i].least, "%s: %g", rows[i].world, earned);
        life_end(&l);
    }
}
END_TEST

/* After 20 cycles of random actions; one that always goes on cannot tell the corridor from
 * .,$ which says its last action. */
START_TEST(the_heaviest_program_is_a_shortest_one_for_the_world)
{
    static const struct {
        const char *world, *programs;
        unsigned bits;
    } rows[] = { { "echo", " ,.$ ", 7 },
                 { "alternation", " !.$ ", 7 },
                 { "not", " ,!.$ ", 10 },
                 { "corridor", " .,[,.]$ [,.].,$ ", 22 } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct mind_row row[1];
        struct life l;
        struct err err = { 0 };
        life_begin(&l, "program-aixi:bits=22,horizon=1", rows[i].world, 1);
        for (unsigned t = 0; t < 20; t++) {
            unsigned a = rng_below(&l.s.mind, 2);
            struct percept e = env_step(l.env, l.s.state, a, &l.s.world);
            l.ag->t = t;
            ck_assert(l.ag->ops->act(l.ag, &l.s.mind, &(unsigned){ 0 }, &err));
            ck_assert(l.ag->ops->update(l.ag, &(struct cycle){ a, e, BY_PAST }, &err));
        }
        ck_assert_uint_eq(l.ag->ops->mind->rows(l.ag, "programs", row, 1), 1);
        char name[64];
        snprintf(name, sizeof name, " %s ", row->name);
        ck_assert_msg(strstr(rows[i].programs, name) && row->bits == rows[i].bits,
                      "%s: %s of %u bits", rows[i].world, row->name, row->bits);
        life_end(&l);
    }
}
END_TEST

START_TEST(where_nothing_agrees_it_says_so_and_goes_on)
{
    struct insight in;
    struct life l;
    life_begin(&l, "program-aixi:bits=14", "coin-flip", 1);
    for (int t = 0; t < 12; t++)
        life_live(&l);
    ck_assert(l.ag->ops->act(l.ag, &l.s.mind, &(unsigned){ 0 }, &(struct err){ 0 }));
    l.ag->ops->mind->inspect(l.ag, &in);
    ck_assert_uint_eq(in.live, 0);
    for (int a = 0; a < 2; a++) {
        ck_assert(isnan(in.value[a]));
        ck_assert_near(in.lo[a] / (1 + .99 + .99 * .99), 0, 1e-15);
        ck_assert_near(in.hi[a] / (1 + .99 + .99 * .99), 1, 1e-15);
    }
    life_end(&l);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("programs");
    TCase *tc = tcase_create("programs");
    tcase_add_test(tc, the_census_of_first_bits_is_exact);
    tcase_add_test(tc, two_bits_are_weighed_exactly_as_a_percept_and_as_two);
    tcase_add_test(tc, speed_priors_weigh_by_time_too);
    tcase_add_test(tc, closed_programs_are_counted_and_live_as_they_should);
    tcase_add_test(tc, the_shortest_programs_are_these);
    tcase_add_test(tc, a_text_that_is_no_program_is_refused_with_its_place);
    tcase_add_test(tc, all_streams_one_by_one_say_the_same);
    tcase_add_test(tc, threads_change_no_bit);
    tcase_add_test(tc, values_have_the_brackets_of_the_page);
    tcase_add_test(tc, within_the_class_echo_dominates_after_three_copied_bits);
    tcase_add_test(tc, death_is_ever_less_believed_in);
    tcase_add_test(tc, a_larger_budget_only_closes_the_bracket);
    tcase_add_test(tc, an_interrupted_search_leaves_the_class_as_it_was);
    tcase_add_test(tc, what_is_lost_counts_as_is_asked);
    tcase_add_test(tc, machines_of_few_states_have_the_values_of_the_page);
    tcase_add_test(tc, machines_of_two_states_behave_in_148_ways);
    tcase_add_test(tc, over_total_programs_it_is_aixi);
    tcase_add_test(tc, bits_are_predicted_by_all_programs_that_said_those_before);
    tcase_add_test(tc, what_a_predictor_of_programs_learned_can_be_taken_back_and_frozen);
    tcase_add_test(tc, it_earns_what_there_is_where_short_programs_are_right);
    tcase_add_test(tc, where_nothing_agrees_it_says_so_and_goes_on);
    tcase_add_test(tc, the_heaviest_program_is_a_shortest_one_for_the_world);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
