#include "config.h"

#include "theme.h"

#include "colour.h"
#include "ramp.h"

#include <stddef.h>
#include <string.h>

const char *const palette_names[] = { "auto",          "dark", "light",   "grey",
                                      "high-contrast", "mono", "default", NULL };

int palette_of_name(const char *name)
{
    for (int i = 0; palette_names[i]; i++)
        if (!strcmp(palette_names[i], name))
            return i % PALETTES;
    return -1;
}

/* ---- the tables */

#define OWN                                                                                \
    {                                                                                      \
        0, -1                                                                              \
    }
static const struct tone own = OWN;

struct scheme {
    struct tone ground[GROUNDS];
    struct tone role[ROLES];
};

/* Steps 1 .. 9 of belief go from indigo over rose to pale yellow, in OKLCH, evenly in L*;
 * on white from lilac to dark red. */
static const struct scheme dark = {
    {
        [GROUND_NONE] = OWN,
        [GROUND_VOID] = { 0x050608, 232 },
        [GROUND_UNSEEN] = { 0x0d0f13, 233 },
        [GROUND_FLOOR] = { 0x1e232d, 235 },
        [GROUND_STEP + 1] = { 0x39386b, 238 },
        [GROUND_STEP + 2] = { 0x554887, 60 },
        [GROUND_STEP + 3] = { 0x7558a4, 97 },
        [GROUND_STEP + 4] = { 0xb45baa, 133 },
        [GROUND_STEP + 5] = { 0xeb648e, 204 },
        [GROUND_STEP + 6] = { 0xfe8868, 209 },
        [GROUND_STEP + 7] = { 0xfeb068, 215 },
        [GROUND_STEP + 8] = { 0xffd376, 222 },
        [GROUND_STEP + 9] = { 0xfaf4a5, 229 },
        [GROUND_VISITS + 1] = { 0x1d434b, 237 },
        [GROUND_VISITS + 2] = { 0x205860, 23 },
        [GROUND_VISITS + 3] = { 0x236f74, 241 },
        [GROUND_VISITS + 4] = { 0x248687, 30 },
        [GROUND_VISITS + 5] = { 0x289e98, 67 },
        [GROUND_VISITS + 6] = { 0x49b5a7, 73 },
        [GROUND_VISITS + 7] = { 0x67ccb6, 43 },
        [GROUND_VISITS + 8] = { 0x85e3c5, 116 },
        [GROUND_VISITS + 9] = { 0xa2fad3, 158 },
        [GROUND_BELOW + 1] = { 0x334e65, 239 },
        [GROUND_BELOW + 2] = { 0x3c6281, 24 },
        [GROUND_BELOW + 3] = { 0x45779f, 31 },
        [GROUND_BELOW + 4] = { 0x4e8cbe, 67 },
        [GROUND_ALIKE] = { 0x3a3f49, 237 },
        [GROUND_ABOVE + 1] = { 0x795831, 94 },
        [GROUND_ABOVE + 2] = { 0xa78042, 137 },
        [GROUND_ABOVE + 3] = { 0xd5ab53, 179 },
        [GROUND_ABOVE + 4] = { 0xfeda73, 221 },
        [GROUND_BAR] = { 0x23272f, 236 },
        [GROUND_CHOSEN] = { 0x2b4a63, 24 },
        [GROUND_AGENT] = { 0x62c6ff, 81 },
        [GROUND_AGENT + 1] = { 0xb6e36b, 149 },
        [GROUND_AGENT + 2] = { 0xffffff, 231 },
        [GROUND_AGENT + 3] = { 0x7f8cff, 105 },
    },
    {
        [ROLE_TEXT] = OWN,
        [ROLE_DIM] = { 0x8a8f98, 245 },
        [ROLE_FRAME] = { 0x474c56, 239 },
        [ROLE_TITLE] = OWN,
        [ROLE_STRONG] = OWN,
        [ROLE_LABEL] = OWN,
        [ROLE_FLOOR] = { 0x4a5262, 240 },
        [ROLE_WALL] = { 0x343a45, 237 },
        [ROLE_GOAL] = { 0xe69f00, 214 },
        [ROLE_DANGER] = { 0xd55e00, 166 },
        [ROLE_HAZE] = { 0xcc79a7, 175 },
        [ROLE_OBJECT] = { 0x56b4e9, 74 },
        [ROLE_LURE] = { 0xf0e442, 227 },
        [ROLE_SAMPLED] = { 0xe69f00, 214 },
        [ROLE_OPTIMAL] = { 0x8a8f98, 245 },
        [ROLE_GOOD] = { 0x7fd18b, 114 },
        [ROLE_BAD] = { 0xff7a5c, 209 },
        [ROLE_EVENT] = { 0xffc14d, 214 },
        [ROLE_INK] = OWN,
    },
};

