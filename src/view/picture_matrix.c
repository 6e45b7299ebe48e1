#include "config.h"

#include "payoffs.h"
#include "picture.h"
#include "ramp.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Games of two who move at once, as their table of payoffs; boards whose squares are the
 * actions. */

/* ---- the table */

static bool fits_matrix(const struct scene *s, const struct frame *f)
{
    (void)f;
    return payoffs_of(s->env) && s->env->actions && s->env->observations;
}

static int longest(const char *const *names, unsigned n)
{
    int most = 0;
    for (unsigned i = 0; i < n; i++)
        most = text_width(names[i]) > most ? text_width(names[i]) : most;
    return most;
}

static struct extent least_matrix(const struct scene *s, const struct frame *f)
{
    const struct payoffs *pay = payoffs_of(s->env);
    int n = (int)pay->moves, head = longest(s->env->observations, pay->moves);
    (void)f;
    return (struct extent){ longest(s->env->actions, pay->moves) + 2 + n * (head + 2),
                            2 * n + 3 };
}

static struct extent want_matrix(const struct scene *s, const struct frame *f)
{
    (void)f;
    int n = (int)payoffs_of(s->env)->moves;
    return (struct extent){ 14 + 16 * n, 3 * n + 7 };
}

static void draw_payoffs(const struct scene *s, const struct frame *f, struct pane p,
                         int left, int width, int pitch)
{
    const struct payoffs *pay = payoffs_of(s->env);
    char text[40];
    for (unsigned b = 0; b < pay->moves; b++) {
        struct pane head = pane_part(p, 0, left + (int)b * (width + 2), 1, width);
        const char *name = s->env->observations[b];
        int gap = (width - text_width(name)) / 2;
        put_words(s, head, 0, gap > 0 ? gap : 0, head.r.cols, ROLE_OTHER, name);
    }
    for (unsigned a = 0; a < pay->moves; a++) {
        int row = 1 + (int)a * pitch;
        put_words(s, p, row, 0, left - 1, ROLE_AGENT, s->env->actions[a]);
        for (unsigned b = 0; b < pay->moves; b++) {
            bool last = f->rec.t && f->rec.action == a && f->rec.e.obs == b;
            struct pane cell = pane_part(p, row, left + (int)b * (width + 2), 1, width);
            pane_fill(cell, last ? GROUND_CHOSEN : GROUND_BAR);
            snprintf(text, sizeof text, "%" PRId32 " , %" PRId32, pay->pay[0][a][b],
                     pay->pay[1][b][a]);
            put_centred(cell, 0, last ? ROLE_STRONG : ROLE_TEXT, text);
        }
    }
}

/* How often each move was made so far, mine and theirs. */
struct mixes {
    double mine[PAYOFFS_MOVES], theirs[PAYOFFS_MOVES];
    bool now; /* mine is the share of this cycle's search */
};

static struct mixes mix(const struct scene *s, const struct frame *f)
{
    struct mixes m = { 0 };
    const struct payoffs *pay = payoffs_of(s->env);
    double visits = 0, n = 0;
    int64_t t = film_first(s->film);
    for (unsigned a = 0; a < pay->moves && a < f->mind.n_actions; a++)
        visits += f->mind.visits[a];
    m.now = visits > 0;
    for (t = t ? t : 1; t <= s->t; t++, n++)
        m.theirs[film_at(s->film, t).rec.e.obs % PAYOFFS_MOVES]++;
    for (unsigned a = 0; a < pay->moves; a++) {
        m.mine[a] = m.now ? f->mind.visits[a] / visits : n > 0 ? f->tally[a].n / n : 0;
        m.theirs[a] /= n > 0 ? n : 1;
    }
    return m;
}

static void draw_share(const struct scene *s, struct pane p, int row, int col, int width,
                       double x, int nr)
{
    struct pane track = pane_part(p, row, col, 1, width);
    pane_fill(track, GROUND_BAR);
    put_bar(track, s->glyphs, 0, 0, width, x, ROLE_ON(ROLE_BAR + nr, GROUND_BAR));
    put_text(p, row, col + width + 1, ROLE_TEXT, "%3.0f%%", 100 * x);
}

static int draw_mixes(const struct scene *s, const struct frame *f, struct pane p, int row,
                      int left)
{
    const struct payoffs *pay = payoffs_of(s->env);
    int width = (p.r.cols - left - 14) / 2;
    width = width > 14 ? 14 : width;
    if (width < 4 || row + (int)pay->moves >= p.r.rows || !f->tally)
        return row;
    struct mixes m = mix(s, f);
    int right = left + width + 8;
    put_text(p, row, left, ROLE_DIM, m.now ? "my search" : "mine");
    put_text(p, row, right, ROLE_DIM, right + 13 <= p.r.cols ? "theirs so far" : "theirs");
    for (unsigned a = 0; a < pay->moves; a++) {
        put_words(s, p, ++row, 0, left - 1, ROLE_TEXT, s->env->actions[a]);
        draw_share(s, p, row, left, width, m.mine[a], s->nr);
        draw_share(s, p, row, right, width, m.theirs[a], s->nr ? 0 : 1);
    }
    return row + 1;
}

static uint32_t letter(const char *name) { return (uint32_t)toupper((unsigned char)*name); }

