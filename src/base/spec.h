#ifndef SPEC_H
#define SPEC_H

#include "err.h"
#include "param.h"

#include <stddef.h>

/* A name with parameters as typed: NAME[-vN][:key=value[,key=value...]]. No spaces, no
 * parentheses, so no quoting in a shell. Inside the value of a parameter stand such specs
 * again, where ':' is written for the comma, and '+' joins a list of them. */
struct spec_pair {
    char *key, *value; /* key "": words that are not key=value */
    size_t at;         /* offset in text */
};
struct spec {
    char *text;     /* as typed, whatever this one stands in; owned */
    size_t at, end; /* its part of text */
    bool within;    /* it stands inside a value */
    char *name;     /* without the version */
    int version;    /* 0 when not given */
    struct spec_pair *pair;
    size_t n;
};

/* False with *err when the grammar does not fit; s is then empty and needs no release. */
bool spec_parse(struct spec *s, const char *text, struct err *err);
/* The same of what stands inside a value, from `at` to `end` of text. */
bool spec_parse_within(struct spec *s, const char *text, size_t at, size_t end,
                       struct err *err);
void spec_release(struct spec *s);

/* A walk over a list joined by '+', at least one item long; where lists stand in a list the
 * longest row of '+' separates the outermost:
 *     for (struct spec_walk w = spec_walk(text, at, end); spec_next(&w);) */
struct spec_walk {
    const char *text;
    size_t at, stop; /* the item */
    size_t end, plus;
    bool begun;
};
struct spec_walk spec_walk(const char *text, size_t at, size_t end);
bool spec_next(struct spec_walk *w);

/* What is wrong with len characters at `at` of the text that was typed, and where:
 *     gridworld has no parameter 'sise'; did you mean 'size'?
 *         gridworld:sise=10
 *                   ^~~~
 * Returns false. */
bool spec_wrong(const struct spec *s, size_t at, size_t len, struct err *err,
                const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* "name-vN:key=value,..." with the parameters that differ from their defaults, in table
 * order: equal configurations give equal text. Caller frees. */
char *spec_canonical(const char *name, int version, const struct param *table,
                     const void *config);

/* Bytes before the name of what is no part of this program: "lib:FILE#", and "exec:" with
 * the folder of its program; 0 of all else. What follows is read as other specs are. */
size_t spec_origin(const char *text);

/* A spec without its "-vN": of this program's version. Caller frees. */
char *spec_unversioned(const char *text);

#endif
