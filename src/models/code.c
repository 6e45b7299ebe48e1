#include "config.h"

#include "code.h"

/* Bits that tell 0 .. most apart. */
static unsigned width(uint32_t most)
{
    unsigned bits = 0;
    while (bits < 32 && most >> bits)
        bits++;
    return bits;
}

static bool fits(unsigned *bits, unsigned given, uint32_t most, const char *what,
                 struct err *err)
{
    unsigned need = width(most);
    *bits = given ? given : need;
    if (need <= *bits && *bits <= 32)
        return true;
    return err_set(err, "%s need %u bits, the code of this world has %u", what, need,
                   *bits);
}

bool code_init(struct code *c, const struct space *space, struct err *err)
{
    c->obs_max = space->n_obs - 1; /* n_obs 0: 2^32 of them */
    c->rew_max = (uint32_t)space->rew_max - (uint32_t)space->rew_min;
    c->rew_min = space->rew_min;
    if (!fits(&c->action_bits, space->action_bits, space->n_actions - 1, "actions", err) ||
        !fits(&c->obs_bits, space->obs_bits, c->obs_max, "observations", err) ||
        !fits(&c->rew_bits, space->rew_bits, c->rew_max, "rewards", err))
        return false;
    c->action_bits += !c->action_bits;
    c->bits = c->obs_bits + c->rew_bits;
    if (!c->bits)
        return err_set(err, "this world has one percept only: there is nothing to predict");
    if (c->bits > CODE_BITS_MAX)
        return err_set(err,
                       "percepts of %u bits (observation %u, reward %u) are too large to "
                       "encode: at most %d",
                       c->bits, c->obs_bits, c->rew_bits, CODE_BITS_MAX);
    return true;
}

bool code_has(const struct code *c, struct percept e)
{
    return e.obs <= c->obs_max && e.rew >= c->rew_min &&
           (uint32_t)e.rew - (uint32_t)c->rew_min <= c->rew_max;
}
