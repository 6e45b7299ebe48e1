#include "config.h"

#include "cmd.h"
#include "suggest.h"

#include <string.h>

#define CMD(x) extern const struct cmd cmd_##x;
#include "commands.def"
#undef CMD
#define CMD(x) &cmd_##x,
const struct cmd *const cmd_table[] = {
#include "commands.def"
    NULL
};
#undef CMD

const struct cmd *cmd_find(const char *name)
{
    for (const struct cmd *const *c = cmd_table; *c; c++)
        if (!strcmp((*c)->name, name))
            return *c;
    return NULL;
}

void cmd_suggest(const char *name, char *buf, size_t n)
{
    const char *names[64] = { NULL };
    size_t count = 0;
    for (; cmd_table[count] && count < 64; count++)
        names[count] = cmd_table[count]->name;
    suggest_near(buf, n, name, names, count);
}
