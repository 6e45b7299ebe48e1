#include "config.h"

#include "mdp.h"
#include "mdp_text.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Public files from anywhere: nothing crashes, and what is read is a process. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct mdp *m)
{
    for (size_t i = 0; i < (size_t)m->n_states * m->n_actions; i++) {
        double sum = 0;
        for (uint32_t k = m->first[i]; k < m->first[i + 1]; k++) {
            const struct edge *e = &m->edge[k];
            double seen = e->n_sights ? 0 : 1;
            if (e->next >= m->n_states || (m->n_obs && !e->n_sights))
                bug("an edge leads nowhere, or shows nothing");
            for (uint32_t j = 0; j < e->n_sights; j++)
                seen += m->sight[e->sight + j].p;
            sum += e->p * seen;
        }
        if (!(fabs(sum - 1) < 1e-9))
            bug("what follows a pair has chance %g", sum);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mdp m;
    struct err err = { 0 };
    char *text = xcalloc(size + 1, 1);
    if (size)
        memcpy(text, data, size);
    if (cassandra_read(&m, text, size, "pomdp", &err)) {
        check(&m);
        mdp_release(&m);
    }
    free(text);
    return 0;
}
