#include "config.h"

#include "cmd.h"
#include "family.h"
#include "kind_json.h"
#include "mask.h"
#include "output.h"
#include "registry.h"
#include "suggest.h"
#include "transcript.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ursa show NAME: what an agent, a world, a model, anything with a name takes, and how a
 * world is played. */

struct entry {
    const struct kind *kind;
    const struct shelf *from;
    const struct kind *const *families; /* NULL: none */
};

static struct entry entry_of(const struct kind *kind, const struct shelf *from)
{
    const struct env_ops *env = from == &env_shelf ? (const struct env_ops *)kind : NULL;
    return (struct entry){ kind, from, env ? env->families : NULL };
}

static int unknown(struct args *a, const char *name)
{
    const char *names[512];
    char hint[200];
    size_t n = 0;
    for (const struct shelf *const *s = shelves; *s; s++)
        for (size_t i = 0; (*s)->at[i] && n < 512; i++)
            names[n++] = (*s)->at[i]->name;
    suggest_near(hint, sizeof hint, name, names, n);
    return args_fail(a,
                     "nothing is called '%s'%s  (ursa list agents, envs, games, policies, "
                     "models, planners ...)",
                     name, hint);
}

static bool is_text(const struct param *p)
{
    return p->type == PARAM_STRING || p->type == PARAM_SPEC || p->type == PARAM_SPECS;
}

static const char *unit_of(const struct param *p) { return p->unit ? p->unit : ""; }

/* "1..64", "uniform|mu" or the shape of a text. */
static void range(const struct param *p, char *buf, size_t n)
{
    char low[40], high[40];
    buf[0] = '\0';
    switch (p->type) {
    case PARAM_CHOICE:
    case PARAM_KIND:
        for (size_t i = 0; param_choice(p, i); i++)
            snprintf(buf + strlen(buf), n - strlen(buf), "%s%s", i ? "|" : "",
                     param_choice(p, i));
        break;
    case PARAM_STRING:
    case PARAM_SPEC:
    case PARAM_SPECS: snprintf(buf, n, "%s", unit_of(p)); break;
    default:
        snprintf(low, sizeof low, "%.12g", p->min);
        snprintf(high, sizeof high, "%.12g", p->max);
        snprintf(buf, n, "%s..%s", low, high);
    }
}

static void print_param(const struct param *p)
{
    const char *unit = is_text(p) ? "" : unit_of(p);
    char limits[400], def[80];
    range(p, limits, sizeof limits);
    param_format_default(p, def, sizeof def);
    if (p->type == PARAM_REAL && isfinite(strtod(def, NULL)) && strcmp(def, "unset") != 0)
        snprintf(def, sizeof def, "%.12g", p->def); /* "100", where a spec has "1e+02" */
    printf("  %-15s %-6s ", p->name, param_type_name(p));
    if (strlen(limits) > 20)
        printf("%s\n%*s", limits, 45, "");
    else
        printf("%-20s ", limits);
    printf("%-9s %s%s%s%s\n", *def ? def : "-", p->help, *unit ? " (" : "", unit,
           *unit ? ")" : "");
}

/* The first is what agents believe in when nothing is said; mu every world has. */
static void print_families(const struct kind *const *f)
{
    bool mu = false;
    printf("  hypotheses:");
    for (; *f; f++) {
        printf(" %s", (*f)->name);
        mu |= *f == &family_mu.kind;
    }
    printf(mu ? "\n" : " mu\n");
}

static void print_entry(const struct entry *e)
{
    mask_print(stdout, "%s-v%d    %s    ursa-%s(7)\n", e->kind->name, e->kind->version,
               e->kind->title, e->from->page);
    for (struct param_walk w = { .table = e->kind->params }; param_next(&w);)
        print_param(w.p);
    if (e->families)
        print_families(e->families);
    else if (e->from == &env_shelf)
        printf("  hypotheses: mu  (%s)\n", insight_informed);
}

static void print_entry_json(const struct entry *e)
{
    json_t *params = params_json(e->kind->params), *families = json_array();
    for (const struct kind *const *f = e->families; f && *f; f++)
        json_array_append_new(families, json_string((*f)->name));
    json_t *o = json_pack("{s:i, s:s, s:s, s:i, s:s, s:o, s:o}", "v", 1, "kind",
                          e->from->sort, "name", e->kind->name, "version", e->kind->version,
                          "title", e->kind->title, "params", params, "families", families);
    print_json(o);
    json_decref(o);
}

/* ursa show --transcript SPEC */
static int play(struct args *a, const char *text)
{
    struct err err = { 0 };
    struct spec_of spec;
    if (a->json)
        return args_fail(a, "a transcript is text: --json does not go with it");
    bool ok = kind_parse(&spec, &env_shelf, text, &err);
    if (ok) {
        struct entry e = entry_of(spec.kind, &env_shelf);
        print_entry(&e);
        ok = transcript_print(stdout, &spec, &err);
        args_warn(a, &err);
    }
    int status = ok ? EXIT_OK : args_err(a, &err);
    kind_release(&spec);
    return status;
}

