#include "config.h"

#include "groups.h"

#include <stddef.h>

const struct group group_table[] = {
    { "survey", "", true },
    { "jair2011", "jair2011", true },
    { "programs", "programs", false },
    { "societies", "societies", false },
    { "newer", "newer", false },
    { "alignment", "alignment", false },
    { "bayes-optimal", "bayes-optimal", false },
    { "pomdp", "pomdp", false },
    { NULL, NULL, false },
};
