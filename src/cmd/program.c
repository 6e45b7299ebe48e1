#include "config.h"

#include "census.h"
#include "cmd.h"
#include "mask.h"
#include "output.h"
#include "stop.h"
#include "suggest.h"
#include "xalloc.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ursa program run|list|census|explain: the bit machine of ursa-programs(7) by hand. */

enum { MOST = 4000000 }; /* programs that are kept; others count as undecided */

struct programs {
    struct args *args;
    const char *actions, *history;
    const char *code;
    int64_t bits, steps, action_bits, percept_bits, cycles, most;
    atomic_int *cancel;
};

#define AT(field) offsetof(struct programs, field)
static const struct option_row options[] = {
    { 'b', "bits", OPTION_INT, AT(bits), "N", .def = 16, .min = 2, .max = PROGRAM_BITS_MAX,
      .help = "list, census: of a program, read at most" },
    { 0, "steps", OPTION_INT, AT(steps), "N", .def = 64, .min = 1, .max = 1000000,
      .help = "that a program may take for each cycle" },
    { 'a', "actions", OPTION_TEXT, AT(actions), "BITS",
      .help = "run, census: of the actions, as 0101" },
    { 0, "action-bits", OPTION_INT, AT(action_bits), "N", .def = 1, .max = 5,
      .help = "of one action" },
    { 0, "percept-bits", OPTION_INT, AT(percept_bits), "N", .def = 1, .min = 1, .max = 8,
      .help = "of one percept" },
    { 't', "cycles", OPTION_INT, AT(cycles), "N", .def = 1, .min = 1, .max = 1000,
      .help = "run, census: so many, where there are no actions" },
    { 0, "history", OPTION_TEXT, AT(history), "CYCLES",
      .help = "list: what has happened, as \"a/e a/e ...\" in numbers" },
    { 'n', "number", OPTION_INT, AT(most), "N", .def = 20, .min = 1, .max = 100000,
      .help = "list: of programs" },
    { 0 },
};
#undef AT

/* ---- what is given */

/* The actions' bits, each 0 or 1, [*n]; NULL (told): they are none. Owned. */
static uint8_t *take_actions(struct programs *s, uint32_t *n)
{
    const char *text = s->actions ? s->actions : "";
    *n = (uint32_t)strlen(text);
    uint8_t *bits = xcalloc(*n + 1, 1);
    for (uint32_t i = 0; i < *n; i++)
        bits[i] = text[i] == '1';
    size_t good = strspn(text, "01");
    bool whole = s->action_bits ? *n % (uint32_t)s->action_bits == 0 : !*n;
    if (!text[good] && whole)
        return bits;
    if (text[good])
        args_fail(s->args, "--actions: '%c' at %zu is neither 0 nor 1", text[good],
                  good + 1);
    else
        args_fail(s->args, "--actions: %u bits are no whole number of actions of %u", *n,
                  (unsigned)s->action_bits);
    free(bits);
    return NULL;
}

/* Cycles to go through: those that actions were given for. */
static uint32_t cycles_of(const struct programs *s, uint32_t n_action)
{
    return n_action ? n_action / (uint32_t)s->action_bits : (uint32_t)s->cycles;
}

static bool take_program(struct programs *s, struct program *p)
{
    struct err err = { 0 };
    if (s->args->n_operands != 2) {
        args_fail(s->args, "which program? usage: ursa program %s PROGRAM, as in ',.$'",
                  s->args->operand[0]);
        return false;
    }
    if (program_parse(p, s->args->operand[1], &err))
        return true;
    args_err(s->args, &err);
    return false;
}

/* ---- run */

static const char *const endings[] = { "", "dead", "undecided: no more steps or tape",
                                       "undecided: it would read another opcode" };

static void print_cycle(const struct programs *s, uint32_t t, const uint8_t *action,
                        const struct program *p, enum ran ran)
{
    char in[8] = "", out[16] = "";
    for (int i = 0; i < s->action_bits; i++)
        in[i] = action ? (char)('0' + action[i]) : '-';
    for (unsigned i = 0; i < p->n_out; i++)
        out[i] = (char)('0' + (p->out >> (p->n_out - 1U - i) & 1));
    printf("%4" PRIu32 "  %s  %-8s %6" PRIu32 "  %s\n", t, in, out, p->steps, endings[ran]);
}

static json_t *cycle_json(uint32_t t, const struct program *p, enum ran ran)
{
    static const char *const ends[] = { "percept", "dead", "limit", "more" };
    return json_pack("{s:I, s:s, s:I, s:I}", "t", (json_int_t)t, "end", ends[ran],
                     "percept", (json_int_t)p->out, "steps", (json_int_t)p->steps);
}

