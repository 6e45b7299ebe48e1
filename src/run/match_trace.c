#include "config.h"

#include "lines.h"
#include "match_trace.h"
#include "whole.h"
#include "xalloc.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- writing */

struct match_trace {
    struct match_sink sink;
    char *path;
    struct whole file;
    FILE *to; /* of it */
    uint64_t t, hash;
};

static bool begin_trace(struct match_sink *sk, const struct match_job *job, struct err *err)
{
    struct match_trace *w = (struct match_trace *)sk;
    if (!whole_begin(&w->file, w->path, err))
        return false;
    w->to = w->file.to;
    json_t *seats = json_array();
    for (uint32_t i = 0; i < job->n; i++)
        json_array_append_new(seats, json_string(job->agent[i].canonical));
    json_t *o = json_pack("{s:i, s:s, s:{s:s, s:o, s:I}, s:{s:I, s:I, s:I}}", "ursa-trace",
                          2, "version", PACKAGE_VERSION, "config", "game",
                          job->game->canonical, "seats", seats, "steps",
                          (json_int_t)job->steps, "seeds", "root", (json_int_t)job->root,
                          "seed", (json_int_t)job->seed, "map", (json_int_t)0);
    json_dumpf(o, w->to, JSON_COMPACT);
    fputc('\n', w->to);
    json_decref(o);
    return true;
}

/* One of the arrays: an entry of each seat in `those`, null of the others. */
static void put_row(FILE *to, const char *key, const struct match *m, uint32_t those,
                    int64_t (*entry)(const struct match *, const struct match_move *,
                                     uint32_t),
                    const struct match_move *move)
{
    fprintf(to, ",\"%s\":[", key);
    for (uint32_t i = 0; i < m->game->n_players; i++) {
        fputs(i ? "," : "", to);
        if (those >> i & 1)
            fprintf(to, "%" PRId64, entry(m, move, i));
        else
            fputs("null", to);
    }
    fputc(']', to);
}

static int64_t action_of(const struct match *m, const struct match_move *move, uint32_t i)
{
    (void)m;
    return move->action[i];
}

static int64_t observation_of(const struct match *m, const struct match_move *move,
                              uint32_t i)
{
    (void)move;
    return m->seat[i].last.e.obs;
}

static int64_t reward_of(const struct match *m, const struct match_move *move, uint32_t i)
{
    (void)move;
    return m->seat[i].last.e.rew;
}

static void move_trace(struct match_sink *sk, const struct match_move *move,
                       const struct match *m)
{
    struct match_trace *w = (struct match_trace *)sk;
    fprintf(w->to, "{\"t\":%" PRIu64, move->t);
    put_row(w->to, "a", m, move->moved, action_of, move);
    put_row(w->to, "o", m, move->done, observation_of, move);
    put_row(w->to, "r", m, move->done, reward_of, move);
    fputs("}\n", w->to);
    w->t = m->t;
    w->hash = m->hash;
}

static bool end_trace(struct match_sink *sk, struct err *err)
{
    struct match_trace *w = (struct match_trace *)sk;
    fprintf(w->to, "{\"end\":true,\"steps\":%" PRIu64 ",\"hash\":\"%016" PRIx64 "\"}\n",
            w->t, w->hash);
    w->to = NULL;
    return whole_close(&w->file, err);
}

struct match_trace *match_trace_new(const char *path)
{
    static const struct match_sink_ops ops = { begin_trace, move_trace, end_trace };
    struct match_trace *w = xcalloc(1, sizeof *w);
    w->sink.ops = &ops;
    w->path = xstrdup(path);
    return w;
}

struct match_sink *match_trace_sink(struct match_trace *w) { return &w->sink; }

void match_trace_free(struct match_trace *w)
{
    if (!w)
        return;
    whole_discard(&w->file);
    free(w->path);
    free(w);
}

/* ---- reading */

struct reader {
    struct match_record *r;
    struct lines in;
    size_t cap; /* moves there is room for */
    struct err *err;
};

static bool wrong(const struct reader *rd, const char *text)
{
    return err_set(rd->err, "%s:%u:1: error: %s", rd->in.file, rd->in.line, text);
}

static bool read_header(struct reader *rd, json_t *o)
{
    struct match_record *r = rd->r;
    const char *version, *game;
    json_t *seats;
    json_int_t steps, root, seed;
    json_error_t why;
    if (json_unpack_ex(o, &why, 0, "{s:s, s:{s:s, s:o, s:I}, s:{s:I, s:I}}", "version",
                       &version, "config", "game", &game, "seats", &seats, "steps", &steps,
                       "seeds", "root", &root, "seed", &seed))
        return wrong(rd, why.text);
    size_t n = json_array_size(seats);
    if (n < 1 || n > PLAYERS_MAX)
        return wrong(rd, "seats must be a list of agents");
    if (steps < 0 || root < 0 || seed < 0 || seed > UINT32_MAX)
        return wrong(rd, "steps or a seed out of range");
    for (size_t i = 0; i < n; i++)
        if (!json_is_string(json_array_get(seats, i)))
            return wrong(rd, "seats must be a list of agents");
    r->version = xstrdup(version);
    r->game = xstrdup(game);
    r->steps = (uint64_t)steps;
    r->root = (uint64_t)root;
    r->seed = (uint32_t)seed;
    for (; r->n_seats < n; r->n_seats++)
        r->agent[r->n_seats] =
            xstrdup(json_string_value(json_array_get(seats, r->n_seats)));
    return true;
}

