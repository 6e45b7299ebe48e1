#ifndef KIND_H
#define KIND_H

#include "err.h"
#include "param.h"

#include <stdbool.h>
#include <stddef.h>

/* What a user can name: the first member of every table of operations. */
struct kind {
    const char *name;           /* as typed by the user: "gridworld" */
    const char *title;          /* one line for listings, no full stop */
    int version;                /* rises when any run changes */
    const struct param *params; /* closed by a NULL name */
    size_t config_size;
};

/* All things of one sort. */
struct shelf {
    const char *sort, *plural;    /* "env", "envs": in "ursa list" and JSON */
    const char *word;             /* "world": in messages */
    const struct kind *const *at; /* closed by NULL */
};

/* A form in which a world or a model may lend what it knows to those who know the form:
 * automata.h, hunt.h, terrain.h. It is named by its address. */
struct view_kind {
    const char *name;
};

/* A kind with its configuration, from "gridworld:size=10". */
struct spec_of {
    const struct kind *kind;
    void *config;    /* owned */
    char *canonical; /* owned: "gridworld-v1:theta=0.5" */
};

/* The kind called `name`, or NULL. */
const struct kind *kind_find(const struct shelf *from, const char *name);
/* False with *err: "unknown agent 'aixxi'; did you mean 'aixi'?  (ursa list agents)", a
 * wrong parameter, or a version this program does not have. */
bool kind_parse(struct spec_of *s, const struct shelf *from, const char *text,
                struct err *err);
/* Sets one parameter and renews the canonical text. */
bool kind_set(struct spec_of *s, const char *key, const char *value, struct err *err);
/* Copies a spec; the caller releases it. */
void kind_copy(struct spec_of *to, const struct spec_of *from);
void kind_release(struct spec_of *s);

#endif
