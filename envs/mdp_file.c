#include "config.h"

#include "lines.h"
#include "mdp_human.h"
#include "mdp_names.h"
#include "mdp_text.h"
#include "suggest.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Where in the file something was said, from 1; line 0: nowhere. */
struct place {
    unsigned line, col;
};
/* One line of "transitions:" as read, before they are put in order. */
struct row {
    uint32_t state, action;
    struct edge edge;
    struct place at;
};
struct look {
    uint32_t state;
    struct sight sight;
    struct place at;
};

enum { TOLD = 50 };
struct reader {
    struct lines in;
    struct mdp *m;
    struct names state, action, obs;
    bool versioned;
    bool headless; /* what the rest builds on was wrong: one mistake, one message */
    struct place started, inexact, told[TOLD]; /* told: sums that were wrong */
    size_t n_told;
    size_t scaled; /* sums that were 1 up to the digits typed; the first was at `inexact` */
    struct human human;
    enum part { PART_HEAD, PART_TRANSITIONS, PART_OBSERVE, PART_SEES, PART_BELIEVES } part;
    struct row *row;
    size_t n_rows, cap_rows;
    struct look *look;
    size_t n_looks, cap_looks;
};

static struct place here(const struct reader *r)
{
    return (struct place){ r->in.line, (unsigned)strspn(r->in.text, " \t") + 1 };
}

/* ---- words */

static const double REWARD_MAX = 1e6, SUM_SLACK = 1e-5;
enum { WORD = 64 }; /* bytes of the longest word with its NUL */

/* Index of a name, or -1 after telling. */
static int64_t lookup(struct reader *r, const char *at, const char *word,
                      const struct names *names, const char *what)
{
    char hint[200];
    int64_t i = names_find(names, word, strlen(word));
    if (i >= 0)
        return i;
    names_suggest(names, word, hint, sizeof hint);
    lines_fault(&r->in, at, "unknown %s '%s'%s", what, word, hint);
    return -1;
}

/* "states: 5": names them 0 to 4. */
static void count_names(struct reader *r, const char *at, double count, struct names *names,
                        uint32_t max)
{
    char needs[100];
    if (names == &r->state && count > max && floor(count) >= count)
        lines_fault(&r->in, at, "%.0f states: at most %u; %s", count, max,
                    mdp_needs(count, r->action.n, needs, sizeof needs));
    else if (count < 1 || count > max || floor(count) < count)
        lines_fault(&r->in, at, "%g is not a whole number from 1 to %u", count, max);
    else
        names_count(names, (uint32_t)count);
}

/* "states: a b c" or "states: 5". */
static void read_names(struct reader *r, const char *at, struct names *names, uint32_t max)
{
    char word[WORD];
    const char *start;
    double count;
    if (names->n) {
        lines_fault(&r->in, r->in.text, "this was said before");
        return;
    }
    while (lines_word(&r->in, &at, &start, word, WORD)) {
        bool alone = !names->n && !at[strspn(at, " \t")];
        if (alone && lines_number(word, -1e300, 1e300, &count)) {
            count_names(r, start, count, names, max);
            return;
        }
        if (names->n == max) {
            lines_fault(&r->in, start, "more than %u of these", max);
            return;
        }
        if (strlen(word) < WORD - 1 && names_add(names, word, strlen(word)) < 0)
            lines_fault(&r->in, start, "'%s' is named twice", word);
    }
    if (!names->n)
        lines_fault(&r->in, at, "names, or how many there are, are missing");
}

/* "start: a", "start: a 0.5 b 0.5" or "start: uniform". */
static void read_start(struct reader *r, const char *at)
{
    char word[WORD];
    const char *start;
    double p;
    struct mdp *m = r->m;
    r->started = here(r);
    at += strspn(at, " \t");
    if (!strcmp(at, "uniform") && names_find(&r->state, at, strlen(at)) < 0) {
        for (uint32_t s = 0; s < r->state.n; s++)
            m->start[s] = 1.0 / r->state.n;
        return;
    }
    while (lines_word(&r->in, &at, &start, word, WORD)) {
        int64_t s = lookup(r, start, word, &r->state, "state");
        bool given = lines_word(&r->in, &at, &start, word, WORD);
        if (given && !lines_number(word, 0, 1, &p))
            lines_fault(&r->in, start, "'%s' is not a probability", word);
        else if (s >= 0)
            m->start[s] += given ? p : 1;
    }
}

