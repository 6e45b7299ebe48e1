#include "config.h"

#include "api.h"
#include "kind_json.h"
#include "metrics.h"
#include "registry.h"

#include <stdlib.h>
#include <string.h>

static json_t *shelf_list(const struct shelf *from)
{
    json_t *array = json_array();
    for (size_t i = 0; from->at[i]; i++) {
        const struct kind *k = from->at[i];
        if (!k->form_of)
            json_array_append_new(array, json_pack("{s:s, s:s, s:i, s:o}", "name", k->name,
                                                   "title", k->title, "version", k->version,
                                                   "params", params_json(k->params)));
    }
    return array;
}

static json_t *metric_list(void)
{
    json_t *array = json_array();
    for (const struct metric_row *m = metric_table; m->name; m++)
        json_array_append_new(array, json_pack("{s:s, s:s, s:s}", "name", m->name, "title",
                                               m->help, "unit", m->unit));
    return array;
}

char *ursa_list(const char *sort)
{
    API_GUARD(NULL)
    json_t *array = NULL;
    if (!sort) {
        api_fail(URSA_BAD, "the sort is NULL");
        return NULL;
    }
    for (const struct shelf *const *s = shelves; *s && !array; s++)
        if (!strcmp(sort, (*s)->plural))
            array = shelf_list(*s);
    if (!array && !strcmp(sort, "metrics"))
        array = metric_list();
    if (!array) {
        api_fail(URSA_BAD, "cannot list '%s'; envs, agents, games, metrics ... can be",
                 sort);
        return NULL;
    }
    char *text = json_dumps(array, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_decref(array);
    if (!text)
        api_fail(URSA_MEMORY, "out of memory");
    return text;
}
