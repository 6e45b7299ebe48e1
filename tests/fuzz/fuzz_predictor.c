#include "config.h"

#include "registry.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

/* A model of bits as anyone may describe it, on the first line, and bits for it to learn:
 * what it says are probabilities, and what is taken back leaves no trace. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SLOTS = 3, BYTES_MAX = 64 };

static double predict(struct predictor *p, unsigned slot)
{
    double one = p->ops->predict(p, slot);
    if (!(one > 0 && one < 1))
        bug("predicted %g", one);
    return one;
}

static void learn(struct predictor *p, unsigned byte)
{
    for (unsigned i = 0; i < 8; i++) {
        if (i % 4 == 3) {
            p->ops->append(p, byte >> i & 1);
        } else {
            predict(p, i % SLOTS);
            p->ops->update(p, byte >> i & 1);
        }
    }
}

static void live(struct predictor *p, const uint8_t *data, size_t size)
{
    void *snap = xcalloc(1, p->snap_size);
    for (size_t i = 0; i < size && i < BYTES_MAX; i++) {
        double before = predict(p, 0);
        p->ops->save(p, snap);
        for (size_t k = i; k < size && k < i + 3; k++)
            learn(p, data[k] ^ 0x55);
        p->ops->restore(p, snap);
        double after = predict(p, 0);
        if (before < after || before > after)
            bug("%.17g became %.17g", before, after);
        learn(p, data[i]);
        if (data[i] & 1)
            p->ops->commit(p);
    }
    free(snap);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = memchr(data, '\n', size);
    size_t len = end ? (size_t)(end - data) : size;
    struct err err = { 0 };
    char *text = xcalloc(len + 1, 1);
    memcpy(text, data, len);
    struct predictor *p = predictor_new(text, SLOTS, &err);
    if (p && end)
        live(p, end + 1, size - len - 1);
    predictor_free(p);
    free(text);
    return 0;
}
