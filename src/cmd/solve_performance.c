#include "config.h"

#include "cmd.h"
#include "mask.h"
#include "output.h"
#include "performance.h"
#include "registry.h"
#include "solve_performance.h"
#include "stop.h"

#include <inttypes.h>
#include <math.h>

/* ursa solve WORLD --what=performance: the best of both, and what goes with it. */

struct table {
    const char *name;
    double scale;
    uint32_t horizon;
    const struct performance *p;
};

static int answer_json(const struct table *r)
{
    const struct worths *v = &r->p->of;
    json_t *o = json_pack(
        "{s:i, s:s, s:I, s:s, s:f, s:f, s:{s:f, s:[f,f]}, s:{s:f, s:[f,f]}}", "v", 1, "env",
        r->name, "horizon", (json_int_t)r->horizon, "method", r->p->method, "nodes",
        r->p->nodes, "bytes", (double)r->p->bytes, "reward", "best", v->reward / r->scale,
        "performance", v->low / r->scale, v->high / r->scale, "performance", "best",
        v->best / r->scale, "reward", v->least / r->scale, v->most / r->scale);
    print_json(o);
    json_decref(o);
    return EXIT_OK;
}

static void print_row(const char *what, double best, const char *with, double low,
                      double high)
{
    printf("  best %-12s %.10g   with %s %.10g", what, best, with, low);
    if (high - low > 1e-9)
        printf(" .. %.10g", high);
    puts("");
}

static int answer_text(const struct table *r)
{
    const struct worths *v = &r->p->of;
    mask_print(stdout, "%s   horizon %" PRIu32 "\n", r->name, r->horizon);
    print_row("reward", v->reward / r->scale, "performance", v->low / r->scale,
              v->high / r->scale);
    print_row("performance", v->best / r->scale, "reward", v->least / r->scale,
              v->most / r->scale);
    printf("  by %s: %.0f %s, %.1f MB\n", r->p->method, r->p->nodes,
           r->p->method[0] == 'b' && r->p->method[1] == 'e' ? "beliefs" : "states",
           (double)r->p->bytes / 1e6);
    return EXIT_OK;
}

int solve_performance(struct args *a, const char *world, uint64_t root, uint32_t horizon,
                      size_t bytes)
{
    struct err err = { 0 };
    struct spec_of spec;
    struct performance p;
    if (!kind_parse(&spec, &env_shelf, world, &err))
        return args_err(a, &err);
    struct env *env = env_open(&spec, root, &err);
    struct performance_bounds in = { horizon, bytes, stop_on_signals() };
    int status = EXIT_OK;
    if (!env || !performance_find(&p, env, &in, &err))
        status = args_err(a, &err);
    else {
        struct table r = { spec.canonical, env->space.scale, horizon, &p };
        status = a->json ? answer_json(&r) : answer_text(&r);
    }
    if (status != EXIT_OK && atomic_load(in.cancel))
        status = EXIT_INTERRUPTED;
    env_close(env);
    kind_release(&spec);
    return status;
}
