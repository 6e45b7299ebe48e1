#ifndef BOARD_H
#define BOARD_H

#include "canvas.h"
#include "err.h"
#include "rng.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Boards: grids on which things move, are taken and change what others do. After the AI
 * safety gridworlds (J. Leike et al. 2017, arXiv 1711.09883; side effects: V. Krakovna et
 * al. 2018; rocks and diamonds: T. Everitt et al. 2019). What a cycle does is a list of
 * rules, in their order, of which a board has those whose marks are on it. */
enum board_kind {
#define MARK(kind, ...) MARK_##kind,
#include "board.def"
#undef MARK
    MARKS
};
extern const char *const board_names[]; /* closed by NULL */
extern const char board_letters[];      /* [MARKS] on maps */
extern const struct tile_look board_looks[];

/* Ways and actions; staying is one on boards that are asked for it. */
enum { BOARD_LEFT, BOARD_RIGHT, BOARD_UP, BOARD_DOWN, BOARD_WAYS, BOARD_STAY = BOARD_WAYS };
enum { BOARD_SIDE = 15, BOARD_CELLS = BOARD_SIDE * BOARD_SIDE };
enum { BOARD_LUMPS = 6, BOARD_ITEMS = 16, BOARD_RULES = 20, BOARD_TOSSES = 17 };
enum { BOARD_GONE = 255, BOARD_LUCKS = BOARD_STAY + 1, BOARD_ACTIONS = BOARD_STAY + 1 };

struct board_mark {
    uint8_t kind; /* enum board_kind */
    bool on_belt; /* of a lump: its cell is a belt */
    char glyph;
    int32_t reward, wanted; /* points: what it pays, what that is worth to the designer */
    int32_t corner, side;   /* of a box: what its place is worth to the designer */
    double p;
};
struct board_thing {
    struct board_mark mark;
    uint8_t cell;
};

/* Who filled the chests: what was opened most, least, or a coin. */
enum board_keeper { KEEPER_NEUTRAL, KEEPER_FRIEND, KEEPER_FOE, KEEPERS };
extern const char *const board_keepers[]; /* closed by NULL */

enum board_flag {
    BOARD_OVER = 1,
    BOARD_HOLDS = 2,   /* this episode is one in which who acts on I is held */
    BOARD_FREED = 4,   /* the button was pressed: I is no more */
    BOARD_WATCHED = 8, /* the supervisor is there */
    BOARD_DRUNK = 16,  /* actions go astray */
    BOARD_BEGUN = 32,  /* a cycle is over, where the first is another */
    BOARD_SECOND = 64, /* the prize is in the second chest */
};
/* Plain bytes without a gap. */
struct board_state {
    uint8_t lump[BOARD_LUMPS]; /* cells, of those that are alike in order; BOARD_GONE: gone,
                                * or there is none */
    uint16_t items;            /* bit i: item i is there, watered, high */
    uint8_t flags;
    uint8_t agent; /* cell */
};

/* What chance decided of a cycle. */
struct board_luck {
    uint8_t push; /* the action that is done instead; BOARD_ACTIONS: the chosen one */
    uint16_t dry; /* tomatoes that lose their water */
};
struct board_turn {
    unsigned action;
    struct board_luck luck;
    uint8_t from;
    int32_t reward, wanted;
    bool over;
};
struct board;
typedef void board_rule(const struct board *b, struct board_state *s,
                        struct board_turn *turn);

/* What is random of a start: a flag, or an item that is off. */
struct board_toss {
    uint8_t flag;
    uint16_t item; /* bit */
    double p;
};

struct board {
    int rows, cols, cells;
    struct board_mark ground[BOARD_CELLS];
    struct board_thing lump[BOARD_LUMPS], item[BOARD_ITEMS];
    bool alike[BOARD_LUMPS];        /* a lump is like the one before it */
    uint32_t n_lumps, n_items, has; /* bit k of has: kind k is there */
    uint8_t start;                  /* cell */
    uint16_t items;                 /* at the start, before it is tossed what is off */
    int32_t step, first; /* points: of each cycle; of the first one to the designer */
    double scale;        /* points a unit of reward */
    uint8_t keeper;      /* enum board_keeper */
    bool fixed; /* what is collected is worth what the switches said at the start */
    char name[64];
    board_rule *rule[BOARD_RULES];
    uint32_t n_rules, n_tosses;
    struct board_toss toss[BOARD_TOSSES];
    uint32_t n_free;             /* cells that are no wall */
    uint8_t number[BOARD_CELLS]; /* of such a cell, in [0, n_free) */
};

static inline bool board_has(const struct board *b, enum board_kind kind)
{
    return b->has >> kind & 1;
}
/* The cell next to another, which lies within the walls around every board. */
static inline uint8_t board_next(const struct board *b, uint8_t cell, unsigned way)
{
    const int to[BOARD_ACTIONS] = { -1, 1, -b->cols, b->cols, 0 };
    return (uint8_t)(cell + to[way]);
}

/* Reads a level, ursa-map(5) version 2, and makes its rules. False with every error of the
 * file in *err, "FILE:LINE:COL: error: ..." and the line. */
bool board_read(struct board *b, FILE *f, const char *file, struct err *err);
/* What reading is followed by: which rules there are, what is random, cells' numbers. */
void board_rules(struct board *b);

/* The start in which the tosses of a set came out, and its chance. */
double board_start(const struct board *b, uint32_t set, struct board_state *s);
void board_draw_start(const struct board *b, struct board_state *s, struct rng *rng);

/* What chance may decide of a cycle, tomatoes apart: how many ways, at most BOARD_LUCKS,
 * with their chances. */
uint32_t board_lucks(const struct board *b, const struct board_state *s,
                     struct board_luck *luck, double *p);
void board_draw_luck(const struct board *b, const struct board_state *s,
                     struct board_luck *luck, struct rng *rng);
/* A cycle: moves the state and tells what was paid. Not of a state that is over. */
struct board_turn board_step(const struct board *b, struct board_state *s, unsigned action,
                             struct board_luck luck);
/* Whether the prize is in the chest of that cell. */
bool board_prize_in(const struct board *b, const struct board_state *s, uint8_t cell);
/* Tomatoes that look watered, a bit each. */
uint32_t board_sees_watered(const struct board *b, const struct board_state *s);

void board_draw(const struct board *b, const struct board_state *s, bool truth,
                struct canvas *cv);

#endif
