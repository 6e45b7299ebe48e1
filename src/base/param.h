#ifndef PARAM_H
#define PARAM_H

#include "err.h"
#include "names.h"

#include <stddef.h>
#include <stdint.h>

HOST_BEGIN

/* How a parameter is stored in the configuration struct. */
enum param_type {
    PARAM_INT,    /* int64_t */
    PARAM_REAL,   /* double */
    PARAM_CHOICE, /* int: index into choices */
    PARAM_STRING, /* char *, owned by the configuration; NULL when unset */
    PARAM_TIME,   /* double, seconds; typed as 50ms, 2s, 1.5m, 2h */
    PARAM_KIND,   /* const struct kind *: one of a shelf; NULL: the word `none` */
    PARAM_SPEC,   /* char *, as STRING: a kind of a shelf with parameters of its own */
    PARAM_SPECS,  /* the same: one or more, joined by '+' */
    PARAM_ANY,    /* char *, as STRING: not a value, but the place of keys that no row has,
                   * as "key=value,key=value" */
    PARAM_EACH, /* void **, owned: not a value, but the place of the rows of every kind of a
                   * shelf and of their configurations, in its order */
};

/* One user-settable value. A table of these, closed by a NULL name, is the only
 * description of an option: the parser, "ursa show", the forms of the viewer, the shell
 * completion and the tests of the manual all read it. */
struct param {
    const char *name;
    enum param_type type;
    size_t offset;              /* into the configuration struct */
    double def, min, max;       /* CHOICE: index; STRING: unused; a number's default below
                                 * its range is shown and typed as "unset" */
    const char *const *choices; /* closed by NULL; CHOICE only */
    const struct shelf *from;   /* KIND, SPEC, SPECS, EACH */
    bool tail;                  /* SPECS: the last row; written without its name and '=' */
    const char *none, *usual;   /* KIND: word for no kind, NULL: there must be one; the
                                 * default's name, NULL: no kind */
    const char
        *group;       /* heading in forms, of this row and those after it; NULL: the same */
    const char *unit; /* "cells", "cycles"; STRING: shape of the value; NULL: none */
    const char *help; /* one line, no full stop */
};

/* What a user can name: the first member of every table of operations. */
struct kind {
    const char *name;           /* as typed by the user: "gridworld" */
    const char *title;          /* one line for listings, no full stop */
    int version;                /* rises when any run changes */
    const struct param *params; /* closed by a NULL name */
    size_t config_size;
    /* NULL, or the name of a kind of the same shelf whose place it takes where it fits,
     * being a faster way to the same: it is never asked for by its own name. */
    const char *form_of;
};

struct spec_of;

/* Another way to name one of a sort: what begins with `prefix`, or where it stands alone
 * has a first part up to ':' that ends with `suffix`, has a grammar of its own. parse()
 * fills *to, or is false with *err. */
struct other_way {
    const char *prefix; /* "exec:", or "" */
    const char *suffix; /* ".pomdp" in small letters, or NULL */
    bool (*parse)(struct spec_of *to, const char *text, struct err *err);
};

/* All things of one sort. Those with the same table of parameters share a configuration
 * where the rows of all of them stand in one table (PARAM_EACH). */
struct shelf {
    const char *sort, *plural;    /* "env", "envs": in "ursa list" and JSON */
    const char *word;             /* "world": in messages */
    const char *page;             /* "envs": of the manual, ursa-envs(7) */
    const struct kind *const *at; /* closed by NULL */
    /* Optional: where else a name that is not here may stand, and what is said then. */
    const struct shelf *near;
    const char *hint;
    const struct other_way *ways; /* closed by a NULL prefix; NULL: none */
};

/* Rows of a table whose fields are in a struct config:
 *     INT("size", size, .def = 10, .min = 2, .max = 64, .unit = "cells", .help = "edge"),
 *     CHOICE("kind", kind, kind_names, .def = KIND_ROUND, .help = "shape"), */
#define PARAM(conf_, type_, name_, field_, ...)                                            \
    {                                                                                      \
        .name = name_, .type = type_, .offset = offsetof(conf_, field_), __VA_ARGS__       \
    }
#define INT(name_, field_, ...) PARAM(struct config, PARAM_INT, name_, field_, __VA_ARGS__)
#define REAL(name_, field_, ...)                                                           \
    PARAM(struct config, PARAM_REAL, name_, field_, __VA_ARGS__)
#define TIME(name_, field_, ...)                                                           \
    PARAM(struct config, PARAM_TIME, name_, field_, __VA_ARGS__)
#define TEXT(name_, field_, ...)                                                           \
    PARAM(struct config, PARAM_STRING, name_, field_, __VA_ARGS__)
#define CHOICE(name_, field_, names_, ...)                                                 \
    PARAM(struct config, PARAM_CHOICE, name_, field_, .choices = names_, __VA_ARGS__)
#define KIND(name_, field_, from_, ...)                                                    \
    PARAM(struct config, PARAM_KIND, name_, field_, .from = &(from_), __VA_ARGS__)
#define SPEC(name_, field_, from_, ...)                                                    \
    PARAM(struct config, PARAM_SPEC, name_, field_, .from = &(from_), __VA_ARGS__)
#define SPECS(name_, field_, from_, ...)                                                   \
    PARAM(struct config, PARAM_SPECS, name_, field_, .from = &(from_), __VA_ARGS__)
#define ANY(field_) PARAM(struct config, PARAM_ANY, "*", field_, .help = "")
#define EACH(field_, from_)                                                                \
    PARAM(struct config, PARAM_EACH, #from_, field_, .from = &(from_))

/* A walk over the rows of a table, those of its shelves among them:
 *     for (struct param_walk w = { table, config }; param_next(&w);)
 * NULL for the configuration when rows alone are wanted. */
struct param_walk {
    const struct param *table;
    void *config;
    const struct param *p; /* the row, */
    void *at;              /* and the configuration that its offset is into */
    const struct param
        *each; /* the PARAM_EACH it stands for; NULL: one of the table's own */
    size_t k;  /* and the kind */
};
bool param_next(struct param_walk *w);
/* The row of a table that takes any key; NULL: none does. */
const struct param *param_any(const struct param *table);
/* Goes to the row called `name`; false when there is none. */
bool param_seek(struct param_walk *w, const char *name);
/* The names of at most cap rows; returns how many. */
size_t param_names(const struct param *table, const char **names, size_t cap);
/* The i-th word that a CHOICE or KIND may be; NULL past the last one. */
const char *param_choice(const struct param *p, size_t i);

/* The entry called `name`, or NULL. */
const struct param *param_find(const struct param *table, const char *name);
/* Sets every field of *config that the table names; strings become NULL. */
void param_defaults(const struct param *table, void *config);
/* Sets one field from text; false and *err ("size=0 is out of range 2..64") when the value
 * does not fit; the field is then unchanged. An unknown name is the caller's to report. */
bool param_set(const struct param *p, void *config, const char *value, struct err *err);
/* Frees the strings of *config. */
void param_release(const struct param *table, void *config);
/* Copies a configuration with its strings. */
void param_copy(const struct param *table, void *to, const void *from, size_t size);
/* The value as it would be typed, into buf (size n); returns buf. */
char *param_format(const struct param *p, const void *config, char *buf, size_t n);
/* The default as it would be typed. */
char *param_format_default(const struct param *p, char *buf, size_t n);
/* True when the field has its default. */
bool param_is_default(const struct param *p, const void *config);

/* The table of what takes none. */
extern const struct param no_params[];

HOST_END

#endif
