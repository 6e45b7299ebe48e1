#include "config.h"

#include "list.h"
#include "registry.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

/* Specs and lists from anywhere: nothing crashes, and a canonical spec is its own. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_env(const char *text)
{
    struct env_spec s, again;
    struct err err = { 0 };
    if (env_spec_parse(&s, text, &err)) {
        if (!env_spec_parse(&again, s.canonical, &err))
            bug("%s: %s", s.canonical, err.text);
        if (strcmp(s.canonical, again.canonical) != 0)
            bug("%s became %s", s.canonical, again.canonical);
        env_spec_release(&again);
    }
    env_spec_release(&s);
}

static void fuzz_agent(const char *text)
{
    struct agent_spec s, again;
    struct err err = { 0 };
    if (agent_spec_parse(&s, text, &err)) {
        if (!agent_spec_parse(&again, s.canonical, &err))
            bug("%s: %s", s.canonical, err.text);
        if (strcmp(s.canonical, again.canonical) != 0)
            bug("%s became %s", s.canonical, again.canonical);
        agent_spec_release(&again);
    }
    agent_spec_release(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = xcalloc(size + 1, 1);
    struct err err = { 0 };
    struct list l;
    memcpy(text, data, size);
    fuzz_env(text);
    fuzz_agent(text);
    if (size < 200 && list_parse(&l, text, &err))
        list_release(&l);
    free(text);
    return 0;
}