static const struct scheme light = {
    {
        [GROUND_NONE] = OWN,
        [GROUND_VOID] = { 0xffffff, 231 },
        [GROUND_UNSEEN] = { 0xf4f5f7, 255 },
        [GROUND_FLOOR] = { 0xe3e6ea, 254 },
        [GROUND_STEP + 1] = { 0xc4bfea, 251 },
        [GROUND_STEP + 2] = { 0xb9abdf, 146 },
        [GROUND_STEP + 3] = { 0xb196d1, 176 },
        [GROUND_STEP + 4] = { 0xc178b5, 139 },
        [GROUND_STEP + 5] = { 0xcb5a82, 167 },
        [GROUND_STEP + 6] = { 0xc63f55, 161 },
        [GROUND_STEP + 7] = { 0xbb2214, 124 },
        [GROUND_STEP + 8] = { 0x9b230b, 88 },
        [GROUND_STEP + 9] = { 0x7d2108, 52 },
        [GROUND_VISITS + 1] = { 0x9dcdcf, 116 },
        [GROUND_VISITS + 2] = { 0x84bcbf, 145 },
        [GROUND_VISITS + 3] = { 0x6cacaf, 73 },
        [GROUND_VISITS + 4] = { 0x539c9f, 246 },
        [GROUND_VISITS + 5] = { 0x388c90, 67 },
        [GROUND_VISITS + 6] = { 0x247b83, 30 },
        [GROUND_VISITS + 7] = { 0x0c6a77, 59 },
        [GROUND_VISITS + 8] = { 0x025a69, 23 },
        [GROUND_VISITS + 9] = { 0x034959, 238 },
        [GROUND_BELOW + 1] = { 0xb5d0e3, 152 },
        [GROUND_BELOW + 2] = { 0x9abedb, 146 },
        [GROUND_BELOW + 3] = { 0x7eadd2, 110 },
        [GROUND_BELOW + 4] = { 0x659bc9, 74 },
        [GROUND_ALIKE] = { 0xcdd1d8, 252 },
        [GROUND_ABOVE + 1] = { 0xdfb57a, 180 },
        [GROUND_ABOVE + 2] = { 0xbd8d55, 137 },
        [GROUND_ABOVE + 3] = { 0x9b6730, 130 },
        [GROUND_ABOVE + 4] = { 0x794306, 94 },
        [GROUND_BAR] = { 0xe9ecf0, 255 },
        [GROUND_CHOSEN] = { 0xcfe4f7, 153 },
        [GROUND_AGENT] = { 0x0a63c4, 26 },
        [GROUND_AGENT + 1] = { 0x6b7300, 58 },
        [GROUND_AGENT + 2] = { 0x1a1a1a, 234 },
        [GROUND_AGENT + 3] = { 0xa02c5a, 89 },
    },
    {
        [ROLE_TEXT] = OWN,
        [ROLE_DIM] = { 0x656d78, 242 },
        [ROLE_FRAME] = { 0xb4bac4, 250 },
        [ROLE_TITLE] = OWN,
        [ROLE_STRONG] = OWN,
        [ROLE_LABEL] = OWN,
        [ROLE_FLOOR] = { 0xa2aab5, 248 },
        [ROLE_WALL] = { 0xc3c9d2, 252 },
        [ROLE_GOAL] = { 0x8a5500, 94 },
        [ROLE_DANGER] = { 0xb03a00, 130 },
        [ROLE_HAZE] = { 0x9b3a73, 90 },
        [ROLE_OBJECT] = { 0x00639c, 25 },
        [ROLE_LURE] = { 0x6e6400, 58 },
        [ROLE_SAMPLED] = { 0x8a5500, 94 },
        [ROLE_OPTIMAL] = { 0x656d78, 242 },
        [ROLE_GOOD] = { 0x1a7f37, 28 },
        [ROLE_BAD] = { 0xc4321a, 160 },
        [ROLE_EVENT] = { 0x9a6200, 94 },
        [ROLE_INK] = OWN,
    },
};

