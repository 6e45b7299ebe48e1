#include "config.h"

#include "grid.h"
#include "lines.h"
#include "xalloc.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Maps of other programs: a letter a cell. */

const char *const grid_formats[] = { "aixijs", "mc-aixi", "frozenlake", NULL };
enum { AIXIJS, MC_AIXI, FROZENLAKE };

/* What a letter of a format is here. */
struct meaning {
    char ch;          /* 0: no more */
    uint8_t kind;     /* enum tile_kind */
    double theta;     /* -1: not set */
    bool start;       /* the agent begins there */
    const char *note; /* how it differs there, told once; NULL: it does not */
    const char *none; /* it has no counterpart: what it is; NULL: it has one */
};

static const struct meaning aixijs[] = {
    { 'F', TILE_FLOOR, -1, false, NULL, NULL },
    { 'W', TILE_WALL, -1, false, NULL, NULL },
    { 'C', TILE_DISPENSER, 1, false, NULL, NULL },
    { 'D', TILE_DISPENSER, -1, false, NULL, NULL },
    { 'T', TILE_TRAP, -1, false, NULL, NULL },
    { 'M', TILE_MODIFIER, -1, false, NULL, NULL },
    { 'N', TILE_NOISE, -1, false, NULL, NULL },
    { 'S', TILE_FLOOR, -1, false, NULL, "a sign" },
    { 0 },
};
static const struct meaning mc_aixi[] = {
    { '@', TILE_WALL, -1, false, NULL, NULL },
    { '*', TILE_FLOOR, -1, false, NULL, NULL },
    { '&', TILE_FLOOR, -1, false, NULL, NULL },
    { '!', TILE_DISPENSER, 1, false,
      "'!' moves the agent to some '*' there; here it pays and the agent stays", NULL },
    { 0 },
};
static const struct meaning frozenlake[] = {
    { 'S', TILE_FLOOR, -1, true, NULL, NULL },
    { 'F', TILE_FLOOR, -1, false, NULL, NULL },
    { 'H', TILE_TRAP, -1, false,
      "a hole ends the episode there; here it is a trap, which is never left", NULL },
    { 'G', TILE_DISPENSER, 1, false,
      "the goal ends the episode there; here it pays and the agent stays", NULL },
    { 0 },
};
static const struct meaning *const meanings[] = { aixijs, mc_aixi, frozenlake };

/* A row as it stands in the file, and where the things in it stand. */
struct row {
    char *text; /* owned; the line */
    unsigned line;
    size_t n, col[GRID_MAX]; /* from 1 */
    char ch[GRID_MAX];       /* letters */
    double x[GRID_MAX];      /* or numbers */
};

struct converter {
    struct lines in;
    int format;
    struct row *row, *pay; /* [GRID_MAX]; a row that is not there has no text */
    int n, n_pay;
    char told[32];
};

static void fault(struct converter *c, const struct row *r, size_t i, const char *what)
{
    lines_fault_in(&c->in, r->line, r->text, i < r->n ? r->col[i] : 1, "%s", what);
}

/* ---- rows */

static struct row *new_row(struct converter *c, struct row *rows, int *n, int at)
{
    if (at < 0 || at >= GRID_MAX) {
        lines_fault(&c->in, c->in.text, "more than %d rows", GRID_MAX);
        return NULL;
    }
    if (rows[at].text) {
        lines_fault(&c->in, c->in.text, "row %d is given twice", at + 1);
        return NULL;
    }
    rows[at].text = xstrdup(c->in.text);
    rows[at].line = c->in.line;
    *n = at + 1 > *n ? at + 1 : *n;
    return &rows[at];
}

static bool has_room(struct converter *c, const struct row *r, const char *at)
{
    if (r->n < GRID_MAX)
        return true;
    lines_fault(&c->in, at, "more than %d columns", GRID_MAX);
    return false;
}

/* The letters from `at` on, which may stand in quotes and brackets, as programs write them:
 * a ']' of AIXIjs, a comma of FrozenLake end a row, as the line does. */
