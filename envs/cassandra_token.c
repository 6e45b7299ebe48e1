#include "config.h"

#include "cassandra.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 200 };

static const char *skip(const char *s)
{
    for (;;) {
        s += strspn(s, " \t\r\n\f\v");
        if (*s != '#')
            return s;
        s += strcspn(s, "\n");
    }
}

/* A number is all of a word that begins as one. */
static bool is_number(struct token *t)
{
    char *end;
    if (!strchr("+-.0123456789", *t->at) || strspn(t->at, "+-.0123456789eE") < t->len)
        return false;
    t->number = strtod(t->at, &end);
    return end == t->at + t->len;
}

static struct token read(const char *s)
{
    struct token t = { .at = s, .len = 1 };
    if (!*s) {
        t.len = 0;
    } else if (*s == ':') {
        t.kind = TOKEN_COLON;
    } else if (*s == '*') {
        t.kind = TOKEN_STAR;
    } else {
        t.len = strcspn(s, " \t\r\n\f\v:#");
        t.kind = is_number(&t) ? TOKEN_NUMBER : TOKEN_WORD;
    }
    return t;
}

static struct token take(struct cassandra *c)
{
    struct token t = read(skip(c->pos));
    c->pos = t.at + t.len;
    return t;
}

void token_start(struct cassandra *c, const char *pos)
{
    c->pos = pos;
    c->now = take(c);
    c->then = take(c);
}

void token_next(struct cassandra *c)
{
    c->now = c->then;
    c->then = take(c);
}

bool token_is(const struct token *t, const char *word)
{
    return t->kind == TOKEN_WORD && strlen(word) == t->len && !strncmp(t->at, word, t->len);
}

void cassandra_place(const struct cassandra *c, const char *at, unsigned *line,
                     unsigned *col)
{
    const char *begin = c->text;
    *line = 1;
    for (const char *s = c->text; (s = memchr(s, '\n', (size_t)(at - s))); begin = ++s)
        ++*line;
    *col = (unsigned)(at - begin) + 1;
}

void cassandra_fault(struct cassandra *c, const char *at, const char *fmt, ...)
{
    char what[512], shown[SHOWN + 1];
    unsigned line, col;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    cassandra_place(c, at, &line, &col);
    const char *begin = at - (col - 1);
    size_t len = strcspn(begin, "\r\n");
    snprintf(shown, sizeof shown, "%.*s", (int)(len < SHOWN ? len : SHOWN), begin);
    lines_fault_in(&c->in, line, shown, col, "%s", what);
    if (++c->faults >= FAULTS_MAX)
        c->stopped = true;
}
