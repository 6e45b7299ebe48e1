#include "config.h"

#include "cmd.h"
#include "mask.h"
#include "notions.h"
#include "output.h"
#include "registry.h"
#include "solve_notions.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ursa solve WORLD --what=notions: a row a notion, what it makes of the world. */

enum { SHOWN = 8, TEXT = 96 };
static const char *const influences[] = { "no", "some", "yes" };

struct table {
    const char *name;
    const struct env *env;
    const struct notions *n;
};

static void name_of(const struct table *t, unsigned k, char *buf, size_t n)
{
    if (k < NOTION_PRIVILEGED)
        snprintf(buf, n, "%s", notion_names[k]);
    else
        snprintf(buf, n, "privileged:%s", t->n->theta[k - NOTION_PRIVILEGED]);
}

/* The actions of a behaviour as their digits, "011". */
static void sequence_text(const struct table *t, uint64_t code, char *buf)
{
    for (uint32_t i = t->n->horizon; i-- > 0; code /= t->n->n_actions) {
        uint64_t digit = code % t->n->n_actions;
        buf[i] = (char)(digit < 10 ? '0' + digit : 'a' + (digit - 10));
    }
    buf[t->n->horizon] = '\0';
}

static int answer_json(const struct table *t)
{
    json_t *rows = json_array(), *actions = json_array();
    char text[TEXT];
    for (unsigned a = 0; a < t->n->n_actions; a++) {
        env_action_text(t->env, a, text, sizeof text);
        json_array_append_new(actions, json_string(text));
    }
    for (unsigned k = 0; k < NOTION_PRIVILEGED + t->n->n_theta; k++) {
        const struct judgement *j = &t->n->of[k];
        json_t *all = j->sequence ? json_array() : NULL;
        for (size_t i = 0; all && i < j->n; i++) {
            sequence_text(t, j->sequence[i], text);
            json_array_append_new(all, json_string(text));
        }
        name_of(t, k, text, sizeof text);
        json_array_append_new(
            rows,
            json_pack("{s:s, s:o, s:o, s:o, s:o}", "notion", text, "value",
                      j->known && isfinite(j->value) ? json_real(j->value) : json_null(),
                      "influences",
                      j->known ? json_string(influences[j->influence]) : json_null(), "n",
                      j->n ? json_integer((json_int_t)j->n) : json_null(), "optimal",
                      all ? all : json_null()));
    }
    json_t *o = json_pack("{s:i, s:s, s:I, s:o, s:b, s:o}", "v", 1, "env", t->name,
                          "horizon", (json_int_t)t->n->horizon, "actions", actions, "whole",
                          (int)t->n->whole, "notions", rows);
    print_json(o);
    json_decref(o);
    return EXIT_OK;
}

static void print_optimal(const struct table *t, const struct judgement *j)
{
    char text[TEXT];
    for (size_t i = 0; j->sequence && i < j->n && i < SHOWN; i++) {
        sequence_text(t, j->sequence[i], text);
        printf(" %s", text);
    }
    if (j->sequence && j->n > SHOWN)
        printf(" and %zu more", j->n - SHOWN);
    else if (!j->sequence && j->n)
        printf(" %zu of the behaviours", j->n);
    puts("");
}

static int answer_text(const struct table *t)
{
    char text[TEXT], value[40];
    mask_print(stdout, "%s   horizon %" PRIu32 "  ", t->name, t->n->horizon);
    for (unsigned a = 0; a < t->n->n_actions; a++) {
        env_action_text(t->env, a, text, sizeof text);
        mask_print(stdout, " %u %s", a, text);
    }
    printf("\n%-24s %12s  influences  optimal\n", "notion", "value");
    for (unsigned k = 0; k < NOTION_PRIVILEGED + t->n->n_theta; k++) {
        const struct judgement *j = &t->n->of[k];
        name_of(t, k, text, sizeof text);
        snprintf(value, sizeof value, "%.10g", j->value);
        mask_print(stdout, "%-24s %12s  %-10s", text,
                   j->known && isfinite(j->value) ? value : "-",
                   j->known ? influences[j->influence] : "-");
        print_optimal(t, j);
    }
    if (!t->n->whole)
        printf("by dynamic programming: more than %d policies\n", BEHAVIOURS);
    return EXIT_OK;
}

int solve_notions(struct args *a, const char *world, uint64_t root, uint32_t horizon)
{
    struct err err = { 0 };
    struct spec_of spec;
    struct notions n;
    if (!kind_parse(&spec, &env_shelf, world, &err))
        return args_err(a, &err);
    struct env *env = env_open(&spec, root, &err);
    int status = EXIT_OK;
    if (!env || !notions_find(&n, env, horizon, &err))
        status = args_err(a, &err);
    else {
        struct table t = { spec.canonical, env, &n };
        status = a->json ? answer_json(&t) : answer_text(&t);
        notions_release(&n);
    }
    env_close(env);
    kind_release(&spec);
    return status;
}
