#include "config.h"

#include "child.h"
#include "plugins.h"
#include "registry.h"
#include "spec.h"
#include "suggest.h"
#include "xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- whoever opens programs of others begins here */

/* PROGRAM[:key=value...] as "exec:program=PROGRAM,key=value...", which is what canonical
 * texts have. */
static bool program(struct spec_of *to, const struct kind *kind, const char *text,
                    struct err *err)
{
    const struct kind *const one[] = { kind, NULL };
    const struct shelf from = { .word = "program", .plural = "programs", .at = one };
    const char *at = text + strcspn(text, ":") + 1;
    size_t len = strcspn(at, ":");
    bool whole = !strncmp(at, "program=", strlen("program="));
    char *spec = whole ? xstrdup(text)
                       : xasprintf("%.*sprogram=%.*s%s%s", (int)(at - text), text, (int)len,
                                   at, at[len] ? "," : "", at[len] ? at + len + 1 : "");
    bool ok = kind_parse(to, &from, spec, err);
    free(spec);
    if (ok) {
        const char *name = *(char **)to->config; /* the first row of either table */
        char *path = name ? child_find(name, err) : NULL;
        ok = path || (name ? false : err_set(err, "which program? exec:PROGRAM"));
        to->file = path;
    }
    return ok;
}

static bool agent_program(struct spec_of *to, const char *text, struct err *err)
{
    return program(to, &agent_exec.kind, text, err);
}

static bool env_program(struct spec_of *to, const char *text, struct err *err)
{
    return program(to, &env_exec.kind, text, err);
}

static const struct other_way ways[] = {
    { "exec:", NULL, agent_program }, /* PROGRAM[:key=value...] */
    { "exec-v1:", NULL, agent_program },
    { "lib:", NULL, plugin_agent }, /* FILE#NAME[:key=value...] */
    { 0 },
};

/* ---- files that are worlds */

/* FILE[:key=value...] as "pomdp:file=FILE,key=value...". */
static bool file_of(const char *world, struct spec_of *to, const char *text,
                    struct err *err)
{
    size_t len = strcspn(text, ":");
    const char *more = text[len] ? text + len + 1 : "";
    char *spec =
        xasprintf("%s:file=%.*s%s%s", world, (int)len, text, *more ? "," : "", more);
    bool ok = kind_parse(to, &env_shelf, spec, err);
    free(spec);
    return ok;
}

static bool pomdp_file(struct spec_of *to, const char *text, struct err *err)
{
    return file_of("pomdp", to, text, err);
}

static bool mdp_file(struct spec_of *to, const char *text, struct err *err)
{
    return file_of("mdp", to, text, err);
}

static const struct other_way env_ways[] = {
    { "exec:", NULL, env_program }, { "exec-v1:", NULL, env_program },
    { "lib:", NULL, plugin_env },   { "", ".pomdp", pomdp_file },
    { "", ".mdp", mdp_file },       { 0 },
};

/* ---- the shelves */

static const struct kind *const envs[] = {
#define ENV(x) &env_##x.kind,
#include "registry.def"
    NULL
};
const struct shelf env_shelf = {
    .page = "envs",
    .sort = "env",
    .plural = "envs",
    .word = "world",
    .at = envs,
    .near = &game_shelf,
    .hint = "'ursa run' and 'ursa solve' take games; the world of one seat is seat:game=",
    .ways = env_ways,
};

static const struct kind *const agents[] = {
#define AGENT(x) &agent_##x.kind,
#include "registry.def"
    NULL
};
const struct shelf agent_shelf = { .page = "agents",
                                   .sort = "agent",
                                   .plural = "agents",
                                   .word = "agent",
                                   .at = agents,
                                   .ways = ways };

static const struct kind *const models[] = {
#define MODEL(x) &model_##x.kind,
#include "registry.def"
    NULL
};
const struct shelf model_shelf = {
    .page = "models", .sort = "model", .plural = "models", .word = "model", .at = models
};

static const struct kind *const planners[] = {
#define PLANNER(x) &planner_##x.kind,
#include "registry.def"
    NULL
};
const struct shelf planner_shelf = { .page = "models",
                                     .sort = "planner",
                                     .plural = "planners",
                                     .word = "planner",
                                     .at = planners };

static const struct kind *const predictors[] = {
#define PREDICTOR(x) &predictor_##x.kind,
#include "registry.def"
    NULL
};
const struct shelf predictor_shelf = { .page = "models",
                                       .sort = "predictor",
                                       .plural = "predictors",
                                       .word = "predictor",
                                       .at = predictors };

static const struct kind *const utilities[] = {
#define UTILITY(x) &utility_kind_##x.kind,
#include "registry.def"
    NULL
};
const struct shelf utility_shelf = { .page = "models",
                                     .sort = "utility",
                                     .plural = "utilities",
                                     .word = "utility",
                                     .at = utilities };

static const struct kind *const teachers[] = {
#define TEACHER(x) &teacher_##x.kind,
#include "registry.def"
    NULL
};
const struct shelf teacher_shelf = { .page = "agents",
                                     .sort = "teacher",
                                     .plural = "teachers",
                                     .word = "teacher",
                                     .at = teachers };

static const struct kind *const families[] = {
#define FAMILY(x) &family_##x.kind,
#include "registry.def"
    NULL
};
const struct shelf family_shelf = { .page = "envs",
                                    .sort = "family",
                                    .plural = "families",
                                    .word = "family of hypotheses",
                                    .at = families };