/* ---- lines */

static bool read_reward(struct reader *r, const char *at, const char *word, double *rew)
{
    double points;
    if (!lines_number(word, -HUGE_VAL, HUGE_VAL, rew))
        lines_fault(&r->in, at, "'%s' is not a reward", word);
    else if (points = *rew * r->m->scale, fabs(*rew) > REWARD_MAX || fabs(points) > 1e9)
        lines_fault(&r->in, at, "reward %s is beyond what fits: %.0f at most", word,
                    fmin(REWARD_MAX, 1e9 / r->m->scale));
    else if (fabs(points - round(points)) > 1e-6)
        lines_fault(&r->in, at, "'%s' is not a reward in whole points (scale is %g)", word,
                    r->m->scale);
    else
        return true;
    return false;
}

/* The edge of a state and an action, or of all (-1). */
static void add_rows(struct reader *r, int64_t state, int64_t action, struct edge e)
{
    uint32_t s0 = state < 0 ? 0 : (uint32_t)state, a0 = action < 0 ? 0 : (uint32_t)action;
    uint32_t s1 = state < 0 ? r->state.n : s0 + 1, a1 = action < 0 ? r->action.n : a0 + 1;
    size_t more = (size_t)(s1 - s0) * (a1 - a0);
    if (r->n_rows + more > MDP_TRANSITIONS) {
        r->headless = true;
        lines_fault(&r->in, r->in.text, "more than %d transitions", MDP_TRANSITIONS);
        return;
    }
    if (r->n_rows + more > r->cap_rows) {
        r->cap_rows = 2 * (r->n_rows + more);
        r->row = xrealloc(r->row, r->cap_rows, sizeof *r->row);
    }
    for (uint32_t s = s0; s < s1; s++)
        for (uint32_t a = a0; a < a1; a++)
            r->row[r->n_rows++] = (struct row){ s, a, e, here(r) };
}

/* "STATE ACTION NEXT [P [REWARD]]"; '*' stands for every state or action. */
static void read_transition(struct reader *r)
{
    struct mdp *m = r->m;
    const char *at = r->in.text, *start;
    char word[WORD];
    int64_t index[3] = { -1, -1, -1 };
    static const char *const what[] = { "state", "action", "state" };
    for (int i = 0; i < 3; i++) {
        bool action = i == 1;
        if (!lines_word(&r->in, &at, &start, word, WORD)) {
            lines_fault(&r->in, at, "expected STATE ACTION NEXT [PROBABILITY [REWARD]]");
            return;
        }
        if (i < 2 && !strcmp(word, "*"))
            continue;
        index[i] = lookup(r, start, word, action ? &r->action : &r->state, what[i]);
        if (index[i] < 0)
            return;
    }
    double p = 1, rew = 0;
    if (lines_word(&r->in, &at, &start, word, WORD) && !lines_number(word, 0, 1, &p)) {
        lines_fault(&r->in, start, "'%s' is not a probability", word);
        return;
    }
    if (lines_word(&r->in, &at, &start, word, WORD) && !read_reward(r, start, word, &rew))
        return;
    if (lines_word(&r->in, &at, &start, word, WORD)) {
        lines_fault(&r->in, start, "unexpected '%s'", word);
        return;
    }
    struct edge e = { p, (uint32_t)index[2], (int32_t)lround(rew * m->scale), 0, 0 };
    if (p > 0)
        add_rows(r, index[0], index[1], e);
}

static void add_look(struct reader *r, uint32_t s, double p, uint32_t obs)
{
    if (r->n_looks >= MDP_TRANSITIONS) {
        if (!r->headless)
            lines_fault(&r->in, r->in.text, "more than %d lines of what is seen",
                        MDP_TRANSITIONS);
        r->headless = true;
        return;
    }
    if (r->n_looks == r->cap_looks) {
        r->cap_looks = r->cap_looks ? 2 * r->cap_looks : 64;
        r->look = xrealloc(r->look, r->cap_looks, sizeof *r->look);
    }
    r->look[r->n_looks++] = (struct look){ s, { p, obs, 0 }, here(r) };
}