/* Where the background is not known: colours that can be read on black and on white. */
static const struct tone neutral_role[ROLES] = {
    [ROLE_TEXT] = OWN,
    [ROLE_DIM] = { 0x7a808a, 244 },
    [ROLE_FRAME] = { 0x7a808a, 244 },
    [ROLE_TITLE] = OWN,
    [ROLE_STRONG] = OWN,
    [ROLE_LABEL] = OWN,
    [ROLE_FLOOR] = { 0x7a808a, 244 },
    [ROLE_WALL] = { 0x7a808a, 244 },
    [ROLE_GOAL] = { 0xa07800, 136 },
    [ROLE_DANGER] = { 0xd0502e, 166 },
    [ROLE_HAZE] = { 0xb8569c, 133 },
    [ROLE_OBJECT] = { 0x2f81c7, 32 },
    [ROLE_LURE] = { 0xa07800, 136 },
    [ROLE_SAMPLED] = { 0xa07800, 136 },
    [ROLE_OPTIMAL] = { 0x7a808a, 244 },
    [ROLE_GOOD] = { 0x5a8f2e, 64 },
    [ROLE_BAD] = { 0xd0502e, 166 },
    [ROLE_EVENT] = { 0xa07800, 136 },
    [ROLE_INK] = OWN,
};
static const struct tone neutral_agent[4] = {
    { 0x2f81c7, 32 }, { 0x5a8f2e, 64 }, { 0xb8569c, 133 }, { 0xa07800, 136 }
};

/* Shades without a hue, of 256: of belief and visits, and of values from the least up. */
static const uint8_t grey_dark[STEPS] = { 237, 240, 242, 244, 246, 248, 250, 252, 255 };
static const uint8_t grey_light[STEPS] = { 251, 248, 246, 244, 242, 240, 238, 236, 233 };
static const uint8_t values_dark[] = { 236, 237, 238, 240, 242, 245, 248, 251, 254 };
static const uint8_t values_light[] = { 255, 253, 251, 249, 247, 244, 241, 238, 235 };

/* ---- grounds */

bool theme_is_light(struct theme t)
{
    return t.palette == PALETTE_LIGHT ||
           (t.palette != PALETTE_DARK && t.backdrop == BACKDROP_LIGHT);
}

bool theme_is_poor(struct theme t) { return t.colors < 256 || t.palette == PALETTE_MONO; }

static bool is_neutral(struct theme t)
{
    return t.backdrop == BACKDROP_UNKNOWN && t.palette != PALETTE_DARK &&
           t.palette != PALETTE_LIGHT;
}

static struct tone of_index(int index)
{
    return (struct tone){ colour_of_index(index), index };
}

static bool within(int x, int first, int last) { return x >= first && x <= last; }

/* The grey for a ground of a ramp; own: it is none. */
static struct tone grey_of(bool on_white, int g)
{
    const uint8_t *ramp = on_white ? grey_light : grey_dark;
    const uint8_t *values = on_white ? values_light : values_dark;
    if (g == GROUND_FLOOR && !on_white)
        return of_index(234); /* further from the first step */
    if (within(g, GROUND_STEP + 1, GROUND_STEP + STEPS))
        return of_index(ramp[g - GROUND_STEP - 1]);
    if (within(g, GROUND_VISITS + 1, GROUND_VISITS + STEPS))
        return of_index(ramp[g - GROUND_VISITS - 1]);
    if (within(g, GROUND_BELOW + 1, GROUND_BELOW + 4))
        return of_index(values[4 - (g - GROUND_BELOW)]);
    if (within(g, GROUND_ALIKE, GROUND_ABOVE + 4))
        return of_index(values[4 + g - GROUND_ALIKE]);
    return own;
}

struct tone theme_ground(struct theme t, enum ground ground)
{
    bool on_white = theme_is_light(t);
    struct tone grey = t.palette == PALETTE_GREY || t.palette == PALETTE_CONTRAST
                           ? grey_of(on_white, (int)ground)
                           : own;
    return grey.index >= 0 ? grey : (on_white ? &light : &dark)->ground[ground];
}

