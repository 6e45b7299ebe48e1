#include "config.h"

#include "ramp.h"
#include "round.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Several agents who play a table, in one picture: the table with what was just played and
 * how often what was; what each thinks that the other will do, beside what it does, and
 * whom it takes the other for; the plane of both (phase.c). */

static bool fits_match(const struct scene *s, const struct frame *f)
{
    struct round r;
    (void)f;
    return round_at(s, &r);
}

/* ---- the table */

static int longest_move(const struct round *r, uint32_t i)
{
    char buf[24];
    int most = 0;
    for (uint32_t a = 0; a < r->table->moves[i]; a++) {
        int width = text_width(round_move(r, i, a, buf));
        most = width > most ? width : most;
    }
    return most;
}

static double share_of(const struct round *r, uint32_t joint)
{
    return r->rounds > 0 ? r->f[0].joint[joint] / r->rounds : 0;
}

/* What a joint move pays, in points as rewards are: "1,0". */
static void payments(const struct round *r, uint32_t joint, char *buf, size_t n)
{
    size_t used = 0;
    for (uint32_t i = 0; i < r->n && used < n; i++)
        used += (size_t)snprintf(buf + used, n - used, "%s%" PRId32, i ? "," : "",
                                 r->table->pay[(size_t)joint * r->n + i]);
}

/* A joint move in its place: its shade is how often it was played, and what was just played
 * is framed by arrows. */
static void draw_place(const struct round *r, struct pane p, uint32_t joint)
{
    char text[64], pays[48];
    const struct scene *s = r->seat;
    double x = share_of(r, joint);
    bool now = round_played(r) == joint, nash = round_is_nash(r, joint);
    struct pane top = pane_part(p, 0, 0, 1, p.r.cols);
    pane_fill(p, (enum ground)(GROUND_STEP + ramp_step(x, 1.0 / r->table->n_joint)));
    payments(r, joint, pays, sizeof pays);
    put_centred(top, 0, now ? ROLE_STRONG : ROLE_TEXT, pays);
    int air = p.r.cols - text_width(pays);
    if (now && air > 1)
        put_over(p, 0, air / 2 > 2 ? air / 2 - 2 : 0, ROLE_STRONG, "%s", s->glyphs->play);
    if (now && air > 3)
        put_over(p, 0, p.r.cols - 1 - (air / 2 > 2 ? (air + 1) / 2 - 2 : 0), ROLE_STRONG,
                 "%s", s->glyphs->chosen);
    bool two = p.r.rows > 1;
    const char *mark = s->glyphs->ascii ? "N" : "\u25c7";
    if (two) {
        snprintf(text, sizeof text, "%s%s%.0f%%", nash ? mark : "", nash ? " " : "",
                 100 * x);
        put_centred(p, 1, ROLE_TEXT, text);
    } else if (nash)
        put_over(p, 0, p.r.cols - 1, ROLE_EVENT, "%s", mark);
}

/* Rows that a table of two takes where a place has so many. */
static int rows_of_table(const struct round *r, int pitch)
{
    return 1 + (int)r->table->moves[0] * (pitch + (pitch > 1)) - (pitch > 1);
}

static void draw_table(const struct round *r, struct pane p, int pitch)
{
    char name[24];
    int m = (int)r->table->moves[1], left = longest_move(r, 0) + 1, gap = pitch > 1;
    int width = (p.r.cols - left) / m - 1;
    width = width > 16 ? 16 : width;
    for (int b = 0; b < m; b++) {
        struct pane head = pane_part(p, 0, left + b * (width + 1), 1, width);
        round_move(r, 1, (uint32_t)b, name);
        int over = (width - text_width(name)) / 2;
        put_words(r->seat, head, 0, over > 0 ? over : 0, width, ROLE_OTHER, name);
    }
    for (int a = 0; a < (int)r->table->moves[0]; a++) {
        int row = 1 + a * (pitch + gap);
        put_words(r->seat, p, row + (pitch - 1) / 2, 0, left - 1, ROLE_AGENT,
                  round_move(r, 0, (uint32_t)a, name));
        for (int b = 0; b < m; b++)
            draw_place(r, pane_part(p, row, left + b * (width + 1), pitch, width),
                       (uint32_t)(a * m + b));
    }
}

