#include "config.h"

#include "experiment_node.h"
#include "suggest.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

/* Agents and worlds in an experiment file. */

/* One kind of thing with parameters; exactly one of the two is used. */
struct thing {
    struct spec_of agent;
    struct spec_of env; /* of `from`: a world or a game */
    bool is_agent;
    const struct shelf *from;
};

static const struct param *params_of(const struct thing *t)
{
    return t->is_agent ? t->agent.kind->params : t->env.kind->params;
}

static bool set_param(struct reader *rd, struct thing *t, yaml_node_pair_t *p)
{
    const yaml_node_t *key = reader_node(rd, p->key), *val = reader_node(rd, p->value);
    const char *k = reader_scalar(rd, key, "a parameter's name");
    const char *v = k ? reader_scalar(rd, val, k) : NULL;
    struct err why = { 0 };
    if (!v)
        return false;
    if (!param_find(params_of(t), k) && !param_any(params_of(t))) {
        const char *names[256];
        char hint[200];
        size_t n = param_names(params_of(t), names, 256);
        suggest_near(hint, sizeof hint, k, names, n);
        return reader_wrong(rd, key, "%s has no parameter '%s'%s",
                            t->is_agent ? t->agent.kind->name : t->env.kind->name, k, hint);
    }
    bool ok = t->is_agent ? kind_set(&t->agent, k, v, &why) : kind_set(&t->env, k, v, &why);
    if (ok)
        return true;
    const char *colon = strstr(why.text, ": "); /* the name is in the line shown below */
    return reader_wrong(rd, val, "%s", colon ? colon + 2 : why.text);
}

static bool open_thing(struct reader *rd, struct thing *t, const yaml_node_t *n)
{
    struct err why = { 0 };
    const char *spec = reader_scalar(rd, n,
                                     t->is_agent              ? "an agent"
                                     : t->from == &game_shelf ? "a game"
                                                              : "a world");
    if (!spec)
        return false;
    bool ok = t->is_agent ? player_parse(&t->agent, spec, &why)
                          : kind_parse(&t->env, t->from, spec, &why);
    return ok || reader_wrong(rd, n, "%s", why.text);
}

static bool set_params(struct reader *rd, struct thing *t, const yaml_node_t *values)
{
    bool ok = true;
    struct pairs all = reader_pairs_of(rd, values);
    for (size_t i = 0; i < all.n; i++)
        ok = set_param(rd, t, &all.at[i]) && ok;
    free(all.at);
    return ok;
}

/* [PROGRAM, WORD..., {key: value}], the last being there or not. */
static bool open_program(struct reader *rd, struct thing *t, const yaml_node_t *list)
{
    const yaml_node_item_t *i = list->data.sequence.items.start,
                           *end = list->data.sequence.items.top;
    const yaml_node_t *last = i < end ? reader_node(rd, end[-1]) : NULL;
    bool has_params = last && last->type == YAML_MAPPING_NODE, ok = true;
    struct err why = { 0 };
    char *spec = xstrdup("exec");
    for (size_t k = 0; ok && i < end - has_params; i++, k++) {
        const char *word = reader_scalar(rd, reader_node(rd, *i), "a word of the program");
        ok = word && (!word[strcspn(word, "+,:# \t")] ||
                      reader_wrong(rd, reader_node(rd, *i),
                                   "a word may have no '+', ',', ':', '#' or "
                                   "blank: put it into a script"));
        char *more = ok ? xasprintf("%s%s%s", spec,
                                    k > 1 ? "+"
                                    : k   ? ":args="
                                          : ":",
                                    word)
                        : NULL;
        free(spec);
        spec = more;
    }
    ok = ok && ((t->is_agent ? kind_parse(&t->agent, &agent_shelf, spec, &why)
                             : kind_parse(&t->env, t->from, spec, &why)) ||
                reader_wrong(rd, list, "%s", why.text));
    free(spec);
    return ok && (!has_params || set_params(rd, t, last));
}

/* {name: {key: value}}, or {exec: [PROGRAM, WORD...]}. */
static bool open_pair(struct reader *rd, struct thing *t, const yaml_node_t *n)
{
    const yaml_node_pair_t *p = n->data.mapping.pairs.start;
    if (p + 1 != n->data.mapping.pairs.top)
        return reader_wrong(
            rd, n, "one name with its parameters expected, as in 'aixi: {horizon: 6}'");
    const yaml_node_t *name = reader_node(rd, p->key), *values = reader_node(rd, p->value);
    if (values->type == YAML_SEQUENCE_NODE && name->type == YAML_SCALAR_NODE &&
        !strcmp((const char *)name->data.scalar.value, "exec"))
        return open_program(rd, t, values);
    if (!open_thing(rd, t, name))
        return false;
    if (values->type == YAML_MAPPING_NODE)
        return set_params(rd, t, values);
    return (values->type == YAML_SCALAR_NODE && values->data.scalar.length == 0) ||
           reader_wrong(rd, values, "parameters must be written as {key: value}");
}

/* "name", "name:key=value" or a pair. */
static void read_thing(struct reader *rd, yaml_node_t *n, const struct shelf *from)
{
    struct thing t = { .is_agent = from == &agent_shelf, .from = from };
    bool ok = n->type == YAML_MAPPING_NODE ? open_pair(rd, &t, n) : open_thing(rd, &t, n);
    struct err why = { 0 };
    bool (*add)(struct experiment * e, const char *spec, struct err *err) =
        t.is_agent            ? experiment_add_agent
        : from == &game_shelf ? experiment_add_game
                              : experiment_add_env;
    if (ok && !add(rd->e, t.is_agent ? t.agent.canonical : t.env.canonical, &why))
        reader_wrong(rd, n, "%s", why.text);
    kind_release(&t.agent);
    kind_release(&t.env);
}

static void read_things(struct reader *rd, yaml_node_t *n, const struct shelf *from)
{
    if (n->type != YAML_SEQUENCE_NODE) {
        reader_wrong(rd, n, "a list expected, each item on a line '- name'");
        return;
    }
    for (yaml_node_item_t *i = n->data.sequence.items.start; i < n->data.sequence.items.top;
         i++)
        read_thing(rd, reader_node(rd, *i), from);
}

void read_agents(struct reader *rd, yaml_node_t *n) { read_things(rd, n, &agent_shelf); }

void read_envs(struct reader *rd, yaml_node_t *n) { read_things(rd, n, &env_shelf); }

void read_games(struct reader *rd, yaml_node_t *n) { read_things(rd, n, &game_shelf); }
