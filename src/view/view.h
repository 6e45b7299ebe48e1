#ifndef VIEW_H
#define VIEW_H

#include "form.h"
#include "keys.h"
#include "panels.h"
#include "show.h"
#include "story.h"
#include "theme.h"

/* The window as a state machine without a terminal: keys go in, a sheet comes out. */

enum { VIEW_BYTES = 64 << 20, VIEW_LINE = 256 };

/* How it looks; set by options and the terminal. */
struct view_conf {
    bool utf8;
    enum graph graph;    /* without utf8 it is GRAPH_ASCII */
    struct theme theme;  /* poor (theme_is_poor()): belief is shown as digits */
    size_t bytes;        /* memory of the films together; 0: VIEW_BYTES */
    bool pumped;         /* there are no threads: view_pump() lives the runs */
    double (*now)(void); /* seconds, for messages; NULL: clock_now() */
};

/* What lies over the panels and takes the keys. */
enum overlay {
    OVERLAY_NONE,
    OVERLAY_HELP,
    OVERLAY_MENU,
    OVERLAY_PROMPT,
    OVERLAY_CARD,
    OVERLAY_PLOTS,
    OVERLAY_TREE,
    OVERLAY_FORM,
    OVERLAY_QUESTION
};
/* The panel whose lines the arrows move. */
enum focus { FOCUS_NONE, FOCUS_EVENTS, FOCUSES };
enum { MARKS_MAX = 64 };
enum menu { MENU_AGENTS, MENU_ENVS, MENU_DEMOS };

struct view {
    struct view_conf conf;
    struct show show;
    struct demo demo; /* what is shown came from it; title NULL: from no demo */
    struct sim *sim[VIEW_RUNS];
    struct story story; /* of the demonstration */
    bool dragged;       /* the last press was on the axis of time */
    bool carded;        /* the run is over, and its card was shown */
    bool put_off;       /* a question, until the run is to go on */
    struct {
        int chosen, n; /* the curve that is large, of so many */
        bool logs;
    } plots;
    int layer;          /* LAYER_name */
    bool no_numbers;    /* in the cells of the map */
    enum fourth fourth; /* line of the largest cells */
    bool truth, paused, follow, hands, quit, redraw;
    bool by_hand;   /* it was opened to be played */
    unsigned seats; /* of a game, the user's when he acts: bits */
    bool listed, back; /* it was chosen from a table of runs; back to it */
    int64_t t, forked; /* cycle shown; cycle the run was forked at, 0: none */
    int speed;         /* 2^speed cycles a second; VIEW_FASTEST: as fast as it can */
    bool played;       /* the user acted in this run */
    char message[VIEW_LINE];
    double said; /* when */
    enum focus focus;
    int run;               /* the one shown large */
    bool overlaid;         /* all runs on one map */
    bool plane;            /* of a match, the plane of mixed moves in little room */
    int scrolled[FOCUSES]; /* lines down */
    unsigned hidden;       /* traces, bit by bit */
    int arcs;              /* 1 + the action whose arcs are drawn; 0: the one chosen */
    int64_t mark[MARKS_MAX];
    int n_marks;
    struct trace_writer *trace;      /* being recorded to; NULL: none */
    struct match_trace *match_trace; /* the same of a match */
    char trace_path[VIEW_LINE];

    char still[VIEW_LINE]; /* where the next sheet drawn is saved as SVG; "": nowhere */

    enum overlay overlay;
    enum menu menu;
    int chosen;           /* entry of the menu, page of the help; of what may complete the
                           * prompt 1 + the one shown */
    int about;            /* lines that the text beside a menu is scrolled */
    char line[VIEW_LINE]; /* of the prompt, or the filter of the menu */
    char stem[VIEW_LINE]; /* of the prompt, as typed */
    struct form form;     /* while it is open */
    char *history[32];    /* of the prompt, owned, latest first */
    int recalled;         /* -1: none */
};
enum { VIEW_FASTEST = 12 };

/* Takes over *show. False with *err; *v is then released. */
bool view_init(struct view *v, const struct view_conf *conf, struct show *show,
               struct err *err);
/* The same from a demonstration, which it takes over. */
bool view_open_demo(struct view *v, const struct view_conf *conf, struct demo *demo,
                    struct err *err);
/* The same of what was recorded (recorded.c), whose cycles it takes over. */
struct trace;
bool view_open_trace(struct view *v, const struct view_conf *conf, struct trace *tr,
                     struct err *err);
/* The same of a match. */
struct match_record;
bool view_open_match(struct view *v, const struct view_conf *conf,
                     const struct match_record *r, struct err *err);
void view_release(struct view *v);

/* New films for what is shown; false, with a message: nothing has changed. */
bool view_reopen(struct view *v);

