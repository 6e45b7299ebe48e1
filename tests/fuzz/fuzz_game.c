#include "config.h"

#include "game_file.h"

/* Games from anywhere: nothing crashes, and what is read is a whole table. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct game_table g;
    struct err err = { 0 };
    FILE *f = size ? fmemopen((void *)(uintptr_t)data, size, "r") : NULL;
    if (!f)
        return 0;
    if (game_table_read(&g, f, "game", &err)) {
        uint32_t joint = 1;
        for (uint32_t i = 0; i < g.table.n_players; i++) {
            joint *= g.table.moves[i];
            for (uint32_t a = 0; a < g.table.moves[i]; a++)
                if (!g.name[i][a][0])
                    bug("a move without a name was read");
        }
        if (!joint || joint != g.table.n_joint)
            bug("a table of another size was read");
        game_table_release(&g);
    } else if (!err.n) {
        bug("a game was refused without a word");
    }
    fclose(f);
    return 0;
}
