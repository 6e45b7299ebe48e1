#ifndef CMD_H
#define CMD_H

/* Exit statuses every command shares; ursa(1) EXIT STATUS. */
enum {
    EXIT_OK = 0,
    EXIT_RUN_FAILED = 1,  /* it ran, but at least one run failed */
    EXIT_USAGE = 2,       /* usage, experiment or map error; nothing was run */
    EXIT_ASSERT = 3,      /* compare --assert not met */
    EXIT_DIFFERS = 4,     /* replay --verify found a difference */
    EXIT_INTERRUPTED = 75 /* the same command continues */
};

/* A subcommand: its name, one line for the overview, an example, its main(). argv[0] is the
 * name. The overview lists them by group, in table order. */
struct cmd {
    const char *group, *name, *title, *example;
    int (*run)(int argc, char **argv);
};
extern const struct cmd cmd_table[]; /* closed by a NULL name */

#endif
