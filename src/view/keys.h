#ifndef KEYS_H
#define KEYS_H

#include <stdbool.h>
#include <stdint.h>

/* A key press: a Unicode character, or one of these. */
enum {
    KEY_FIRST = 0x110000,
    VK_UP = KEY_FIRST,
    VK_DOWN,
    VK_LEFT,
    VK_RIGHT,
    VK_HOME,
    VK_END,
    VK_BACKSPACE,
    VK_DELETE,
    VK_ENTER,
    VK_ESCAPE,
    VK_TAB,
    VK_RESIZE,
    VK_MOUSE, /* pressed */
    VK_DRAG,  /* moved with the button down */
    VK_WHEEL_UP,
    VK_WHEEL_DOWN,
    VK_GONE, /* the terminal is there no more */
    VK_F1,   /* .. VK_F1 + 11 */
    VK_F12 = VK_F1 + 11
};

/* What a key asks for. */
enum intent {
    DO_NOTHING,
    DO_HELP,
    DO_PAUSE,
    DO_FORWARD,
    DO_BACK,
    DO_FORWARD_10,
    DO_BACK_10,
    DO_NEXT_EVENT,
    DO_PREVIOUS_EVENT,
    DO_FIRST,
    DO_LAST,
    DO_GO,
    DO_LAYER,
    DO_TRUTH,
    DO_SLOWER,
    DO_FASTER,
    DO_AGENT,
    DO_ENV,
    DO_DEMO,
    DO_PARAMS,
    DO_PALETTE,
    DO_NUMBERS,
    DO_FOURTH,
    DO_FOCUS,
    DO_OVERLAY,
    DO_UP,
    DO_DOWN,
    DO_TREE,
    DO_MARK,
    DO_INJECT,
    DO_ARCS,
    DO_TRACES,
    DO_RECORD,
    DO_NEW_SEED,
    DO_RESTART,
    DO_COMMAND,
    DO_PLAY,
    DO_PLOTS,
    DO_CARD,
    DO_NEXT_STEP,
    DO_PREVIOUS_STEP,
    DO_TEXT,
    DO_REDRAW,
    DO_QUIT
};

enum { KEYS_A_ROW = 4 };
/* The one table of keys: the keyboard, the help overlay and the manual all read it. */
struct key_row {
    enum intent intent;
    uint32_t key[KEYS_A_ROW]; /* 0: none */
    int f;                    /* number of the function key, 0: none */
    const char *keys;         /* as shown in the help and the manual */
    const char *help;         /* one line, no full stop */
};
extern const struct key_row key_table[]; /* closed by DO_NOTHING */

enum intent key_intent(uint32_t key);

/* The keys line. An entry is there in any of its situations, where there is also a map, or
 * are several agents, if it says so. */
enum {
    WHEN_PAUSED = 1,
    WHEN_RUNNING = 2,
    WHEN_DONE = 4,
    WHEN_MOVES = 8,   /* in the user's hands, who moves */
    WHEN_DIGITS = 16, /* the same, of actions without arrows */
    WHEN_TREE = 32,
    WHEN_OVERLAY = 64, /* any other */
    WHEN_MAP = 128,
    WHEN_MANY = 256,
    WHEN_FORM = 512, /* beside WHEN_OVERLAY, as those that follow */
    WHEN_MENU = 1024,
    WHEN_PROMPT = 2048,
    WHEN_HELP = 4096,
    WHEN_LISTED = 8192, /* chosen from a table of runs, no overlay */
    WHEN_CARD = 8192,
    WHEN_ASKED_MOVE = 16384,  /* for an action, by arrows, */
    WHEN_ASKED_DIGIT = 32768, /* or by digits */
    WHEN_ASKED_WHICH = 65536, /* was better */
    WHEN_ASKED = WHEN_ASKED_MOVE | WHEN_ASKED_DIGIT | WHEN_ASKED_WHICH,
    WHEN_LIVE = WHEN_PAUSED | WHEN_RUNNING,
    WHEN_WATCHED = WHEN_LIVE | WHEN_DONE,
    WHEN_HANDS = WHEN_MOVES | WHEN_DIGITS
};
struct key_entry {
    const char *shown, *ascii; /* keys, as many as there are below */
    uint32_t key[KEYS_A_ROW];  /* the word stands for the last */
    const char *word;
    unsigned when;
    bool must; /* before all others */
};
extern const struct key_entry key_line[]; /* in this order; closed by shown NULL */

/* Whether actions have names that arrows mean. */
bool key_moves(const char *const *actions, unsigned n);
/* The move that a key stands for, "left"; NULL: none. */
const char *key_move(uint32_t key);
/* Whether a key stands for action a of those names, which may be NULL. */
bool key_is_action(const char *const *actions, uint32_t key, unsigned a);

#endif