/* "STATE OBSERVATION [P]"; '*' stands for every state. */
static void read_observation(struct reader *r)
{
    const char *at = r->in.text, *start;
    char word[WORD];
    double p = 1;
    if (!lines_word(&r->in, &at, &start, word, WORD))
        return;
    bool all = !strcmp(word, "*");
    int64_t s = all ? 0 : lookup(r, start, word, &r->state, "state");
    if (!lines_word(&r->in, &at, &start, word, WORD)) {
        lines_fault(&r->in, at, "expected STATE OBSERVATION [PROBABILITY]");
        return;
    }
    int64_t o = lookup(r, start, word, &r->obs, "observation");
    if (lines_word(&r->in, &at, &start, word, WORD) && !lines_number(word, 0, 1, &p)) {
        lines_fault(&r->in, start, "'%s' is not a probability", word);
        return;
    }
    if (s < 0 || o < 0 || p <= 0)
        return;
    for (uint32_t i = all ? 0 : (uint32_t)s; i < (all ? r->state.n : (uint32_t)s + 1); i++)
        add_look(r, i, p, (uint32_t)o);
}

/* Whether states and actions are known, as the rest of the file needs. */
static bool ready(struct reader *r)
{
    if (r->state.n && r->action.n)
        return true;
    r->headless = true;
    lines_fault(&r->in, r->in.text, "states: and actions: must come before");
    return false;
}

/* A line of names; what is wrong with it is wrong with all that names them. */
static void read_list(struct reader *r, const char *at, struct names *names, uint32_t max)
{
    bool ok = r->in.ok;
    r->in.ok = true;
    read_names(r, at, names, max);
    r->headless = r->headless || !r->in.ok;
    r->in.ok = r->in.ok && ok;
}

/* The key of a section, where that begins; PART_HEAD: it is none. */
static enum part part_of(const char *key)
{
    static const char *const parts[] = { "", "transitions", "observe", "human-sees",
                                         "human-believes" };
    for (int i = PART_TRANSITIONS; i <= PART_BELIEVES; i++)
        if (!strcmp(key, parts[i]))
            return (enum part)i;
    return PART_HEAD;
}

static void read_scale(struct reader *r, const char *value)
{
    value += strspn(value, " \t");
    if (!lines_number(value, 1e-6, 1e6, &r->m->scale))
        lines_fault(&r->in, value, "'%s' is not a positive number", value);
}

static void refuse_key(struct reader *r, const char *key)
{
    static const char *const keys[] = { "states", "actions",     "observations",  "start",
                                        "scale",  "transitions", "observe",       "name",
                                        "human",  "human-sees",  "human-believes" };
    char hint[100] = "";
    suggest_near(hint, sizeof hint, key, keys, sizeof keys / sizeof *keys);
    lines_fault(&r->in, r->in.text, "unknown key '%s'%s", key, hint);
}

static void read_states(struct reader *r, const char *value)
{
    read_list(r, value, &r->state, MDP_STATES);
    free(r->m->start);
    r->m->start = xcalloc(r->state.n + 1, sizeof *r->m->start);
}

static void read_head(struct reader *r)
{
    const char *colon = strchr(r->in.text, ':');
    size_t len = colon ? (size_t)(colon - r->in.text) : 0;
    char key[32];
    snprintf(key, sizeof key, "%.*s", (int)(len < 31 ? len : 31), r->in.text);
    const char *value = colon ? colon + 1 : r->in.text;
    if (!colon)
        lines_fault(&r->in, r->in.text, "expected KEY: VALUE");
    else if (!strcmp(key, "states"))
        read_states(r, value);
    else if (!strcmp(key, "actions"))
        read_list(r, value, &r->action, MDP_ACTIONS);
    else if (!strcmp(key, "observations"))
        read_list(r, value, &r->obs, MDP_STATES);
    else if (!strcmp(key, "human"))
        read_list(r, value, &r->human.sign, MDP_STATES);
    else if (!strcmp(key, "scale"))
        read_scale(r, value);
    else if (!strcmp(key, "start") || part_of(key) != PART_HEAD) {
        if (ready(r) && part_of(key) != PART_HEAD)
            r->part = part_of(key);
        else if (!r->headless)
            read_start(r, value);
    } else if (strcmp(key, "name") != 0)
        refuse_key(r, key);
}

