#ifndef SHOW_H
#define SHOW_H

#include "demo.h"
#include "run.h"

enum { VIEW_RUNS = 4 };

/* What is shown. Specs are owned. */
struct show {
    struct spec_of agent[VIEW_RUNS];
    struct spec_of env;
    struct script script[VIEW_RUNS]; /* owned; of a recording or of before a fork */
    int n;                           /* agents side by side */
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
bool show_of_demo(struct show *s, const struct demo *d, struct err *err);
/* Run i, borrowing from s. */
struct job show_job(const struct show *s, int i);
void script_release(struct script *s);

#endif
