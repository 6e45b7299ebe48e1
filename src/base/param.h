#ifndef PARAM_H
#define PARAM_H

#include "err.h"

#include <stddef.h>
#include <stdint.h>

/* How a parameter is stored in the configuration struct. */
enum param_type {
    PARAM_INT,    /* int64_t */
    PARAM_REAL,   /* double */
    PARAM_CHOICE, /* int: index into choices */
    PARAM_STRING, /* char *, owned by the configuration; NULL when unset */
    PARAM_TIME,   /* double, seconds; typed as 50ms, 2s, 1.5m, 2h */
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
    const char *unit; /* "cells", "cycles"; STRING: shape of the value; NULL: none */
    const char *help; /* one line, no full stop */
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

#endif
