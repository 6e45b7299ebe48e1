#ifndef TALK_H
#define TALK_H

#include "child.h"
#include "kind.h"
#include "percept.h"

#include <jansson.h>

/* The messages between ursa and programs that are agents or worlds: ursa-protocol(7). One
 * object a line; keys that nobody knows are ignored, types are not. */
enum { TALK_VERSION = 1 };

/* What follows "exec:", the same for both roles. */
struct talk_conf {
    char *program, *params; /* params: "key=value,key=value", the program's own */
    double timeout, start;  /* seconds */
    char *memory, *args;
};
#define TALK_PARAMS(m)                                                                     \
    TEXT("program", m.program, .unit = "PROGRAM", .help = "a path, or a name on PATH"),    \
        TIME("timeout", m.timeout, .def = 10, .min = 1e-3, .max = 1e6,                     \
             .help = "for an answer"),                                                     \
        TIME("start", m.start, .def = 60, .min = 1e-3, .max = 1e6,                         \
             .help = "until it is ready"),                                                 \
        TEXT("memory", m.memory, .unit = "SIZE", .help = "that it may have"),              \
        TEXT("args", m.args, .unit = "WORD+WORD",                                          \
             .help = "words that it is started with"),                                     \
        ANY(m.params)

struct talk {
    struct child *child;
    char *name; /* of the program, for messages */
    double timeout;
    json_t *ready; /* what it said of itself */
    char *said;    /* the same as text */
    bool deterministic;
};

/* Begins the program, says hello with `more` (taken over) in it, hears that it is ready.
 * False with *err; there is nothing to close then. */
bool talk_open(struct talk *t, const struct talk_conf *conf, const char *role, json_t *more,
               struct err *err);
void talk_close(struct talk *t);
/* Sends an object, which is taken over. */
bool talk_tell(struct talk *t, json_t *o, struct err *err);
/* The answer, of that type, to what was told last; NULL with *err. The caller's. */
json_t *talk_hear(struct talk *t, const char *type, struct err *err);
/* "save" of `id`, say, which is answered by "saved" of the same; false with *err. */
bool talk_agree(struct talk *t, const char *type, const char *answer, int64_t id,
                struct err *err);
/* A whole number in min..max of an answer; false with *err. */
bool talk_whole(struct talk *t, const json_t *o, const char *key, int64_t min, int64_t max,
                int64_t *out, struct err *err);
/* "{"key":"value",...}" of "key=value,...". */
json_t *talk_params(const char *params);

#endif
