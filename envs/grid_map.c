#include "config.h"

#include "datafile.h"
#include "grid.h"
#include "lines.h"
#include "mask.h"
#include "suggest.h"
#include "xalloc.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { FORMAT = 1, KNOWN = 128, MAP_BYTES = 1 << 20 };

/* Reading goes line by line; `known` says what a character of the map stands for. */
struct reader {
    struct lines in;
    enum part { PART_HEAD, PART_LEGEND, PART_MAP } part;
    bool versioned, mapped;
    struct tile known[KNOWN];
    bool declared[KNOWN];
    char *rows[GRID_MAX];
    unsigned row_line[GRID_MAX];
    int n_rows;
    char *name;
    char told[2 * KNOWN]; /* characters that are no tiles, each told once */
};

#define here(r, at, ...) lines_fault(&(r)->in, (at), __VA_ARGS__)

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
 * its place in the line, and the colon stands behind `from`. */
static void read_entry(struct reader *r, char *copy, ptrdiff_t from, unsigned char ch)
{
    char *colon = strchr(copy + from, ':');
    char *save = NULL, *word = strtok_r(colon + 1, " \t", &save);
    struct tile t = { .theta = -1 };
    size_t kind = 0;
    while (word && tile_names[kind] && strcmp(word, tile_names[kind]))
        kind++;
    if (!word || !tile_names[kind]) {
        char hint[200] = "";
        suggest_near(hint, sizeof hint, word ? word : "", tile_names, TILES);
        here(r, r->in.text + (word ? word - copy : 0), "unknown tile '%s'%s",
             word ? word : "", hint);
        return;
    }
    t.kind = (uint8_t)kind;
    while ((word = strtok_r(NULL, " \t", &save)))
        read_property(r, &t, word, r->in.text + (word - copy));
    r->known[ch] = t;
    r->declared[ch] = true;
}

/* Whether a declaration's colon follows. */
static bool colon_at(const char *p) { return p[strspn(p, " ")] == ':'; }

/* What a line of the legend is about, or 0; *p stands behind it. The blank is declared as
 * ' ' in quotes, or by nothing before the colon. */
static unsigned char declared_by(char **p)
{
    unsigned char ch = (unsigned char)**p;
    if (!strncmp(*p, "' '", 3) && colon_at(*p + 3)) {
        *p += 3;
        return ' ';
    }
    if (ch == ':' && !colon_at(*p + 1))
        return ' ';
    if (ch <= ' ' || ch > '~' || !colon_at(*p + 1))
        return 0;
    ++*p;
    return ch;
}

/* "C: KIND key=value..." */
static void read_legend(struct reader *r, char *at)
{
    char *p = at;
    unsigned char ch = declared_by(&p);
    if (!ch)
        here(r, at, "expected 'C: KIND [key=value...]' with a character of the map first");
    else if (ch == '@' || ch == '#')
        here(r, at, "'%c' always means %s", ch, ch == '@' ? "the start" : "a wall");
    else if (r->declared[ch])
        here(r, at, "'%c' is declared twice", ch);
    else {
        char *copy = xstrdup(r->in.text);
        read_entry(r, copy, p - r->in.text, ch);
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
        here(r, r->in.text, "more than %d rows", GRID_MAX);
        return;
    }
    r->row_line[r->n_rows] = r->in.line;
    r->rows[r->n_rows++] = xstrdup(r->in.text);
}

