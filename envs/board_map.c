#include "config.h"

#include "board.h"
#include "lines.h"
#include "suggest.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Levels as text, ursa-map(5) version 2. */

enum { FORMAT = 2, KNOWN = 128, LEVEL_BYTES = 1 << 16 };
enum sort { GROUND, ITEM, LUMP };
static const uint8_t sorts[] = {
#define MARK(kind_, letter_, name_, sort_, ...) sort_,
#include "board.def"
#undef MARK
};
static const struct board_mark usual[] = {
#define MARK(kind_, letter_, name_, sort_, reward_, wanted_, p_, ...)                      \
    { .kind = MARK_##kind_, .reward = reward_, .wanted = wanted_, .p = p_ },
#include "board.def"
#undef MARK
};

struct reader {
    struct lines in;
    enum part { PART_HEAD, PART_LEGEND, PART_MAP } part;
    bool versioned, mapped, ended;
    struct board *b;
    struct board_mark known[KNOWN];
    bool declared[KNOWN], own[KNOWN];
    char *rows[BOARD_SIDE];
    unsigned row_line[BOARD_SIDE];
};

#define here(r, at, ...) lines_fault(&(r)->in, (at), __VA_ARGS__)
#define there(r, row, col, ...)                                                            \
    lines_fault_in(&(r)->in, (r)->row_line[row], (r)->rows[row], (size_t)(col) + 1,        \
                   __VA_ARGS__)

/* ---- the head */

static bool read_whole(struct reader *r, const char *text, int32_t *out)
{
    enum { MOST = 1000000 };
    double x;
    if (!lines_number(text, -MOST, MOST, &x) || x != floor(x)) {
        here(r, text, "expected a whole number in -%d..%d, got '%s'", MOST, MOST, text);
        return false;
    }
    *out = (int32_t)x;
    return true;
}

static void read_scale(struct reader *r, const char *text)
{
    double x;
    if (lines_number(text, 1e-3, 1e6, &x))
        r->b->scale = x;
    else
        here(r, text, "scale is a number of points in 0.001..1000000, not '%s'", text);
}

static void read_keeper(struct reader *r, const char *text)
{
    for (uint8_t k = 0; k < KEEPERS; k++)
        if (!strcmp(text, board_keepers[k])) {
            r->b->keeper = k;
            return;
        }
    here(r, text, "keeper is neutral, friend or foe, not '%s'", text);
}

static void read_version(struct reader *r, const char *p)
{
    unsigned version;
    int end = 0;
    r->versioned = true;
    if (sscanf(p, "ursa-map %u%n", &version, &end) != 1 || p[end])
        here(r, p, "a level begins with 'ursa-map %d'", FORMAT);
    else if (version != FORMAT)
        here(r, p + 9, "a level is of version %d; version 1 is a map of gridworld", FORMAT);
}

/* The text behind a key, or NULL. */
static const char *behind(const char *p, const char *key)
{
    size_t n = strlen(key);
    return strncmp(p, key, n) ? NULL : p + n + strspn(p + n, " \t");
}

static void read_legend(struct reader *r, char *p);

static void read_head(struct reader *r, char *p)
{
    const char *text;
    if (!r->versioned)
        read_version(r, p);
    else if ((text = behind(p, "name:")))
        snprintf(r->b->name, sizeof r->b->name, "%s", text);
    else if ((text = behind(p, "step:")))
        read_whole(r, text, &r->b->step);
    else if ((text = behind(p, "first:")))
        read_whole(r, text, &r->b->first);
    else if ((text = behind(p, "scale:")))
        read_scale(r, text);
    else if ((text = behind(p, "keeper:")))
        read_keeper(r, text);
    else if (!strcmp(p, "legend:"))
        r->part = PART_LEGEND;
    else if (!strcmp(p, "map:")) {
        r->part = PART_MAP;
        r->mapped = true;
    } else if (r->part == PART_LEGEND)
        read_legend(r, p);
    else
        here(r, p,
             "expected 'name:', 'step:', 'first:', 'scale:', 'keeper:', 'legend:' or "
             "'map:'");
}

/* ---- the legend */

/* What a word such as "reward" is about; NULL: the kind has no such property. */
static int32_t *points_of(struct board_mark *m, const char *word)
{
    if (!strcmp(word, "reward") && m->kind != MARK_BOX)
        return &m->reward;
    if (!strcmp(word, "performance") && m->kind != MARK_BOX)
        return &m->wanted;
    if (!strcmp(word, "corner") && m->kind == MARK_BOX)
        return &m->corner;
    if (!strcmp(word, "side") && m->kind == MARK_BOX)
        return &m->side;
    return NULL;
}

/* One "key=value"; `at` is its place in the line. What a mark pays is what the designer
 * wants of it, unless he says otherwise. */
static void read_property(struct reader *r, struct board_mark *m, char *word,
                          const char *at)
{
    char *value = strchr(word, '=');
    double p;
    if (!value) {
        here(r, at, "expected key=value, got '%s'", word);
        return;
    }
    *value++ = '\0';
    int32_t *points = m->kind > MARK_WALL ? points_of(m, word) : NULL;
    bool alike = usual[m->kind].reward == usual[m->kind].wanted &&
                 m->wanted == usual[m->kind].wanted;
    if (points && lines_number(value, -1e6, 1e6, &p) && p == floor(p)) {
        *points = (int32_t)p;
        if (points == &m->reward && alike)
            m->wanted = m->reward;
    } else if (points)
        here(r, at, "%s is a whole number in -1000000..1000000, not '%s'", word, value);
    else if (!strcmp(word, "p") && m->p > 0) {
        if (lines_number(value, 0, 1, &p))
            m->p = p;
        else
            here(r, at, "p is a probability in 0..1, not '%s'", value);
    } else if (!strcmp(word, "on") && sorts[m->kind] == LUMP && !strcmp(value, "belt"))
        m->on_belt = true;
    else
        here(r, at, "%s has no property '%s=%s'", board_names[m->kind], word, value);
}

/* "KIND key=value..." of which `copy` is a copy to be cut into words. */
static void read_entry(struct reader *r, char *copy, unsigned char ch)
{
    char *save = NULL, *word = strtok_r(strchr(copy, ':') + 1, " \t", &save);
    size_t kind = 0;
    while (word && board_names[kind] && strcmp(word, board_names[kind]))
        kind++;
    if (!word || !board_names[kind]) {
        char hint[200] = "";
        suggest_near(hint, sizeof hint, word ? word : "", board_names, MARKS);
        here(r, r->in.text + (word ? word - copy : 0), "unknown mark '%s'%s",
             word ? word : "", hint);
        return;
    }
    struct board_mark m = usual[kind];
    while ((word = strtok_r(NULL, " \t", &save)))
        read_property(r, &m, word, r->in.text + (word - copy));
    r->known[ch] = m;
    r->known[ch].glyph = (char)ch;
    r->declared[ch] = r->own[ch] = true;
}

/* "C: KIND key=value..." */
static void read_legend(struct reader *r, char *p)
{
    unsigned char ch = (unsigned char)*p;
    if (ch <= ' ' || ch > '~' || p[1 + strspn(p + 1, " ")] != ':')
        here(r, p, "expected 'C: KIND [key=value...]' with a character of the map first");
    else if (ch == '@' || ch == '#')
        here(r, p, "'%c' always means %s", ch, ch == '@' ? "the start" : "a wall");
    else if (r->own[ch])
        here(r, p, "'%c' is declared twice", ch);
    else {
        char *copy = xstrdup(r->in.text);
        read_entry(r, copy, ch);
        free(copy);
    }
}

/* ---- the map */

static void read_row(struct reader *r, const char *p)
{
    if (!*p) {
        r->ended = r->b->rows > 0;
        return;
    }
    if (r->ended)
        here(r, p, "text after the empty line that ends the map");
    else if (r->b->rows == BOARD_SIDE)
        here(r, r->in.text, "more than %d rows", BOARD_SIDE);
    else {
        r->row_line[r->b->rows] = r->in.line;
        r->rows[r->b->rows++] = xstrdup(r->in.text);
    }
}

static void read_lines(struct reader *r)
{
    while (lines_next(&r->in)) {
        struct lines *l = &r->in;
        while (l->len && strchr(" \t", l->text[l->len - 1]))
            l->text[--l->len] = '\0';
        char *p = l->text + strspn(l->text, " \t");
        if (r->part == PART_MAP)
            read_row(r, p);
        else if (*p && *p != ';')
            read_head(r, p);
    }
}

/* A lump or an item, if there is room for it. */
static void put(struct reader *r, struct board_thing *list, uint32_t *n, uint32_t most,
                int cell)
{
    struct board *b = r->b;
    int row = cell / b->cols, col = cell % b->cols;
    const struct board_mark *m = &r->known[(unsigned char)r->rows[row][col]];
    if (*n == most) {
        there(r, row, col, "more than %u things %s", most,
              most == BOARD_LUMPS ? "to push" : "to take, water or switch");
        return;
    }
    list[(*n)++] = (struct board_thing){ *m, (uint8_t)cell };
}

static void fill_cell(struct reader *r, int row, int col)
{
    struct board *b = r->b;
    unsigned char ch = (unsigned char)r->rows[row][col];
    int cell = row * b->cols + col;
    if (ch >= KNOWN || !r->declared[ch]) {
        there(r, row, col, "unknown mark; declare it under 'legend:'");
        return;
    }
    const struct board_mark *m = &r->known[ch];
    b->has |= 1u << m->kind;
    if (sorts[m->kind] == GROUND)
        b->ground[cell] = *m;
    else if (m->on_belt) {
        b->ground[cell] = usual[MARK_BELT];
        b->has |= 1u << MARK_BELT;
    }
    if (sorts[m->kind] == LUMP)
        put(r, b->lump, &b->n_lumps, BOARD_LUMPS, cell);
    else if (sorts[m->kind] == ITEM)
        put(r, b->item, &b->n_items, BOARD_ITEMS, cell);
    if (ch != '@')
        return;
    if (b->start)
        there(r, row, col, "a second start '@'");
    b->start = (uint8_t)cell;
}

/* Nobody leaves the board: at its edge are walls, and what ends it. */
static void check_edge(struct reader *r, int row, int col)
{
    const struct board *b = r->b;
    const struct board_mark *m = &r->known[(unsigned char)r->rows[row][col] % KNOWN];
    bool edge = !row || !col || row == b->rows - 1 || col == b->cols - 1;
    bool ends = m->kind == MARK_WALL || m->kind == MARK_GOAL || m->kind == MARK_LAVA ||
                m->kind == MARK_WATER;
    if (edge && !ends)
        there(r, row, col, "at the edge of a board are walls, goals, lava and water only");
}

/* ---- what makes no sense */

static void reach(const struct board *b, uint8_t cell, bool *reached)
{
    if (cell >= b->cells || reached[cell] || b->ground[cell].kind == MARK_WALL)
        return;
    int row = cell / b->cols, col = cell % b->cols;
    reached[cell] = true;
    if (!row || !col || row == b->rows - 1 || col == b->cols - 1)
        return;
    for (unsigned way = 0; way < BOARD_WAYS; way++)
        reach(b, board_next(b, cell, way), reached);
}

static const uint32_t PAYS = 1u << MARK_GOAL | 1u << MARK_UP | 1u << MARK_RIGHT |
                             1u << MARK_DOWN | 1u << MARK_LEFT | 1u << MARK_END |
                             1u << MARK_COLLECT | 1u << MARK_CHEST | 1u << MARK_COIN |
                             1u << MARK_TOMATO | 1u << MARK_DRY;

static void check_sense(struct reader *r)
{
    struct board *b = r->b;
    bool reached[BOARD_CELLS] = { false };
    if (!b->start) {
        r->in.ok = err_set(r->in.err, "%s:%u:1: error: the map has no start '@'",
                           r->in.file, r->row_line[0]);
        return;
    }
    if (!(b->has & PAYS))
        r->in.ok = err_set(r->in.err,
                           "%s:%u:1: error: the level has no goal, and 0 other marks that "
                           "pay",
                           r->in.file, r->row_line[0]);
    reach(b, b->start, reached);
    for (int c = 0; c < b->cells; c++) {
        unsigned char ch = (unsigned char)r->rows[c / b->cols][c % b->cols];
        bool matters = r->known[ch].kind > MARK_WALL && r->known[ch].kind != MARK_WATER;
        if (matters && !reached[c])
            there(r, c / b->cols, c % b->cols, "%s cannot be reached from the start",
                  board_names[r->known[ch].kind]);
    }
}

static bool is_whole(struct reader *r)
{
    struct board *b = r->b;
    if (!r->mapped || !b->rows) {
        r->in.ok = err_set(r->in.err, "%s:%u:1: error: %s", r->in.file, r->in.line,
                           r->mapped ? "the map has no rows" : "there is no 'map:'");
        return false;
    }
    b->cols = (int)strlen(r->rows[0]);
    b->cells = b->rows * b->cols;
    if (b->cols > BOARD_SIDE)
        there(r, 0, BOARD_SIDE, "more than %d columns", BOARD_SIDE);
    for (int row = 1; row < b->rows; row++)
        if (strlen(r->rows[row]) != strlen(r->rows[0]))
            there(r, row, 0, "row has %zu cells, expected %d (as in line %u)",
                  strlen(r->rows[row]), b->cols, r->row_line[0]);
    return r->in.ok;
}

static void lay_out(struct reader *r)
{
    struct board *b = r->b;
    if (!is_whole(r))
        return;
    for (int c = 0; c < b->cells; c++) {
        fill_cell(r, c / b->cols, c % b->cols);
        check_edge(r, c / b->cols, c % b->cols);
    }
    if (r->in.ok)
        check_sense(r);
}

bool board_read(struct board *b, FILE *f, const char *file, struct err *err)
{
    struct reader r = { .b = b };
    *b = (struct board){ .step = -1, .scale = 1 };
    lines_init(&r.in, f, file, err);
    r.in.most = LEVEL_BYTES;
    r.declared['@'] = true;
    for (int kind = 0; kind < MARKS; kind++) {
        unsigned char ch = (unsigned char)board_letters[kind];
        r.known[ch] = usual[kind];
        r.declared[ch] = true;
    }
    read_lines(&r);
    if (r.in.ok)
        lay_out(&r);
    if (r.in.ok)
        board_rules(b);
    for (int i = 0; i < b->rows; i++)
        free(r.rows[i]);
    lines_release(&r.in);
    return r.in.ok;
}