/* ---- more than two: the joint moves that were played most, one a line */

/* The joint move after `before` by how often it was played, of equal ones the first. */
static int64_t next_joint(const struct round *r, int64_t before)
{
    const uint32_t *n = r->f[0].joint;
    int64_t best = -1;
    for (uint32_t k = 0; k < r->table->n_joint; k++) {
        bool later = before < 0 || n[k] < n[before] || (n[k] == n[before] && k > before);
        if (later && (best < 0 || n[k] > n[best]))
            best = k;
    }
    return best;
}

static void draw_joint(const struct round *r, struct pane p, int row, uint32_t joint)
{
    char name[24], pays[64];
    uint8_t moves[PLAYERS_MAX];
    bool now = round_played(r) == joint;
    const struct glyphs *g = r->seat->glyphs;
    int col = 2;
    normal_moves(r->table, joint, moves);
    if (now)
        put_text(p, row, 0, ROLE_STRONG, "%s", g->play);
    for (uint32_t i = 0; i < r->n; i++) {
        int width = longest_move(r, i);
        put_words(r->seat, p, row, col, width, (enum role)(ROLE_AGENT + i),
                  round_move(r, i, moves[i], name));
        col += width + 1;
    }
    payments(r, joint, pays, sizeof pays);
    put_text(p, row, col + 1, ROLE_TEXT, "%3.0f%%  %s %s", 100 * share_of(r, joint), pays,
             round_is_nash(r, joint) ? g->ascii ? "Nash" : "\u25c7" : "");
}

static void draw_joints(const struct round *r, struct pane p)
{
    struct pane in = put_heading(r->seat, p, "played together", "share, what it pays");
    int64_t k = -1;
    for (int row = 0; row < in.r.rows && (k = next_joint(r, k)) >= 0; row++)
        draw_joint(r, in, row, (uint32_t)k);
}

/* ---- what is thought of whom */

enum { COLUMNS = 3, BAR_LEAST = 3, BAR_MOST = 14, PERCENT = 5 };
struct column {
    const char *head;
    char text[24];
    int nr; /* whose colour */
    double (*x)(const struct round *r, uint32_t j, uint32_t i, uint32_t a);
};

static double law_of(const struct round *r, uint32_t j, uint32_t i, uint32_t a)
{
    (void)j;
    return round_law(r, i, a);
}

static double played_by(const struct round *r, uint32_t j, uint32_t i, uint32_t a)
{
    (void)j;
    return r->rounds > 0 ? r->so_far.p[i][a] : (double)NAN;
}

/* Of seat i as seat j sees it: what j expects, by what law it will move, what it did. */
static int columns_of(const struct round *r, uint32_t j, uint32_t i,
                      struct column c[COLUMNS])
{
    int n = 0;
    if (i != j && round_guesses(r, j) && !r->seat[j].closed) {
        c[n] = (struct column){ "", "", (int)j, round_expects };
        snprintf(c[n++].text, 24, "%s expects", r->seat[j].tag);
    }
    if (isfinite(round_law(r, i, 0)) && !r->seat[i].closed) {
        c[n] = (struct column){ "", "", (int)i, law_of };
        snprintf(c[n++].text, 24, "%s's law", r->seat[i].tag);
    }
    c[n] = (struct column){ "", "", (int)i, played_by };
    snprintf(c[n++].text, 24, "%s so far", r->seat[i].tag);
    return n;
}

static void put_part(const struct round *r, struct pane p, int row, int col, int width,
                     double x, int nr)
{
    struct pane track = pane_part(p, row, col, 1, width);
    if (!isfinite(x)) {
        put_text(p, row, col, ROLE_DIM, "%s", r->seat->glyphs->dash);
        return;
    }
    if (width >= BAR_LEAST) {
        pane_fill(track, GROUND_BAR);
        put_bar(track, r->seat->glyphs, 0, 0, width, x, ROLE_ON(ROLE_BAR + nr, GROUND_BAR));
    } else
        width = -1;
    put_text(p, row, col + width, ROLE_TEXT, "%4.0f%%", 100 * x);
}