static int run_program(struct programs *s)
{
    struct program p;
    uint32_t n;
    if (!take_program(s, &p))
        return s->args->status;
    uint8_t *action = take_actions(s, &n);
    if (!action)
        return s->args->status;
    struct trail *trail = trail_new();
    json_t *all = json_array();
    enum ran ran = RAN_OUT;
    if (!s->args->json)
        printf("   t  a  percept   steps\n");
    for (uint32_t t = 1; t <= cycles_of(s, n) && ran == RAN_OUT; t++) {
        uint32_t told = n ? t * (uint32_t)s->action_bits : 0;
        struct task task = { action, told, (uint32_t)s->percept_bits,
                             (uint32_t)s->steps * t };
        program_begin(&p);
        ran = machine_run(&p, &task, trail, 0);
        trail_back(trail, 0);
        if (s->args->json)
            json_array_append_new(all, cycle_json(t, &p, ran));
        else
            print_cycle(s, t, n ? action + told - s->action_bits : NULL, &p, ran);
    }
    if (s->args->json)
        print_json(all);
    json_decref(all);
    trail_free(trail);
    free(action);
    return EXIT_OK;
}

/* ---- explain */

static int explain(struct programs *s)
{
    struct program p;
    unsigned depth = 1, bits = 0;
    if (!take_program(s, &p))
        return s->args->status;
    for (unsigned i = 0; i < p.n_ops; i++) {
        enum opcode op = program_op(&p, i);
        if (op == OP_SHUT && depth > 1)
            depth--;
        printf("%3u  %*s%c  %s\n", bits, (int)(2 * depth - 2), "", opcode_letters[op],
               opcode_words[op]);
        depth += op == OP_OPEN;
        bits += opcode_bits[op];
    }
    printf("%3u  bits: weight 2^-%u%s\n", bits, bits,
           p.closed ? "" : ", shared by all that begin so");
    return EXIT_OK;
}

/* ---- counting */

static struct census *open_census(const struct programs *s, bool acts)
{
    struct census *c = census_new(
        &(struct census_conf){ acts ? 1U << s->action_bits : 1, 1U << s->percept_bits,
                               (uint32_t)s->bits, (uint32_t)s->steps, MOST, CODE_LENGTH });
    c->cancel = s->cancel;
    return c;
}

/* Mass as a fraction in lowest terms, "333/1024". */
static const char *fraction(uint64_t mass, char *buf, size_t n)
{
    unsigned bits = WHOLE_BITS;
    while (bits && mass && !(mass & 1)) {
        mass >>= 1;
        bits--;
    }
    if (!mass || !bits)
        snprintf(buf, n, "%" PRIu64, mass);
    else
        snprintf(buf, n, "%" PRIu64 "/%" PRIu64, mass, (uint64_t)1 << bits);
    return buf;
}

struct walk {
    struct programs *s;
    struct census *c;
    const uint8_t *action;
    uint32_t cycles;
    char *said; /* bits so far, [cycles * percept_bits + 1] */
    uint64_t told;
    json_t *rows;
};

static void print_mass(struct walk *w, const char *what, size_t programs, uint64_t mass)
{
    char buf[48];
    if (w->rows)
        json_array_append_new(
            w->rows, json_pack("{s:s, s:I, s:s, s:f}", "percepts", what, "programs",
                               (json_int_t)programs, "fraction",
                               fraction(mass, buf, sizeof buf), "mass", mass_of(mass)));
    else
        printf("%-12s %9zu  %-24s %.9g\n", what, programs, fraction(mass, buf, sizeof buf),
               mass_of(mass));
}

static uint32_t action_of(const struct walk *w, size_t t)
{
    uint32_t action = 0;
    for (uint32_t i = 0; i < w->c->action_bits; i++)
        action = action << 1 | w->action[t * w->c->action_bits + i];
    return action;
}

/* All that may be said from here on, in order. */
static void count_from(struct walk *w)
{
    struct census *c = w->c;
    struct census_mark here = census_mark(c);
    if (c->t == w->cycles) {
        print_mass(w, w->said, c->n - c->from, c->agree);
        w->told += c->agree;
        return;
    }
    char *said = w->said + c->t * c->percept_bits;
    for (uint32_t e = 0; e < c->conf.n_percepts && !atomic_load(w->s->cancel); e++) {
        for (uint32_t i = 0; i < c->percept_bits; i++)
            said[i] = (char)('0' + (e >> (c->percept_bits - 1 - i) & 1));
        said[c->percept_bits] = '\0';
        if (census_take(c, action_of(w, c->t), e, NULL))
            count_from(w);
        census_return(c, &here);
    }
}

/* What is undecided in any of the cycles, along all that may be said. */
static uint64_t undecided(struct walk *w)
{
    struct census *c = w->c;
    struct census_mark here = census_mark(c);
    uint64_t mass[256], open, sum;
    if (c->t == w->cycles)
        return 0;
    census_next(c, action_of(w, c->t), mass, &open);
    sum = open;
    for (uint32_t e = 0; e < c->conf.n_percepts; e++)
        if (mass[e]) {
            census_take(c, action_of(w, here.t), e, NULL);
            sum += undecided(w);
            census_return(c, &here);
        }
    return sum;
}

