#include "config.h"

#include "hash.h"
#include "rng.h"

/* Random123's header is not clean under our warnings; it is not ours to change. Nor does it
 * know WebAssembly, and refuses; of what it asks of a processor, RISC-V has as little. */
#ifdef __EMSCRIPTEN__
#define __riscv 1
#endif
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wundef"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include <Random123/philox.h>
#pragma GCC diagnostic pop

void rng_init(struct rng *r, const struct rng_key *k)
{
    /* The name is folded into the key; the indices stay coordinates of the counter. */
    uint64_t id = k->root ^ (k->id && *k->id ? hash_string(k->id) : 0);
    philox4x32_key_t key = { { (uint32_t)id, (uint32_t)(id >> 32) } };
    for (uint32_t block = 0; block < 2; block++) {
        philox4x32_ctr_t ctr = { { block, (uint32_t)k->purpose, k->map, k->seed } };
        ctr = philox4x32(ctr, key);
        r->s[2 * block] = (uint64_t)ctr.v[1] << 32 | ctr.v[0];
        r->s[2 * block + 1] = (uint64_t)ctr.v[3] << 32 | ctr.v[2];
    }
    if (!(r->s[0] | r->s[1] | r->s[2] | r->s[3]))
        r->s[0] = 1; /* the one state xoshiro cannot leave */
}

uint32_t rng_index(struct rng *r, const double *w, uint32_t n, double sum)
{
    double u = rng_unit(r) * sum;
    uint32_t last = 0; /* rounding may leave u past the end: the last positive one */
    for (uint32_t i = 0; i < n; i++) {
        if (w[i] <= 0)
            continue;
        last = i;
        if (u < w[i])
            return i;
        u -= w[i];
    }
    return last;
}
