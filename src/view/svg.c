#include "config.h"

#include "svg.h"

#include "colour.h"
#include "escape.h"
#include "whole.h"

#include <string.h>

/* A column and a row, and where the letters stand in it. */
enum { WIDE = 9, HIGH = 18, BASE = 13, SIZE = 15, MARGIN = 9 };

/* What a mark looks like in a still, where nothing is anybody's own. */
struct paint {
    uint32_t fg, bg;
    bool bold, underline;
};

static uint32_t rgb_of(struct theme t, int32_t colour, bool text)
{
    if (colour < 0)
        return theme_own(t, text);
    return theme_is_poor(t) ? colour_of_index(colour) : (uint32_t)colour;
}

static struct paint paint_of(struct theme t, struct mark m)
{
    struct look l = theme_look(t, m);
    struct paint p = { rgb_of(t, l.fg, true), rgb_of(t, l.bg, false), l.attr & LOOK_BOLD,
                       l.attr & LOOK_UNDERLINE };
    if (l.attr & LOOK_DIM)
        p.fg = colour_mix(p.bg, p.fg, 60);
    if (l.attr & LOOK_REVERSE) {
        uint32_t fg = p.fg;
        p.fg = p.bg;
        p.bg = fg;
    }
    return p;
}

static struct theme still_theme(struct theme t)
{
    if (!theme_is_poor(t))
        t.colors = COLORS_DIRECT;
    return t;
}

/* ---- grounds */

static void put_box(FILE *to, double x, double y, double w, double h, uint32_t rgb)
{
    fprintf(to, "<rect x=\"%g\" y=\"%g\" width=\"%g\" height=\"%g\" fill=\"#%06x\"/>\n", x,
            y, w, h, (unsigned)rgb);
}

static double left_of(int col) { return MARGIN + (double)col * WIDE; }
static double top_of(int row) { return MARGIN + (double)row * HIGH; }

/* Marks of one ground in a row are one rectangle. */
static void put_grounds(FILE *to, const struct sheet *s, struct theme t)
{
    for (int r = 0; r < s->rows; r++)
        for (int c = 0, end; c < s->cols; c = end) {
            uint32_t bg = paint_of(t, s->at[r * s->cols + c]).bg;
            for (end = c + 1; end < s->cols; end++)
                if (paint_of(t, s->at[r * s->cols + end]).bg != bg)
                    break;
            if (bg != theme_own(t, false))
                put_box(to, left_of(c), top_of(r), (double)(end - c) * WIDE, HIGH, bg);
        }
}

/* ---- characters that are drawn */

/* Eighths of a cell that a block element fills: left, top, width, height. */
static bool block_of(uint32_t ch, int box[4])
{
    int n = (int)ch - 0x2580;
    if (n < 0 || (n > 0x10 && ch != 0x2594 && ch != 0x2596))
        return false;
    int boxes[4][4] = { { 0, 0, 8, 4 }, { 4, 0, 4, 8 }, { 0, 0, 8, 1 }, { 0, 4, 4, 4 } };
    int lower[4] = { 0, 8 - n, 8, n }, left[4] = { 0, 0, 16 - n, 8 };
    const int *is = ch == 0x2580   ? boxes[0]
                    : ch == 0x2590 ? boxes[1]
                    : ch == 0x2594 ? boxes[2]
                    : ch == 0x2596 ? boxes[3]
                    : n <= 8       ? lower
                                   : left;
    memcpy(box, is, 4 * sizeof *box);
    return true;
}

/* Lines from the middle of a cell to its left, right, top and bottom, bit by bit. */
static int arms_of(uint32_t ch)
{
    enum { LEFT = 1, RIGHT = 2, TOP = 4, BOTTOM = 8 };
    static const struct {
        uint32_t ch;
        int arms;
    } table[] = {
        { 0x2500, LEFT | RIGHT },        { 0x2501, LEFT | RIGHT },
        { 0x254c, LEFT | RIGHT },        { 0x2502, TOP | BOTTOM },
        { 0x2503, TOP | BOTTOM },        { 0x250c, RIGHT | BOTTOM },
        { 0x2510, LEFT | BOTTOM },       { 0x2514, RIGHT | TOP },
        { 0x2518, LEFT | TOP },          { 0x256d, RIGHT | BOTTOM },
        { 0x256e, LEFT | BOTTOM },       { 0x2570, RIGHT | TOP },
        { 0x256f, LEFT | TOP },          { 0x251c, RIGHT | TOP | BOTTOM },
        { 0x2524, LEFT | TOP | BOTTOM }, { 0x252c, LEFT | RIGHT | BOTTOM },
        { 0x2534, LEFT | RIGHT | TOP },  { 0x253c, LEFT | RIGHT | TOP | BOTTOM },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].ch == ch)
            return table[i].arms;
    return 0;
}

static void put_arms(FILE *to, double x, double y, uint32_t ch, uint32_t rgb)
{
    int arms = arms_of(ch);
    bool heavy = ch == 0x2501 || ch == 0x2503;
    double mx = x + WIDE / 2.0, my = y + HIGH / 2.0;
    fprintf(to, "<path d=\"");
    if (arms & 1)
        fprintf(to, "M%g %gH%g", ch == 0x254c ? x + 2 : x, my, mx);
    if (arms & 2)
        fprintf(to, "M%g %gH%g", mx, my, ch == 0x254c ? x + WIDE - 2 : x + WIDE);
    if (arms & 4)
        fprintf(to, "M%g %gV%g", mx, y, my);
    if (arms & 8)
        fprintf(to, "M%g %gV%g", mx, my, y + HIGH);
    fprintf(to, "\" stroke=\"#%06x\"%s/>\n", (unsigned)rgb,
            heavy ? " stroke-width=\"3\"" : "");
}

