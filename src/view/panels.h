#ifndef PANELS_H
#define PANELS_H

#include "cells.h"
#include "layout.h"
#include "sim.h"

#define LAYER(name) LAYER_##name,
enum {
#include "layers.def"
    LAYER_world, /* alone */
    LAYERS
};
#undef LAYER

enum fourth { FOURTH_NONE, FOURTH_VALUE, FOURTH_VISITS, FOURTHS };

/* What a panel draws: one run at one cycle, under the lock of its sim. */
struct scene {
    const struct env *env;
    const struct agent *agent;
    const struct job *job;
    const char *who; /* canonical spec of who acted in cycle t */
    const struct film *film;
    struct sim_status status;
    int64_t t;          /* cycle shown; of a run that failed the last at most */
    int64_t cursor;     /* cycle shown, whatever this one lived */
    int layer;          /* LAYER_name */
    bool truth;         /* show what is hidden from the agent */
    bool small;         /* a map of one layer: no plan */
    bool digits;        /* belief as digits, for screens without shades */
    bool numbers;       /* in the cells of a map that have room */
    int arcs;           /* action whose arcs are drawn; -1: the one chosen */
    enum fourth fourth; /* what the fourth line of the largest says */
    const char *tag;    /* "A", "B" or "" */
    int nr;             /* of the agent, 0 .. 3: its colour */
    /* All agents, when they are laid on one map: their tokens and plans are drawn, and
     * where it is likelier to another. NULL: this one alone. */
    const struct scene *company;
    int n_company;
    /* All who sit in the same game, in their order; NULL: it is alone in its world. */
    const struct scene *seats;
    int n_seats;
    bool plane;      /* where there is no room for all: the plane of mixed moves */
    bool closed;     /* a player against the user: what it thinks and holds is not shown */
    int events_down; /* lines that the events are scrolled */
    unsigned hidden; /* traces left out, bit by bit */
    const int64_t *mark; /* [n_marks] cycles, rising */
    int n_marks;
    const struct glyphs *glyphs;
    enum graph graph;
};

/* A world with tiles at one cycle, for its layers. */
struct picture {
    const struct scene *s;
    struct frame f;
    int cells;           /* rows * cols of the world */
    struct canvas cv;    /* as drawn */
    struct trail *trail; /* [cells] */
    const float *start;  /* [cells] the first belief; NULL: none */
    double p0;           /* what every shade of it is measured by */
};
/* A layer says its part of what open places show, out[cells]; walls are not asked. */
struct layer {
    const char *name;
    void (*say)(const struct picture *pic, struct content *out); /* NULL: nothing */
};
extern const struct layer layer_table[]; /* [LAYERS]; the last is the world alone */

/* How a row of the world's table is drawn. */
const char *tile_glyph(const struct glyphs *g, const struct tile_look *look);
enum role tile_role(const struct tile_look *look);

/* All that panels draw from, the locks of all sims being held. */
struct view;
enum { STAGE_RUNS = LAYOUT_RUNS };
struct stage {
    struct view *v;
    struct scene seat[STAGE_RUNS];  /* [v->show.n] all runs, of a game where there is one */
    struct scene scene[STAGE_RUNS]; /* of which these are told of */
    int n, run; /* runs; whose the map or picture is, else the one that is shown large */
    const struct layout *l;
    struct rect text; /* of a demonstration; empty: there is none */
};

/* Every row of layout.def is drawn by a function of its name, on its rectangle. */
#define PANEL(name, ...) void panel_##name(struct stage *st, struct pane p);
#include "layout.def"
#undef PANEL

/* `Title ---- info` in the first row; returns what is below. The title is cut at a word
 * where there is too little room, and the info left out. */
struct pane draw_heading(struct pane p, const struct glyphs *g, enum role role,
                         const char *title, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* A frame with a title, stressed when the panel has the focus; returns what is inside. */
struct pane draw_frame(struct pane p, const struct glyphs *g, bool focused, const char *fmt,
                       ...) __attribute__((format(printf, 4, 5)));
/* An empty box in the middle of the sheet; returns what is inside. */
struct pane draw_box(struct sheet *s, const struct glyphs *g, int rows, int cols,
                     const char *title);
/* Scrolls with the agent where there is too little room. */
void draw_world(const struct scene *s, struct pane p, struct cell_size size);
/* What the shades of the layer shown stand for, in a row: ten blocks as wide as the pane
 * allows; of another belief by its start, p0. */
void draw_scale(const struct scene *s, struct pane p);
void draw_belief_scale(const struct scene *s, struct pane p, double p0);
/* What the map's belief was where all was alike; NAN: it has none. */
double scene_prior(const struct scene *s);
/* The likeliest cells, and how many there are of them to tell (ramp_ranks()). */
int scene_likely(const struct scene *s, int best[3]);
/* From a place within r, where the world is drawn, to the row and column of the canvas cell
 * there; false: there is none. */
bool world_cell(const struct scene *s, struct rect r, struct cell_size size, int *row,
                int *col);
/* Curves of all agents over the whole run, as many as there are rows for, and below them
 * the slider and its numbers, on one axis of time. */
void draw_traces(const struct scene *scenes, int n, struct pane p);
/* The cycle at a place within that pane; -1: none. */
int64_t traces_click(const struct scene *s, struct pane p, int row, int col);
/* Whether the layer shown has a scale. */
bool scale_shown(const struct scene *s);
/* Lines that what is known of this run takes. */
int facts_wanted(const struct scene *s);
/* The tree of the last search from line `down` on; returns how many lines it has. */
int draw_twigs(const struct scene *s, struct pane p, int down);
/* A percept in words: "saw 0110" and so on, without the reward. */
void percept_words(const struct scene *s, struct percept e, char *buf, size_t n);
/* Whether the agent asks the user. */
bool mentor_is_user(const struct agent *ag);
/* The arrow or letter of an action, and its name. */
const char *action_glyph(const struct scene *s, unsigned action);
const char *action_words(const struct scene *s, unsigned action);

/* ---- numbers over time: traces.c */
struct span {
    double lo, hi;
};
enum trend {
    TREND_REWARD,
    TREND_ENTROPY, /* of worlds with names for what is hidden, the chance of the first */
    TREND_EXPLORED,
    TREND_VALUE,
    TREND_EPSILON, /* of planners that prove brackets */
    TREND_REGRET,
    TREND_WANTED,      /* what the designer wanted; with the truth */
    TREND_GAP_AVERAGE, /* of a match: how far from equilibrium, of all moves so far */
    TREND_GAP,         /* of what each does in a round */
    TREND_KINDS
};
/* Of cycle t; NAN: there is none. */
double trend_at(const struct scene *s, enum trend kind, int64_t t);
/* Whether it is to be shown: the agent and the world have it, and it was not hidden. */
bool trend_shown(const struct scene *s, enum trend kind);
/* All of those, in their order, into [TREND_KINDS]; returns how many. */
int trends_shown(const struct scene *s, enum trend *out);
/* The curve of all agents up to cycle `upto`, with its gutters. */
void trend_draw(const struct scene *scenes, int n, enum trend kind, int64_t upto, bool logs,
                struct pane p);
/* How the last value of each of `width` parts of the run went, in one row. */
void put_spark(const struct scene *s, enum trend kind, struct pane p, int row, int col,
               int width);
/* A bar of x in [0, 1] over `width` columns, in eighths. */
void put_bar(struct pane p, const struct glyphs *g, int row, int col, int width, double x,
             enum role role);

#endif
