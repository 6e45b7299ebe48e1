#include "config.h"

#include "cassandra.h"
#include "suggest.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- keys: what a statement begins with */

enum key { DISCOUNT, VALUES, STATES, ACTIONS, OBSERVATIONS, START, T, O, R, KEYS };
static const char *const keys[] = {
    "discount", "values", "states", "actions", "observations", "start", "T", "O", "R", NULL
};
static const double REWARD_MAX = 1e9;
enum { RULES_MAX = 1 << 22 };

static enum key key_of(const struct token *t)
{
    enum key k = 0;
    while (k < KEYS && !token_is(t, keys[k]))
        k++;
    return k;
}

/* "T :", or "start include :". */
static bool at_key(const struct cassandra *c)
{
    enum key k = key_of(&c->now);
    return k < KEYS &&
           (c->then.kind == TOKEN_COLON || (k == START && (token_is(&c->then, "include") ||
                                                           token_is(&c->then, "exclude"))));
}

static bool at_end(const struct cassandra *c)
{
    return c->now.kind == TOKEN_END || c->stopped;
}

/* After a mistake: to the next statement, so that it is told once. */
static void recover(struct cassandra *c)
{
    while (!at_end(c) && !at_key(c))
        token_next(c);
}

static bool expect_colon(struct cassandra *c)
{
    if (c->now.kind != TOKEN_COLON) {
        cassandra_fault(c, c->now.at, "expected ':'");
        return false;
    }
    token_next(c);
    return true;
}

/* ---- preamble */

static void read_discount(struct cassandra *c)
{
    if (c->now.kind != TOKEN_NUMBER || !(c->now.number >= 0 && c->now.number <= 1))
        cassandra_fault(c, c->now.at, "'%.*s' is not a discount from 0 to 1",
                        (int)c->now.len, c->now.at);
    else
        c->discount = c->now.number;
    token_next(c);
}

static void read_values(struct cassandra *c)
{
    c->cost = token_is(&c->now, "cost");
    if (!c->cost && !token_is(&c->now, "reward"))
        cassandra_fault(c, c->now.at, "'%.*s' is neither reward nor cost", (int)c->now.len,
                        c->now.at);
    token_next(c);
}

static void count(struct cassandra *c, struct names *names, uint32_t max)
{
    double n = c->now.number;
    char needs[100];
    if (n >= 1 && n <= max && floor(n) >= n) {
        names_count(names, (uint32_t)n);
    } else {
        c->stopped = true;
        if (names == &c->state && n > max && floor(n) >= n)
            cassandra_fault(c, c->now.at, "%.0f states: at most %u; %s", n, max,
                            mdp_needs(n, c->action.n, needs, sizeof needs));
        else
            cassandra_fault(c, c->now.at, "%g is not a whole number from 1 to %u", n, max);
    }
    token_next(c);
}

static void read_names(struct cassandra *c, struct names *names, uint32_t max)
{
    const char *begin = c->now.at;
    if (c->now.kind == TOKEN_NUMBER) {
        count(c, names, max);
        return;
    }
    for (; c->now.kind == TOKEN_WORD && !at_key(c) && !c->stopped; token_next(c)) {
        if (names->n == max) {
            cassandra_fault(c, c->now.at, "more than %u of these", max);
            c->stopped = true;
        } else if (strchr("+-.0123456789", *c->now.at)) {
            cassandra_fault(c, c->now.at, "'%.*s' is neither a number nor a name",
                            (int)c->now.len, c->now.at);
            c->stopped = true;
        } else if (names_add(names, c->now.at, c->now.len) < 0)
            cassandra_fault(c, c->now.at, "'%.*s' is named twice", (int)c->now.len,
                            c->now.at);
    }
    if (!names->n && !c->stopped) {
        cassandra_fault(c, begin, "names, or how many there are, are missing");
        c->stopped = true;
    }
}

/* ---- statements */

/* The number of a state, an action or an observation, or NO_MATTER for '*' and one of
 * those; false after telling. */
