#ifndef STORY_H
#define STORY_H

#include "demo.h"
#include "sheet.h"

/* A demonstration while it is shown: its steps come at cycles, the run pauses there, and
 * their text stands beside the picture. Which text is shown follows from the cycle
 * shown. */
struct story {
    int64_t at[DEMO_STEPS]; /* [known] cycles of the steps */
    int known;
    int64_t looked; /* the films were searched up to here for the next one */
    int told;       /* steps at which it has paused */
    int shown;      /* the step whose truth and layer hold; -1: none yet */
    bool away;      /* the text was put away */
    bool hurry;     /* runs to the next step as fast as it can */
    bool tour;      /* one demonstration after the other */
};

struct view;
struct scene;

/* The demonstration of the view begins, or goes on from cycle `keep`. */
void story_begin(struct view *v, int64_t keep);
/* The step of the cycle shown; -1: nothing is demonstrated. */
int story_step(const struct view *v);
/* A cycle that the run is not to go beyond by itself; INT64_MAX: none is known. */
int64_t story_until(const struct view *v);

/* ---- telling.c */

/* Finds steps, and pauses at the next; to be called before the view is drawn. */
void story_tick(struct view *v);
/* To the next step, or the one before; of a tour beyond its ends to its neighbours. */
void story_next(struct view *v);
void story_previous(struct view *v);
/* The demonstration after this one (step 1) or before it (-1) in the order of the tour. */
void story_turn(struct view *v, int step);
void story_put_away(struct view *v);

/* Where the text goes on a screen of that size: `beside` from 120 columns on, in the right
 * third of the rows below the title; else in four rows, the last of which is that of the
 * status. Empty: there is none, or no room for it. */
struct rect story_rect(const struct view *v, int rows, int cols, bool *beside);
void story_draw(const struct view *v, struct pane p, const struct scene *scene);
/* Rows that a text takes in so many columns; for tests. */
int story_rows(const char *text, int cols);

#endif
