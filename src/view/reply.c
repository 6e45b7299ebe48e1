#include "config.h"

#include "reply.h"

#include "colour.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ESC = 0x1b,
    BEL = 0x07,
    ST = 0x9c,
    /* Milliseconds. An Escape is held back as long as an answer is expected; an answer that
     * has begun and goes no further is given up. */
    EXPECT = 3000,
    HOLD = 500,
    SHORT = 10, /* where none is: as curses waited already */
    GIVE_UP = 2000,
    LONGEST = 256 /* characters of an answer */
};

/* ---- what colours say */

/* One hexadecimal component of 1 to 4 digits, as 0 .. 255; moves on. False: it is none. */
static bool component(const char **at, int digits, uint32_t *rgb)
{
    unsigned long x = 0, most = 0;
    int n = 0;
    for (; n < digits && isxdigit((unsigned char)**at); n++, (*at)++) {
        char c[2] = { **at, '\0' };
        x = 16 * x + strtoul(c, NULL, 16);
        most = 16 * most + 15;
    }
    *rgb = *rgb << 8 | (uint32_t)(most ? (255 * x + most / 2) / most : 0);
    return n > 0;
}

enum backdrop backdrop_of_colour(const char *text)
{
    uint32_t rgb = 0;
    bool hash = *text == '#', alpha = !strncmp(text, "rgba:", 5);
    int digits = 4;
    if (hash && (strlen(text) - 1) % 3 == 0)
        digits = (int)(strlen(text) - 1) / 3;
    else if (!alpha && strncmp(text, "rgb:", 4) != 0)
        return BACKDROP_UNKNOWN;
    text += hash ? 1 : alpha ? 5 : 4;
    for (int k = 0; k < 3; k++) {
        if (k && !hash && *text++ != '/')
            return BACKDROP_UNKNOWN;
        if (!component(&text, digits, &rgb))
            return BACKDROP_UNKNOWN;
    }
    if (*text && !(alpha && *text == '/'))
        return BACKDROP_UNKNOWN;
    return colour_lightness(rgb) > 50 ? BACKDROP_LIGHT : BACKDROP_DARK;
}

enum backdrop backdrop_of_fgbg(const char *text)
{
    const char *last = text ? strrchr(text, ';') : NULL;
    char *end;
    if (!last || !isdigit((unsigned char)last[1]))
        return BACKDROP_UNKNOWN;
    long bg = strtol(last + 1, &end, 10);
    if (*end || bg > 15)
        return BACKDROP_UNKNOWN;
    return bg == 7 || bg >= 9 ? BACKDROP_LIGHT : BACKDROP_DARK;
}

/* ---- keys */

void reply_push(struct reply *r, uint32_t key)
{
    if (key && r->n_keys < REPLY_KEYS)
        r->key[r->n_keys++] = key;
}

uint32_t reply_key(struct reply *r)
{
    if (!r->n_keys)
        return 0;
    uint32_t key = r->key[0];
    memmove(r->key, r->key + 1, (size_t)--r->n_keys * sizeof *r->key);
    return key;
}

static void push_char(struct reply *r, uint32_t ch)
{
    static const uint32_t table[][2] = { { '\r', VK_ENTER },     { '\n', VK_ENTER },
                                         { '\t', VK_TAB },       { 0x7f, VK_BACKSPACE },
                                         { '\b', VK_BACKSPACE }, { ESC, VK_ESCAPE } };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i][0] == ch)
            ch = table[i][1];
    reply_push(r, ch);
}

/* ---- answers */

static bool expected(const struct reply *r, int64_t now) { return now < r->expects; }

void reply_asked(struct reply *r, int64_t now)
{
    r->expects = now + EXPECT;
    r->open = true;
}

static void begin(struct reply *r, enum reply_state state, uint32_t kind)
{
    r->state = state;
    r->kind = kind;
    r->n = 0;
    *r->text = '\0';
}

static void keep(struct reply *r, uint32_t ch)
{
    if (r->n + 1 < REPLY_TEXT) {
        r->text[r->n] = ch < 0x7f ? (char)ch : '?';
        r->text[r->n + 1] = '\0';
    }
    if (++r->n >= LONGEST)
        r->state = REPLY_NOTHING;
}

static void end_string(struct reply *r)
{
    r->state = REPLY_NOTHING;
    if (r->kind != ']' || strncmp(r->text, "11;", 3) != 0)
        return;
    enum backdrop is = backdrop_of_colour(r->text + 3);
    if (is != BACKDROP_UNKNOWN)
        r->backdrop = is;
}

