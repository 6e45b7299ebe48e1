#include "config.h"

#include "overlay.h"
#include "picture.h"

#include <stdio.h>
#include <string.h>

/* Boxes, lists and lines of overlays. */

struct pane overlay_room(struct sheet *s)
{
    int top = s->rows >= 20, bottom = s->rows >= 14 ? 2 : 1;
    return (struct pane){ s, { top, 0, s->rows - top - bottom, s->cols } };
}

/* All but the keys, which are those of the overlay. */
void overlay_veil(struct sheet *s)
{
    sheet_veil(s);
    for (int i = (s->rows - 1) * s->cols; i < s->rows * s->cols; i++)
        s->at[i].flags &= (uint8_t)~MARK_VEILED;
}

static void clear(struct pane p)
{
    for (int r = 0; r < p.r.rows; r++)
        for (int c = 0; c < p.r.cols; c++)
            put_ch(p, r, c, ROLE_TEXT, ' ');
}

static struct pane box_on(struct pane p, const struct glyphs *g, const char *title,
                          const char *info)
{
    clear(p);
    struct pane in = put_frame(p, g, ROLE_FRAME);
    put_text(p, 0, 2, ROLE_TITLE, " %s ", title);
    int width = text_width(info), from = p.r.cols - width - 4;
    if (width && from > text_width(title) + 6)
        put_text(p, 0, from, ROLE_DIM, " %s ", info);
    return in;
}

struct pane overlay_strip(struct sheet *s, const struct glyphs *g, int rows,
                          const char *title, const char *info)
{
    struct pane all = overlay_room(s);
    rows = rows > all.r.rows ? all.r.rows : rows;
    return box_on(pane_part(all, all.r.rows - rows, 0, rows, all.r.cols), g, title, info);
}

struct pane overlay_box(struct sheet *s, const struct glyphs *g, int rows, int cols,
                        const char *title, const char *info)
{
    struct pane all = overlay_room(s);
    if (all.r.cols - cols < 8)
        cols = all.r.cols;
    rows = rows > all.r.rows ? all.r.rows : rows;
    struct pane p =
        pane_part(all, (all.r.rows - rows) / 2, (all.r.cols - cols) / 2, rows, cols);
    return box_on(p, g, title, info);
}

void put_more(struct pane in, const struct glyphs *g, int first, int room, int n)
{
    struct pane frame = { in.sheet, { in.r.row - 1, in.r.col, in.r.rows + 2, in.r.cols } };
    char text[40];
    int below = n - first - room;
    if (first > 0) {
        snprintf(text, sizeof text, " %s %d more ", g->up, first);
        put_text(frame, 0, (in.r.cols - text_width(text)) / 2, ROLE_DIM, "%s", text);
    }
    if (below > 0) {
        snprintf(text, sizeof text, " %s %d more ", g->down, below);
        put_text(frame, in.r.rows + 1, in.r.cols - text_width(text) - 1, ROLE_DIM, "%s",
                 text);
    }
}

int scroll_to(int from, int to, int room, int n)
{
    int first = (from + to) / 2 - room / 2;
    if (first > n - room)
        first = n - room;
    return first < 0 ? 0 : first;
}

static struct pane last_line(struct sheet *s, int up)
{
    struct pane p = { s, { s->rows - 1 - up, 0, 1, s->cols } };
    clear(p);
    return p;
}

void put_notice(struct sheet *s, enum role role, const char *text)
{
    if (s->rows >= 14)
        put_text(last_line(s, 1), 0, 1, role, "%s", text);
}

int put_paragraph(struct pane p, int row, const char *text)
{
    int col = 0;
    char word[VIEW_LINE];
    while (*text) {
        size_t n = strcspn(text, " \n");
        snprintf(word, sizeof word, "%.*s", (int)(n < 200 ? n : 200), text);
        if (col > 0 && col + text_width(word) > p.r.cols) {
            row++;
            col = 0;
        }
        col = put_text(p, row, col, ROLE_TEXT, "%s", word) + 1;
        text += n;
        if (!strncmp(text, "\n\n", 2)) {
            row += 2;
            col = 0;
            text += strspn(text, "\n");
        } else
            text += *text != '\0';
    }
    return row + 1;
}

void line_append(char *line, size_t n, uint32_t key)
{
    size_t len = strlen(line);
    if (key >= ' ' && key < 0x7f && len + 1 < n) {
        line[len] = (char)key;
        line[len + 1] = '\0';
    }
}

void line_erase(char *line)
{
    size_t n = strlen(line);
    while (n && ((unsigned char)line[n - 1] & 0xc0) == 0x80)
        n--;
    if (n)
        line[n - 1] = '\0';
}
