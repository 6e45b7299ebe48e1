#include "config.h"

#include "api.h"
#include "predictor.h"
#include "registry.h"

#include <math.h>
#include <stdlib.h>

struct ursa_predictor {
    struct predictor *p;
    uint32_t slots;
    bool asked; /* p1() was, since the last bit: update() knows what it learns */
    bool broken;
};

enum { SLOTS_MAX = 96 };

ursa_predictor *ursa_predictor_open(const char *spec, uint32_t slots)
{
    API_GUARD(NULL)
    struct err err = { 0 };
    if (!spec || slots < 1 || slots > SLOTS_MAX) {
        api_fail(URSA_BAD, spec ? "percepts have 1..%d bits" : "the predictor is NULL",
                 SLOTS_MAX);
        return NULL;
    }
    struct predictor *p = predictor_new(spec, slots, &err);
    if (!p)
        return api_null(&err);
    struct ursa_predictor *out = xcalloc(1, sizeof *out);
    out->p = p;
    out->slots = slots;
    return out;
}

void ursa_predictor_close(ursa_predictor *p)
{
    if (!p)
        return;
    predictor_free(p->p);
    free(p);
}

double ursa_predictor_p1(ursa_predictor *p, uint32_t slot)
{
    API_GUARD(NAN)
    if (!api_whole(p, "predictor", p && p->broken))
        return NAN;
    if (slot >= p->slots)
        return api_fail(URSA_BAD, "slot %u of %u", slot, p->slots), NAN;
    p->broken = true;
    double p1 = p->p->ops->predict(p->p, slot);
    p->broken = false;
    p->asked = true;
    return p1;
}

/* What happened is final: the caller takes nothing back. */
static int take(struct ursa_predictor *p, uint32_t bit,
                void (*how)(struct predictor *, unsigned))
{
    p->broken = true;
    how(p->p, bit);
    p->p->ops->commit(p->p);
    p->broken = false;
    p->asked = false;
    return URSA_OK;
}

int ursa_predictor_update(ursa_predictor *p, uint32_t bit)
{
    API_GUARD(URSA_MEMORY)
    if (!api_whole(p, "predictor", p && p->broken))
        return URSA_BAD;
    if (bit > 1 || !p->asked)
        return api_fail(
            URSA_BAD,
            bit > 1 ? "%u is not a bit" : "bit %u before p1() has said which it is", bit);
    return take(p, bit, p->p->ops->update);
}

int ursa_predictor_append(ursa_predictor *p, uint32_t bit)
{
    API_GUARD(URSA_MEMORY)
    if (!api_whole(p, "predictor", p && p->broken))
        return URSA_BAD;
    return bit > 1 ? api_fail(URSA_BAD, "%u is not a bit", bit)
                   : take(p, bit, p->p->ops->append);
}
