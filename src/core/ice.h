#ifndef ICE_H
#define ICE_H

#include "model.h"
#include "names.h"

HOST_BEGIN

/* What a thing is, as bytes that mean the same in another opened alike: no pointers, no
 * marks in journals. One walk over its parts counts the bytes, writes them or reads them
 * back, so that the three cannot disagree. */
struct ice {
    enum { ICE_COUNT, ICE_FREEZE, ICE_THAW } way;
    size_t n;                  /* bytes so far */
    unsigned char *to;         /* [..] of ICE_FREEZE */
    const unsigned char *from; /* [..] of ICE_THAW */
    bool failed;               /* with the reason in *err: the rest means nothing */
    struct err *err;
};

/* Plain data; only ICE_THAW changes it. */
void ice_piece(struct ice *ice, void *piece, size_t n);
/* A model, by its frozen_size(), freeze() and thaw(). */
void ice_model(struct ice *ice, struct model *m);
/* Where the next n bytes stand; NULL while counting. For those who write and read
 * themselves. */
void *ice_to(struct ice *ice, size_t n);
const void *ice_from(struct ice *ice, size_t n);
void ice_fail(struct ice *ice, const char *why);

HOST_END

#endif