static void read_line(struct reader *r)
{
    size_t blank = strspn(r->in.text, " \t");
    if (!r->in.text[blank] || r->in.text[blank] == '#')
        return;
    if (!r->versioned) {
        r->versioned = true;
        if (strcmp(r->in.text, "ursa-mdp 1") != 0)
            lines_fault(&r->in, r->in.text, "expected 'ursa-mdp 1' in the first line");
        return;
    }
    bool indented = blank > 0;
    if (!indented)
        r->part = PART_HEAD;
    if (r->part == PART_TRANSITIONS)
        read_transition(r);
    else if (r->part == PART_OBSERVE)
        read_observation(r);
    else if (r->part == PART_SEES)
        human_sees(&r->human, &r->in, &r->state);
    else if (r->part == PART_BELIEVES)
        human_believes(&r->human, &r->in, &r->state);
    else
        read_head(r);
}

/* ---- putting it together */

/* Whether a place is told of for the first time: a line about all states is one mistake. */
static bool is_news(struct reader *r, struct place at)
{
    for (size_t i = 0; i < r->n_told; i++)
        if (r->told[i].line == at.line && r->told[i].col == at.col)
            return false;
    if (r->n_told < TOLD)
        r->told[r->n_told++] = at;
    return true;
}

/* What is wrong with several lines, the first of them at `at`, or with one that is
 * missing. */
__attribute__((format(printf, 3, 4))) static void lacks(struct reader *r, struct place at,
                                                        const char *fmt, ...)
{
    char what[256], where[32] = "";
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    r->in.ok = false;
    if (at.line && !is_news(r, at))
        return;
    if (at.line)
        snprintf(where, sizeof where, ":%u:%u", at.line, at.col);
    r->in.ok = err_set(r->in.err, "%s%s: error: %s", r->in.file, where, what);
}

/* Whether numbers that were typed with a few digits sum to 1; what they lack is shared
 * out. */
static bool sums_to_1(struct reader *r, double sum, struct place at)
{
    double off = fabs(sum - 1);
    if (off > 1e-9 && off <= SUM_SLACK && !r->scaled++)
        r->inexact = at;
    return off <= SUM_SLACK;
}

static void check_start(struct reader *r)
{
    struct mdp *m = r->m;
    double sum = 0;
    if (!r->started.line) {
        m->start[0] = 1;
        err_warn(r->in.err, "%s: remark: no 'start:': it begins in the first state, %s",
                 r->in.file, m->state[0]);
    }
    for (uint32_t s = 0; s < m->n_states; s++)
        sum += m->start[s];
    if (!sums_to_1(r, sum, r->started))
        lacks(r, r->started, "the probabilities of start: sum to %g, not 1", sum);
    for (uint32_t s = 0; s < m->n_states; s++)
        m->start[s] /= sum > 0 ? sum : 1;
}

/* Every state and action leads somewhere with certainty; place[i] is where edge i was
 * said. */
static void check_edges(struct reader *r, const struct place *place)
{
    struct mdp *m = r->m;
    size_t pairs = (size_t)m->n_states * m->n_actions;
    for (size_t i = 0; i < pairs; i++) {
        uint32_t from = m->first[i], end = m->first[i + 1];
        double sum = 0;
        for (uint32_t k = from; k < end; k++)
            sum += m->edge[k].p;
        struct place at = from < end ? place[from] : (struct place){ 0 };
        if (!sums_to_1(r, sum, at))
            lacks(r, at, "the probabilities of state %s, action %s sum to %g, not 1",
                  m->state[i / m->n_actions], m->action[i % m->n_actions], sum);
        for (uint32_t k = from; k < end; k++)
            m->edge[k].p /= sum;
    }
}

static void sort_edges(struct reader *r)
{
    struct mdp *m = r->m;
    size_t pairs = (size_t)m->n_states * m->n_actions;
    m->first = xcalloc(pairs + 1, sizeof *m->first);
    m->edge = xcalloc(r->n_rows + 1, sizeof *m->edge);
    for (size_t i = 0; i < r->n_rows; i++)
        m->first[(size_t)r->row[i].state * m->n_actions + r->row[i].action + 1]++;
    for (size_t i = 0; i < pairs; i++)
        m->first[i + 1] += m->first[i];
    uint32_t *at = xcalloc(pairs + 1, sizeof *at);
    struct place *place = xcalloc(r->n_rows + 1, sizeof *place);
    memcpy(at, m->first, pairs * sizeof *at);
    for (size_t i = 0; i < r->n_rows; i++) {
        const struct row *row = &r->row[i];
        uint32_t to = at[(size_t)row->state * m->n_actions + row->action]++;
        m->edge[to] = row->edge;
        place[to] = row->at;
    }
    check_edges(r, place);
    free(at);
    free(place);
}