/* The last pairs as two rows of letters, the latest at the right. */
static void draw_pairs(const struct scene *s, struct pane p, int row, int left)
{
    enum { PAIRS = 16 };
    int64_t first = film_first(s->film) ? film_first(s->film) : 1;
    int64_t from = s->t - PAIRS + 1 > first ? s->t - PAIRS + 1 : first;
    if (row + 2 > p.r.rows || s->t < 1)
        return;
    put_text(p, row, 0, ROLE_DIM, "last");
    int col = left;
    for (int64_t t = from; t <= s->t; t++, col += 2) {
        struct record r = film_at(s->film, t).rec;
        put_ch(p, row, col, ROLE_AGENT, letter(s->env->actions[r.action]));
        put_ch(p, row + 1, col, ROLE_OTHER, letter(s->env->observations[r.e.obs]));
    }
    if (col + 7 > p.r.cols)
        return;
    put_text(p, row, col + 1, ROLE_AGENT, "mine");
    put_text(p, row + 1, col + 1, ROLE_OTHER, "theirs");
}

static void draw_matrix(const struct scene *s, const struct frame *f, struct pane p)
{
    const struct payoffs *pay = payoffs_of(s->env);
    int n = (int)pay->moves, left = longest(s->env->actions, pay->moves) + 2;
    int width = (p.r.cols - left) / n - 2, head = longest(s->env->observations, pay->moves);
    width = width > 16 ? 16 : width < head && width < 6 ? 6 : width;
    int pitch = p.r.rows >= 3 * n + 7 ? 2 : 1, row = 1 + n * pitch + (pitch == 1);
    draw_payoffs(s, f, p, left, width, pitch);
    if (row + n + 1 <= p.r.rows)
        row = draw_mixes(s, f, p, row, left) + (p.r.rows >= row + n + 5);
    draw_pairs(s, p, row, left);
}

const struct picture_part picture_matrix = {
    .name = "matrix",
    .main = true,
    .fits = fits_matrix,
    .least = least_matrix,
    .want = want_matrix,
    .draw = draw_matrix,
};

/* ---- a board: its marks are the world's, read in their order, and action i is square i */

static int side_of(const struct scene *s)
{
    int side = 1;
    while (side * side < (int)s->env->space.n_actions)
        side++;
    return side * side == (int)s->env->space.n_actions ? side : 0;
}

static bool fits_board(const struct scene *s, const struct frame *f)
{
    const char *picture = s->env->ops->picture;
    (void)f;
    return picture && !strcmp(picture, "board") && side_of(s) > 1;
}

static struct extent least_board(const struct scene *s, const struct frame *f)
{
    (void)f;
    return (struct extent){ 8 * side_of(s), 3 * side_of(s) };
}

static struct extent want_board(const struct scene *s, const struct frame *f)
{
    (void)f;
    return (struct extent){ 10 * side_of(s), 4 * side_of(s) + 1 };
}

enum { SQUARES_MAX = 36 };

/* The marks of the board; '.' is an empty square. */
static int read_marks(const struct scene *s, const struct frame *f, struct cell *mark)
{
    struct canvas cv = { s->env->rows, s->env->cols, NULL };
    struct cell at[400];
    int n = 0;
    if (cv.rows * cv.cols > 400)
        return 0;
    cv.at = at;
    canvas_clear(&cv);
    s->env->ops->draw(s->env, f->state, s->truth, &cv);
    for (int i = 0; i < cv.rows * cv.cols && n < SQUARES_MAX; i++)
        if (at[i].ch > ' ')
            mark[n++] = at[i];
    return n;
}

/* Share of the search that went into an action; NAN: it is not known. */
static double share_of(const struct frame *f, unsigned a)
{
    double sum = 0;
    for (unsigned i = 0; i < f->mind.n_actions; i++)
        sum += f->mind.visits[i];
    return a < f->mind.n_actions ? f->mind.visits[a] / sum : 0;
}

/* Whose mark it is: in a seat of the game the first player's are the good ones. */
static enum role owner_of(const struct scene *s, const struct cell *mark)
{
    bool good = mark->ground == INK_GOOD;
    if (s->seats)
        return (enum role)(ROLE_AGENT + !good);
    return good ? (enum role)(ROLE_AGENT + s->nr) : ROLE_OTHER;
}

static void draw_square(const struct scene *s, const struct frame *f, struct pane p,
                        unsigned a, const struct cell *mark)
{
    bool empty = mark->ch == '.';
    double x = share_of(f, a);
    int step = x > 0 ? ramp_step(x, 1.0 / s->env->space.n_actions) : 0;
    char text[24];
    pane_fill(p, (enum ground)(GROUND_STEP + (empty ? step : 0)));
    if (!empty)
        put_ch(p, p.r.rows / 2, p.r.cols / 2, ROLE_ON(owner_of(s, mark), GROUND_FLOOR),
               mark->ch);
    else if (a < f->mind.n_actions && f->mind.value[a] >= -1e9) {
        snprintf(text, sizeof text, "%.2f", f->mind.value[a]);
        put_centred(p, p.r.rows / 2, ROLE_TEXT, text);
    }
}

static void draw_board(const struct scene *s, const struct frame *f, struct pane p)
{
    struct cell mark[SQUARES_MAX];
    int side = side_of(s), n = read_marks(s, f, mark);
    int rows = (p.r.rows - (side - 1)) / side, cols = 10;
    rows = rows > 4 ? 4 : rows;
    cols = (p.r.cols + 1) / side - 1 < cols ? (p.r.cols + 1) / side - 1 : cols;
    cols = cols > 2 * rows + 3 && cols > 7 ? (2 * rows + 3 > 7 ? 2 * rows + 3 : 7) : cols;
    for (int i = 0; i < n && i < side * side; i++)
        draw_square(s, f,
                    pane_part(p, i / side * (rows + 1), i % side * (cols + 1), rows, cols),
                    (unsigned)i, &mark[i]);
}

const struct picture_part picture_board = {
    .name = "board",
    .main = true,
    .fits = fits_board,
    .least = least_board,
    .want = want_board,
    .draw = draw_board,
};
