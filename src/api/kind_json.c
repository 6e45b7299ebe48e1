#include "config.h"

#include "kind_json.h"

const char *param_type_name(const struct param *p)
{
    static const char *const names[] = { "int",  "real",   "choice", "text",
                                         "time", "choice", "text",   "text" };
    return names[p->type];
}

json_t *param_json(const struct param *p)
{
    char def[80];
    param_format_default(p, def, sizeof def);
    json_t *o =
        json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", p->name, "type", param_type_name(p),
                  "default", def, "unit", p->unit ? p->unit : "", "help", p->help);
    switch (p->type) {
    case PARAM_CHOICE:
    case PARAM_KIND: {
        json_t *choices = json_array();
        for (size_t i = 0; param_choice(p, i); i++)
            json_array_append_new(choices, json_string(param_choice(p, i)));
        json_object_set_new(o, "choices", choices);
        break;
    }
    case PARAM_STRING:
    case PARAM_SPEC:
    case PARAM_SPECS: break;
    default:
        json_object_set_new(o, "min", json_real(p->min));
        json_object_set_new(o, "max", json_real(p->max));
    }
    return o;
}

json_t *params_json(const struct param *table)
{
    json_t *array = json_array();
    for (struct param_walk w = { .table = table }; param_next(&w);)
        json_array_append_new(array, param_json(w.p));
    return array;
}