/* A world with its parameters, opened: what it is made of. */
static void print_world(const struct env *env, const char *spec)
{
    const struct space *sp = &env->space;
    mask_print(stdout, "%s    %s\n", spec, env->ops->kind.title);
    printf("  actions      %" PRIu32 "\n", sp->n_actions);
    if (sp->n_obs)
        printf("  observations %" PRIu32 "\n", sp->n_obs);
    if (env->n_hidden)
        printf("  hidden       %" PRIu32 "\n", env->n_hidden);
    printf("  rewards      %.12g..%.12g%s\n",
           ((double)sp->rew_min + sp->worth_min) / sp->scale,
           ((double)sp->rew_max + sp->worth_max) / sp->scale,
           space_unseen(sp) ? ", not seen" : "");
    if (env->discount > 0)
        printf("  discount     %.12g, advised: ursa solve uses it\n", env->discount);
}

static void print_world_json(const struct env *env, const char *spec)
{
    const struct space *sp = &env->space;
    json_t *o = json_pack("{s:i, s:s, s:s, s:I, s:I, s:I, s:f, s:f, s:b, s:o}", "v", 1,
                          "kind", "world", "env", spec, "actions",
                          (json_int_t)sp->n_actions, "observations", (json_int_t)sp->n_obs,
                          "hidden", (json_int_t)env->n_hidden, "reward_min",
                          ((double)sp->rew_min + sp->worth_min) / sp->scale, "reward_max",
                          ((double)sp->rew_max + sp->worth_max) / sp->scale, "rewards_seen",
                          !space_unseen(sp), "discount",
                          env->discount > 0 ? json_real(env->discount) : json_null());
    print_json(o);
    json_decref(o);
}

/* What is not ours has no other place where its parameters stand. */
static void show_foreign(const struct args *a, const struct spec_of *spec,
                         const struct shelf *from)
{
    struct entry e = entry_of(spec->kind, from);
    if (!spec->file)
        return;
    if (a->json)
        print_entry_json(&e);
    else
        print_entry(&e);
}

/* An agent that is not ours. */
static bool show_agent(const struct args *a, const char *text)
{
    struct spec_of spec;
    if (strncmp(text, "lib:", 4) != 0 || !kind_parse(&spec, &agent_shelf, text, NULL))
        return false;
    show_foreign(a, &spec, &agent_shelf);
    kind_release(&spec);
    return true;
}

static int show_world(struct args *a, const char *text)
{
    struct err err = { 0 };
    struct spec_of spec;
    if (show_agent(a, text))
        return EXIT_OK;
    bool ok = kind_parse(&spec, &env_shelf, text, &err);
    struct env *env = ok ? env_open(&spec, 0, &err) : NULL;
    int status = EXIT_OK;
    if (!env)
        status = args_err(a, &err);
    else {
        show_foreign(a, &spec, &env_shelf);
        if (a->json)
            print_world_json(env, spec.canonical);
        else
            print_world(env, spec.canonical);
        args_warn(a, &err);
    }
    env_close(env);
    kind_release(&spec);
    return status;
}

/* A world with parameters, or in a file. */
static bool is_spec(const char *text) { return text[strcspn(text, ":.")]; }

/* One name may be that of several things: the agent "random" and the policy. */
static int show(struct args *a, const char *name)
{
    size_t n = 0;
    for (const struct shelf *const *s = shelves; *s; s++) {
        struct entry e = entry_of(kind_find(*s, name), *s);
        if (!e.kind)
            continue;
        if (a->json)
            print_entry_json(&e);
        else
            print_entry(&e);
        n++;
    }
    if (!n && is_spec(name))
        return show_world(a, name);
    return n ? EXIT_OK : unknown(a, name);
}

static const struct option_row options[] = {
    { 0, "transcript", OPTION_FLAG, 0, NULL,
      .help = "worlds: and 20 cycles of a random player" },
    { 0 },
};

static int run(struct args *a)
{
    bool transcript = false; /* the only option */
    if (!args_parse(a, &transcript))
        return a->status;
    int status = EXIT_OK, told = EXIT_OK;
    for (size_t i = 0; i < a->n_operands; i++) {
        told = transcript ? play(a, a->operand[i]) : show(a, a->operand[i]);
        status = told ? told : status;
    }
    return status;
}

const struct cmd cmd_show = {
    .group = "Look up",
    .name = "show",
    .title = "what they take, by name",
    .example = "ursa show aixi",
    .operands = "NAME...",
    .options = options,
    .json = true,
    .run = run,
};
