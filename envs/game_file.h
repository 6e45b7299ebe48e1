#ifndef GAME_FILE_H
#define GAME_FILE_H

#include "err.h"
#include "normal.h"

#include <stdio.h>

/* Tables of games as text, ursa-game(5). */
struct game_table {
    struct normal table;      /* pay owned */
    char **name[PLAYERS_MAX]; /* [n_players][moves] owned: what each move is called */
};

/* Reads a table. False with every error of the file in *err, "FILE:LINE:COL: error: ..."
 * and the line, a hole in the table among them; *g is to be released when true. `file`
 * names it in messages. */
bool game_table_read(struct game_table *g, FILE *f, const char *file, struct err *err);
/* The table called `name`, shipped or a path. */
bool game_table_load(struct game_table *g, const char *name, struct err *err);
void game_table_release(struct game_table *g);

#endif
