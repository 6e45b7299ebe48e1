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

bool overlay_key(struct view *v, uint32_t key)
{
    if (key == VK_RESIZE)
        return true;
    if (v->overlay == OVERLAY_QUESTION)
        return question_key(v, key);
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
    default: break;
    }
    return true;
}

/* ---- drawing */

void overlay_draw(struct view *v, struct sheet *s, const struct scene *c)
{
    const struct glyphs *g = c->glyphs;
    if (v->overlay == OVERLAY_HELP || v->overlay == OVERLAY_MENU ||
        v->overlay == OVERLAY_FORM)
        overlay_veil(s);
    switch (v->overlay) {
    case OVERLAY_HELP: help_draw(v, s, c); break;
    case OVERLAY_MENU: menu_draw(v, s, g); break;
    case OVERLAY_PROMPT: prompt_draw(v, s, g); break;
    case OVERLAY_FORM: form_draw(v, s, g); break;
    default: break;
    }
}