static void read_letters(struct converter *c, const char *at, int number)
{
    const char end = c->format == AIXIJS ? ']' : c->format == FROZENLAKE ? ',' : '\0';
    struct row *r = NULL;
    for (; *at && c->in.ok; at++) {
        if (*at == end)
            r = NULL;
        if (strchr(" \t,[]\"'`;", *at))
            continue;
        if (!r && !(r = new_row(c, c->row, &c->n, number >= 0 ? number : c->n)))
            return;
        if (!has_room(c, r, at))
            return;
        r->ch[r->n] = *at;
        r->col[r->n++] = (size_t)(at - c->in.text) + 1;
    }
}

static void read_numbers(struct converter *c, const char *at, int number)
{
    struct row *r = new_row(c, c->pay, &c->n_pay, number);
    while (r && c->in.ok && *at) {
        char *end;
        double x = strtod(at, &end);
        if (end == at || !isfinite(x)) {
            lines_fault(&c->in, at, "a reward is a number");
            return;
        }
        if (!has_room(c, r, at))
            return;
        r->x[r->n] = x;
        r->col[r->n++] = (size_t)(at + strspn(at, " \t") - c->in.text) + 1;
        at = end + strspn(end, ", \t");
    }
}

/* "maze-layout3 = @*@": the row, or -1 when the key is another. */
static int numbered(const char *line, const char *key)
{
    size_t n = strlen(key);
    return strncmp(line, key, n) || !isdigit((unsigned char)line[n]) ? -1
                                                                     : atoi(line + n) - 1;
}

/* A line of a configuration of mc-aixi, or of a bare layout. */
static void read_setting(struct converter *c, const char *line)
{
    const char *eq = strchr(line, '=');
    int layout = numbered(line, "maze-layout"), pay = numbered(line, "maze-rewards");
    if (*line == '#')
        return;
    if (!eq)
        read_letters(c, line, -1);
    else if (layout >= 0)
        read_letters(c, eq + 1, layout);
    else if (pay >= 0)
        read_numbers(c, eq + 1 + strspn(eq + 1, " \t"), pay);
}

static void read_rows(struct converter *c)
{
    while (c->in.ok && lines_next(&c->in)) {
        const char *at = c->in.text + strspn(c->in.text, " \t");
        if (c->format == MC_AIXI)
            read_setting(c, at);
        else
            read_letters(c, at, -1);
    }
}

/* ---- the layout */

static void note_once(struct converter *c, const struct row *r, size_t i, const char *note)
{
    size_t used = strlen(c->told);
    if (strchr(c->told, r->ch[i]) || used + 1 >= sizeof c->told)
        return;
    c->told[used] = r->ch[i];
    err_warn(c->in.err, "%s:%u:%zu: warning: %s", c->in.file, r->line, r->col[i], note);
}

static void unknown(struct converter *c, const struct row *r, size_t i)
{
    char list[64] = "", what[120];
    for (const struct meaning *m = meanings[c->format]; m->ch; m++) {
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%c", used ? ", " : "", m->ch);
    }
    snprintf(what, sizeof what, "unknown letter '%c'; %s has %s", r->ch[i],
             grid_formats[c->format], list);
    fault(c, r, i, what);
}

static void fill(struct converter *c, struct grid *g, const struct row *r, size_t i,
                 int cell)
{
    char what[100];
    const struct meaning *m = meanings[c->format];
    while (m->ch && m->ch != r->ch[i])
        m++;
    if (!m->ch) {
        unknown(c, r, i);
        return;
    }
    if (m->none) {
        snprintf(what, sizeof what, "'%c', %s, has no counterpart here", m->ch, m->none);
        fault(c, r, i, what);
    }
    if (m->note)
        note_once(c, r, i, m->note);
    if (m->start && g->start >= 0)
        fault(c, r, i, "a second start");
    if (m->start)
        g->start = cell;
    g->at[cell] = (struct tile){ .kind = m->kind, .theta = m->theta };
}