/* ---- roles */

/* Of two colours as this terminal shows them. */
static double contrast(struct theme t, struct tone a, struct tone b)
{
    return t.colors >= COLORS_DIRECT
               ? colour_contrast(a.rgb, b.rgb)
               : colour_contrast(colour_of_index(a.index), colour_of_index(b.index));
}

/* Black or white; black is not quite, as 8 numbers of a direct colour are palette entries.
 * */
static struct tone ink_on(struct theme t, struct tone ground)
{
    static const struct tone black = { 0x0a0a0c, 16 }, white = { 0xffffff, 231 };
    return contrast(t, ground, black) > contrast(t, ground, white) ? black : white;
}

/* The agent whose colour a role is; -1: of none. */
static int agent_of(int role)
{
    if (within(role, ROLE_AGENT, ROLE_AGENT + 3))
        return role - ROLE_AGENT;
    if (within(role, ROLE_BAR, ROLE_BAR + 3))
        return role - ROLE_BAR;
    return within(role, ROLE_PLAN, ROLE_PLAN + 3) ? role - ROLE_PLAN : -1;
}

/* A role's colour before it is known whether it can be seen there. */
static struct tone raw_role(struct theme t, int role, bool on_ground)
{
    int agent = agent_of(role);
    const struct scheme *s = theme_is_light(t) ? &light : &dark;
    bool soft = role == ROLE_DIM || role == ROLE_FRAME || role == ROLE_OPTIMAL;
    if (t.palette == PALETTE_CONTRAST && (soft || (!on_ground && role == ROLE_TEXT)))
        return is_neutral(t) ? own : of_index(theme_is_light(t) ? 16 : 255);
    if (is_neutral(t) && !on_ground)
        return agent >= 0 ? neutral_agent[agent] : neutral_role[role];
    return agent >= 0 ? s->ground[GROUND_AGENT + agent] : s->role[role];
}

/* Things that are looked for stand out from a bright ground: in ink, where their own colour
 * would not. */
static bool stands_out(int role)
{
    return within(role, ROLE_GOAL, ROLE_SAMPLED) || within(role, ROLE_PLAN, ROLE_PLAN + 3);
}

struct tone theme_role(struct theme t, enum role role, enum ground ground)
{
    enum { OF_COLOUR = 3 }; /* the last step on which things have one */
    if ((int)role >= ROLES)
        return theme_ground(t, (enum ground)(role - ROLES));
    struct tone tone = raw_role(t, (int)role, ground != GROUND_NONE);
    if (ground == GROUND_NONE)
        return tone;
    struct tone under = theme_ground(t, ground);
    bool bright = within((int)ground, GROUND_STEP + OF_COLOUR + 1, GROUND_STEP + STEPS) &&
                  within((int)role, ROLE_GOAL, ROLE_SAMPLED);
    if (tone.index < 0 || bright || (stands_out((int)role) && contrast(t, tone, under) < 3))
        return ink_on(t, under);
    return tone;
}

uint32_t theme_own(struct theme t, bool text)
{
    if (theme_is_light(t))
        return text ? 0x1a1a1a : 0xffffff;
    return text ? 0xdadce0 : 0x121212;
}

/* ---- looks */

static const uint8_t attr_of[ROLES] = {
    [ROLE_DIM] = LOOK_DIM,        [ROLE_OPTIMAL] = LOOK_DIM,
    [ROLE_TITLE] = LOOK_BOLD,     [ROLE_STRONG] = LOOK_BOLD,
    [ROLE_LABEL] = LOOK_REVERSE,  [ROLE_AGENT] = LOOK_BOLD,
    [ROLE_AGENT + 1] = LOOK_BOLD, [ROLE_AGENT + 2] = LOOK_BOLD,
    [ROLE_AGENT + 3] = LOOK_BOLD, [ROLE_GOAL] = LOOK_BOLD,
    [ROLE_DANGER] = LOOK_BOLD,    [ROLE_OBJECT] = LOOK_BOLD,
    [ROLE_SAMPLED] = LOOK_BOLD,   [ROLE_PLAN] = LOOK_BOLD,
    [ROLE_PLAN + 1] = LOOK_BOLD,  [ROLE_PLAN + 2] = LOOK_BOLD,
    [ROLE_PLAN + 3] = LOOK_BOLD,
};