static bool read_index(struct cassandra *c, const struct names *names, const char *what,
                       int64_t *out)
{
    char word[64], hint[200] = "";
    struct token t = c->now;
    *out = t.kind == TOKEN_STAR ? NO_MATTER : names_find(names, t.at, t.len);
    if (*out < 0 && t.kind == TOKEN_NUMBER && t.number >= 0 && t.number < names->n &&
        floor(t.number) >= t.number)
        *out = (int64_t)t.number;
    if (*out >= 0 || t.kind == TOKEN_STAR) {
        token_next(c);
        return true;
    }
    snprintf(word, sizeof word, "%.*s", (int)(t.len < 63 ? t.len : 63), t.at);
    names_suggest(names, word, hint, sizeof hint);
    if (t.kind == TOKEN_WORD || t.kind == TOKEN_NUMBER)
        cassandra_fault(c, t.at, "unknown %s '%s'%s", what, word, hint);
    else
        cassandra_fault(c, t.at, "expected %s %s", *what == 's' ? "a" : "an", what);
    return false;
}

static bool read_probability(struct cassandra *c, double *p)
{
    static const double SLACK = 1e-3;
    struct token t = c->now;
    *p = t.number;
    if (t.kind != TOKEN_NUMBER || !(*p >= 0 && *p <= 1 + SLACK)) {
        cassandra_fault(c, t.at, "'%.*s' is not a probability", (int)t.len, t.at);
        return false;
    }
    token_next(c);
    return true;
}

/* Whether the row goes on; else tells how much of it is there. */
static bool goes_on(struct cassandra *c, uint32_t i, uint32_t n)
{
    if (c->now.kind == TOKEN_NUMBER)
        return true;
    cassandra_fault(c, c->now.at, "a row of %u numbers ends after %u", n, i);
    return false;
}

/* A range of indices: one, or all n. */
struct range {
    uint32_t from, to;
};
static struct range range_of(int64_t index, uint32_t n)
{
    return index < 0 ? (struct range){ 0, n }
                     : (struct range){ (uint32_t)index, (uint32_t)index + 1 };
}

/* What was said of one line is said of all in two ranges. */
static bool put_all(struct cassandra *c, struct says *t, struct range a, struct range s,
                    const struct cell *cell, uint32_t n, bool replace)
{
    for (uint32_t i = a.from; i < a.to; i++)
        for (uint32_t k = s.from; k < s.to; k++)
            if (!says_put(c, t, (size_t)i * c->state.n + k, cell, n, replace))
                return false;
    return true;
}

/* A row of numbers; scratch has room for one. */
static bool read_row(struct cassandra *c, struct says *t, struct range a, struct range s,
                     struct cell *scratch)
{
    uint32_t n = 0, at = (uint32_t)(c->now.at - c->text);
    double p;
    for (uint32_t col = 0; col < t->n_cols; col++) {
        if (!goes_on(c, col, t->n_cols) || !read_probability(c, &p))
            return false;
        if (p > 0)
            scratch[n++] = (struct cell){ p, col, at };
    }
    return put_all(c, t, a, s, scratch, n, true);
}

static bool put_uniform(struct cassandra *c, struct says *t, struct range a, struct range s,
                        struct cell *scratch)
{
    uint32_t at = (uint32_t)(c->now.at - c->text);
    for (uint32_t col = 0; col < t->n_cols; col++)
        scratch[col] = (struct cell){ 1.0 / t->n_cols, col, at };
    bool ok = put_all(c, t, a, s, scratch, t->n_cols, true);
    token_next(c);
    return ok;
}

static bool put_identity(struct cassandra *c, struct says *t, struct range a)
{
    uint32_t at = (uint32_t)(c->now.at - c->text);
    bool ok = true;
    for (uint32_t s = 0; ok && s < c->state.n; s++) {
        struct cell same = { 1, s, at };
        ok = put_all(c, t, a, (struct range){ s, s + 1 }, &same, 1, true);
    }
    token_next(c);
    return ok;
}

