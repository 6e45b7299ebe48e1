#include "config.h"

#include "datafile.h"
#include "grid.h"
#include "suggest.h"
#include "xalloc.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { FORMAT = 1, KNOWN = 128 };

/* Reading goes line by line; `known` says what a character of the map stands for. */
struct reader {
    const char *file;
    struct err *err;
    unsigned line;
    char *text; /* the line, without its end */
    bool ok;
    enum part { PART_HEAD, PART_LEGEND, PART_MAP } part;
    bool versioned, mapped;
    struct tile known[KNOWN];
    bool declared[KNOWN];
    char *rows[GRID_MAX];
    unsigned row_line[GRID_MAX];
    int n_rows;
    char *name;
};

/* "FILE:LINE:COL: error: TEXT", the line, and a caret under the column. */
__attribute__((format(printf, 5, 6))) static void
fault(struct reader *r, unsigned line, const char *text, size_t col, const char *fmt, ...)
{
    char what[256];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    r->ok = err_set(r->err, "%s:%u:%zu: error: %s\n%5u | %.200s\n      | %*s", r->file,
                    line, col, what, line, text, (int)(col < 200 ? col : 200), "^");
}

#define here(r, at, ...)                                                                   \
    fault((r), (r)->line, (r)->text, (size_t)((at) - (r)->text) + 1, __VA_ARGS__)

/* ---- the legend */

static bool read_number(const char *text, double min, double max, double *x)
{
    char *end;
    *x = strtod(text, &end);
    return end != text && !*end && *x >= min && *x <= max;
}

/* One "key=value" of a legend line. */
static void read_property(struct reader *r, struct tile *t, char *word, const char *at)
{
    char *value = strchr(word, '=');
    double x;
    if (!value) {
        here(r, at, "expected key=value, got '%s'", word);
        return;
    }
    *value++ = '\0';
    bool pays = t->kind == TILE_DISPENSER || t->kind == TILE_CORRUPT;
    if (!strcmp(word, "theta") && t->kind == TILE_DISPENSER) {
        if (read_number(value, 0, 1, &x))
            t->theta = x;
        else
            here(r, at, "theta is a probability in 0..1, not '%s'", value);
    } else if (!strcmp(word, "reward") && pays) {
        if (read_number(value, -1e6, 1e6, &x) && x == floor(x)) {
            t->reward = (int32_t)x;
            t->paid = true;
        } else
            here(r, at, "reward is a whole number in -1000000..1000000, not '%s'", value);
    } else
        here(r, at, "%s has no property '%s'", tile_names[t->kind], word);
}

/* "C: KIND key=value..." of which `copy` is a copy to be cut into words; a word's column is
 * its place in the line. */
static void read_entry(struct reader *r, char *copy, unsigned char ch)
{
    char *save = NULL, *word = strtok_r(strchr(copy, ':') + 1, " \t", &save);
    struct tile t = { .theta = -1 };
    size_t kind = 0;
    while (word && tile_names[kind] && strcmp(word, tile_names[kind]))
        kind++;
    if (!word || !tile_names[kind]) {
        char hint[200] = "";
        suggest(hint, sizeof hint, word ? word : "", tile_names, TILES);
        here(r, r->text + (word ? word - copy : 0), "unknown tile '%s'%s", word ? word : "",
             hint);
        return;
    }
    t.kind = (uint8_t)kind;
    while ((word = strtok_r(NULL, " \t", &save)))
        read_property(r, &t, word, r->text + (word - copy));
    r->known[ch] = t;
    r->declared[ch] = true;
}

static void read_legend(struct reader *r, char *p)
{
    unsigned char ch = (unsigned char)*p;
    if (ch <= ' ' || ch > '~' || p[1 + strspn(p + 1, " ")] != ':')
        here(r, p, "expected 'C: KIND [key=value...]' with a character of the map first");
    else if (ch == '@' || ch == '#')
        here(r, p, "'%c' always means %s", ch, ch == '@' ? "the start" : "a wall");
    else if (r->declared[ch])
        here(r, p, "'%c' is declared twice", ch);
    else {
        char *copy = xstrdup(r->text);
        read_entry(r, copy, ch);
        free(copy);
    }
}

/* ---- the lines */