static uint8_t attributes_of(int role) { return role < ROLES ? attr_of[role] : 0; }

/* Belief on a terminal of sixteen colours or fewer; a digit says its step besides. */
static void shade_poorly(struct look *l, int colors, int ground)
{
    int step = ground - GROUND_STEP;
    if (within(ground, GROUND_VISITS + 1, GROUND_VISITS + STEPS))
        step = ground - GROUND_VISITS;
    else if (!within(ground, GROUND_STEP, GROUND_STEP + STEPS))
        step = 0;
    if (step >= 7 && colors >= 16) {
        l->bg = 3;
        l->fg = 0;
    } else if (step >= 4 && colors >= 16) {
        l->bg = 5;
        l->fg = 15;
    } else if (step >= 7 && colors >= 8)
        l->attr |= LOOK_REVERSE;
    else if (step >= 4 && colors >= 8)
        l->attr |= LOOK_BOLD;
    if (ground == GROUND_CHOSEN || within(ground, GROUND_AGENT, GROUND_AGENT + 3))
        l->attr |= LOOK_REVERSE;
}

static struct look few_colours(int colors, struct mark m)
{
    static const int8_t eight[ROLES] = {
        [ROLE_AGENT] = 6,   [ROLE_AGENT + 1] = 2, [ROLE_AGENT + 3] = 5, [ROLE_GOAL] = 3,
        [ROLE_DANGER] = 1,  [ROLE_HAZE] = 5,      [ROLE_OBJECT] = 6,    [ROLE_LURE] = 3,
        [ROLE_SAMPLED] = 3, [ROLE_BAR] = 6,       [ROLE_BAR + 1] = 2,   [ROLE_BAR + 3] = 5,
        [ROLE_GOOD] = 2,    [ROLE_BAD] = 1,       [ROLE_EVENT] = 3,
    };
    int role = m.role < ROLES ? m.role : ROLE_TEXT;
    struct look l = { colors >= 8 && eight[role] ? eight[role] : -1, -1, attr_of[role] };
    if (role == ROLE_WALL) {
        l.attr |= LOOK_DIM;
        l.fg = colors >= 16 ? 8 : l.fg;
    }
    if (m.flags & MARK_VEILED)
        l.attr = LOOK_DIM;
    else
        shade_poorly(&l, colors, m.ground);
    return l;
}

static int32_t number_of(struct theme t, struct tone tone)
{
    return tone.index < 0 ? -1 : t.colors >= COLORS_DIRECT ? (int32_t)tone.rgb : tone.index;
}

static struct tone mixed(struct tone from, struct tone to, int percent)
{
    uint32_t rgb = colour_mix(from.rgb, to.rgb, percent);
    return (struct tone){ rgb, colour_nearest(rgb) };
}

/* Over what is veiled the overlay is read: only a third of it is left. */
static void veil(struct theme t, struct tone *fg, struct tone *bg)
{
    enum { LEFT = 35 };
    struct tone behind = { theme_own(t, false), 0 };
    if (bg->index >= 0)
        *bg = mixed(behind, *bg, LEFT);
    if (is_neutral(t) && bg->index < 0)
        *fg = neutral_role[ROLE_DIM];
    else if (fg->index < 0)
        fg->rgb = theme_own(t, true);
    if (!is_neutral(t) || bg->index >= 0)
        *fg = mixed(bg->index >= 0 ? *bg : behind, *fg, LEFT);
}

struct look theme_look(struct theme t, struct mark m)
{
    if (theme_is_poor(t))
        return few_colours(t.palette == PALETTE_MONO ? 0 : t.colors, m);
    struct tone bg = theme_ground(t, (enum ground)m.ground);
    struct tone fg = theme_role(t, (enum role)m.role, (enum ground)m.ground);
    if (m.mix && bg.index >= 0)
        fg = mixed(bg, fg, m.mix);
    uint8_t attr = attributes_of(m.role) & (uint8_t)~LOOK_DIM;
    if (m.flags & MARK_VEILED) {
        veil(t, &fg, &bg);
        attr = 0;
    }
    return (struct look){ number_of(t, fg), number_of(t, bg), attr };
}
