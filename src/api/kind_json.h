#ifndef KIND_JSON_H
#define KIND_JSON_H

#include "param.h"

#include <jansson.h>

/* How the value of a parameter is typed: "int", "real", "choice", "text" or "time". */
const char *param_type_name(const struct param *p);
/* {"name","type","default","unit","help"[,"choices"][,"min","max"]} */
json_t *param_json(const struct param *p);
/* [param_json() of every row], those of its shelves among them. */
json_t *params_json(const struct param *table);

#endif