/* What each state shows, said in any order, one state after the other; where[s] is where
 * the first of it was said, from[s] is where it begins. */
static void order_looks(struct reader *r, uint32_t *from, struct place *where)
{
    struct mdp *m = r->m;
    for (size_t i = 0; i < r->n_looks; i++)
        from[r->look[i].state + 1]++;
    for (uint32_t s = 0; s < m->n_states; s++)
        from[s + 1] += from[s];
    uint32_t *to = xcalloc(m->n_states, sizeof *to);
    memcpy(to, from, m->n_states * sizeof *to);
    for (size_t i = 0; i < r->n_looks; i++) {
        uint32_t s = r->look[i].state;
        if (!where[s].line)
            where[s] = r->look[i].at;
        m->sight[to[s]++] = r->look[i].sight;
    }
    free(to);
}

static void sort_sights(struct reader *r)
{
    struct mdp *m = r->m;
    uint32_t *from = xcalloc((size_t)m->n_states + 1, sizeof *from);
    struct place *where = xcalloc(m->n_states, sizeof *where);
    m->sight = xcalloc(r->n_looks + 1, sizeof *m->sight);
    order_looks(r, from, where);
    for (uint32_t s = 0; s < m->n_states; s++) {
        double sum = 0;
        for (uint32_t i = from[s]; i < from[s + 1]; i++)
            sum += m->sight[i].p;
        if (!sums_to_1(r, sum, where[s]))
            lacks(r, where[s], "the probabilities of what state %s shows sum to %g, not 1",
                  m->state[s], sum);
        for (uint32_t i = from[s]; i < from[s + 1]; i++)
            m->sight[i].p /= sum;
    }
    for (uint32_t i = 0; i < m->first[(size_t)m->n_states * m->n_actions]; i++) {
        struct edge *e = &m->edge[i];
        e->sight = from[e->next];
        e->n_sights = from[e->next + 1] - from[e->next];
    }
    free(from);
    free(where);
}

/* What was read is whole: puts it together. */
static void assemble(struct reader *r)
{
    struct mdp *m = r->m;
    if (r->human.sign.n && !human_take(&r->human, &r->in, &r->state, &m->human))
        return;
    m->state = names_take(&r->state, &m->n_states);
    m->action = names_take(&r->action, &m->n_actions);
    m->obs = names_take(&r->obs, &m->n_obs);
    check_start(r);
    sort_edges(r);
    if (m->n_obs)
        sort_sights(r);
    if (r->in.ok && mdp_count(m) > MDP_TRANSITIONS)
        lacks(r, (struct place){ 0 }, "%" PRIu64 " transitions: at most %d", mdp_count(m),
              MDP_TRANSITIONS);
    if (r->in.ok && r->scaled)
        err_warn(r->in.err,
                 "%s:%u:%u: remark: these probabilities sum to 1 up to the digits typed: "
                 "scaled%s",
                 r->in.file, r->inexact.line, r->inexact.col,
                 r->scaled > 1 ? ", as are others below" : "");
}

bool mdp_read_own(struct mdp *m, FILE *f, const char *file, struct err *err)
{
    struct reader r = { .m = m };
    lines_init(&r.in, f, file, err);
    *m = (struct mdp){ .scale = 1 };
    while (!r.headless && lines_next(&r.in))
        read_line(&r);
    if (r.in.ok && !(r.state.n && r.action.n && r.n_rows))
        lacks(&r, (struct place){ 0 }, "states:, actions: and transitions: are needed");
    if (r.in.ok)
        assemble(&r);
    lines_release(&r.in);
    names_release(&r.state);
    names_release(&r.action);
    names_release(&r.obs);
    human_release(&r.human);
    free(r.row);
    free(r.look);
    if (!r.in.ok)
        mdp_release(m);
    return r.in.ok;
}
