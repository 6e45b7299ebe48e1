#include "config.h"

#include "overlay.h"
#include "xalloc.h"

#include <stdio.h>
#include <string.h>

/* Which overlay has the keys and is drawn; the text of a demonstration, and a box. */

/* The tree scrolls and goes; all other keys do what they do elsewhere, so that one may step
 * with it open. */
static bool tree_key(struct view *v, uint32_t key)
{
    switch (key) {
    case VK_UP: v->chosen -= v->chosen > 0; break;
    case VK_DOWN: v->chosen++; break;
    case VK_ENTER: view_overlay(v, OVERLAY_NONE); break;
    default: return false;
    }
    return true;
}

/* An introduction goes at any key; these two do what they do elsewhere. */
static bool page_key(struct view *v, uint32_t key)
{
    view_overlay(v, OVERLAY_NONE);
    if (v->resume)
        view_pause(v, false);
    return key_intent(key) != DO_QUIT && key_intent(key) != DO_DEMO;
}

bool overlay_key(struct view *v, uint32_t key)
{
    if (key == VK_RESIZE)
        return true;
    if (key == VK_ESCAPE || key == VK_F1 + 9) {
        view_overlay(v, OVERLAY_NONE);
        return true;
    }
    switch (v->overlay) {
    case OVERLAY_PROMPT: prompt_key(v, key); break;
    case OVERLAY_MENU: menu_key(v, key); break;
    case OVERLAY_FORM: form_pane_key(v, key); break;
    case OVERLAY_HELP: help_key(v, key); return v->overlay || key_intent(key) != DO_QUIT;
    case OVERLAY_TREE: return tree_key(v, key);
    case OVERLAY_CARD: return card_key(v, key);
    case OVERLAY_PLOTS: return plots_key(v, key);
    default: return page_key(v, key);
    }
    return true;
}

/* ---- drawing */

/* All but the keys, which are those of the overlay. */
static void veil(struct sheet *s)
{
    sheet_veil(s);
    for (int i = (s->rows - 1) * s->cols; i < s->rows * s->cols; i++)
        s->at[i].flags &= (uint8_t)~MARK_VEILED;
}

static void draw_intro(const struct view *v, struct sheet *s, const struct glyphs *g)
{
    int cols = s->cols < 76 ? s->cols - 2 : 72, rows = 0;
    struct sheet scratch = { 0 };
    sheet_resize(&scratch, 100, cols - 4);
    rows = put_paragraph((struct pane){ &scratch, { 0, 0, 100, cols - 4 } }, 0,
                         v->demo.text ? v->demo.text : "");
    sheet_release(&scratch);
    struct pane p = draw_box(s, g, rows + 6, cols, v->demo.title ? v->demo.title : "");
    rows = 1 +
           put_paragraph(
               (struct pane){ s, { p.r.row + 1, p.r.col + 1, p.r.rows - 1, p.r.cols - 2 } },
               0, v->demo.text ? v->demo.text : "");
    put_text(p, p.r.rows - 1, 1, ROLE_DIM, "any key to go on, D for other demonstrations");
}

void overlay_draw(struct view *v, struct sheet *s, const struct scene *c)
{
    const struct glyphs *g = c->glyphs;
    if (v->overlay == OVERLAY_HELP || v->overlay == OVERLAY_INTRO ||
        v->overlay == OVERLAY_MENU || v->overlay == OVERLAY_FORM)
        veil(s);
    switch (v->overlay) {
    case OVERLAY_HELP: help_draw(v, s, c); break;
    case OVERLAY_INTRO: draw_intro(v, s, g); break;
    case OVERLAY_MENU: menu_draw(v, s, g); break;
    case OVERLAY_PROMPT: prompt_draw(v, s, g); break;
    case OVERLAY_FORM: form_draw(v, s, g); break;
    default: break;
    }
}
