#include "config.h"

#include "spec.h"
#include "trace.h"
#include "view.h"

#include <stdlib.h>

/* A recording in the window: what was recorded is lived again, by whoever lived it. */

/* The recorded cycles for a show, which owns them from here. */
static struct script take_script(struct trace *tr)
{
    struct script script = { tr->at, tr->n, tr->past, tr->n_past, tr->present };
    tr->at = NULL;
    tr->past = NULL;
    tr->n_past = 0;
    return script;
}

/* The versions of agent and world are those of today: cycles that differ are told. */
static bool parse(struct show *show, const struct trace *tr, struct err *err)
{
    char *agent = spec_unversioned(tr->agent), *env = spec_unversioned(tr->env);
    bool ok = kind_parse(&show->agent[0], &agent_shelf, agent, err) &&
              kind_parse(&show->env, &env_shelf, env, err);
    free(agent);
    free(env);
    return ok;
}

bool view_open_trace(struct view *v, const struct view_conf *conf, struct trace *tr,
                     struct err *err)
{
    struct show show = { .n = 1, .root = tr->root, .seed = tr->seed, .steps = tr->n };
    int64_t forked = tr->n_past ? (int64_t)tr->present - 1 : 0;
    show.script[0] = take_script(tr);
    bool ok = parse(&show, tr, err) && view_init(v, conf, &show, err);
    if (!ok) {
        show_release(&show);
        return false;
    }
    for (size_t i = 0; i < tr->n_marks; i++)
        view_mark(v, (int64_t)tr->mark[i]);
    if (forked)
        v->forked = forked;
    return true;
}