static int count(struct programs *s)
{
    uint32_t n;
    if (s->args->n_operands > 1)
        return args_fail(s->args, "census counts all programs; it takes none");
    uint8_t *action = take_actions(s, &n);
    if (!action)
        return s->args->status;
    struct walk w = { .s = s, .action = action, .cycles = cycles_of(s, n) };
    w.c = open_census(s, n);
    w.said = xcalloc((size_t)w.cycles * (size_t)s->percept_bits + 1, 1);
    w.rows = s->args->json ? json_array() : NULL;
    if (!w.rows)
        printf("percepts      programs  mass\n");
    count_from(&w);
    uint64_t left = ((uint64_t)1 << WHOLE_BITS) - w.told, open = undecided(&w);
    if (atomic_load(s->cancel))
        open = left; /* what was not come to, too */
    print_mass(&w, "dead", 0, left - open);
    print_mass(&w, "undecided", 0, open);
    if (w.rows)
        print_json(w.rows);
    json_decref(w.rows);
    census_free(w.c);
    free(w.said);
    free(action);
    return atomic_load(s->cancel) ? EXIT_INTERRUPTED : EXIT_OK;
}

/* ---- list */

/* "a/e a/e ..." into the census. */
static bool live(struct programs *s, struct census *c)
{
    const char *text = s->history ? s->history : "";
    for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
        char *slash, *end;
        unsigned long a = strtoul(text, &slash, 10), e = 0;
        bool ok = slash > text && *slash == '/';
        if (ok) {
            e = strtoul(slash + 1, &end, 10);
            ok = end > slash + 1 && (!*end || *end == ' ');
        }
        if (!ok || a >= c->conf.n_actions || e >= c->conf.n_percepts) {
            args_fail(s->args, "--history: '%.*s' is not action/percept of %u and %u",
                      (int)strcspn(text, " "), text, c->conf.n_actions, c->conf.n_percepts);
            return false;
        }
        census_take(c, (uint32_t)a, (uint32_t)e, NULL);
        census_settle(c);
        text = end;
    }
    return true;
}

/* The shortest first, of those in the order of their opcodes. */
static int by_length(const void *a, const void *b)
{
    const struct program *x = a, *y = b;
    if (x->bits != y->bits)
        return x->bits - y->bits;
    for (unsigned i = 0; i < x->n_ops && i < y->n_ops; i++)
        if (program_op(x, i) != program_op(y, i))
            return (int)program_op(x, i) - (int)program_op(y, i);
    return x->n_ops - y->n_ops;
}

static void print_programs(struct programs *s, struct census *c)
{
    json_t *rows = json_array();
    size_t n = c->n < (size_t)s->most ? c->n : (size_t)s->most;
    qsort(c->node, c->n, sizeof *c->node, by_length);
    for (size_t k = 0; k < n; k++) {
        char text[PROGRAM_OPS_MAX + 1];
        const struct program *p = &c->node[k];
        double share = c->agree ? mass_of(census_weight(c, p)) / mass_of(c->agree) : 0;
        program_text(p, text);
        if (s->args->json)
            json_array_append_new(rows, json_pack("{s:s, s:I, s:b, s:f}", "program", text,
                                                  "bits", (json_int_t)p->bits, "closed",
                                                  p->closed, "share", share));
        else
            printf("%3u  %.6f  %s%s\n", p->bits, share, text, p->closed ? "" : "..");
    }
    if (s->args->json)
        print_json(rows);
    json_decref(rows);
}

static int list(struct programs *s)
{
    char agree[48], open[48];
    if (s->args->n_operands > 1)
        return args_fail(s->args, "list takes no program; what they agree with is "
                                  "--history");
    struct census *c = open_census(s, true);
    bool ok = live(s, c);
    if (ok) {
        if (!s->args->json)
            printf("bits  share    program\n");
        print_programs(s, c);
        if (!s->args->json)
            printf("%zu agree, mass %s; undecided %s\n", c->n,
                   fraction(c->agree, agree, sizeof agree),
                   fraction(c->open, open, sizeof open));
    }
    census_free(c);
    return atomic_load(s->cancel) ? EXIT_INTERRUPTED : ok ? EXIT_OK : s->args->status;
}

/* ---- the command */

static int run(struct args *a)
{
    static const struct {
        const char *name;
        int (*act)(struct programs *s);
    } all[] = { { "run", run_program },
                { "list", list },
                { "census", count },
                { "explain", explain } };
    struct programs s = { .args = a };
    if (!args_parse(a, &s))
        return a->status;
    s.cancel = stop_on_signals();
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!strcmp(a->operand[0], all[i].name))
            return all[i].act(&s);
    return args_fail(a, "'%s' is none of run, list, census, explain", a->operand[0]);
}

const struct cmd cmd_program = {
    .group = "Check the theory",
    .name = "program",
    .title = "run, list, count small programs",
    .example = "ursa program census --bits=8",
    .operands = "run|list|census|explain [PROGRAM]",
    .options = options,
    .json = true,
    .run = run,
};