static const struct kind *const games[] = {
#define GAME(x) &game_##x.kind,
#include "registry.def"
    NULL
};
const struct shelf game_shelf = {
    .page = "games", .sort = "game", .plural = "games", .word = "game", .at = games
};

static const struct kind *const policies[] = {
#define POLICY(x) &policy_##x.kind,
#include "registry.def"
    NULL
};
const struct shelf policy_shelf = {
    .page = "envs", .sort = "policy", .plural = "policies", .word = "policy", .at = policies
};

const struct certifier *const certifiers[] = {
#define CERTIFIER(x) &certifier_##x,
#include "registry.def"
    NULL
};

const struct shelf *const shelves[] = {
    &env_shelf,     &agent_shelf,     &game_shelf,    &policy_shelf,  &model_shelf,
    &planner_shelf, &predictor_shelf, &utility_shelf, &teacher_shelf, &family_shelf,
    NULL,
};

/* ---- the families that a world has */

enum { FAMILIES_MAX = 64 };

static bool is_among(const struct kind *kind, const struct kind *const *at, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (at[i] == kind)
            return true;
    return false;
}

/* Its own, then those for all that are not among them, closed by NULL. */
static void gather(const struct env *truth, const struct kind **at)
{
    const struct kind *const *own = truth ? truth->ops->families : NULL;
    size_t n = 0;
    for (; own && *own && n + 1 < FAMILIES_MAX; own++)
        at[n++] = *own;
    size_t n_own = n;
    for (size_t i = 0; families[i] && n + 1 < FAMILIES_MAX; i++)
        if (!is_among(families[i], at, n_own))
            at[n++] = families[i];
    at[n] = NULL;
}

static bool has_no(const struct env *truth, const struct shelf *from, const char *name,
                   struct err *err)
{
    const char *names[FAMILIES_MAX];
    char hint[200], list[500] = "";
    size_t n = 0;
    for (; from->at[n]; n++) {
        names[n] = from->at[n]->name;
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, n ? ", %s" : "%s", names[n]);
    }
    suggest_near(hint, sizeof hint, name, names, n);
    bool alone = truth && !truth->ops->families;
    return err_set(err, "%s has no family of hypotheses '%s'%s  (it has: %s%s)",
                   truth ? truth->ops->kind.name : "no world", name, hint, list,
                   alone ? "; without hypotheses learn mc-aixi, aiqi and q-learning" : "");
}

static bool parse_family(struct spec_of *to, const char *text, const struct env *truth,
                         struct err *err)
{
    const struct kind *at[FAMILIES_MAX];
    struct shelf from = family_shelf;
    struct spec spec;
    gather(truth, at);
    from.at = at;
    if (!spec_parse_within(&spec, text, 0, strlen(text), err))
        return false;
    bool known = kind_find(&from, spec.name) || has_no(truth, &from, spec.name, err);
    spec_release(&spec);
    return known && kind_parse_within(to, &from, text, err);
}

struct family *family_find(const char *text, const struct env *truth, struct err *err)
{
    struct spec_of spec;
    if (!parse_family(&spec, text, truth, err))
        return NULL;
    struct family *f = family_open(&spec, truth, err);
    kind_release(&spec);
    return f;
}

struct predictor *predictor_new(const char *text, unsigned slots, struct err *err)
{
    struct spec_of spec;
    if (!kind_parse_within(&spec, &predictor_shelf, text, err))
        return NULL;
    struct predictor *p = predictor_open(&spec, slots, err);
    kind_release(&spec);
    return p;
}

/* ---- who plays */

enum { PLAYER_KINDS_MAX = 256 };
static const char follower[] = "policy:policy=";

/* Neither an agent nor a policy: what it may have been meant to be is either. */
static bool nobody(struct spec_of *to, const char *text, struct err *err)
{
    const struct kind *at[PLAYER_KINDS_MAX];
    struct shelf both = agent_shelf;
    size_t n = 0;
    for (size_t i = 0; agent_shelf.at[i] && n + 1 < PLAYER_KINDS_MAX; i++)
        at[n++] = agent_shelf.at[i];
    for (size_t i = 0; policy_shelf.at[i] && n + 1 < PLAYER_KINDS_MAX; i++)
        at[n++] = policy_shelf.at[i];
    at[n] = NULL;
    both.at = at;
    both.plural = "agents, ursa list policies";
    return kind_parse(to, &both, text, err);
}

bool player_parse(struct spec_of *to, const char *text, struct err *err)
{
    char name[80];
    size_t n = strcspn(text, ":");
    snprintf(name, sizeof name, "%.*s", (int)n, text);
    char *version = strstr(name, "-v");
    if (version && version[2] >= '0' && version[2] <= '9')
        *version = '\0';
    if (kind_find(&agent_shelf, name))
        return kind_parse(to, &agent_shelf, text, err);
    if (!kind_find(&policy_shelf, name))
        return nobody(to, text, err);
    char *spec = xasprintf("%s%s", follower, text);
    for (char *c = strchr(spec, '='); *c; c++)
        *c = *c == ',' ? ':' : *c; /* as it is written in a value */
    bool ok = kind_parse(to, &agent_shelf, spec, err);
    free(spec);
    return ok;
}

char *player_text(const char *canonical)
{
    char *plain = spec_unversioned(canonical);
    if (!strncmp(plain, follower, strlen(follower)))
        memmove(plain, plain + strlen(follower), strlen(plain + strlen(follower)) + 1);
    return plain;
}
