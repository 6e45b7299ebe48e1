#ifndef PANELS_H
#define PANELS_H

#include "glyphs.h"
#include "layout.h"
#include "sim.h"

#define LAYER(name) LAYER_##name,
enum {
#include "layers.def"
    LAYER_world, /* alone */
    LAYERS
};
#undef LAYER

/* What a panel draws: one run at one cycle, under the lock of its sim. */
struct scene {
    const struct env *env;
    const struct agent *agent;
    const struct job *job;
    const char *who; /* canonical spec of who acted in cycle t */
    const struct film *film;
    struct sim_status status;
    int64_t t;           /* cycle shown */
    int layer;           /* LAYER_name */
    bool truth;          /* show what is hidden from the agent */
    bool digits;         /* belief as digits, for screens without shades */
    const char *tag;     /* "A", "B" or "" */
    int down;            /* lines that the mind's panel is scrolled */
    int events_down;     /* and the events */
    unsigned hidden;     /* traces left out, bit by bit */
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
    struct tint *tint;   /* [cells] what the layer says */
};
/* What a layer says of a cell; zero: nothing. */
struct tint {
    int shade;    /* 1 .. SHADES */
    char text[8]; /* three columns, on bare ground in place of its glyph */
};
struct layer {
    const char *name;
    void (*tint)(const struct picture *pic, struct tint *out); /* NULL: nothing to say */
};
extern const struct layer layer_table[]; /* [LAYERS]; the last is the world alone */

/* How a row of the world's table is drawn. */
const char *tile_glyph(const struct glyphs *g, const struct tile_look *look);
enum role tile_role(const struct tile_look *look);

/* A frame with a title, stressed when the panel has the focus; returns what is inside. */
struct pane draw_frame(struct pane p, const struct glyphs *g, bool focused, const char *fmt,
                       ...) __attribute__((format(printf, 4, 5)));
/* `cell` columns a tile; scrolls with the agent where there is too little room. */
void draw_world(const struct scene *s, struct pane p, int cell);
/* From a place within r, where the world is drawn, to the row and column of the canvas cell
 * there; false: there is none. */
bool world_cell(const struct scene *s, struct rect r, int cell, int *row, int *col);
/* Actions with values, plan, search, belief, percept, from line s->down on; returns the
 * line it began with, which is less when there are no more. */
int draw_mind(const struct scene *s, struct pane p);
/* The same in few columns, with the traces. */
void draw_summary(const struct scene *s, struct pane p);
/* Lines of one or two runs over time, and the time line. */
void draw_traces(const struct scene *scenes, int n, struct pane p);
/* The events, the latest first, from line events_down on; returns the line to begin with
 * next time, which is less when there are no more. */
int draw_events(const struct scene *scenes, int n, struct pane p);
/* The tree of the last search from line `down` on; returns how many lines it has. */
int draw_twigs(const struct scene *s, struct pane p, int down);
/* What the last percept was, in one sentence, into buf. */
void describe_cycle(const struct scene *s, char *buf, size_t n);
/* A percept in words: "saw 0110" and so on, without the reward. */
void percept_words(const struct scene *s, struct percept e, char *buf, size_t n);
/* The arrow or letter of an action, and its name. */
const char *action_glyph(const struct scene *s, unsigned action);
const char *action_words(const struct scene *s, unsigned action);

/* ---- numbers over time: traces.c */
struct span {
    double lo, hi;
};
enum trend {
    TREND_REWARD,
    TREND_GAIN,
    TREND_EXPLORED,
    TREND_VALUE,
    TREND_WANTED, /* what the designer wanted; with the truth */
    TREND_KINDS
};
/* Of cycle t; NAN: there is none. */
double trend_at(const struct scene *s, enum trend kind, int64_t t);
/* Whether it is to be shown: the agent and the world have it, and it was not hidden. */
bool trend_shown(const struct scene *s, enum trend kind);
/* The last `width` cycles in one row. */
void put_spark(const struct scene *s, enum trend kind, struct pane p, int row, int col,
               int width);
/* A bar of x in [0, 1] over `width` columns, in eighths. */
void put_bar(struct pane p, const struct glyphs *g, int row, int col, int width, double x,
             enum role role);

#endif
