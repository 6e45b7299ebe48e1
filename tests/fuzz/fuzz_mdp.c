#include "config.h"

#include "mdp.h"

#include <stdio.h>

/* Processes from anywhere: nothing crashes, and what is read is a process. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mdp m;
    struct err err = { 0 };
    FILE *f = size ? fmemopen((void *)(uintptr_t)data, size, "r") : NULL;
    if (!f)
        return 0;
    if (mdp_read(&m, f, "mdp", &err)) {
        for (size_t i = 0; i < (size_t)m.n_states * m.n_actions; i++)
            if (m.first[i] >= m.first[i + 1])
                bug("a pair without a transition was read");
        mdp_release(&m);
    }
    fclose(f);
    return 0;
}
