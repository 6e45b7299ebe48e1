#include "config.h"

#include "board.h"
#include "canvas.h"
#include "cmd.h"
#include "env.h"
#include "grid.h"
#include "lines.h"
#include "mask.h"
#include "registry.h"
#include "setting.h"
#include "xalloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ursa map check|show|gen|convert: maps of gridworlds and levels of boards, ursa-map(5). */

struct maps {
    struct args *args;
    int64_t index, root;
    int from; /* of grid_formats; -1: not said */
    struct list settings;
};

#define AT(field) offsetof(struct maps, field)
static const struct option_row options[] = {
    { 0, "from", OPTION_CHOICE, AT(from), NULL, .choices = grid_formats, .def = -1,
      .help = "convert: whose map it is" },
    { 'L', "set", OPTION_LIST, AT(settings), "KEY=VALUE",
      .help = "gen: a parameter of gridworld, such as size=12" },
    { 'm', "map", OPTION_INT, AT(index), "N", .max = UINT32_MAX,
      .help = "gen: index of the random layout" },
    { 'r', "root-seed", OPTION_INT, AT(root), "N", .max = 0x1p63,
      .help = "gen: root seed" },
    { 0 },
};
#undef AT

/* ---- levels: files of version 2 */

static bool is_level(const char *path)
{
    char first[16] = "";
    FILE *f = lines_open(path, NULL, NULL);
    bool is = f && fgets(first, sizeof first, f) && !strncmp(first, "ursa-map 2", 10);
    if (f)
        fclose(f);
    return is;
}

static bool load_level(struct board *b, const char *path, struct err *err)
{
    FILE *f = lines_open(path, NULL, err);
    bool ok = f && board_read(b, f, path, err);
    if (f)
        fclose(f);
    return ok;
}

/* The start as who knows all sees it, a mark a cell, and what is there. */
static void print_level(const struct board *b)
{
    int count[MARKS] = { 0 };
    for (int c = 0; c < b->cells; c++) {
        uint8_t kind = b->ground[c].kind;
        char mark = c == b->start ? '@' : board_letters[kind];
        for (uint32_t i = 0; i < b->n_items; i++)
            kind = b->item[i].cell == c ? b->item[i].mark.kind : kind;
        for (uint32_t i = 0; i < b->n_lumps; i++)
            kind = b->lump[i].cell == c ? b->lump[i].mark.kind : kind;
        count[kind]++;
        mark = kind == b->ground[c].kind ? mark : board_letters[kind];
        printf(c % b->cols == b->cols - 1 ? "%c\n" : "%c", mark);
    }
    mask_print(stdout, "# %s%s%d x %d cells, start (%d,%d)", b->name, *b->name ? ": " : "",
               b->rows, b->cols, b->start % b->cols, b->start / b->cols);
    for (int k = MARK_WALL + 1; k < MARKS; k++)
        if (count[k])
            printf(", %d %s", count[k], board_names[k]);
    putchar('\n');
}

/* ---- check */

static bool check_one(struct maps *m, const char *path, struct err *err)
{
    struct grid g;
    struct err found = { 0 };
    struct board b;
    bool level = is_level(path);
    bool ok = level ? load_level(&b, path, &found) : grid_load(&g, path, &found);
    if (!ok)
        args_err(m->args, &found);
    else {
        args_warn(m->args, &found);
        if (!level)
            grid_release(&g);
    }
    err->machine |= found.machine;
    err->n += found.n;
    err->notes += found.notes;
    return ok;
}

static const char *plural(unsigned n) { return n == 1 ? "" : "s"; }

static int check(struct maps *m)
{
    struct err err = { 0 };
    const struct args *a = m->args;
    unsigned files = (unsigned)a->n_operands - 1;
    bool ok = true;
    for (size_t i = 1; i < a->n_operands; i++)
        ok = check_one(m, a->operand[i], &err) && ok;
    if (a->verbosity >= 0)
        printf("%u file%s, %u error%s, %u warning%s\n", files, plural(files), err.n,
               plural(err.n), err.notes, plural(err.notes));
    if (!ok && err.machine)
        return EXIT_RUN_FAILED;
    return ok ? EXIT_OK : EXIT_USAGE;
}

/* ---- show */

