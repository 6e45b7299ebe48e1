#include "config.h"

#include "view.h"

#include <stdio.h>
#include <string.h>

/* What the keys ask for. */

static void seek_event(struct view *v, int step)
{
    int64_t best = v->t;
    for (int i = 0; i < v->show.n; i++) {
        sim_lock(v->sim[i]);
        int64_t at = film_seek(sim_film(v->sim[i]), v->t, v->truth, step);
        sim_unlock(v->sim[i]);
        if (at != v->t && (best == v->t || (at - best) * step < 0))
            best = at;
    }
    for (int i = 0; i < v->n_marks; i++) {
        int64_t at = v->mark[i];
        if ((at - v->t) * step > 0 && (best == v->t || (at - best) * step < 0))
            best = at;
    }
    if (best == v->t)
        view_say(v, "no event %s", step > 0 ? "after this cycle" : "before this cycle");
    else
        view_go(v, best);
}

static void toggle_hands(struct view *v)
{
    v->hands = !v->hands;
    v->played |= v->hands;
    if (v->hands && v->show.game && !v->seats) /* the one that is shown large */
        v->seats = 1u << v->run;
    view_take_hands(v);
    view_say(v, v->hands ? "you act: arrows and digits, . stays; a gives back"
                         : "the agent acts");
    if (!v->hands && !v->by_hand)
        v->seats = 0;
    if (v->hands)
        view_pause(v, false);
}

/* While the user acts, keys that name an action are one; others that might are told so. */
static bool act_by_hand(struct view *v, uint32_t key)
{
    int seat = view_to_act(v);
    const struct env *env = sim_env(v->sim[seat < 0 ? 0 : seat]);
    bool digit = key >= '0' && key <= '9';
    unsigned n = env->space.n_actions;
    if (!digit && !key_move(key))
        return false;
    for (unsigned a = 0; a < n; a++)
        if (key_is_action(env->actions, key, a)) {
            for (int i = 0; i < v->show.n; i++)
                if (!v->show.game || i == seat)
                    sim_act(v->sim[i], a);
            v->follow = true;
            return true;
        }
    if (digit)
        view_say(v, "there is no action %c: they are 0 to %u", (char)key, n - 1);
    else
        view_say(v, "'%s' is no action here: they are 0 to %u, by digits", key_move(key),
                 n - 1);
    return true;
}

static void faster(struct view *v, int by)
{
    int k = v->speed + by;
    v->speed = k < 0 ? 0 : k > VIEW_FASTEST ? VIEW_FASTEST : k;
    if (!v->paused)
        view_steer(v);
    if (v->speed == VIEW_FASTEST)
        view_say(v, "as fast as it can");
    else
        view_say(v, "%.0f cycles a second", view_cycles_a_second(v));
}

static void step(struct view *v, int64_t by)
{
    view_locate(v);
    view_go(v, v->t + by);
}

static void toggle_mark(struct view *v)
{
    view_locate(v);
    bool full = v->n_marks == MARKS_MAX, marked = view_mark(v, v->t);
    if (full && v->n_marks == MARKS_MAX)
        view_say(v, "%d cycles are marked already", MARKS_MAX);
    else
        view_say(v, marked ? "marked: } and { find it again" : "no longer marked");
}

/* The next agent is the one shown large; after the last the panels that scroll. */
static void next_focus(struct view *v)
{
    static const char *const names[] = { "no panel", "the events" };
    if (v->focus == FOCUS_NONE && v->run + 1 < v->show.n)
        view_say(v, "%c is the one shown", 'A' + ++v->run);
    else {
        v->run = 0;
        v->focus = (enum focus)((v->focus + 1) % FOCUSES);
        view_say(v, "focus: %s", names[v->focus]);
    }
}

static void overlay_runs(struct view *v)
{
    v->overlaid = !v->overlaid;
    if (v->show.n < 2)
        view_say(v, "there is one agent: A chooses more, with blanks between them");
    else
        view_say(v, v->overlaid ? "all agents on one map" : "a map for each agent");
}

static void scroll(struct view *v, int by)
{
    int *down = &v->scrolled[v->focus];
    if (v->focus == FOCUS_NONE)
        view_say(v, "Tab chooses the panel that moves");
    else if (*down + by >= 0 && *down + by < 1000)
        *down += by;
}

