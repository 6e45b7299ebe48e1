#ifndef PANELS_H
#define PANELS_H

#include "glyphs.h"
#include "layout.h"
#include "sim.h"

/* The layers of the world's picture, in the order of the key. */
enum layer { LAYER_BELIEF, LAYER_VISITS, LAYER_VALUE, LAYER_POLICY, LAYER_WORLD, LAYERS };
extern const char *const layer_names[];

/* What a panel draws: one run at one cycle, under the lock of its sim. */
struct scene {
    const struct env *env;
    const struct agent *agent;
    const struct job *job;
    const struct film *film;
    struct sim_status status;
    int64_t t; /* cycle shown */
    enum layer layer;
    bool truth;      /* show what is hidden from the agent */
    bool digits;     /* belief as digits, for screens without shades */
    const char *tag; /* "A", "B" or "" */
    const struct glyphs *glyphs;
};

/* A frame with a title; returns what is inside. Without frames it is the pane itself. */
struct pane draw_frame(struct pane p, const struct glyphs *g, bool frames, const char *fmt,
                       ...) __attribute__((format(printf, 4, 5)));
/* `cell` columns a tile; scrolls with the agent where there is too little room. */
void draw_world(const struct scene *s, struct pane p, int cell);
/* Actions with values, plan, search, belief, percept. */
void draw_mind(const struct scene *s, struct pane p);
/* The same in few columns, with the traces. */
void draw_summary(const struct scene *s, struct pane p);
/* Lines of one or two runs over time, and the time line. */
void draw_traces(const struct scene *scenes, int n, struct pane p);
void draw_events(const struct scene *scenes, int n, struct pane p);
/* What the last percept was, in one sentence, into buf. */
void describe(const struct scene *s, char *buf, size_t n);
/* The arrow or name of an action, at most `width` columns of it. */
const char *action_glyph(const struct scene *s, unsigned action);

#endif
