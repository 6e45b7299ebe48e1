#include "config.h"

#include "game_file.h"

#include "datafile.h"
#include "lines.h"
#include "mdp_names.h"
#include "suggest.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double REWARD_MAX = 1e6, POINTS_MAX = 1e9;
enum { WORD = 64, FILE_MOST = 1 << 24, HOLES = 5 };

struct reader {
    struct lines in;
    struct game_table *g;
    struct names move[PLAYERS_MAX];
    bool versioned, counted; /* the first line, players: */
    bool headless;  /* what the rest builds on was wrong: one mistake, one message */
    bool within;    /* the lines of payoffs: */
    unsigned began; /* line of payoffs:; 0: not yet */
    char *opening;  /* owned: that line */
    unsigned *said; /* [n_joint] owned: the line that pays it; 0: none does */
};

/* ---- words */

static bool whole(const char *text, double min, double max, double *x)
{
    return lines_number(text, min, max, x) && floor(*x) >= *x;
}

static bool broken(struct reader *r, const char *at, const char *what)
{
    r->headless = true;
    lines_fault(&r->in, at, "%s", what);
    return false;
}

/* ---- the head */

static void read_players(struct reader *r, const char *value)
{
    double n;
    value += strspn(value, " \t");
    if (r->counted || r->move[0].n)
        broken(r, r->in.text,
               r->counted ? "this was said before" : "players: must come before moves:");
    else if (!whole(value, 2, PLAYERS_MAX, &n))
        broken(r, value, "players: is a whole number from 2 to 8");
    else
        r->g->table.n_players = (uint32_t)n;
    r->counted = true;
}

/* "moves: a b c" or "moves: 3", of one player. */
static bool read_names(struct reader *r, const char *at, struct names *names)
{
    char word[WORD];
    const char *start;
    double count;
    if (names->n)
        return broken(r, r->in.text, "this was said before");
    while (lines_word(&r->in, &at, &start, word, WORD)) {
        if (!names->n && !at[strspn(at, " \t")] &&
            lines_number(word, -1e300, 1e300, &count)) {
            if (!whole(word, 1, ACTIONS_MAX, &count))
                return broken(r, start, "moves are a whole number from 1 to 32, or names");
            names_count(names, (uint32_t)count);
            return true;
        }
        if (names->n == ACTIONS_MAX)
            return broken(r, start, "more than 32 moves");
        if (names_add(names, word, strlen(word)) < 0)
            return broken(r, start, "this move is named twice");
    }
    return names->n || broken(r, at, "names, or how many there are, are missing");
}

/* Of every player, or "moves 1: ..." of one. */
static void read_moves(struct reader *r, const char *key, const char *value)
{
    const char *who = key + strlen("moves");
    double player = 0;
    who += strspn(who, " \t");
    uint32_t n = r->g->table.n_players;
    if (r->began) {
        broken(r, r->in.text, "moves: must come before payoffs:");
        return;
    }
    if (*who && !whole(who, 0, n - 1, &player)) {
        r->headless = true;
        lines_fault(&r->in, r->in.text, "moves of player '%s': they are 0 to %" PRIu32, who,
                    n - 1);
        return;
    }
    if (*who) {
        read_names(r, value, &r->move[(uint32_t)player]);
        return;
    }
    for (uint32_t i = 0; i < n; i++)
        if (!read_names(r, value, &r->move[i]))
            return;
}

static void read_scale(struct reader *r, const char *value)
{
    value += strspn(value, " \t");
    if (r->began)
        lines_fault(&r->in, r->in.text, "scale: must come before payoffs:");
    else if (!lines_number(value, 1e-6, 1e6, &r->g->table.scale)) {
        r->g->table.scale = 1;
        lines_fault(&r->in, value, "'%s' is not a positive number", value);
    }
}