static bool put_reset(struct cassandra *c, struct says *t, struct range a, struct range s)
{
    bool ok = put_all(c, t, a, s, NULL, 0, true);
    for (uint32_t i = a.from; i < a.to; i++)
        for (uint32_t k = s.from; k < s.to; k++)
            t->line[(size_t)i * c->state.n + k].reset = true;
    token_next(c);
    return ok;
}

/* What follows "T: action" or "T: action : state": words, a row, or a matrix. */
static bool read_shape(struct cassandra *c, struct says *t, struct range a, struct range s,
                       bool matrix)
{
    struct cell *scratch = xcalloc(t->n_cols, sizeof *scratch);
    bool ok = true;
    if (token_is(&c->now, "uniform"))
        ok = put_uniform(c, t, a, s, scratch);
    else if (t == &c->t && token_is(&c->now, "reset"))
        ok = put_reset(c, t, a, s);
    else if (t == &c->t && matrix && token_is(&c->now, "identity"))
        ok = put_identity(c, t, a);
    else
        for (uint32_t i = s.from; ok && i < (matrix ? s.to : s.from + 1); i++)
            ok = read_row(c, t, a, matrix ? (struct range){ i, i + 1 } : s, scratch);
    free(scratch);
    return ok;
}

/* One number for one or all columns. */
static bool read_single(struct cassandra *c, struct says *t, struct range a, struct range s,
                        struct range col)
{
    struct cell cell = { .at = (uint32_t)(c->now.at - c->text) };
    bool ok = read_probability(c, &cell.p);
    for (uint32_t i = col.from; ok && i < col.to; i++) {
        cell.col = i;
        ok = put_all(c, t, a, s, &cell, 1, false);
    }
    return ok;
}

/* "T: action", "T: action : state" or "T: action : state : next", and the like of O. */
static bool read_table(struct cassandra *c, struct says *t)
{
    int64_t action, state = NO_MATTER, col = NO_MATTER;
    const struct names *cols = t == &c->t ? &c->state : &c->obs;
    if (!read_index(c, &c->action, "action", &action))
        return false;
    struct range a = range_of(action, c->action.n);
    if (c->now.kind != TOKEN_COLON)
        return read_shape(c, t, a, (struct range){ 0, c->state.n }, true);
    token_next(c);
    if (!read_index(c, &c->state, "state", &state))
        return false;
    struct range s = range_of(state, c->state.n);
    if (c->now.kind != TOKEN_COLON)
        return read_shape(c, t, a, s, false);
    token_next(c);
    if (!read_index(c, cols, t == &c->t ? "state" : "observation", &col))
        return false;
    if (c->now.kind == TOKEN_COLON) /* some write one more */
        token_next(c);
    return read_single(c, t, a, s, range_of(col, cols->n));
}

/* A reward; what says nothing new of a single transition is no rule. */
static bool read_reward(struct cassandra *c, struct when w)
{
    struct token t = c->now;
    if (t.kind != TOKEN_NUMBER || !(fabs(t.number) <= REWARD_MAX)) {
        cassandra_fault(c, t.at, "'%.*s' is not a reward of at most %.0f", (int)t.len, t.at,
                        REWARD_MAX);
        return false;
    }
    token_next(c);
    if (w.action >= 0 && w.state >= 0 && w.next >= 0 && (w.obs >= 0 || !c->obs.n)) {
        const struct rule *was = rules_find(&c->r, w);
        if (fabs((was ? was->value : 0) - t.number) <= 0)
            return true;
    }
    if (c->r.n == RULES_MAX) {
        cassandra_fault(c, t.at, "more than %d rewards", RULES_MAX);
        c->stopped = true;
        return false;
    }
    rules_put(&c->r, w, t.number, (uint32_t)(t.at - c->text));
    return true;
}

/* The rewards of a state and an action by what follows: of each state all that may be seen,
 * or where nothing is seen one number. */
static bool read_rewards(struct cassandra *c, struct when w)
{
    uint32_t n_obs = c->obs.n ? c->obs.n : 1;
    for (uint32_t i = 0; i < c->state.n; i++)
        for (uint32_t k = 0; k < n_obs; k++) {
            w.next = i;
            w.obs = c->obs.n ? (int64_t)k : NO_MATTER;
            if (!goes_on(c, i * n_obs + k, c->state.n * n_obs) || !read_reward(c, w))
                return false;
        }
    return true;
}