static bool read_end(struct reader *rd, json_t *o)
{
    const char *hash;
    json_int_t steps;
    json_error_t why;
    if (json_unpack_ex(o, &why, 0, "{s:I, s:s}", "steps", &steps, "hash", &hash))
        return wrong(rd, why.text);
    char *end;
    rd->r->hash = strtoull(hash, &end, 16);
    if (strlen(hash) != 16 || *end)
        return wrong(rd, "hash must have 16 hexadecimal digits");
    if ((uint64_t)steps != rd->r->n)
        return wrong(rd, "steps is not the number of moves above");
    return rd->r->ended = true;
}

/* The entry of seat i in [min, max]; false where it is none. *there: it is not null. */
static bool entry_of(const json_t *row, size_t i, json_int_t min, json_int_t max,
                     json_int_t *x, bool *there)
{
    const json_t *e = json_array_get(row, i);
    *there = json_is_integer(e);
    *x = *there ? json_integer_value(e) : 0;
    return json_is_null(e) || (*there && *x >= min && *x <= max);
}

static bool read_seat(struct reader *rd, const json_t *o, uint32_t i,
                      struct match_move *move, struct percept *e)
{
    json_int_t a, obs, rew;
    bool acted, saw, paid;
    if (!entry_of(json_object_get(o, "a"), i, 0, ACTIONS_MAX - 1, &a, &acted) ||
        !entry_of(json_object_get(o, "o"), i, 0, UINT32_MAX, &obs, &saw) ||
        !entry_of(json_object_get(o, "r"), i, INT32_MIN, INT32_MAX, &rew, &paid) ||
        saw != paid)
        return wrong(rd, "action, observation or reward out of range");
    move->moved |= (uint32_t)acted << i;
    move->done |= (uint32_t)saw << i;
    move->action[i] = (uint8_t)a;
    *e = (struct percept){ (uint32_t)obs, (int32_t)rew };
    return true;
}

static bool read_move(struct reader *rd, json_t *o)
{
    struct match_record *r = rd->r;
    const json_t *t = json_object_get(o, "t");
    if (!json_is_integer(t) || json_integer_value(t) != (json_int_t)r->n + 1)
        return wrong(rd, "t is not the move after the line above");
    if (json_array_size(json_object_get(o, "a")) != r->n_seats)
        return wrong(rd, "a must have an entry for each seat");
    if (r->n == rd->cap) {
        rd->cap = rd->cap ? 2 * rd->cap : 256;
        r->at = xrealloc(r->at, rd->cap, sizeof *r->at);
        r->e = xrealloc(r->e, rd->cap * r->n_seats, sizeof *r->e);
    }
    struct match_move *move = &r->at[r->n];
    *move = (struct match_move){ .t = r->n + 1 };
    for (uint32_t i = 0; i < r->n_seats; i++)
        if (!read_seat(rd, o, i, move, &r->e[r->n * r->n_seats + i]))
            return false;
    r->n++;
    return true;
}

/* Every line; of one that the file is cut off in, nothing is said. */
static void read_lines(struct reader *rd)
{
    struct lines *l = &rd->in;
    bool ok = true;
    while (ok && lines_next(l)) {
        json_error_t why;
        json_t *o = json_loadb(l->text, l->len, JSON_REJECT_DUPLICATES, &why);
        if (!json_is_object(o)) {
            ok = !l->ended && l->line > 1;
            if (!ok)
                wrong(rd, o ? "not an object" : why.text);
        } else if (l->line == 1) {
            ok = read_header(rd, o);
        } else if (rd->r->ended) {
            ok = wrong(rd, "a line after the end");
        } else if (json_object_get(o, "end")) {
            ok = read_end(rd, o);
        } else {
            ok = read_move(rd, o);
        }
        json_decref(o);
    }
}

bool match_trace_read(struct match_record *r, const char *path, struct err *err)
{
    struct err own = { 0 };
    struct reader rd = { .r = r, .err = err ? err : &own };
    unsigned before = rd.err->n;
    *r = (struct match_record){ 0 };
    FILE *from = lines_open(path, NULL, err);
    if (!from)
        return false;
    lines_init(&rd.in, from, path, rd.err);
    rd.in.most = SIZE_MAX;
    read_lines(&rd);
    lines_release(&rd.in);
    fclose(from);
    if (rd.err->n == before)
        return true;
    match_record_release(r);
    return false;
}

bool is_match_trace(const char *path)
{
    struct lines l = { 0 };
    FILE *from = lines_open(path, NULL, NULL);
    lines_init(&l, from, path, NULL);
    bool any = from && lines_next(&l);
    json_t *o = any ? json_loadb(l.text, l.len, 0, NULL) : NULL;
    bool is = json_integer_value(json_object_get(o, "ursa-trace")) == 2 &&
              json_object_get(json_object_get(o, "config"), "game");
    json_decref(o);
    lines_release(&l);
    if (from)
        fclose(from);
    return is;
}

void match_record_release(struct match_record *r)
{
    free(r->version);
    free(r->game);
    for (uint32_t i = 0; i < r->n_seats; i++)
        free(r->agent[i]);
    free(r->at);
    free(r->e);
    *r = (struct match_record){ 0 };
}
