#ifndef DEEP_LINK_H
#define DEEP_LINK_H

#include "list.h"
#include "view.h"

/* What is shown, and the cycle, as the fragment of an address of the page in a browser:
 *     demo=thompson
 *     agent=aixi:horizon=8&env=gridworld:map=thesis&seed=7&steps=200&t=120
 *     agent=aixi&agent=thompson&env=tiger&speed=max&palette=light&layer=belief&truth=1
 * Values are percent-encoded where they have to be (RFC 3986). A link is text of anybody's:
 * it names what there is, and nothing of it is run. */
struct link {
    char *demo, *env;  /* owned; NULL: not given */
    struct list agent; /* owned */
    bool has_seed, has_t, has_steps;
    uint32_t seed;
    uint64_t root, steps;
    int64_t t;                 /* cycle to be shown */
    double speed;              /* cycles a second; 0: as fast as it can; NAN: not given */
    int palette, layer, truth; /* -1: not given */
};

/* False with *err: a key that there is not, twice the same, a value out of range, escapes
 * that are none. To be released in either case. */
bool link_read(struct link *l, const char *text, struct err *err);
void link_release(struct link *l);

/* Opens the view that a link is of; without a demonstration it needs an agent and a world.
 * False with *err. */
bool link_open(struct link *l, const struct view_conf *conf, struct view *v,
               struct err *err);
/* The link of what a view shows; the caller frees it. What was forked, or done by hand, is
 * not in it. */
char *link_of(const struct view *v);

#endif
