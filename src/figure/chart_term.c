#include "config.h"

#include "chart.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Charts on a canvas of characters. */

struct box { /* cells of the plot itself */
    int top, left, rows, cols;
    double x0, x1, y0, y1; /* values at its edges */
    bool log_x;
};

static int text_width(const char *s)
{
    int n = 0;
    for (; *s; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80; /* not the middle of a character */
    return n;
}

static int widest_label(const struct chart *c)
{
    int w = 0;
    for (size_t i = 0; i < c->n; i++)
        w = text_width(c->series[i].label) > w ? text_width(c->series[i].label) : w;
    return w;
}

/* -0 is 0. */
static double tidy(double x, double step) { return fabs(x) < step / 1000 ? 0 : x; }

static double along_x(const struct box *b, double x)
{
    double lo = b->log_x ? log10(fmax(b->x0, 1e-300)) : b->x0;
    double hi = b->log_x ? log10(fmax(b->x1, 1e-300)) : b->x1;
    double v = b->log_x ? log10(fmax(x, 1e-300)) : x;
    return hi > lo ? (v - lo) / (hi - lo) : 0.5;
}

static double along_y(const struct box *b, double y)
{
    return (y - b->y0) / (b->y1 - b->y0);
}

/* ---- intervals */

static void draw_axis_above(struct canvas *cv, const struct box *b)
{
    double step = chart_step(b->x0, b->x1, b->cols / 10);
    for (double x = ceil(b->x0 / step) * step; x <= b->x1 + step / 1000; x += step) {
        char text[32];
        int at = b->left + (int)lround(along_x(b, x) * (b->cols - 1));
        int len = snprintf(text, sizeof text, "%.6g", tidy(x, step));
        canvas_text(cv, 0, at - len / 2, INK_DIM, "%s", text);
    }
}

static void draw_interval(struct canvas *cv, const struct box *b, const struct series *s,
                          int row, enum ink ink, bool ascii)
{
    double lo = s->lo ? s->lo[0] : s->y[0], hi = s->hi ? s->hi[0] : s->y[0];
    lo = isfinite(lo) ? lo : s->y[0];
    hi = isfinite(hi) ? hi : s->y[0];
    int from = b->left + (int)lround(along_x(b, lo) * (b->cols - 1));
    int to = b->left + (int)lround(along_x(b, hi) * (b->cols - 1));
    int at = b->left + (int)lround(along_x(b, s->y[0]) * (b->cols - 1));
    for (int i = from; i <= to; i++)
        canvas_put(cv, row, i, ink, ascii ? '-' : 0x2500);
    if (from < to) {
        canvas_put(cv, row, from, ink, ascii ? '|' : 0x251c);
        canvas_put(cv, row, to, ink, ascii ? '|' : 0x2524);
    }
    canvas_put(cv, row, at, ink, ascii ? 'o' : 0x25cf);
}

/* Names left of the box, cut where they would reach into it. */
static void draw_names(const struct chart *c, struct canvas *cv, const struct box *b,
                       enum charset charset)
{
    for (size_t i = 0; i < c->n && (int)i + 1 < cv->rows; i++) {
        enum ink ink = (enum ink)(INK_SERIES + (int)c->series[i].color);
        int row = (int)i + 1;
        canvas_text(cv, row, 2, ink, "%s", c->series[i].label);
        if (text_width(c->series[i].label) <= b->left - 4)
            continue;
        for (int col = b->left - 2; col < cv->cols; col++)
            canvas_put(cv, row, col, ink, ' ');
        canvas_put(cv, row, b->left - 2, ink, charset == CHARSET_ASCII ? '~' : 0x2026);
    }
}

static void draw_intervals(const struct chart *c, struct canvas *cv, enum charset charset)
{
    int widest = widest_label(c), most = cv->cols / 2;
    struct box b = { .top = 1, .left = (widest < most ? widest : most) + 4 };
    b.cols = cv->cols - b.left - 3;
    if (b.cols < 10 || !chart_range(c, true, &b.x0, &b.x1))
        return;
    draw_axis_above(cv, &b);
    draw_names(c, cv, &b, charset);
    for (size_t k = 0; k < c->n_references; k++)
        for (int row = 1; row < cv->rows; row++)
            canvas_put(cv, row,
                       b.left + (int)lround(along_x(&b, c->reference[k].y) * (b.cols - 1)),
                       INK_DIM, charset == CHARSET_ASCII ? ':' : 0x250a);
    for (size_t i = 0; i < c->n && (int)i + 1 < cv->rows; i++) {
        enum ink ink = (enum ink)(INK_SERIES + (int)c->series[i].color);
        if (c->series[i].n && isfinite(c->series[i].y[0]))
            draw_interval(cv, &b, &c->series[i], (int)i + 1, ink, charset == CHARSET_ASCII);
    }
}

/* ---- lines */

/* Dots per cell of each charset. */
static const struct {
    int x, y;
} dots[] = { { 1, 1 }, { 1, 2 }, { 2, 4 } };

static void put_dot(struct canvas *cv, const struct box *b, int x, int y, enum ink ink,
                    enum charset charset, uint32_t ascii)
{
    static const uint32_t braille[4][2] = { { 1, 8 }, { 2, 16 }, { 4, 32 }, { 64, 128 } };
    int col = b->left + x / dots[charset].x, row = b->top + y / dots[charset].y;
    if (x < 0 || y < 0 || row >= b->top + b->rows || col >= b->left + b->cols)
        return;
    uint32_t was = cv->at[row * cv->cols + col].ch, ch = ascii;
    if (charset == CHARSET_BRAILLE)
        ch = (was >= 0x2800 && was < 0x2900 ? was : 0x2800) | braille[y % 4][x % 2];
    if (charset == CHARSET_BLOCKS) {
        uint32_t half = y % 2 ? 0x2584 : 0x2580;
        ch = was == 0x2588 || (was == 0x2584 && half == 0x2580) ||
                     (was == 0x2580 && half == 0x2584)
                 ? 0x2588
                 : half;
    }
    canvas_put(cv, row, col, ink, ch);
}

struct pen {
    struct canvas *cv;
    const struct box *b;
    enum ink ink;
    enum charset charset;
    uint32_t ascii;
    int gap; /* dots left out between two that are drawn */
};

static void draw_line(const struct pen *p, double xa, double ya, double xb, double yb)
{
    int w = p->b->cols * dots[p->charset].x - 1, h = p->b->rows * dots[p->charset].y - 1;
    double ax = xa * w, ay = (1 - ya) * h, bx = xb * w, by = (1 - yb) * h;
    int steps = (int)fmax(fabs(bx - ax), fabs(by - ay)) + 1;
    for (int i = 0; i <= steps; i++) {
        double f = (double)i / steps;
        int x = (int)lround(ax + f * (bx - ax)), y = (int)lround(ay + f * (by - ay));
        if (p->gap && x % (p->gap + 1))
            continue;
        put_dot(p->cv, p->b, x, y, p->ink, p->charset, p->ascii);
    }
}

static void draw_curve(const struct pen *p, const double *x, const double *y, size_t n)
{
    for (size_t i = 0; y && i + 1 < n; i++)
        if (isfinite(y[i]) && isfinite(y[i + 1]))
            draw_line(p, along_x(p->b, x[i]), along_y(p->b, y[i]), along_x(p->b, x[i + 1]),
                      along_y(p->b, y[i + 1]));
    if (n == 1 && isfinite(y[0]))
        draw_line(p, along_x(p->b, x[0]), along_y(p->b, y[0]), along_x(p->b, x[0]),
                  along_y(p->b, y[0]));
}

static void draw_points(const struct pen *p, const struct series *s)
{
    for (size_t i = 0; i < s->n; i++) {
        if (!isfinite(s->y[i]))
            continue;
        int col = p->b->left + (int)lround(along_x(p->b, s->x[i]) * (p->b->cols - 1));
        int row = p->b->top + (int)lround((1 - along_y(p->b, s->y[i])) * (p->b->rows - 1));
        canvas_put(p->cv, row, col, p->ink, p->charset == CHARSET_ASCII ? 'O' : 0x25c6);
    }
}

static void draw_axes(const struct chart *c, struct canvas *cv, const struct box *b,
                      bool ascii)
{
    double step = chart_step(b->y0, b->y1, b->rows / 3);
    for (int r = 0; r < b->rows; r++)
        canvas_put(cv, b->top + r, b->left - 1, INK_DIM, ascii ? '|' : 0x2502);
    for (double y = ceil(b->y0 / step) * step; y <= b->y1 + step / 1000; y += step) {
        char text[32];
        int row = b->top + (int)lround((1 - along_y(b, y)) * (b->rows - 1));
        int len = snprintf(text, sizeof text, "%.6g", tidy(y, step));
        canvas_text(cv, row, b->left - 2 - len, INK_DIM, "%s", text);
        canvas_put(cv, row, b->left - 1, INK_DIM, ascii ? '+' : 0x253c);
    }
    int bottom = b->top + b->rows;
    for (int i = 0; i < b->cols; i++)
        canvas_put(cv, bottom, b->left + i, INK_DIM, ascii ? '-' : 0x2500);
    canvas_put(cv, bottom, b->left - 1, INK_DIM, ascii ? '+' : 0x2514);
    step = chart_step(b->x0, b->x1, b->cols / 10);
    step = chart_counts(c) ? fmax(1, step) : step; /* no half cycles */
    double x =
        b->log_x ? pow(10, ceil(log10(fmax(b->x0, 1e-300)))) : ceil(b->x0 / step) * step;
    for (; x <= b->x1 + step / 1000; x = b->log_x ? 10 * x : x + step) {
        char text[32];
        int at = b->left + (int)lround(along_x(b, x) * (b->cols - 1));
        int len = snprintf(text, sizeof text, "%.6g", tidy(x, step));
        canvas_put(cv, bottom, at, INK_DIM, ascii ? '+' : 0x252c);
        canvas_text(cv, bottom + 1, at - len / 2, INK_DIM, "%s", text);
    }
    if (c->x_label)
        canvas_text(cv, bottom + 2, b->left, INK_DIM, "%s", c->x_label);
    if (c->y_label)
        canvas_text(cv, b->top - 1, 0, INK_DIM, "%s", c->y_label);
}

struct tag { /* a label at the right edge */
    const char *text;
    double y;
    enum ink ink;
    int row, end; /* where it stands, and where its line ends */
};

static int by_height(const void *a, const void *b)
{
    const struct tag *x = a, *y = b;
    return (x->y < y->y) - (x->y > y->y);
}

/* Labels beside the ends of their lines, one a row, in the order of the lines. One that had
 * to give way points to where its line ends. */
static void draw_tags(struct canvas *cv, const struct box *b, struct tag *tag, size_t n,
                      bool ascii)
{
    int last = b->top - 1;
    if (n)
        qsort(tag, n, sizeof *tag, by_height);
    for (size_t i = 0; i < n; i++) {
        int row = b->top + (int)lround((1 - along_y(b, tag[i].y)) * (b->rows - 1));
        tag[i].end = row;
        tag[i].row = row > last ? row : last + 1;
        last = tag[i].row;
    }
    int limit = b->top + b->rows - 1; /* push back up what fell off the end */
    for (size_t i = n; i--;) {
        if (tag[i].row > limit)
            tag[i].row = limit;
        limit = tag[i].row - 1;
    }
    for (size_t i = 0; i < n; i++) {
        const char *there = tag[i].end < tag[i].row   ? ascii ? "^ " : "\342\206\221 "
                            : tag[i].end > tag[i].row ? ascii ? "v " : "\342\206\223 "
                                                      : "";
        canvas_text(cv, tag[i].row, b->left + b->cols + 1, tag[i].ink, "%s%s", there,
                    tag[i].text);
    }
}

static double last_value(const struct series *s)
{
    for (size_t i = s->n; i--;)
        if (isfinite(s->y[i]))
            return s->y[i];
    return NAN;
}

static void draw_lines(const struct chart *c, struct canvas *cv, enum charset charset)
{
    static const char marks[] = "*+x#o%@=";
    int labels = widest_label(c);
    for (size_t i = 0; i < c->n_references; i++)
        labels = text_width(c->reference[i].label) > labels
                     ? text_width(c->reference[i].label)
                     : labels;
    struct box b = { .top = 1, .left = 9, .log_x = c->log_x };
    labels = labels > cv->cols / 3 ? cv->cols / 3 : labels;
    b.cols = cv->cols - b.left - labels - 4; /* room for what points from a label */
    b.rows = cv->rows - 4;
    if (b.cols < 10 || b.rows < 3 || !chart_range(c, true, &b.x0, &b.x1) ||
        !chart_range(c, false, &b.y0, &b.y1))
        return;
    struct tag tag[SERIES_MAX + REFERENCES_MAX];
    size_t n = 0;
    draw_axes(c, cv, &b, charset == CHARSET_ASCII);
    for (size_t i = 0; i < c->n_references; i++) {
        struct pen pen = { cv, &b, INK_DIM, charset, '.', 3 };
        double y = along_y(&b, c->reference[i].y);
        draw_line(&pen, 0, y, 1, y);
        tag[n++] = (struct tag){ .text = c->reference[i].label,
                                 .y = c->reference[i].y,
                                 .ink = INK_DIM };
    }
    for (size_t i = 0; i < c->n; i++) {
        const struct series *s = &c->series[i];
        enum ink ink = (enum ink)(INK_SERIES + (int)c->series[i].color);
        struct pen thin = { cv, &b, ink, charset, '.', 3 };
        struct pen pen = {
            cv, &b, ink, charset, (uint32_t)marks[s->color % 8], *s->label ? 0 : 3
        };
        if (s->points) {
            draw_points(&pen, s);
        } else {
            draw_curve(&thin, s->x, s->lo, s->n);
            draw_curve(&thin, s->x, s->hi, s->n);
            draw_curve(&pen, s->x, s->y, s->n);
        }
        if (*s->label && isfinite(last_value(s)) && n < SERIES_MAX + REFERENCES_MAX)
            tag[n++] = (struct tag){ .text = s->label, .y = last_value(s), .ink = ink };
    }
    draw_tags(cv, &b, tag, n, charset == CHARSET_ASCII);
}

/* ---- heat maps */

static void draw_heat(const struct chart *c, struct canvas *cv, enum charset charset)
{
    static const uint32_t shades[2][5] = { { ' ', '.', ':', 'o', '#' },
                                           { ' ', 0x2591, 0x2592, 0x2593, 0x2588 } };
    int left = 2, width = 10;
    double least = HUGE_VAL, greatest = -HUGE_VAL;
    for (size_t i = 0; i < c->rows; i++)
        left = text_width(c->row[i]) + 2 > left ? text_width(c->row[i]) + 2 : left;
    for (size_t k = 0; k < c->columns; k++)
        width = text_width(c->column[k]) + 1 > width ? text_width(c->column[k]) + 1 : width;
    if (left + (int)c->columns * width > cv->cols)
        width = 10;
    for (size_t i = 0; i < c->rows * c->columns; i++) {
        if (!isfinite(c->value[i]))
            continue;
        least = fmin(least, c->value[i]);
        greatest = fmax(greatest, c->value[i]);
    }
    canvas_text(cv, 0, 0, INK_DIM, "%s \\ %s   %s", c->y_label ? c->y_label : "",
                c->x_label ? c->x_label : "", c->z_label ? c->z_label : "");
    for (size_t k = 0; k < c->columns; k++)
        canvas_text(cv, 1, left + (int)k * width, INK_DIM, "%*s", width - 1, c->column[k]);
    for (size_t i = 0; i < c->rows; i++) {
        canvas_text(cv, (int)i + 2, 0, INK_TEXT, "%s", c->row[i]);
        for (size_t k = 0; k < c->columns; k++) {
            double v = c->value[i * c->columns + k];
            int at = left + (int)k * width;
            if (!isfinite(v)) {
                canvas_text(cv, (int)i + 2, at + width - 2, INK_DIM, "-");
                continue;
            }
            double f = greatest > least ? (v - least) / (greatest - least) : 0.5;
            int shade = (int)fmin(4, floor(f * 5));
            for (int j = 0; j < 2; j++)
                canvas_put(cv, (int)i + 2, at + j, INK_TEXT,
                           shades[charset != CHARSET_ASCII][shade]);
            canvas_text(cv, (int)i + 2, at + 2, INK_TEXT, "%*.4g", width - 3, v);
        }
    }
}

int chart_rows(const struct chart *c)
{
    switch (c->kind) {
    case CHART_INTERVALS: return (int)c->n + 1;
    case CHART_HEAT: return (int)c->rows + 2;
    default: return 20;
    }
}

void chart_draw(const struct chart *c, struct canvas *cv, enum charset charset)
{
    canvas_clear(cv);
    switch (c->kind) {
    case CHART_INTERVALS: draw_intervals(c, cv, charset); break;
    case CHART_HEAT: draw_heat(c, cv, charset); break;
    default: draw_lines(c, cv, charset); break;
    }
}

/* ---- out */

static void put_utf8(uint32_t ch, FILE *to)
{
    if (ch < 0x80) {
        fputc((int)ch, to);
    } else if (ch < 0x800) {
        fputc((int)(0xc0 | ch >> 6), to);
        fputc((int)(0x80 | (ch & 0x3f)), to);
    } else {
        fputc((int)(0xe0 | ch >> 12), to);
        fputc((int)(0x80 | (ch >> 6 & 0x3f)), to);
        fputc((int)(0x80 | (ch & 0x3f)), to);
    }
}

/* Okabe and Ito's colours nearest in the cube of 256, readable on black and on white. */
static int color_of(int ink)
{
    static const int palette[] = { 32, 172, 36, 175, 166, 74, 142, 245 };
    if (ink >= (int)INK_SERIES)
        return palette[(ink - (int)INK_SERIES) % 8];
    return ink == INK_DIM ? 244 : -1;
}

void canvas_print(const struct canvas *cv, bool color, FILE *to)
{
    for (int r = 0; r < cv->rows; r++) {
        const struct cell *row = cv->at + r * cv->cols;
        int end = cv->cols, now = -1;
        while (end > 0 && (!row[end - 1].ch || row[end - 1].ch == ' '))
            end--;
        for (int i = 0; i < end; i++) {
            int want = color ? color_of(row[i].ground) : -1;
            if (row[i].ch && want != now) {
                if (want < 0)
                    fputs("\033[0m", to);
                else
                    fprintf(to, "\033[38;5;%dm", want);
                now = want;
            }
            put_utf8(row[i].ch ? row[i].ch : ' ', to);
        }
        fputs(now >= 0 ? "\033[0m\n" : "\n", to);
    }
}
