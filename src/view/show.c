#include "config.h"

#include "show.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

void script_release(struct script *s)
{
    for (size_t i = 0; i < s->n_past; i++)
        free(s->past[i].agent);
    free((struct setting *)(uintptr_t)s->past);
    free((struct cycle *)(uintptr_t)s->at);
    *s = (struct script){ 0 };
}

void show_release(struct show *s)
{
    for (int i = 0; i < s->n; i++)
        kind_release(&s->agent[i]);
    kind_release(&s->env);
    for (int i = 0; i < VIEW_RUNS; i++)
        script_release(&s->script[i]);
    *s = (struct show){ 0 };
}

struct job show_job(const struct show *s, int i)
{
    return (struct job){ .env = &s->env,
                         .agent = &s->agent[i],
                         .root = s->root,
                         .seed = s->seed,
                         .steps = s->steps,
                         .script = s->script[i].n ? &s->script[i] : NULL };
}

bool show_add(struct show *s, const char *spec, struct err *err)
{
    if (s->n == VIEW_RUNS)
        return err_set(err, "'%s' is one agent too many: four at most", spec);
    bool ok = player_parse(&s->agent[s->n], spec, err);
    s->n += ok;
    return ok;
}

bool show_agents(struct show *s, const char *text, struct err *err)
{
    char *copy = xstrdup(text), *save = NULL;
    bool ok = true;
    for (char *w = strtok_r(copy, " ", &save); ok && w; w = strtok_r(NULL, " ", &save))
        ok = show_add(s, w, err);
    free(copy);
    return ok;
}

bool show_place(struct show *s, const char *spec, struct err *err)
{
    s->game = match_named(spec, (size_t)s->n);
    return kind_parse(&s->env, s->game ? &game_shelf : &env_shelf, spec, err);
}

bool show_open(const struct show *s, const struct sim_conf *conf, struct sim *const *before,
               struct sim **sim, struct err *err)
{
    static struct sim *const nobody[VIEW_RUNS];
    struct job job[VIEW_RUNS];
    struct sim_conf each = { conf->bytes / (size_t)s->n, conf->pumped };
    before = before ? before : nobody;
    for (int i = 0; i < s->n; i++)
        job[i] = show_job(s, i);
    if (s->game)
        return sim_seats(job, (uint32_t)s->n, conf, before, sim, err);
    for (int i = 0; i < s->n; i++) {
        sim[i] = sim_fork(&job[i], &each, before[i], err);
        if (!sim[i])
            return false;
    }
    return true;
}

bool show_of_demo(struct show *s, const struct demo *d, struct err *err)
{
    *s = (struct show){ .root = d->root, .steps = d->steps, .seed = d->seed };
    if (show_agents(s, d->agent, err) && show_place(s, d->env, err))
        return true;
    show_release(s);
    return false;
}

bool show_copy(struct show *to, const struct show *s, struct err *err)
{
    *to = (struct show){
        .root = s->root, .steps = s->steps, .seed = s->seed, .game = s->game
    };
    bool ok =
        kind_parse(&to->env, s->game ? &game_shelf : &env_shelf, s->env.canonical, err);
    for (int i = 0; ok && i < s->n; i++) {
        ok = kind_parse(&to->agent[i], &agent_shelf, s->agent[i].canonical, err);
        to->n += ok;
    }
    return ok;
}