static void read_head(struct reader *r, char *p)
{
    unsigned version;
    int end = 0;
    if (!r->versioned) {
        r->versioned = true;
        if (sscanf(p, "ursa-map %u%n", &version, &end) != 1 || p[end])
            here(r, p, "a map begins with 'ursa-map %d'", FORMAT);
        else if (version != FORMAT)
            here(r, p + 9, "this ursa reads version %d of the format", FORMAT);
    } else if (!strncmp(p, "name:", 5)) {
        free(r->name);
        r->name = xstrdup(p + 5 + strspn(p + 5, " \t"));
    } else if (!strcmp(p, "legend:")) {
        r->part = PART_LEGEND;
    } else if (!strcmp(p, "map:")) {
        r->part = PART_MAP;
        r->mapped = true;
    } else if (r->part == PART_LEGEND) {
        read_legend(r, p);
    } else
        here(r, p, "expected 'name:', 'legend:' or 'map:'");
}

static void read_row(struct reader *r)
{
    if (r->n_rows == GRID_MAX) {
        here(r, r->text, "more than %d rows", GRID_MAX);
        return;
    }
    r->row_line[r->n_rows] = r->line;
    r->rows[r->n_rows++] = xstrdup(r->text);
}

static void read_lines(struct reader *r, FILE *f)
{
    size_t cap = 0;
    ssize_t n;
    bool ended = false;
    while ((n = getline(&r->text, &cap, f)) > 0) {
        r->line++;
        while (n && strchr(" \t\r\n", r->text[n - 1]))
            r->text[--n] = '\0';
        if (strlen(r->text) != (size_t)n) {
            here(r, r->text + strlen(r->text), "a NUL byte in a text file");
            break;
        }
        char *p = r->text + strspn(r->text, " \t");
        if (r->part != PART_MAP) {
            if (*p && *p != ';')
                read_head(r, p);
        } else if (!*p)
            ended = r->n_rows > 0;
        else if (ended)
            here(r, p, "text after the empty line that ends the map");
        else
            read_row(r);
    }
}

/* ---- the layout */

static void known_tiles(const struct reader *r, char *list)
{
    for (int ch = '!'; ch <= '~'; ch++)
        if (r->declared[ch]) {
            *list++ = (char)ch;
            *list++ = ' ';
        }
    list[-1] = '\0';
}

/* Fills a row; every unknown character is an error of its own. */
static void fill_row(struct reader *r, struct grid *g, int row)
{
    const char *text = r->rows[row];
    for (int col = 0; text[col] && col < g->cols; col++) {
        unsigned char ch = (unsigned char)text[col];
        char known[2 * KNOWN];
        int cell = row * g->cols + col;
        if (ch >= KNOWN || !r->declared[ch]) {
            known_tiles(r, known);
            fault(r, r->row_line[row], text, (size_t)col + 1,
                  "unknown tile '%c'; known: %s, or declare it under 'legend:'",
                  ch >= KNOWN ? '?' : ch, known);
            continue;
        }
        g->at[cell] = r->known[ch];
        if (ch == '@' && g->start >= 0)
            fault(r, r->row_line[row], text, (size_t)col + 1, "a second start '@'");
        if (ch == '@')
            g->start = cell;
    }
}

static void warn_unreachable(struct reader *r, const struct grid *g)
{
    bool *reached = xcalloc((size_t)(g->rows * g->cols), sizeof *reached);
    grid_reach(g, g->start, reached);
    for (int i = 0; i < g->rows * g->cols; i++)
        if (g->at[i].kind == TILE_DISPENSER && !reached[i])
            err_warn(r->err,
                     "%s: warning: dispenser at %u:%d cannot be reached from '@' at %u:%d",
                     r->file, r->row_line[i / g->cols], i % g->cols + 1,
                     r->row_line[g->start / g->cols], g->start % g->cols + 1);
    free(reached);
}

static void lay_out(struct reader *r, struct grid *g)
{
    size_t cols = r->n_rows ? strlen(r->rows[0]) : 0;
    if (!r->mapped || !r->n_rows) {
        r->ok = err_set(r->err, "%s:%u:1: error: %s", r->file, r->line + 1,
                        r->mapped ? "the map has no rows" : "there is no 'map:'");
        return;
    }
    if (cols > GRID_MAX) {
        fault(r, r->row_line[0], r->rows[0], GRID_MAX + 1, "more than %d columns",
              GRID_MAX);
        return;
    }
    grid_init(g, r->n_rows, (int)cols);
    for (int row = 0; row < r->n_rows; row++) {
        if (strlen(r->rows[row]) != cols)
            fault(r, r->row_line[row], r->rows[row], 1,
                  "row has %zu cells, expected %zu (as in line %u)", strlen(r->rows[row]),
                  cols, r->row_line[0]);
        fill_row(r, g, row);
    }
    if (g->start < 0)
        r->ok = err_set(r->err, "%s:%u:1: error: the map has no start '@'", r->file,
                        r->row_line[0]);
    else if (r->ok)
        warn_unreachable(r, g);
}

