#include "config.h"

#include "claim.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

static const char *skip(const char *p) { return p + strspn(p, " \t"); }

/* The word at *p, which is then behind it; its length, 0: there is none. */
static size_t word(const char **p, const char **at)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    *at = skip(*p);
    size_t n = strspn(*at, letters);
    *p = *at + n;
    return n;
}

static bool is(const char *at, size_t n, const char *what)
{
    return strlen(what) == n && !strncmp(at, what, n);
}

/* Takes WHAT, if it is the next word. */
static bool take(const char **p, const char *what)
{
    const char *from = *p, *at;
    size_t n = word(p, &at);
    if (is(at, n, what))
        return true;
    *p = from;
    return false;
}

/* "B." or "B:" before a name; -1: none. */
static int take_agent(const char **p, char mark)
{
    const char *at = skip(*p);
    if (*at < 'A' || *at >= 'A' + CLAIM_AGENTS || at[1] != mark)
        return -1;
    *p = at + 2;
    return *at - 'A';
}

static char *trimmed(const char *at)
{
    size_t n = strlen(at);
    while (n && (at[n - 1] == ' ' || at[n - 1] == '\t'))
        n--;
    return xasprintf("%.*s", (int)n, at);
}

static bool read_words(struct moment *m, struct lines *l, const char *at)
{
    m->kind = MOMENT_EVENT;
    m->agent = take_agent(&at, ':');
    at = skip(at);
    m->words = trimmed(at);
    if (*m->words)
        return true;
    lines_fault(l, at, "expected words of an event");
    return false;
}

bool moment_read(struct moment *m, struct lines *l, const char *at)
{
    const char *p = at;
    char *end;
    *m = (struct moment){ .kind = MOMENT_CYCLE, .agent = -1 };
    at = skip(at);
    if (take(&p, "start") && !*skip(p))
        return true;
    p = at;
    if (take(&p, "end") && !*skip(p)) {
        m->kind = MOMENT_END;
        return true;
    }
    if (*at < '0' || *at > '9')
        return read_words(m, l, at);
    double t = strtod(at, &end);
    m->t = t >= 0 && t <= 1e12 ? (int64_t)t : -1;
    if (!*skip(end) && m->t >= 0 && (double)m->t == t)
        return true;
    lines_fault(l, at, "expected start, end, a cycle, or words of an event");
    return false;
}

static bool read_side(struct side *t, struct lines *l, const char **p)
{
    const char *at = skip(*p);
    char *end;
    t->agent = take_agent(p, '.');
    if (t->agent < 0 && *at && strchr("0123456789.+-", *at)) {
        t->x = strtod(at, &end);
        t->number = end != at;
        *p = end;
        if (t->number)
            return true;
    }
    size_t n = word(p, &at);
    if (n && n < CLAIM_NAME) {
        memcpy(t->name, at, n);
        t->name[n] = '\0';
        return true;
    }
    lines_fault(l, at,
                n ? "a name of more than 39 letters" : "expected a name or a number");
    return false;
}

/* The relation at *p; IS_THERE: none. */
static enum relation take_relation(const char **p)
{
    static const struct {
        const char *sign;
        enum relation relation;
    } signs[] = { { "<=", AT_MOST }, { ">=", AT_LEAST }, { "!=", UNEQUAL },
                  { "<", LESS },     { ">", GREATER },   { "=", EQUAL } };
    const char *at = skip(*p);
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (!strncmp(at, signs[i].sign, strlen(signs[i].sign))) {
            *p = at + strlen(signs[i].sign);
            return signs[i].relation;
        }
    return IS_THERE;
}

static bool read_relation(struct claim *c, struct lines *l, const char *p)
{
    if (!read_side(&c->left, l, &p))
        return false;
    c->relation = take_relation(&p);
    if (c->relation != IS_THERE && !read_side(&c->right, l, &p))
        return false;
    c->kind = c->relation == IS_THERE && !strcmp(c->left.name, "truth") ? CLAIM_TRUTH
                                                                        : CLAIM_RELATION;
    if (take(&p, "at")) {
        c->timed = true;
        return moment_read(&c->at, l, p);
    }
    if (!*skip(p))
        return true;
    lines_fault(l, skip(p), "expected a relation (< <= = != >= >), 'at' or the end");
    return false;
}

bool claim_read(struct claim *c, struct lines *l, const char *at)
{
    const char *p = at = skip(at);
    *c = (struct claim){ .line = l->line, .col = (unsigned)(at - l->text) + 1 };
    c->text = trimmed(at);
    c->line_text = xstrdup(l->text);
    bool never = take(&p, "never");
    if (take(&p, "event")) {
        c->kind = never ? CLAIM_NEVER : CLAIM_EVENT;
        return read_words(&c->at, l, p);
    }
    if (!never)
        return read_relation(c, l, p);
    lines_fault(l, skip(p), "expected 'event' after 'never'");
    return false;
}

void moment_release(struct moment *m)
{
    free(m->words);
    *m = (struct moment){ 0 };
}

void claim_release(struct claim *c)
{
    free(c->text);
    free(c->line_text);
    moment_release(&c->at);
    *c = (struct claim){ 0 };
}