/* Braille: two columns of four dots. */
static void put_dots(FILE *to, double x, double y, uint32_t ch, uint32_t rgb)
{
    static const int bit[4][2] = { { 0, 3 }, { 1, 4 }, { 2, 5 }, { 6, 7 } };
    for (int r = 0; r < 4; r++)
        for (int c = 0; c < 2; c++)
            if (ch >> bit[r][c] & 1)
                put_box(to, x + 1 + 4.5 * c, y + 1 + 4.5 * r, 2.5, 2.5, rgb);
}

/* Draws what would not meet its neighbours as a letter; false: it is a letter. */
static bool put_drawn(FILE *to, int row, int col, uint32_t ch, uint32_t rgb)
{
    double x = left_of(col), y = top_of(row);
    int box[4];
    if (block_of(ch, box)) {
        put_box(to, x + box[0] * WIDE / 8.0, y + box[1] * HIGH / 8.0, box[2] * WIDE / 8.0,
                box[3] * HIGH / 8.0, rgb);
        return true;
    }
    if (ch == 0x2571)
        fprintf(to, "<path d=\"M%g %gL%g %g\" stroke=\"#%06x\"/>\n", x, y + HIGH, x + WIDE,
                y, (unsigned)rgb);
    else if (arms_of(ch))
        put_arms(to, x, y, ch, rgb);
    else if (ch >= 0x2800 && ch < 0x2900)
        put_dots(to, x, y, ch, rgb);
    else
        return false;
    return true;
}

/* ---- letters */

static bool same_paint(struct paint a, struct paint b)
{
    return a.fg == b.fg && a.bold == b.bold && a.underline == b.underline;
}

static void put_letters(FILE *to, int row, int col, int n, struct paint p, const char *text)
{
    fprintf(to, "<text x=\"%g\" y=\"%g\" textLength=\"%d\" fill=\"#%06x\"%s%s>",
            left_of(col), top_of(row) + BASE, n * WIDE, (unsigned)p.fg,
            p.bold ? " font-weight=\"bold\"" : "",
            p.underline ? " text-decoration=\"underline\"" : "");
    escape_put(MARKUP_HTML, text, to);
    fputs("</text>\n", to);
}

/* The letters of a row from `col` on that are painted alike, a word or more; what is not
 * ASCII stands alone, as fonts have it in other widths. Returns the column after them. */
static int put_run(FILE *to, const struct sheet *s, struct theme t, int row, int col)
{
    char text[1024] = "";
    const struct mark *m = &s->at[row * s->cols];
    struct paint p = paint_of(t, m[col]);
    size_t n = 0;
    int end = col, last = col;
    for (; end < s->cols && n + 8 < sizeof text; end++) {
        uint32_t ch = m[end].ch ? m[end].ch : ' ';
        if ((ch != ' ' && !same_paint(paint_of(t, m[end]), p)) ||
            (end > col && (ch > 0x7e || m[end - 1].ch > 0x7e)) ||
            (end - last > 2)) /* two blanks part words */
            break;
        n += utf8_of(ch, text + n);
        last = ch == ' ' ? last : end;
    }
    text[n] = '\0';
    while (n && text[n - 1] == ' ')
        text[--n] = '\0';
    put_letters(to, row, col, last - col + 1, p, text);
    return last + 1;
}

static void put_row(FILE *to, const struct sheet *s, struct theme t, int row)
{
    for (int c = 0; c < s->cols;) {
        struct mark m = s->at[row * s->cols + c];
        if (!m.ch || m.ch == ' ' || put_drawn(to, row, c, m.ch, paint_of(t, m).fg))
            c++;
        else
            c = put_run(to, s, t, row, c);
    }
}

void svg_print(FILE *to, const struct sheet *s, struct theme theme, const char *title)
{
    struct theme t = still_theme(theme);
    int width = s->cols * WIDE + 2 * MARGIN, height = s->rows * HIGH + 2 * MARGIN;
    fprintf(to,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
            "viewBox=\"0 0 %d %d\" font-family=\"DejaVu Sans Mono, Menlo, Consolas, "
            "monospace\" font-size=\"%d\" fill=\"none\" xml:space=\"preserve\">\n",
            width, height, width, height, SIZE);
    if (title) {
        fputs("<title>", to);
        escape_put(MARKUP_HTML, title, to);
        fputs("</title>\n", to);
    }
    put_box(to, 0, 0, width, height, theme_own(t, false));
    fputs("<g shape-rendering=\"crispEdges\">\n", to);
    put_grounds(to, s, t);
    fputs("</g>\n", to);
    for (int r = 0; r < s->rows; r++)
        put_row(to, s, t, r);
    fputs("</svg>\n", to);
}

bool svg_write(const char *path, const struct sheet *s, struct theme theme,
               const char *title, struct err *err)
{
    struct whole file = { 0 };
    if (!whole_open(&file, path, err))
        return false;
    svg_print(file.to, s, theme, title);
    return whole_close(&file, err);
}