/* The moves of seat i, a row each; returns the row after them. */
static int draw_moves(const struct round *r, uint32_t j, uint32_t i, struct pane p, int row)
{
    char name[24];
    struct column c[COLUMNS];
    int n = columns_of(r, j, i, c), left = longest_move(r, i) + 1;
    left = left > p.r.cols / 3 ? p.r.cols / 3 : left;
    int width = (p.r.cols - left) / n - PERCENT - 1;
    width = width > BAR_MOST ? BAR_MOST : width < BAR_LEAST ? 0 : width;
    int pitch = width ? width + PERCENT + 1 : (p.r.cols - left) / n;
    for (int k = 0; k < n; k++)
        put_words(r->seat, p, row, left + k * pitch, pitch - 1,
                  (enum role)(ROLE_BAR + c[k].nr), c[k].text);
    for (uint32_t a = 0; a < r->table->moves[i]; a++) {
        row++;
        put_words(r->seat, p, row, 0, left - 1, ROLE_TEXT, round_move(r, i, a, name));
        for (int k = 0; k < n; k++)
            put_part(r, p, row, left + k * pitch, width, c[k].x(r, j, i, a), c[k].nr);
    }
    return row + 1;
}

/* Whom it takes the others for, the likeliest first. */
static void draw_beliefs(const struct round *r, uint32_t j, struct pane p, int row)
{
    const struct frame *f = &r->f[j];
    size_t shown = 0;
    if (r->seat[j].closed)
        return;
    double p0 = f->n_rows ? exp(-f->mind.entropy_start) : 0;
    p0 = isfinite(p0) && p0 > 0 ? p0 : f->n_rows ? 1.0 / (double)f->n_rows : 1;
    for (; row < p.r.rows && shown < f->n_rows; row++, shown++) {
        const struct mind_row *h = &f->row[shown];
        put_chance(r->seat, p, row, 0, h->p, p0);
        put_words(r->seat, p, row, 6, p.r.cols - 6, h->p > 0.005 ? ROLE_TEXT : ROLE_DIM,
                  h->name);
    }
    if (!f->n_rows && row < p.r.rows && !round_guesses(r, j) && r->n == 2)
        put_words(r->seat, p, row, 0, p.r.cols, ROLE_DIM, "tells nothing that it expects");
}

/* Seat j on the other, or of several on itself. */
static void draw_mind(const struct round *r, uint32_t j, struct pane p)
{
    char title[48], info[48] = "";
    uint32_t i = r->n == 2 ? !j : j;
    const struct insight *in = &r->f[j].mind;
    const struct scene *s = &r->seat[j];
    if (in->entropy_start > 0 && isfinite(in->entropy) && !s->closed)
        snprintf(info, sizeof info, "%.2f of %.2f bits", in->entropy / M_LN2,
                 in->entropy_start / M_LN2);
    if (r->n == 2)
        snprintf(title, sizeof title, "%s on %s", s->tag, r->seat[i].tag);
    else
        snprintf(title, sizeof title, "%s", s->tag);
    struct pane below =
        draw_heading(p, s->glyphs, (enum role)(ROLE_AGENT + j), title, "%s", info);
    int row = draw_moves(r, j, i, below, 0);
    draw_beliefs(r, j, below, row);
}

/* Rows of a mind without what it believes. */
static int mind_least(const struct round *r, uint32_t j)
{
    return 2 + (int)r->table->moves[r->n == 2 ? !j : j];
}

/* ---- all of it */

enum { TWO_COLUMNS = 60, THREE_COLUMNS = 96, HYPOTHESES = 8 };

static struct extent least_match(const struct scene *s, const struct frame *f)
{
    struct round r;
    (void)f;
    round_at(s, &r);
    return (struct extent){ 38, r.n == 2 ? rows_of_table(&r, 1) : 4 };
}