static void read_lines(struct reader *r)
{
    bool ended = false;
    while (lines_next(&r->in)) {
        struct lines *l = &r->in;
        bool blank_is_tile = r->part == PART_MAP && r->declared[' '];
        while (!blank_is_tile && l->len && strchr(" \t", l->text[l->len - 1]))
            l->text[--l->len] = '\0';
        char *p = l->text + strspn(l->text, " \t");
        if (r->part != PART_MAP) {
            if (*p && *p != ';')
                read_head(r, p);
        } else if (!(blank_is_tile ? *l->text : *p))
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
    for (int ch = ' '; ch <= '~'; ch++)
        if (r->declared[ch]) {
            *list++ = (char)ch;
            *list++ = ' ';
        }
    list[-1] = '\0';
}

/* Characters of a row: cells, whatever they are written with. */
static size_t width(const char *text)
{
    size_t n = 0;
    for (size_t len; *text; text += len ? len : 1, n++)
        len = utf8_len(text);
    return n;
}

/* Names a character that is no tile, once for the whole map. */
static void unknown_tile(struct reader *r, int row, const char *at)
{
    char known[2 * KNOWN], what[5];
    size_t len = utf8_len(at), used = strlen(r->told);
    snprintf(what, sizeof what, "%.*s", (int)(len ? len : 1), at);
    if (strstr(r->told, what))
        return;
    snprintf(r->told + used, sizeof r->told - used, "%s", what);
    known_tiles(r, known);
    lines_fault_in(&r->in, r->row_line[row], r->rows[row], (size_t)(at - r->rows[row]) + 1,
                   len > 1 ? "unknown tile '%s': a tile is a character of ASCII; known: %s"
                           : "unknown tile '%s'; known: %s, or declare it under 'legend:'",
                   what, known);
}

/* Fills a row, which is padded with blanks where those are tiles. */
static void fill_row(struct reader *r, struct grid *g, int row)
{
    const char *at = r->rows[row];
    for (int col = 0; col < g->cols && (*at || r->declared[' ']); col++) {
        unsigned char ch = *at ? (unsigned char)*at : ' ';
        int cell = row * g->cols + col;
        size_t len = *at ? utf8_len(at) : 0;
        if (ch >= KNOWN || !r->declared[ch]) {
            unknown_tile(r, row, at);
            at += len ? len : 1;
            continue;
        }
        g->at[cell] = r->known[ch];
        g->at[cell].glyph = (char)ch;
        if (ch == '@' && g->start >= 0)
            lines_fault_in(&r->in, r->row_line[row], r->rows[row], (size_t)col + 1,
                           "a second start '@'");
        if (ch == '@')
            g->start = cell;
        at += len;
    }
}

static void warn_unreachable(struct reader *r, const struct grid *g)
{
    bool *reached = xcalloc((size_t)(g->rows * g->cols), sizeof *reached);
    grid_reach(g, g->start, reached);
    for (int i = 0; i < g->rows * g->cols; i++)
        if (g->at[i].kind == TILE_DISPENSER && !reached[i])
            err_warn(r->in.err,
                     "%s: warning: dispenser at %u:%d cannot be reached from '@' at %u:%d",
                     r->in.file, r->row_line[i / g->cols], i % g->cols + 1,
                     r->row_line[g->start / g->cols], g->start % g->cols + 1);
    free(reached);
}

/* Columns of the map: those of its first row, or of its longest where blanks fill up. */
static size_t columns(const struct reader *r)
{
    size_t cols = width(r->rows[0]);
    for (int row = 1; r->declared[' '] && row < r->n_rows; row++)
        cols = width(r->rows[row]) > cols ? width(r->rows[row]) : cols;
    return cols;
}

static void lay_out(struct reader *r, struct grid *g)
{
    if (!r->mapped || !r->n_rows) {
        r->in.ok = err_set(r->in.err, "%s:%u:1: error: %s", r->in.file, r->in.line,
                           r->mapped ? "the map has no rows" : "there is no 'map:'");
        return;
    }
    size_t cols = columns(r);
    if (cols > GRID_MAX) {
        lines_fault_in(&r->in, r->row_line[0], r->rows[0], GRID_MAX + 1,
                       "more than %d columns", GRID_MAX);
        return;
    }
    grid_init(g, r->n_rows, (int)cols);
    for (int row = 0; row < r->n_rows; row++) {
        if (!r->declared[' '] && width(r->rows[row]) != cols)
            lines_fault_in(&r->in, r->row_line[row], r->rows[row], 1,
                           "row has %zu cells, expected %zu (as in line %u)",
                           width(r->rows[row]), cols, r->row_line[0]);
        fill_row(r, g, row);
    }
    if (g->start < 0)
        r->in.ok = err_set(r->in.err, "%s:%u:1: error: the map has no start '@'",
                           r->in.file, r->row_line[0]);
    else if (r->in.ok)
        warn_unreachable(r, g);
}

bool grid_read(struct grid *g, FILE *f, const char *file, struct err *err)
{
    struct reader r = { .name = xstrdup("") };
    lines_init(&r.in, f, file, err);
    r.in.most = MAP_BYTES;
    *g = (struct grid){ 0 };
    r.known['@'] = (struct tile){ .kind = TILE_FLOOR, .theta = -1 };
    for (int kind = 0; kind < TILES; kind++)
        r.known[(unsigned char)tile_letters[kind]] =
            (struct tile){ .kind = (uint8_t)kind, .theta = -1 };
    read_lines(&r);
    r.declared['@'] = true;
    for (int kind = 0; kind < TILES; kind++)
        r.declared[(unsigned char)tile_letters[kind]] = true;
    if (r.in.ok || r.n_rows)
        lay_out(&r, g);
    for (int i = 0; i < r.n_rows; i++)
        free(r.rows[i]);
    lines_release(&r.in);
    if (r.in.ok) {
        free(g->name);
        g->name = r.name;
    } else {
        free(r.name);
        grid_release(g);
    }
    return r.in.ok;
}

bool grid_load(struct grid *g, const char *name, struct err *err)
{
    char *shipped = strchr(name, '/') ? NULL : data_file("maps", name, ".map");
    const char *path = shipped ? shipped : name;
    struct err why = { 0 };
    FILE *f = lines_open(path, name, &why);
    bool ok = f && grid_read(g, f, path, err);
    if (!f) {
        struct list maps = data_names("maps", ".map");
        char hint[200];
        suggest_near(hint, sizeof hint, name, (const char *const *)maps.at, maps.n);
        err_set(err, "%s%s  (ursa list maps)", why.text, hint);
        if (err)
            err->machine |= why.machine;
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

/* The character of a tile: the one it was read as, its usual one, or the next letter that
 * is free where that means another already. */
static char letter(struct tile *legend, bool *used, const struct tile *t)
{
    char order[] = "??abcdefghijklmnopqrstuvwxyz0123456789ABEFGHIJKLOPQRSUVWXYZ";
    order[0] = t->glyph && t->glyph != '@' ? t->glyph : tile_letters[t->kind];
    order[1] = tile_letters[t->kind];
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
        if (!used[ch] || (plain && ch == tile_letters[t->kind]))
            continue;
        fputs(any ? "" : "legend:\n", f);
        any = true;
        fprintf(f, ch == ' ' ? "  '%c': %s" : "  %c: %s", ch, tile_names[t->kind]);
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
        mask_print(f, "name: %s\n", g->name);
    write_legend(legend, used, f);
    fputs("map:\n", f);
    for (int row = 0; row < g->rows; row++)
        fprintf(f, "%.*s\n", g->cols, text + row * g->cols);
    free(text);
}
