#include "config.h"

#include "mask.h"
#include "panels.h"
#include "ramp.h"

#include <math.h>
#include <stdio.h>

static void set_glyph(struct content *c, enum role role, uint32_t ch)
{
    c->role = (uint8_t)role;
    c->glyph[0] = c->glyph[2] = ' ';
    c->glyph[1] = ch;
}

/* On bare ground the shade says it all; without shades the digit of its step does. */
static void shade(const struct picture *pic, struct content *c, int ground, int step)
{
    c->ground = (uint8_t)(ground + step);
    if (!c->bare || !step)
        return;
    if (pic->s->digits)
        set_glyph(c, ROLE_TEXT, (uint32_t)('0' + step));
    else if (!c->seen)
        set_glyph(c, ROLE_FLOOR, ' ');
}

static void layer_belief(const struct picture *pic, struct content *out)
{
    for (int i = 0; pic->f.belief && pic->start && i < pic->cells; i++) {
        struct content *c = &out[i];
        if (c->filled)
            continue;
        double p = (double)pic->f.belief[i];
        int step = ramp_step(p, pic->p0);
        bool never = !step && !((double)pic->start[i] > 0) && !pic->trail[i].visits;
        shade(pic, c, GROUND_STEP, step);
        if (never && c->bare)
            set_glyph(c, ROLE_FLOOR, pic->s->glyphs->never);
        c->loud = step >= 6;
        c->quiet = step <= 2;
        c->number = (struct figure){ FIGURE_CHANCE, p };
    }
}

static void layer_visits(const struct picture *pic, struct content *out)
{
    for (int i = 0; i < pic->cells; i++) {
        unsigned n = pic->trail[i].visits;
        if (out[i].filled || !n)
            continue;
        shade(pic, &out[i], GROUND_VISITS, ramp_visits(n));
        out[i].number = (struct figure){ FIGURE_COUNT, n };
    }
}

/* The value where the agent is, as it was when it last left there; else the latest. */
static double value_here(const struct picture *pic)
{
    int cell = pic->f.cell;
    double here = cell >= 0 ? (double)pic->trail[cell].value : (double)NAN;
    int64_t when = 0;
    for (int i = 0; !isfinite(here) && i < pic->cells; i++)
        when = pic->trail[i].when > when ? pic->trail[i].when : when;
    for (int i = 0; !isfinite(here) && i < pic->cells; i++)
        if (when && pic->trail[i].when == when)
            return (double)pic->trail[i].value;
    return here;
}

/* Values diverge about that of the agent's place, by the largest difference lived so
 * far. */
static void layer_value(const struct picture *pic, struct content *out)
{
    double here = value_here(pic), largest = 0;
    for (int i = 0; i < pic->cells; i++) {
        double d = fabs((double)pic->trail[i].value - here);
        largest = d > largest ? d : largest;
    }
    for (int i = 0; i < pic->cells; i++) {
        double x = (double)pic->trail[i].value;
        if (out[i].filled || !isfinite(x))
            continue;
        int k = ramp_value(x - here, largest);
        out[i].ground = (uint8_t)(k < 0 ? GROUND_BELOW - k : GROUND_ABOVE + k);
        out[i].number = (struct figure){ FIGURE_VALUE, x };
        if (out[i].bare)
            set_glyph(&out[i], ROLE_FLOOR, ' ');
    }
}

/* What was last done there: bright when that was lately. */
static void layer_policy(const struct picture *pic, struct content *out)
{
    enum { LATELY = 20 };
    for (int i = 0; i < pic->cells; i++) {
        const struct trail *tr = &pic->trail[i];
        if (tr->action < 0 || out[i].filled || !out[i].bare)
            continue;
        const char *glyph = action_glyph(pic->s, (unsigned)tr->action);
        set_glyph(&out[i], tr->when > pic->s->t - LATELY ? ROLE_STRONG : ROLE_DIM,
                  next_char(&glyph));
    }
}

/* What it believes that it would do there, the shade being how sure it is; beside it what
 * would be best, where that is something else. */
static void say_habit(const struct picture *pic, const struct habit *h, struct content *c)
{
    const char *own = h->own < 0 ? NULL : action_glyph(pic->s, (unsigned)h->own);
    const char *best = h->best < 0 ? NULL : action_glyph(pic->s, (unsigned)h->best);
    if (own)
        set_glyph(c, h->best == h->own ? ROLE_TEXT : ROLE_STRONG, next_char(&own));
    if (best && h->best != h->own)
        c->glyph[2] = next_char(&best);
}

static void layer_self(const struct picture *pic, struct content *out)
{
    double chance = 1.0 / pic->s->env->space.n_actions;
    for (int i = 0; pic->f.habit && i < pic->cells; i++) {
        const struct habit *h = &pic->f.habit[i];
        double sure = ((double)h->p - chance) / (1 - chance);
        if (out[i].filled)
            continue;
        if (h->own >= 0) {
            out[i].ground = (uint8_t)(GROUND_VISITS + ceil(sure * STEPS));
            out[i].number = (struct figure){ FIGURE_CHANCE, (double)h->p };
        }
        if (out[i].bare)
            say_habit(pic, h, &out[i]);
    }
}

#define LAYER(name) { #name, layer_##name },
const struct layer layer_table[] = {
#include "layers.def"
    { "world", NULL },
};
#undef LAYER