bool grid_read(struct grid *g, FILE *f, const char *file, struct err *err)
{
    struct reader r = { .file = file, .err = err, .ok = true, .name = xstrdup("") };
    *g = (struct grid){ 0 };
    r.known['@'] = (struct tile){ .kind = TILE_FLOOR, .theta = -1 };
    for (int kind = 0; kind < TILES; kind++)
        r.known[(unsigned char)tile_letters[kind]] =
            (struct tile){ .kind = (uint8_t)kind, .theta = -1 };
    read_lines(&r, f);
    r.declared['@'] = true;
    for (int kind = 0; kind < TILES; kind++)
        r.declared[(unsigned char)tile_letters[kind]] = true;
    if (ferror(f))
        r.ok = err_set(err, "%s: %s", file, strerror(errno));
    else
        lay_out(&r, g);
    for (int i = 0; i < r.n_rows; i++)
        free(r.rows[i]);
    free(r.text);
    if (r.ok) {
        free(g->name);
        g->name = r.name;
    } else {
        free(r.name);
        grid_release(g);
    }
    return r.ok;
}

bool grid_load(struct grid *g, const char *name, struct err *err)
{
    char *shipped = strchr(name, '/') ? NULL : data_file("maps", name, ".map");
    const char *path = shipped ? shipped : name;
    FILE *f = fopen(path, "r");
    bool ok = f && grid_read(g, f, path, err);
    if (!f) {
        struct list maps = data_names("maps", ".map");
        char hint[200];
        suggest(hint, sizeof hint, name, (const char *const *)maps.at, maps.n);
        err_set(err, "cannot read the map %s: %s%s  (ursa list maps)", name,
                strerror(errno), hint);
        list_release(&maps);
    } else
        fclose(f);
    free(shipped);
    return ok;
}

/* ---- writing */

static bool same_tile(const struct tile *a, const struct tile *b)
{
    return a->kind == b->kind && a->theta == b->theta && a->paid == b->paid &&
           (!a->paid || a->reward == b->reward);
}

/* The character of a tile: its usual one, or the next letter that is free when the usual
 * one already means the same kind with other numbers. */
static char letter(struct tile *legend, bool *used, const struct tile *t)
{
    char order[] = "?abcdefghijklmnopqrstuvwxyz0123456789ABEFGHIJKLOPQRSUVWXYZ";
    order[0] = tile_letters[t->kind];
    for (const char *c = order; *c; c++)
        if (!used[(unsigned char)*c] || same_tile(&legend[(unsigned char)*c], t)) {
            used[(unsigned char)*c] = true;
            legend[(unsigned char)*c] = *t;
            return *c;
        }
    return tile_letters[t->kind];
}

static void write_legend(const struct tile *legend, const bool *used, FILE *f)
{
    bool any = false;
    for (int ch = 0; ch < KNOWN; ch++) {
        const struct tile *t = &legend[ch];
        bool plain = t->theta < 0 && !t->paid;
        if (!used[ch] || (plain && strchr(tile_letters, ch)))
            continue;
        fputs(any ? "" : "legend:\n", f);
        any = true;
        fprintf(f, "  %c: %s", ch, tile_names[t->kind]);
        if (t->theta >= 0)
            fprintf(f, " theta=%.17g", t->theta);
        if (t->paid)
            fprintf(f, " reward=%d", t->reward);
        fputc('\n', f);
    }
}

void grid_write(const struct grid *g, FILE *f)
{
    struct tile legend[KNOWN] = { 0 };
    bool used[KNOWN] = { 0 };
    char *text = xcalloc((size_t)(g->rows * g->cols), 1);
    for (int i = 0; i < g->rows * g->cols; i++)
        text[i] = i == g->start ? '@' : letter(legend, used, &g->at[i]);
    fprintf(f, "ursa-map %d\n", FORMAT);
    if (*g->name)
        fprintf(f, "name: %s\n", g->name);
    write_legend(legend, used, f);
    fputs("map:\n", f);
    for (int row = 0; row < g->rows; row++)
        fprintf(f, "%.*s\n", g->cols, text + row * g->cols);
    free(text);
}
