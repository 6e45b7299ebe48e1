#include "config.h"

#include "ice.h"

#include <string.h>

void *ice_to(struct ice *ice, size_t n)
{
    void *at = ice->to ? ice->to + ice->n : NULL;
    ice->n += n;
    return at;
}

const void *ice_from(struct ice *ice, size_t n)
{
    const void *at = ice->from + ice->n;
    ice->n += n;
    return at;
}

void ice_piece(struct ice *ice, void *piece, size_t n)
{
    if (ice->way == ICE_FREEZE && n)
        memcpy(ice->to + ice->n, piece, n);
    if (ice->way == ICE_THAW && n)
        memcpy(piece, ice->from + ice->n, n);
    ice->n += n;
}

void ice_fail(struct ice *ice, const char *why)
{
    if (!ice->failed)
        err_set(ice->err, "%s", why);
    ice->failed = true;
}

void ice_model(struct ice *ice, struct model *m)
{
    if (!m->ops->thaw) {
        ice_fail(ice, "its model cannot be frozen");
        return;
    }
    size_t size = ice->way == ICE_THAW ? 0 : m->ops->frozen_size(m);
    ice_piece(ice, &size, sizeof size);
    if (ice->way == ICE_FREEZE)
        m->ops->freeze(m, ice->to + ice->n);
    if (ice->way == ICE_THAW && !m->ops->thaw(m, ice->from + ice->n, ice->err))
        ice->failed = true;
    ice->n += size;
}
