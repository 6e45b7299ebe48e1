#include "config.h"

#include "registry.h"
#include "teacher.h"
#include "xalloc.h"

/* The user, who is asked in the window while the run waits. Whoever leads the session
 * answers for him (session.h); where nobody does, there is nobody to ask. */

static struct teacher *open_you(const void *config, const struct env *truth,
                                struct err *err)
{
    struct teacher *t = xcalloc(1, sizeof *t);
    (void)config;
    (void)truth;
    (void)err;
    t->ops = &teacher_you;
    return t;
}

static bool answer(struct teacher *t, const void *state, const struct question *q,
                   struct rng *rng, struct answer *out, struct err *err)
{
    (void)t;
    (void)state;
    (void)q;
    (void)rng;
    (void)out;
    return err_set(err, "nobody is there to ask: 'ursa play' and 'ursa watch' ask you");
}

const struct teacher_ops teacher_you = {
    .kind.name = "you",
    .kind.title = "the user, asked in the window",
    .kind.version = 1,
    .kind.params = no_params,
    .open = open_you,
    .answer = answer,
    .person = true,
};