/* "R: action : state" and a matrix, "... : next" and a row, "... : observation" and a
 * number. */
static bool read_r(struct cassandra *c)
{
    struct when w = { .next = NO_MATTER, .obs = NO_MATTER };
    if (!read_index(c, &c->action, "action", &w.action) || !expect_colon(c) ||
        !read_index(c, &c->state, "state", &w.state))
        return false;
    if (c->now.kind != TOKEN_COLON)
        return read_rewards(c, w);
    token_next(c);
    if (!read_index(c, &c->state, "state", &w.next))
        return false;
    if (c->now.kind != TOKEN_COLON) {
        if (!c->obs.n)
            return goes_on(c, 0, 1) && read_reward(c, w);
        for (uint32_t k = 0; k < c->obs.n; k++) {
            w.obs = k;
            if (!goes_on(c, k, c->obs.n) || !read_reward(c, w))
                return false;
        }
        return true;
    }
    token_next(c);
    if (c->now.kind == TOKEN_STAR)
        token_next(c);
    else if (!read_index(c, &c->obs, "observation", &w.obs))
        return false;
    if (c->now.kind == TOKEN_COLON) /* as of probabilities */
        token_next(c);
    return read_reward(c, w);
}

/* ---- the whole */

/* Tables for what has been named, when the first of them is spoken of. */
static bool ready(struct cassandra *c, enum key key)
{
    size_t lines = c->n_lines = (size_t)c->state.n * c->action.n;
    if (!lines || (key == O && !c->obs.n)) {
        cassandra_fault(c, c->now.at, "%s must come before",
                        lines ? "observations:" : "states: and actions:");
        c->stopped = true;
        return false;
    }
    if (!c->t.line)
        c->t = (struct says){ .line = xcalloc(lines, sizeof *c->t.line),
                              .n_cols = c->state.n };
    if (!c->o.line && c->obs.n)
        c->o =
            (struct says){ .line = xcalloc(lines, sizeof *c->o.line), .n_cols = c->obs.n };
    return true;
}

/* Whether the key stands where and as often as it may. */
static bool welcome(struct cassandra *c, enum key key)
{
    if (key >= T)
        return ready(c, key);
    unsigned line, col;
    if (c->said[key]) {
        cassandra_place(c, c->said[key], &line, &col);
        cassandra_fault(c, c->now.at, "%s was said before, in line %u", keys[key], line);
        return false;
    }
    c->said[key] = c->now.at;
    if (key == OBSERVATIONS && c->r.n) {
        cassandra_fault(c, c->now.at, "observations: comes after rewards");
        return false;
    }
    return true;
}

/* What follows a key and its colon. */
static bool read_key(struct cassandra *c, enum key key)
{
    switch (key) {
    case DISCOUNT: read_discount(c); break;
    case VALUES: read_values(c); break;
    case STATES: read_names(c, &c->state, MDP_STATES); break;
    case ACTIONS: read_names(c, &c->action, MDP_ACTIONS); break;
    case OBSERVATIONS: read_names(c, &c->obs, MDP_STATES); break;
    case T: return read_table(c, &c->t);
    case O: return read_table(c, &c->o);
    default: return read_r(c);
    }
    return true;
}

static void unknown(struct cassandra *c)
{
    char word[64], hint[200];
    struct token t = c->now;
    snprintf(word, sizeof word, "%.*s", (int)(t.len < 63 ? t.len : 63), t.at);
    suggest_list(hint, sizeof hint, word, keys);
    cassandra_fault(c, t.at, "'%s' where %s should begin%s", word,
                    "discount, values, states, actions, observations, start, T, O or R",
                    t.kind == TOKEN_WORD ? hint : "");
}

