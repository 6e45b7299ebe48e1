#ifndef SHOW_H
#define SHOW_H

#include "demo.h"
#include "sim.h"

enum { VIEW_RUNS = 4 };

/* What is shown: agents side by side, each alone in the same world, or in the seats of one
 * game. Specs are owned. */
struct show {
    struct spec_of agent[VIEW_RUNS];
    struct spec_of env; /* world or game */
    bool game;
    struct script script[VIEW_RUNS]; /* owned; of a recording or of before a fork */
    int n;                           /* agents */
    uint64_t root, steps;
    uint32_t seed;
};
void show_release(struct show *s);
/* The same settings without their scripts; to be released even when it fails. */
bool show_copy(struct show *to, const struct show *s, struct err *err);
/* One more agent; false with *err, of the fifth too. */
bool show_add(struct show *s, const char *spec, struct err *err);
/* Takes "aixi" or "aixi thompson": one to four agents. */
bool show_agents(struct show *s, const char *text, struct err *err);
/* The world or game where they live, of the agents added before. */
bool show_place(struct show *s, const char *spec, struct err *err);
bool show_of_demo(struct show *s, const struct demo *d, struct err *err);
/* Run i, borrowing from s. */
struct job show_job(const struct show *s, int i);
/* Films of all runs, which have what those `before` (may be NULL) know of their past, into
 * sim[n]; conf->bytes are for all together. False with *err; *sim is then to be freed. */
bool show_open(const struct show *s, const struct sim_conf *conf, struct sim *const *before,
               struct sim **sim, struct err *err);
void script_release(struct script *s);

#endif
