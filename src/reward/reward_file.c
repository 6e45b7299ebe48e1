#include "config.h"

#include "reward.h"

#include "lines.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WORD = 80, FILE_MOST = 1 << 28 };

struct reader {
    struct lines in;
    struct reward *r;
    uint64_t root;
    char **state, **action; /* owned: what they are called */
    bool versioned, within; /* the first line; the lines of rewards: */
    bool began, headless;   /* rewards: was there; what the rest builds on was wrong */
};

static void fail(struct reader *r, const char *at, const char *what)
{
    r->headless = true;
    lines_fault(&r->in, at, "%s", what);
}

/* ---- the head */

static void name_all(struct reader *r)
{
    char name[WORD];
    r->state = xcalloc(r->r->n, sizeof *r->state);
    r->action = xcalloc(r->r->n_actions, sizeof *r->action);
    for (uint32_t s = 0; s < r->r->n; s++) {
        reward_state_text(r->r, s, name, sizeof name);
        r->state[s] = xstrdup(name);
    }
    for (unsigned a = 0; a < r->r->n_actions; a++) {
        env_action_text(r->r->env, a, name, sizeof name);
        r->action[a] = xstrdup(name);
    }
}

/* "world: SPEC": its law, with a reward of nothing. */
static void read_world(struct reader *r, const char *value)
{
    value += strspn(value, " \t");
    if (r->r->env)
        fail(r, r->in.text, "this was said before");
    else if (!reward_law(r->r, value, r->root, r->in.err))
        fail(r, value, "there is no such world");
    else {
        memset(r->r->at, 0, reward_size(r->r) * sizeof *r->r->at);
        name_all(r);
    }
}

static void read_head(struct reader *r)
{
    const char *text = r->in.text;
    if (!strncmp(text, "world:", 6))
        read_world(r, text + 6);
    else if (!strncmp(text, "rewards:", 8)) {
        if (r->began || !r->r->env)
            fail(r, text, r->began ? "this was said before" : "world: must come before");
        else if (text[8 + strspn(text + 8, " \t")])
            fail(r, text + 8, "rewards stand in indented lines below");
        r->began = r->within = true;
    } else
        lines_fault(&r->in, text, "expected world: or rewards:");
}

/* ---- the table */

/* The next word as one of n names; n stands for all, '*'. False after telling. */
static bool read_name(struct reader *r, const char **at, char *const *names, uint32_t n,
                      const char *what, uint32_t *i)
{
    const char *start;
    char word[WORD];
    if (!lines_word(&r->in, at, &start, word, WORD)) {
        lines_fault(&r->in, *at, "expected STATE ACTION NEXT REWARD");
        return false;
    }
    *i = n;
    if (!strcmp(word, "*"))
        return true;
    for (uint32_t k = 0; k < n && *i == n; k++)
        if (!strcmp(names[k], word))
            *i = k;
    if (*i == n)
        lines_fault(&r->in, start, "the world has no %s '%s'", what, word);
    return *i < n;
}

static void put(struct reward *r, uint32_t s, uint32_t a, uint32_t next, double x)
{
    double *at = r->at + reward_pair(r, s, a) * r->n;
    for (uint32_t k = 0; k < r->n; k++)
        if (next == r->n || k == next)
            at[k] = x;
}

static void read_reward(struct reader *r)
{
    struct reward *to = r->r;
    const char *at = r->in.text, *start = at;
    uint32_t s, a, next;
    char word[WORD];
    double x;
    if (!read_name(r, &at, r->state, to->n, "state", &s) ||
        !read_name(r, &at, r->action, to->n_actions, "action", &a) ||
        !read_name(r, &at, r->state, to->n, "state", &next))
        return;
    if (!lines_word(&r->in, &at, &start, word, WORD))
        lines_fault(&r->in, at, "expected STATE ACTION NEXT REWARD");
    else if (!lines_number(word, -1e12, 1e12, &x))
        lines_fault(&r->in, start, "'%s' is not a reward", word);
    else if (lines_word(&r->in, &at, &start, word, WORD))
        lines_fault(&r->in, start, "unexpected '%s'", word);
    else
        for (uint32_t i = 0; i < to->n; i++)
            for (uint32_t k = 0; k < to->n_actions; k++)
                if ((s == to->n || i == s) && (a == to->n_actions || k == a))
                    put(to, i, k, next, x);
}

/* ---- all */

static void read_line(struct reader *r)
{
    size_t blank = strspn(r->in.text, " \t");
    if (!r->in.text[blank] || r->in.text[blank] == '#' || r->headless)
        return;
    r->within &= blank > 0;
    if (!r->versioned) {
        r->versioned = true;
        if (strcmp(r->in.text, "ursa-reward 1") != 0)
            fail(r, r->in.text, "expected 'ursa-reward 1' in the first line");
    } else if (r->within)
        read_reward(r);
    else
        read_head(r);
}

static void forget(char **names, uint32_t n)
{
    for (uint32_t i = 0; names && i < n; i++)
        free(names[i]);
    free(names);
}

bool reward_read(struct reward *reward, const char *path, uint64_t root, struct err *err)
{
    struct reader r = { .r = reward, .root = root };
    FILE *f = lines_open(path, NULL, err);
    if (!f)
        return false;
    reward->name = xstrdup(path);
    lines_init(&r.in, f, path, err);
    r.in.most = FILE_MOST;
    while (lines_next(&r.in))
        read_line(&r);
    fclose(f);
    if (r.in.ok && !r.began)
        r.in.ok = err_set(err, "%s: error: no rewards:", path);
    bool ok = r.in.ok;
    lines_release(&r.in);
    forget(r.state, reward->n);
    forget(r.action, reward->n_actions);
    if (ok)
        reward_settle(reward);
    else
        reward_release(reward);
    return ok;
}

/* ---- what is meant */

static bool is_file(const char *text)
{
    static const char magic[] = "ursa-reward";
    char head[sizeof magic] = "";
    FILE *from = fopen(text, "r");
    size_t n = from ? fread(head, 1, sizeof magic - 1, from) : 0;
    if (from)
        fclose(from);
    return n == sizeof magic - 1 && !memcmp(head, magic, n);
}

bool reward_open(struct reward *r, const char *text, uint64_t root, struct err *err)
{
    *r = (struct reward){ 0 };
    if (is_file(text))
        return reward_read(r, text, root, err);
    bool ok = reward_law(r, text, root, err);
    if (ok) {
        r->name = xstrdup(r->world);
        reward_settle(r);
    } else
        reward_release(r);
    return ok;
}

/* ---- writing */

/* One line where all that may follow is paid alike, else a line for each other number. */
static void write_pair(const struct reward *r, const double *at, uint32_t s, unsigned a,
                       FILE *to)
{
    char state[WORD], action[WORD], next[WORD];
    reward_state_text(r, s, state, sizeof state);
    env_action_text(r->env, a, action, sizeof action);
    fprintf(to, "  %s %s * %.17g\n", state, action, at[0]);
    for (uint32_t k = 1; k < r->n; k++)
        if (fabs(at[k] - at[0]) > 0) {
            reward_state_text(r, k, next, sizeof next);
            fprintf(to, "  %s %s %s %.17g\n", state, action, next, at[k]);
        }
}

void reward_write(const struct reward *r, const double *at, FILE *to)
{
    fprintf(to, "ursa-reward 1\nworld: %s\nrewards:\n", r->world);
    for (uint32_t s = 0; s < r->n; s++)
        for (unsigned a = 0; a < r->n_actions; a++)
            write_pair(r, at + reward_pair(r, s, a) * r->n, s, a, to);
}
