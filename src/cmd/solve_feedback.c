#include "config.h"

#include "cmd.h"
#include "feedback.h"
#include "mask.h"
#include "output.h"
#include "registry.h"
#include "solve_feedback.h"

#include <inttypes.h>

/* ursa solve WORLD --what=feedback: a row a policy, what happens and what is seen of it. */

enum { SHOWN = 40 };

static int answer_json(const char *name, const struct feedback *b)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < b->n; i++) {
        const struct feedback_policy *p = &b->of[i];
        json_array_append_new(
            rows,
            json_pack("{s:s, s:f, s:f, s:f, s:f, s:b, s:b, s:b, s:b}", "policy", p->text,
                      "return", p->real, "seen", p->seen, "over", p->over, "under",
                      p->under, "best", (int)p->best, "chosen", (int)p->chosen, "inflates",
                      (int)p->inflates, "overjustifies", (int)p->overjustifies));
    }
    json_t *o =
        json_pack("{s:i, s:s, s:I, s:o, s:{s:I, s:I, s:I, s:I, s:I, s:I}}", "v", 1, "env",
                  name, "horizon", (json_int_t)b->horizon, "policies", rows, "ambiguity",
                  "paths", (json_int_t)b->n_paths, "sequences", (json_int_t)b->n_seen,
                  "states", (json_int_t)b->n_states, "rank", (json_int_t)b->rank, "lost",
                  (json_int_t)b->lost, "harmful", (json_int_t)b->harmful);
    print_json(o);
    json_decref(o);
    return EXIT_OK;
}

static void print_policy(const struct feedback_policy *p)
{
    mask_print(stdout, "%c%c %-20s %8.6g %8.6g %8.6g %8.6g%s%s%s%s\n", p->best ? '*' : ' ',
               p->chosen ? 'h' : ' ', p->text, p->real, p->seen, p->over, p->under,
               p->inflates || p->overjustifies ? "  " : "",
               p->inflates ? "deceptive inflation" : "",
               p->inflates && p->overjustifies ? ", " : "",
               p->overjustifies ? "overjustification" : "");
}

static int answer_text(const char *name, const struct feedback *b)
{
    mask_print(stdout, "%s   horizon %" PRIu32 "\n", name, b->horizon);
    printf("   %-20s %8s %8s %8s %8s\n", "policy", "J", "J_obs", "E+", "E-");
    for (size_t i = 0; i < b->n && i < SHOWN; i++)
        print_policy(&b->of[i]);
    if (b->n > SHOWN)
        printf("   and %zu policies more (--json)\n", b->n - SHOWN);
    printf("*  best of what happens   h  best of what the human sees\n"
           "   %" PRIu32 " paths show %" PRIu32
           " sequences; their differences tell %" PRIu32 " of %" PRIu32 " directions\n"
           "   of rewards of states; of the %" PRIu32 " lost %" PRIu32
           " change%s differences of returns\n",
           b->n_paths, b->n_seen, b->rank, b->n_states, b->lost, b->harmful,
           b->harmful == 1 ? "s" : "");
    return EXIT_OK;
}

int solve_feedback(struct args *a, const char *world, uint64_t root, uint32_t horizon)
{
    struct err err = { 0 };
    struct spec_of spec;
    struct feedback b;
    if (!kind_parse(&spec, &env_shelf, world, &err))
        return args_err(a, &err);
    struct env *env = env_open(&spec, root, &err);
    int status = EXIT_OK;
    if (!env || !feedback_find(&b, env, horizon, &err))
        status = args_err(a, &err);
    else {
        status =
            a->json ? answer_json(spec.canonical, &b) : answer_text(spec.canonical, &b);
        feedback_release(&b);
    }
    env_close(env);
    kind_release(&spec);
    return status;
}