/* The moves are all known now: makes room for what they pay. */
static void begin(struct reader *r)
{
    struct normal *t = &r->g->table;
    double joint = 1;
    if (r->began) {
        broken(r, r->in.text, "this was said before");
        return;
    }
    r->began = r->in.line;
    r->opening = xstrdup(r->in.text);
    r->within = true;
    for (uint32_t i = 0; i < t->n_players && !r->headless; i++) {
        t->moves[i] = r->move[i].n;
        joint *= t->moves[i];
        if (!t->moves[i]) {
            r->headless = true;
            lines_fault(&r->in, r->in.text,
                        "the moves of player %" PRIu32 " must come before", i);
        }
    }
    if (joint > NORMAL_JOINT) {
        r->headless = true;
        lines_fault(&r->in, r->in.text, "%.0f joint moves: at most %d", joint,
                    NORMAL_JOINT);
    }
    if (r->headless)
        return;
    t->n_joint = (uint32_t)joint;
    t->pay = xcalloc((size_t)t->n_joint * t->n_players, sizeof *t->pay);
    r->said = xcalloc(t->n_joint, sizeof *r->said);
}

static void read_head(struct reader *r)
{
    static const char *const keys[] = { "players", "moves", "scale", "payoffs", "name" };
    const char *colon = strchr(r->in.text, ':');
    size_t len = colon ? (size_t)(colon - r->in.text) : 0;
    char key[32], hint[100] = "";
    snprintf(key, sizeof key, "%.*s", (int)(len < 31 ? len : 31), r->in.text);
    if (!colon)
        lines_fault(&r->in, r->in.text, "expected KEY: VALUE");
    else if (!strcmp(key, "players"))
        read_players(r, colon + 1);
    else if (!strcmp(key, "moves") || !strncmp(key, "moves ", 6))
        read_moves(r, key, colon + 1);
    else if (!strcmp(key, "scale"))
        read_scale(r, colon + 1);
    else if (!strcmp(key, "payoffs") && colon[1 + strspn(colon + 1, " \t")])
        lines_fault(&r->in, colon + 1, "payoffs stand in indented lines below");
    else if (!strcmp(key, "payoffs"))
        begin(r);
    else if (strcmp(key, "name") != 0) {
        suggest_near(hint, sizeof hint, key, keys, sizeof keys / sizeof *keys);
        lines_fault(&r->in, r->in.text, "unknown key '%s'%s", key, hint);
    }
}

/* ---- the table */

static bool read_reward(struct reader *r, const char *at, const char *word, int32_t *points)
{
    double scale = r->g->table.scale, rew;
    if (!lines_number(word, -HUGE_VAL, HUGE_VAL, &rew) || !isfinite(rew))
        lines_fault(&r->in, at, "'%s' is not a reward", word);
    else if (fabs(rew) > REWARD_MAX || fabs(rew * scale) > POINTS_MAX)
        lines_fault(&r->in, at, "reward %s is beyond what fits: %.0f at most", word,
                    fmin(REWARD_MAX, POINTS_MAX / scale));
    else if (fabs(rew * scale - round(rew * scale)) > 1e-6)
        lines_fault(&r->in, at, "'%s' is not a reward in whole points (scale is %g)", word,
                    scale);
    else {
        *points = (int32_t)lround(rew * scale);
        return true;
    }
    return false;
}

static void expected(struct reader *r, const char *at)
{
    uint32_t n = r->g->table.n_players;
    lines_fault(&r->in, at, "expected %" PRIu32 " moves and %" PRIu32 " rewards", n, n);
}

/* A move of each player; false after telling. */
static bool read_joint(struct reader *r, const char **at, uint8_t *move)
{
    char word[WORD], hint[200];
    const char *start;
    for (uint32_t i = 0; i < r->g->table.n_players; i++) {
        if (!lines_word(&r->in, at, &start, word, WORD)) {
            expected(r, *at);
            return false;
        }
        int64_t a = names_find(&r->move[i], word, strlen(word));
        if (a < 0) {
            names_suggest(&r->move[i], word, hint, sizeof hint);
            lines_fault(&r->in, start, "player %" PRIu32 " has no move '%s'%s", i, word,
                        hint);
            return false;
        }
        move[i] = (uint8_t)a;
    }
    return true;
}

/* "MOVE ... REWARD ...", one of each for every player. */
static void read_payoff(struct reader *r)
{
    struct normal *t = &r->g->table;
    const char *at = r->in.text, *start;
    int32_t *pay = (int32_t *)(uintptr_t)t->pay, points[PLAYERS_MAX];
    uint8_t move[PLAYERS_MAX];
    char word[WORD];
    if (r->headless || !read_joint(r, &at, move))
        return;
    for (uint32_t i = 0; i < t->n_players; i++) {
        if (!lines_word(&r->in, &at, &start, word, WORD)) {
            expected(r, at);
            return;
        }
        if (!read_reward(r, start, word, &points[i]))
            return;
    }
    if (lines_word(&r->in, &at, &start, word, WORD)) {
        lines_fault(&r->in, start, "unexpected '%s'", word);
        return;
    }
    uint32_t joint = normal_joint(t, move);
    if (r->said[joint])
        lines_fault(&r->in, r->in.text + strspn(r->in.text, " \t"),
                    "these moves were paid in line %u", r->said[joint]);
    r->said[joint] = r->in.line;
    memcpy(pay + (size_t)joint * t->n_players, points, t->n_players * sizeof *points);
}