/* "[?62;22c" is the answer to what kind of terminal it is, which all know: what was asked
 * before it has been answered or will not be. "[?997;1n": it is dark now, or light;
 * "[?2031; 2$y": it can say so. Arrows and their like that curses did not know are keys. */
static void end_control(struct reply *r, uint32_t last)
{
    static const char letters[] = "ABCDHF";
    static const uint32_t keys[] = { VK_UP, VK_DOWN, VK_RIGHT, VK_LEFT, VK_HOME, VK_END };
    const char *key = last ? strchr(letters, (int)last) : NULL;
    r->state = REPLY_NOTHING;
    if (!r->n && key)
        reply_push(r, keys[key - letters]);
    else if (*r->text == '?' && last == 'c') {
        r->answered = true;
        r->expects = 0;
        r->open = false;
    } else if (!strncmp(r->text, "?997;", 5) && last == 'n')
        r->changed = true;
    else if (last == 'y' && (!strcmp(r->text, "?2031;1$") || !strcmp(r->text, "?2031;2$")))
        r->notifies = true;
}

/* It was no answer but keys: an Escape, what came after it, and this. */
static void no_answer(struct reply *r, uint32_t ch)
{
    if (!r->given)
        push_char(r, ESC);
    if (r->state != REPLY_ESCAPE)
        push_char(r, r->kind);
    r->given = false;
    r->state = ch == ESC ? REPLY_ESCAPE : REPLY_NOTHING;
    if (ch && ch != ESC)
        push_char(r, ch);
}

static void take_escape(struct reply *r, uint32_t ch, int64_t now)
{
    if (ch == '[')
        begin(r, REPLY_CONTROL, ch);
    else if (ch == ']' || (expected(r, now) && ch < 0x7f && strchr("P_^X", (int)ch)))
        begin(r, REPLY_STRING, ch);
    else
        no_answer(r, ch);
}

static void take_control(struct reply *r, uint32_t ch)
{
    if (r->given && !r->n && ch != '?')
        no_answer(r, ch);
    else if (ch == ESC)
        r->state = REPLY_ESCAPE;
    else if (ch >= 0x40 && ch < 0x7f)
        end_control(r, ch);
    else if (ch >= 0x20 && ch < 0x40)
        keep(r, ch);
    else
        r->state = REPLY_NOTHING;
}

/* What is asked for begins with a number; else it was Alt and a bracket. */
static void take_string(struct reply *r, uint32_t ch)
{
    if (ch == BEL || ch == ST)
        end_string(r);
    else if (ch == ESC)
        r->state = REPLY_ENDING;
    else if (!r->n && r->kind == ']' && !(ch < 0x7f && isdigit((int)ch)))
        no_answer(r, ch);
    else
        keep(r, ch);
}

void reply_take(struct reply *r, uint32_t ch, int64_t now)
{
    if (r->state != REPLY_NOTHING)
        reply_wait(r, now);
    r->since = now;
    switch (r->state) {
    case REPLY_ESCAPE: take_escape(r, ch, now); break;
    case REPLY_CONTROL: take_control(r, ch); break;
    case REPLY_STRING: take_string(r, ch); break;
    case REPLY_ENDING:
        end_string(r);
        if (ch != '\\')
            take_escape(r, ch, now);
        break;
    default:
        if (r->given && (ch == '[' || ch == ']'))
            take_escape(r, ch, now);
        else if (ch == ESC)
            r->state = REPLY_ESCAPE;
        else
            push_char(r, ch);
        if (r->state == REPLY_NOTHING || ch == ESC)
            r->given = false;
        break;
    }
}

/* Whether so little has come that it may be keys. */
static bool undecided(const struct reply *r)
{
    return r->state == REPLY_ESCAPE ||
           (!r->n &&
            (r->state == REPLY_CONTROL || (r->state == REPLY_STRING && r->kind == ']')));
}

int reply_patience(const struct reply *r, int64_t now)
{
    if (r->state == REPLY_NOTHING)
        return -1;
    int64_t hold = !undecided(r)                       ? GIVE_UP
                   : r->given || expected(r, r->since) ? HOLD
                                                       : SHORT;
    int64_t left = r->since + hold - now;
    return left < 0 ? 0 : (int)left;
}

void reply_wait(struct reply *r, int64_t now)
{
    if (reply_patience(r, now) != 0)
        return;
    bool alone = r->state == REPLY_ESCAPE;
    if (undecided(r))
        no_answer(r, 0);
    r->state = REPLY_NOTHING;
    r->given = alone && r->open;
}
