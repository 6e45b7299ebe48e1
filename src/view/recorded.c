#include "config.h"

#include "match_trace.h"
#include "spec.h"
#include "trace.h"
#include "view.h"
#include "xalloc.h"

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

/* What seat i did and perceived; of its last action the percept may be to come. */
static struct script seat_script(const struct match_record *r, uint32_t i)
{
    struct cycle *at = xcalloc(r->n + 1, sizeof *at);
    uint64_t acts = 0, done = 0;
    for (uint64_t t = 0; t < r->n; t++) {
        if (r->at[t].moved >> i & 1)
            at[acts++] = (struct cycle){ .action = r->at[t].action[i], .by = BY_AGENT };
        if (r->at[t].done >> i & 1)
            at[done++].e = r->e[t * r->n_seats + i];
    }
    return (struct script){ .at = at, .n = acts };
}

static bool parse_seats(struct show *show, const struct match_record *r, struct err *err)
{
    bool ok = true;
    for (uint32_t i = 0; ok && i < r->n_seats; i++) {
        char *agent = spec_unversioned(r->agent[i]);
        ok = show_add(show, agent, err);
        if (ok)
            show->script[i] = seat_script(r, i);
        free(agent);
    }
    char *game = spec_unversioned(r->game);
    ok = ok && show_place(show, game, err);
    free(game);
    return ok;
}

bool view_open_match(struct view *v, const struct view_conf *conf,
                     const struct match_record *r, struct err *err)
{
    struct show show = { .root = r->root, .seed = r->seed, .steps = r->n };
    bool ok = parse_seats(&show, r, err) && view_init(v, conf, &show, err);
    show_release(&show);
    return ok;
}