/* Where formats have no letter for it. */
static void find_start(struct converter *c, struct grid *g)
{
    int cell = 0;
    if (c->format == AIXIJS && g->at[0].kind != TILE_FLOOR)
        fault(c, &c->row[0], 0, "the agent starts at the top left, which is no floor");
    while (c->format == MC_AIXI && cell < g->rows * g->cols &&
           c->row[cell / g->cols].ch[cell % g->cols] != '*')
        cell++;
    if (c->format == FROZENLAKE || cell == g->rows * g->cols) {
        fault(c, &c->row[0], 0,
              c->format == MC_AIXI ? "there is no '*' to start at"
                                   : "there is no start 'S'");
        return;
    }
    g->start = cell;
    const struct row *r = &c->row[cell / g->cols];
    if (c->format == MC_AIXI)
        note_once(c, r, (size_t)(cell % g->cols),
                  "the agent starts on any '*' there; here on the first");
}

static void lay_out(struct converter *c, struct grid *g)
{
    if (!c->n) {
        err_set(c->in.err, "%s:%u:1: error: the map has no rows", c->in.file, c->in.line);
        c->in.ok = false;
        return;
    }
    grid_init(g, c->n, (int)c->row[0].n ? (int)c->row[0].n : 1);
    for (int row = 0; row < c->n; row++) {
        const struct row *r = &c->row[row];
        char what[100];
        snprintf(what, sizeof what, "row %d has %zu cells, and row 1 has %d", row + 1, r->n,
                 g->cols);
        if (!r->text)
            err_set(c->in.err, "%s:%u:1: error: row %d is missing", c->in.file, c->in.line,
                    row + 1);
        else if (r->n != (size_t)g->cols)
            fault(c, r, r->n ? r->n - 1 : 0, what);
        for (size_t i = 0; i < r->n && i < (size_t)g->cols; i++)
            fill(c, g, r, i, row * g->cols + (int)i);
        c->in.ok = c->in.ok && r->text;
    }
    if (c->in.ok && g->start < 0)
        find_start(c, g);
}

/* ---- what mc-aixi pays */

static const struct row *pay_of(struct converter *c, const struct grid *g, int cell)
{
    const struct row *r = &c->pay[cell / g->cols];
    if (r->text && r->n == (size_t)g->cols)
        return r;
    err_set(c->in.err, "%s:%u:1: error: maze-rewards%d should have %d numbers", c->in.file,
            r->text ? r->line : c->in.line, cell / g->cols + 1, g->cols);
    c->in.ok = false;
    return NULL;
}

/* '!' adds to a step what it pays above the floor, which has to pay the same everywhere. */
static void pay(struct converter *c, struct grid *g)
{
    const struct row *r = c->n_pay ? pay_of(c, g, g->start) : NULL;
    double floor = r ? r->x[g->start % g->cols] : 0;
    for (int cell = 0; r && cell < g->rows * g->cols; cell++) {
        struct tile *t = &g->at[cell];
        if (!(r = pay_of(c, g, cell)))
            return;
        size_t i = (size_t)(cell % g->cols);
        double more = r->x[i] - floor;
        if (t->kind == TILE_FLOOR && more != 0)
            fault(c, r, i, "this floor pays something else than the start");
        if (t->kind != TILE_DISPENSER)
            continue;
        if (more != rint(more) || fabs(more) > 1e6)
            fault(c, r, i, "what '!' pays above the floor is no whole number to 1000000");
        else
            *t = (struct tile){ t->kind, true, 0, t->theta, (int32_t)more };
    }
}

bool grid_convert(struct grid *g, int format, FILE *f, const char *file, struct err *err)
{
    struct converter c = { .format = format };
    *g = (struct grid){ 0 };
    c.row = xcalloc(GRID_MAX, sizeof *c.row);
    c.pay = xcalloc(GRID_MAX, sizeof *c.pay);
    lines_init(&c.in, f, file, err);
    read_rows(&c);
    if (c.in.ok)
        lay_out(&c, g);
    if (c.in.ok)
        pay(&c, g);
    for (int i = 0; i < GRID_MAX; i++) {
        free(c.row[i].text);
        free(c.pay[i].text);
    }
    free(c.row);
    free(c.pay);
    lines_release(&c.in);
    if (!c.in.ok)
        grid_release(g);
    return c.in.ok;
}