/* Cycles a second; 0 or more than 2^VIEW_FASTEST: as fast as it can. */
void view_set_speed(struct view *v, double speed);
double view_cycles_a_second(const struct view *v);
void view_pause(struct view *v, bool paused);
/* Whether the user acts for run i when he acts: in a game for his seats. */
bool view_has_seat(const struct view *v, int i);
/* The seat of the user's that is to act now; -1: none is. */
int view_to_act(struct view *v);
/* The films' threads know whether the user acts, and for whom. */
void view_take_hands(struct view *v);
/* The films' threads do what speed and pause say. */
void view_steer(struct view *v);
/* Lives the cycles that are due of films that are pumped, for about so many seconds. */
void view_pump(struct view *v, double seconds);
/* Moves to the last cycle when following, and into what is kept. */
void view_locate(struct view *v);
/* Goes to cycle t, living on to it if need be. */
void view_go(struct view *v, int64_t t);
/* Marks cycle t, or takes its mark away; whether it is marked now. At most MARKS_MAX
 * are. */
bool view_mark(struct view *v, int64_t t);
/* Says it in the status line until the next key, three seconds at most. */
void view_say(struct view *v, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Takes a message away whose time is over. */
void view_forget(struct view *v);
/* The key that a click on the keys line stands for; 0: none. */
uint32_t keyline_click(const struct stage *st, int cols, int col);
void view_overlay(struct view *v, enum overlay o);
/* Other colours, from now on. */
void view_palette(struct view *v, enum palette palette);
void view_menu(struct view *v, enum menu m);
/* The form of parameters. */
void view_form(struct view *v);
void view_stop_recording(struct view *v);

/* ---- change.c: other settings */

/* Starts anew with the present settings; `keep` cycles are kept and forked from. False: the
 * message says why, and nothing has changed. */
bool view_restart(struct view *v, int64_t keep);
/* Another agent, world, seed. They start anew. */
bool view_set_agent(struct view *v, const char *spec);
bool view_set_env(struct view *v, const char *spec);
bool view_set_param(struct view *v, const char *key, const char *value);
/* A family of hypotheses arrives after the cycle shown, in every agent that has a parameter
 * `inject` (agents/hedge.c); the past is kept. */
bool view_inject(struct view *v, const char *family);
bool view_set_demo(struct view *v, const char *name);
/* All of *next, which stays the caller's; keeps `keep` cycles. */
bool view_apply(struct view *v, const struct show *next, int64_t keep);
void view_reseed(struct view *v, uint32_t seed);
/* Writes the run so far, and what follows if `on`. */
bool view_record(struct view *v, const char *path, bool on);
void view_toggle_record(struct view *v);

/* ---- command.c: the command line */

void command_run(struct view *v, const char *line);

/* ---- overlay.c: what lies over the panels */

/* False: the key does there what it does elsewhere. */
bool overlay_key(struct view *v, uint32_t key);
/* Over what is drawn of the scene. */
void overlay_draw(struct view *v, struct sheet *s, const struct scene *c);

/* ---- card.c: what there is to say at the end of a run */

/* Shows the card when the run is over and its last cycle is being watched. */
void card_tick(struct view *v);
bool card_key(struct view *v, uint32_t key);
/* Under the locks of the scenes, as all that draws them. */
void card_draw(const struct view *v, const struct scene *scenes, struct sheet *s);

/* ---- question.c: what an agent asks the user */

/* Lays the question over the panels as long as the user is asked and did not put it off. */
void question_tick(struct view *v);
/* Under the locks of the scenes. */
void question_draw(struct view *v, const struct scene *scenes, struct sheet *s);
/* False: the key is no answer, and does what it does elsewhere. */
bool question_key(struct view *v, uint32_t key);
/* WHEN_... of the keys line. */
unsigned question_situation(const struct stage *st);

/* ---- plots.c: all numbers over time on the whole screen */

bool plots_key(struct view *v, uint32_t key);
int64_t plots_click(const struct scene *s, int cols, int col);
void plots_draw(struct view *v, const struct scene *scenes, struct sheet *s);

/* ---- intent.c: keys */

void view_key(struct view *v, uint32_t key);
/* The same, of what a key asks for. */
void view_intent(struct view *v, enum intent intent);

/* ---- draw.c */

/* Draws everything; the sheet has the terminal's size. */
void view_draw(struct view *v, struct sheet *s);
/* A mouse click there, of the last sheet drawn: on a cell, or on curves and slider, which
 * go to its cycle and may then be dragged. */
void view_click(struct view *v, struct sheet *s, int row, int col);
void view_drag(struct view *v, struct sheet *s, int row, int col);
/* The scene of run i at the cycle shown, between sim_lock() and sim_unlock(). */
struct scene view_scene(struct view *v, int i, struct sim_status status);

#endif
