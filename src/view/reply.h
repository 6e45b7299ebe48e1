#ifndef REPLY_H
#define REPLY_H

#include "keys.h"
#include "theme.h"

#include <stdbool.h>

/* What a terminal answers comes where keys come from, whenever it likes: at once, a second
 * later over a slow line, in pieces, or never. Here answers are taken from among the keys:
 * of their bytes no key is ever made, and no key waits for them but Escape, with which they
 * begin. Pure: time is an argument. */
enum { REPLY_KEYS = 64, REPLY_TEXT = 48 };
struct reply {
    enum reply_state {
        REPLY_NOTHING,
        REPLY_ESCAPE,  /* an Escape, of an answer or a key */
        REPLY_CONTROL, /* of an answer that ends with a letter (CSI) */
        REPLY_STRING,  /* that ends with BEL or ST (OSC, DCS and their like) */
        REPLY_ENDING   /* an Escape in it: of its ST */
    } state;
    int64_t since;   /* milliseconds: when the last of it came */
    int64_t expects; /* until then answers are looked for; 0: all have come */
    bool open;       /* it was asked and has not answered all */
    bool given;      /* the Escape it may have begun with was taken for a key */
    uint32_t kind;   /* what came after the Escape */
    char text[REPLY_TEXT];
    int n; /* characters of it, kept or not */
    uint32_t key[REPLY_KEYS];
    int n_keys;
    /* What was answered; taken away by the reader. */
    enum backdrop backdrop; /* UNKNOWN: nothing was said of it */
    bool changed;           /* the terminal has other colours: ask again */
    bool answered;          /* it has answered all, or that there is no more */
    bool notifies;          /* it can say when they change */
};

/* At `now` it was asked, for what may take a while. */
void reply_asked(struct reply *r, int64_t now);
/* A character that came from the terminal. */
void reply_take(struct reply *r, uint32_t ch, int64_t now);
/* Nothing came: what was held back too long is a key, or is given up. */
void reply_wait(struct reply *r, int64_t now);
/* Milliseconds until reply_wait() has something to do; -1: it never has. */
int reply_patience(const struct reply *r, int64_t now);
/* The next key, as keys.h has them; 0: none. */
uint32_t reply_key(struct reply *r);
/* Another key came whole: what was held back before it is none of its business. */
void reply_push(struct reply *r, uint32_t key);

/* What a colour says that a terminal names: "rgb:ffff/ffff/ffff", "#ffffff". */
enum backdrop backdrop_of_colour(const char *text);
/* What $COLORFGBG says, NULL being nothing. */
enum backdrop backdrop_of_fgbg(const char *text);

#endif
