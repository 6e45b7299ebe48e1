#include "config.h"

#include "policy_graph.h"

#include <stdlib.h>

void policy_graph_release(struct policy_graph *g)
{
    free(g->percept);
    free(g->action);
    free(g->next);
    *g = (struct policy_graph){ 0 };
}