static void print_facts(const struct grid *g)
{
    int count[TILES] = { 0 }, cells = g->rows * g->cols;
    bool *reached = xcalloc((size_t)cells, sizeof *reached);
    for (int i = 0; i < cells; i++)
        count[g->at[i].kind]++;
    printf("# %d x %d cells, %d reachable, start (%d,%d)", g->rows, g->cols,
           grid_reach(g, g->start, reached), g->start % g->cols, g->start / g->cols);
    for (int k = TILE_WALL; k < TILES; k++)
        if (count[k])
            printf(", %d %s", count[k], tile_many[k]);
    putchar('\n');
    free(reached);
}

static int show(struct maps *m)
{
    const struct args *a = m->args;
    int status = EXIT_OK;
    for (size_t i = 1; i < a->n_operands; i++) {
        struct grid g;
        struct board b;
        struct err err = { 0 };
        bool level = is_level(a->operand[i]);
        if (level && load_level(&b, a->operand[i], &err)) {
            print_level(&b);
            continue;
        }
        if (level) {
            status = args_err(m->args, &err);
            continue;
        }
        if (!grid_load(&g, a->operand[i], &err)) {
            status = args_err(m->args, &err);
            continue;
        }
        args_warn(m->args, &err);
        grid_write(&g, stdout);
        print_facts(&g);
        grid_release(&g);
    }
    return status;
}

/* ---- gen */

static int generate(struct maps *m)
{
    struct spec_of nobody = { 0 };
    struct spec_of spec;
    struct err err = { 0 };
    struct grid g;
    char index[32];
    int status = EXIT_OK;
    if (m->args->n_operands > 1)
        return args_fail(m->args, "gen takes no files; it writes to standard output");
    bool ok = kind_parse(&nobody, &agent_shelf, "random", &err) &&
              kind_parse(&spec, &env_shelf, "gridworld", &err);
    snprintf(index, sizeof index, "%lld", (long long)m->index);
    ok = ok && kind_set(&spec, "map_index", index, &err) &&
         settings_apply(&nobody, &spec, &m->settings, &err);
    struct env *env = ok ? env_open(&spec, (uint64_t)m->root, &err) : NULL;
    if (env && gridworld_layout(env, &g)) {
        grid_write(&g, stdout);
        grid_release(&g);
    } else
        status = args_err(m->args, &err);
    env_close(env);
    kind_release(&spec);
    kind_release(&nobody);
    return status;
}

/* ---- convert */

static int convert(struct maps *m)
{
    struct args *a = m->args;
    struct err err = { 0 };
    struct grid g;
    if (m->from < 0)
        return args_fail(a, "whose map? --from=aixijs, mc-aixi or frozenlake");
    if (a->n_operands != 2)
        return args_fail(a, "convert takes one file, - for standard input; it writes to "
                            "standard output");
    const char *path = a->operand[1];
    bool in = !strcmp(path, "-");
    FILE *f = in ? stdin : lines_open(path, NULL, &err);
    bool ok = f && grid_convert(&g, m->from, f, in ? "-" : path, &err);
    if (f && !in)
        fclose(f);
    if (!ok)
        return args_err(a, &err);
    args_warn(a, &err);
    grid_write(&g, stdout);
    grid_release(&g);
    return EXIT_OK;
}

static int act(struct maps *m)
{
    struct args *a = m->args;
    const char *what = a->operand[0];
    if (!strcmp(what, "gen"))
        return generate(m);
    if (!strcmp(what, "convert"))
        return convert(m);
    if (strcmp(what, "check") != 0 && strcmp(what, "show") != 0)
        return args_fail(a, "'%s' is none of check, show, gen, convert", what);
    if (a->n_operands < 2)
        return args_fail(a, "which map? usage: ursa map %s MAP...", what);
    return strcmp(what, "check") ? show(m) : check(m);
}

static int run(struct args *a)
{
    struct maps m = { .args = a };
    int status = args_parse(a, &m) ? act(&m) : a->status;
    list_release(&m.settings);
    return status;
}

const struct cmd cmd_map = {
    .group = "Look up",
    .name = "map",
    .title = "check, show, generate, convert maps",
    .example = "ursa map show thesis",
    .operands = "check|show|gen|convert [MAP...]",
    .options = options,
    .run = run,
};
