#include "config.h"

#include "laws.h"

#define LAW(sort, name, promise) { LAW_##sort, #name, promise, law_##sort##_##name },
const struct law law_table[] = {
#include "laws.def"
    { 0 },
};
#undef LAW