/* The start is read when all else is known: it may come before the states. */
static void read_statement(struct cassandra *c)
{
    enum key key = key_of(&c->now);
    bool go = welcome(c, key) && key != START;
    token_next(c);
    if (!go)
        return;
    token_next(c);
    if (read_key(c, key) && !at_key(c) && !at_end(c))
        unknown(c);
}

static void read_all(struct cassandra *c)
{
    for (; !at_end(c); recover(c))
        if (at_key(c))
            read_statement(c);
        else
            unknown(c);
}

/* ---- the start */

static void start_uniform(const struct cassandra *c, double *start)
{
    for (uint32_t s = 0; s < c->state.n; s++)
        start[s] = 1.0 / c->state.n;
}

static void start_names(struct cassandra *c, double *start, bool include)
{
    int64_t s;
    uint32_t n = 0;
    for (uint32_t i = 0; i < c->state.n; i++)
        start[i] = include ? 0 : 1;
    while (!at_end(c) && !at_key(c)) {
        const char *at = c->now.at;
        if (!read_index(c, &c->state, "state", &s))
            return;
        if (s < 0)
            cassandra_fault(c, at, "'*' is no state to begin in");
        else
            start[s] = include ? 1 : 0;
    }
    for (uint32_t i = 0; i < c->state.n; i++)
        n += start[i] > 0;
    if (!n)
        cassandra_fault(c, c->said[START], "no state is left to begin in");
    for (uint32_t i = 0; n && i < c->state.n; i++)
        start[i] /= n;
}

static void start_vector(struct cassandra *c, double *start)
{
    const char *at = c->now.at;
    double sum = 0;
    for (uint32_t s = 0; s < c->state.n; s++) {
        if (!goes_on(c, s, c->state.n) || !read_probability(c, &start[s]))
            return;
        sum += start[s];
    }
    if (!cassandra_sums(c, sum, at))
        cassandra_fault(c, at, "the probabilities of start: sum to %.9g, not 1", sum);
    for (uint32_t s = 0; sum > 0 && s < c->state.n; s++)
        start[s] /= sum;
}

static void read_start(struct cassandra *c, double *start)
{
    int64_t s;
    bool vector =
        c->now.kind == TOKEN_NUMBER && (c->then.kind == TOKEN_NUMBER || c->state.n == 1);
    if (vector)
        start_vector(c, start);
    else if (token_is(&c->now, "uniform"))
        start_uniform(c, start);
    else if (read_index(c, &c->state, "state", &s) && s >= 0)
        start[s] = 1;
}

/* No start is a uniform one, as the format has it. */
static void find_start(struct cassandra *c, double *start)
{
    if (!c->said[START]) {
        start_uniform(c, start);
        return;
    }
    token_start(c, c->said[START]);
    token_next(c);
    bool include = token_is(&c->now, "include"), list = c->now.kind == TOKEN_WORD;
    if (list)
        token_next(c);
    if (!expect_colon(c))
        return;
    if (list)
        start_names(c, start, include);
    else
        read_start(c, start);
}

static void release(struct cassandra *c)
{
    says_release(&c->t, c->n_lines);
    says_release(&c->o, c->n_lines);
    free(c->r.slot);
    names_release(&c->state);
    names_release(&c->action);
    names_release(&c->obs);
}

bool cassandra_read(struct mdp *m, const char *text, size_t len, const char *file,
                    struct err *err)
{
    struct cassandra c = { .text = text, .discount = 0 };
    lines_init(&c.in, NULL, file, err);
    *m = (struct mdp){ .scale = 1 };
    if (strlen(text) < len) {
        cassandra_fault(&c, text + strlen(text), "a NUL byte in a text file");
        return false;
    }
    token_start(&c, text);
    read_all(&c);
    if (c.in.ok && !c.t.line) {
        err_set(err, "%s: error: states:, actions: and T: are needed", file);
        c.in.ok = false;
    }
    if (!c.stopped && c.t.line) {
        m->start = xcalloc(c.state.n, sizeof *m->start);
        find_start(&c, m->start);
        if (c.in.ok)
            cassandra_build(&c, m);
    }
    release(&c);
    if (!c.in.ok)
        mdp_release(m);
    return c.in.ok;
}
