#include "config.h"

#include "agent.h"
#include "hash.h"
#include "ice.h"

struct agent *agent_open(const struct spec_of *spec, const struct env *truth,
                         struct err *err)
{
    const struct agent_ops *ops = (const struct agent_ops *)spec->kind;
    struct agent *ag = ops->open(spec->config, truth, err);
    if (ag && spec->origin && ag->ops != ops)
        return err_null(err, "%s: agent '%s': its ops are of another agent", spec->file,
                        ops->kind.name);
    return ag;
}

/* A head that tells whose bytes they are, its age, and what it says itself. */
static bool walk(struct agent *ag, struct ice *ice)
{
    uint64_t own = hash_string(ag->ops->kind.name) + (uint64_t)ag->ops->kind.version;
    uint64_t head = own;
    if (!ag->ops->ice)
        return err_set(ice->err, "%s cannot be frozen", ag->ops->kind.name);
    ice_piece(ice, &head, sizeof head);
    if (head != own)
        return err_set(ice->err, "these are not the bytes of a frozen %s",
                       ag->ops->kind.name);
    ice_piece(ice, &ag->t, sizeof ag->t);
    ag->ops->ice(ag, ice);
    return !ice->failed;
}

/* Counting and writing change nothing. */
static struct agent *constant(const struct agent *ag)
{
    return (struct agent *)(uintptr_t)ag;
}

size_t agent_frozen_size(const struct agent *ag)
{
    struct ice ice = { .way = ICE_COUNT };
    return walk(constant(ag), &ice) ? ice.n : 0;
}

void agent_freeze(const struct agent *ag, void *bytes)
{
    struct ice ice = { .way = ICE_FREEZE, .to = bytes };
    walk(constant(ag), &ice);
}

bool agent_thaw(struct agent *ag, const void *bytes, struct err *err)
{
    struct ice ice = { .way = ICE_THAW, .from = bytes, .err = err };
    return walk(ag, &ice);
}