static struct extent want_match(const struct scene *s, const struct frame *f)
{
    struct round r;
    (void)f;
    round_at(s, &r);
    int table = r.n == 2 ? rows_of_table(&r, 2) : 10, phase = phase_least(&r).rows;
    int middle = table + (phase ? phase + 7 : 0), minds = 0;
    for (uint32_t j = 0; j < r.n; j++)
        minds += mind_least(&r, j) + HYPOTHESES / (int)r.n;
    return (struct extent){ 104, middle > minds ? middle : minds };
}

/* The table and, where there is room, the plane below it. */
static void draw_middle(const struct round *r, struct pane p)
{
    if (r->n > 2) {
        draw_joints(r, p);
        return;
    }
    struct extent phase = phase_least(r);
    int pitch = p.r.rows >= rows_of_table(r, 2) ? 2 : 1, rows = rows_of_table(r, pitch);
    bool both = phase.rows && p.r.cols >= phase.cols;
    if (both && pitch > 1 && rows + 1 + phase.rows > p.r.rows) {
        pitch = 1;
        rows = rows_of_table(r, pitch);
    }
    draw_table(r, p, pitch);
    if (both && rows + 1 + phase.rows <= p.r.rows)
        phase_draw(r, pane_part(p, rows + 1, 0, p.r.rows - rows - 1, p.r.cols));
}

/* One below the other, alike high; the one of the agent shown first where not all fit. */
static void draw_minds(const struct round *r, struct pane p, uint32_t first)
{
    uint32_t shown = 0;
    for (int used = -1; shown < r->n; shown++) {
        used += 1 + mind_least(r, (first + shown) % r->n);
        if (used > p.r.rows)
            break;
    }
    int rows = shown ? (p.r.rows + 1) / (int)shown : 0;
    for (uint32_t k = 0; k < shown; k++) {
        uint32_t j = shown == r->n ? k : (first + k) % r->n;
        draw_mind(r, j, pane_part(p, (int)k * rows, 0, rows - 1, p.r.cols));
    }
}

static void draw_wide(const struct round *r, struct pane p)
{
    int middle = p.r.cols / 3, side = (p.r.cols - middle) / 2 - 2;
    draw_mind(r, 0, pane_part(p, 0, 0, p.r.rows, side));
    draw_middle(r, pane_part(p, 0, side + 2, p.r.rows, p.r.cols - 2 * side - 4));
    draw_mind(r, 1, pane_part(p, 0, p.r.cols - side, p.r.rows, side));
}

/* Beside minds: two fifths, and more where the table has many moves. */
static int columns_of_middle(const struct round *r, int cols)
{
    int least = cols * 2 / 5,
        most = r->n == 2 ? longest_move(r, 0) + 1 + 11 * (int)r->table->moves[1] : least;
    return most < least ? least : most > cols / 2 ? cols / 2 : most;
}

static void draw_match(const struct scene *s, const struct frame *f, struct pane p)
{
    struct round r;
    (void)f;
    round_at(s, &r);
    uint32_t first = (uint32_t)s->nr;
    if (r.n == 2 && p.r.cols >= THREE_COLUMNS) {
        draw_wide(&r, p);
    } else if (p.r.cols >= TWO_COLUMNS) {
        int left = columns_of_middle(&r, p.r.cols), right = p.r.cols - left - 2;
        draw_middle(&r, pane_part(p, 0, 0, p.r.rows, left));
        draw_minds(&r, pane_part(p, 0, left + 2, p.r.rows, right), first);
    } else if (s->plane && phase_least(&r).rows) {
        phase_draw(&r, p);
    } else {
        int rows = r.n == 2 ? rows_of_table(&r, 1) : 5;
        draw_middle(&r, pane_part(p, 0, 0, rows, p.r.cols));
        draw_minds(&r, pane_part(p, rows + 1, 0, p.r.rows - rows - 1, p.r.cols), first);
    }
}

const struct picture_part picture_match = {
    .name = "match",
    .main = true,
    .fits = fits_match,
    .least = least_match,
    .want = want_match,
    .draw = draw_match,
    .grow = 20,
};