/* ---- all */

static void read_line(struct reader *r)
{
    size_t blank = strspn(r->in.text, " \t");
    if (!r->in.text[blank] || r->in.text[blank] == '#')
        return;
    if (!r->versioned) {
        r->versioned = true;
        if (strcmp(r->in.text, "ursa-game 1") != 0)
            lines_fault(&r->in, r->in.text, "expected 'ursa-game 1' in the first line");
        return;
    }
    r->within = r->within && blank;
    if (r->within)
        read_payoff(r);
    else
        read_head(r);
}

static void joint_text(const struct reader *r, uint32_t joint, char *buf, size_t n)
{
    uint8_t move[PLAYERS_MAX];
    size_t used = 0;
    normal_moves(&r->g->table, joint, move);
    for (uint32_t i = 0; i < r->g->table.n_players && used < n; i++)
        used += (size_t)snprintf(buf + used, n - used, "%s%s", i ? " " : "",
                                 r->move[i].at[move[i]]);
}

/* What nobody is paid for, the first few by name, at the line that opens the table. */
static void check_holes(struct reader *r)
{
    uint32_t holes = 0;
    for (uint32_t joint = 0; joint < r->g->table.n_joint; joint++) {
        char moves[WORD * PLAYERS_MAX];
        if (r->said[joint] || holes++ >= HOLES)
            continue;
        joint_text(r, joint, moves, sizeof moves);
        lines_fault_in(&r->in, r->began, r->opening, 1, "nothing is paid for %s", moves);
    }
    if (holes > HOLES)
        lines_fault_in(&r->in, r->began, r->opening, 1,
                       "nor for %" PRIu32 " other joint moves of %" PRIu32, holes - HOLES,
                       r->g->table.n_joint);
}

static void finish(struct reader *r)
{
    if (!r->versioned)
        r->in.ok =
            err_set(r->in.err, "%s: error: empty: expected 'ursa-game 1'", r->in.file);
    else if (!r->began && r->in.ok)
        r->in.ok = err_set(r->in.err, "%s: error: no payoffs:", r->in.file);
    else if (r->said && r->in.ok)
        check_holes(r);
}

bool game_table_read(struct game_table *g, FILE *f, const char *file, struct err *err)
{
    struct reader r = { .g = g };
    struct err own = { 0 };
    *g = (struct game_table){ .table = { .n_players = 2, .scale = 1 } };
    lines_init(&r.in, f, file, err ? err : &own);
    r.in.most = FILE_MOST;
    while (lines_next(&r.in))
        read_line(&r);
    if (!r.headless)
        finish(&r);
    bool ok = r.in.ok;
    lines_release(&r.in);
    for (uint32_t i = 0; i < PLAYERS_MAX; i++) {
        uint32_t n;
        if (ok && i < g->table.n_players)
            g->name[i] = names_take(&r.move[i], &n);
        names_release(&r.move[i]);
    }
    free(r.said);
    free(r.opening);
    if (!ok)
        game_table_release(g);
    return ok;
}

bool game_table_load(struct game_table *g, const char *name, struct err *err)
{
    char *shipped = strchr(name, '/') ? NULL : data_file("maps", name, ".game");
    const char *path = shipped ? shipped : name;
    FILE *f = lines_open(path, path, err);
    bool ok = f && game_table_read(g, f, path, err);
    if (f)
        fclose(f);
    free(shipped);
    return ok;
}

void game_table_release(struct game_table *g)
{
    for (uint32_t i = 0; i < g->table.n_players; i++) {
        for (uint32_t a = 0; g->name[i] && a < g->table.moves[i]; a++)
            free(g->name[i][a]);
        free(g->name[i]);
    }
    free((void *)(uintptr_t)g->table.pay);
    *g = (struct game_table){ .table = { .scale = 1 } };
}