/* Whether a layer tells something of any of the agents. */
static bool layer_tells(const struct view *v, int layer)
{
    bool any = layer != LAYER_self;
    for (int i = 0; i < v->show.n && !any; i++)
        any = mind_of(sim_agent(v->sim[i]))->habits;
    return any;
}

static void look_intent(struct view *v, enum intent intent)
{
    switch (intent) {
    case DO_FOCUS: next_focus(v); break;
    case DO_OVERLAY: overlay_runs(v); break;
    case DO_UP: scroll(v, -1); break;
    case DO_DOWN: scroll(v, 1); break;
    case DO_TREE: view_overlay(v, OVERLAY_TREE); break;
    case DO_MARK: toggle_mark(v); break;
    case DO_LAYER:
        if (v->show.game) {
            v->plane = !v->plane;
            break;
        }
        do
            v->layer = (v->layer + 1) % LAYERS;
        while (!layer_tells(v, v->layer));
        view_say(v, "layer: %s", layer_table[v->layer].name);
        break;
    case DO_TRUTH: v->truth = !v->truth; break;
    case DO_PALETTE:
        view_palette(v, (enum palette)((v->conf.theme.palette + 1) % PALETTES));
        break;
    case DO_ARCS: break;
    case DO_NUMBERS: v->no_numbers = !v->no_numbers; break;
    case DO_FOURTH: v->fourth = (enum fourth)((v->fourth + 1) % FOURTHS); break;
    case DO_PLOTS: view_overlay(v, OVERLAY_PLOTS); break;
    case DO_CARD: view_overlay(v, OVERLAY_CARD); break;
    case DO_NEXT_STEP: story_next(v); break;
    case DO_PREVIOUS_STEP: story_previous(v); break;
    case DO_TEXT: story_put_away(v); break;
    case DO_HELP: view_overlay(v, OVERLAY_HELP); break;
    case DO_PARAMS: view_form(v); break;
    case DO_AGENT: view_menu(v, MENU_AGENTS); break;
    case DO_ENV: view_menu(v, MENU_ENVS); break;
    case DO_DEMO: view_menu(v, MENU_DEMOS); break;
    case DO_COMMAND: view_overlay(v, OVERLAY_PROMPT); break;
    case DO_GO:
    case DO_INJECT:
        view_overlay(v, OVERLAY_PROMPT);
        snprintf(v->line, sizeof v->line, intent == DO_GO ? "goto " : "inject ");
        memcpy(v->stem, v->line, sizeof v->stem);
        break;
    case DO_REDRAW: v->redraw = true; break;
    default: break;
    }
}

void view_intent(struct view *v, enum intent intent)
{
    switch (intent) {
    case DO_PAUSE: view_pause(v, !v->paused); break;
    case DO_FORWARD: step(v, 1); break;
    case DO_BACK: step(v, -1); break;
    case DO_FORWARD_10: step(v, 10); break;
    case DO_BACK_10: step(v, -10); break;
    case DO_NEXT_EVENT: seek_event(v, 1); break;
    case DO_PREVIOUS_EVENT: seek_event(v, -1); break;
    case DO_FIRST: view_go(v, 0); break;
    case DO_LAST: v->follow = true; break;
    case DO_SLOWER: faster(v, -1); break;
    case DO_FASTER: faster(v, 1); break;
    case DO_NEW_SEED: view_reseed(v, v->show.seed + 1); break;
    case DO_RESTART: view_reseed(v, v->show.seed); break;
    case DO_PLAY: toggle_hands(v); break;
    case DO_RECORD: view_toggle_record(v); break;
    case DO_QUIT: v->quit = true; break;
    default: look_intent(v, intent); break;
    }
}

/* The action whose arcs are drawn: that of the cycle shown, or one of all. */
static void turn_arcs(struct view *v, int by)
{
    int n = (int)sim_env(v->sim[0])->space.n_actions + 1;
    v->arcs = (v->arcs + by + n) % n;
}

void view_key(struct view *v, uint32_t key)
{
    if (v->listed && !v->overlay && key == VK_ESCAPE) {
        v->quit = v->back = true;
        return;
    }
    *v->message = '\0';
    bool taken = v->overlay ? overlay_key(v, key) : v->hands && act_by_hand(v, key);
    if (taken)
        return;
    if (!v->overlay && key_intent(key) == DO_TRACES)
        v->hidden ^= 1u << (key - '1');
    else if (!v->overlay && key_intent(key) == DO_ARCS)
        turn_arcs(v, key == '>' ? 1 : -1);
    else
        view_intent(v, key_intent(key));
}
