#include "config.h"

#include "infile.h"
#include "mixture.h"

#include <math.h>

/* Weights of hypotheses from anywhere: nothing crashes, and what is read is a prior. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[INFILE_PATH];
    struct err err = { 0 };
    double w[4] = { 0 }, sum = 0;
    size_t n = size ? 1 + data[size - 1] % 4 : 1;
    int fd = infile(path, data, size);
    struct prior_conf conf = { .kind = PRIOR_FILE, .file = path };
    bool ok = prior_fill(w, n, &conf, &err);
    for (size_t k = 0; ok && k < n; k++) {
        if (!(w[k] >= 0))
            bug("a weight of %g was read", w[k]);
        sum += w[k];
    }
    if (ok ? fabs(sum - 1) > 1e-5 : !err.n)
        bug("a prior with sum %g, and %u errors", sum, err.n);
    close(fd);
    return 0;
}
