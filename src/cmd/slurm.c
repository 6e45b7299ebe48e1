#include "config.h"

#include "slurm.h"

#include "escape.h"
#include "mask.h"
#include "progress.h"
#include "xalloc.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The command without what the script says itself. */
static void print_command(const struct slurm_job *job, FILE *to)
{
    static const char *const dropped[] = { "--print-slurm", "-o", "--output", "-j",
                                           "--jobs" };
    fputs("srun ursa batch", to);
    for (int i = 1; i < job->argc; i++) {
        const char *word = job->argv[i];
        bool skip = false;
        for (size_t k = 0; k < sizeof dropped / sizeof *dropped; k++) {
            size_t n = strlen(dropped[k]);
            if (!strcmp(word, dropped[k])) {
                skip = true;
                i++;
                break;
            }
            if (!strncmp(word, dropped[k], n) && (word[n] == '=' || word[1] != '-')) {
                skip = true;
                break;
            }
        }
        if (skip)
            continue;
        fputc(' ', to);
        escape_put(MARKUP_SHELL, word, to);
    }
    fputs(" -o ", to);
    escape_put(MARKUP_SHELL, job->dir, to);
    fputs(" -j \"$SLURM_CPUS_PER_TASK\"", to);
}

/* The value of an #SBATCH line, which sbatch splits at blanks as a shell does, but for
 * names with % in them, which it replaces: %% is one. It has no newlines. */
static void put_option(const char *text, const char *rest, FILE *to)
{
    char *name = xcalloc(2 * strlen(text) + strlen(rest) + 1, 1), *at = name;
    for (; *text; text++) {
        if (*text == '%')
            *at++ = '%';
        *at++ = *text == '\n' ? '_' : *text;
    }
    strcpy(at, rest);
    char *shown = mask_new(name);
    escape_put(MARKUP_SHELL, shown, to);
    fputc('\n', to);
    free(shown);
    free(name);
}

void slurm_print(const struct slurm_job *job, FILE *to)
{
    char expected[32];
    double limit = 2 * job->seconds + 300; /* twice what is expected, and five minutes */
    unsigned long minutes = (unsigned long)(limit / 60) + 1;
    format_duration(job->seconds, expected, sizeof expected);
    fprintf(to, "#!/bin/sh\n");
    fputs("#SBATCH --job-name=", to);
    put_option(job->name, "", to);
    fprintf(to, "#SBATCH --array=0-%u\n", job->shards - 1);
    fprintf(to, "#SBATCH --cpus-per-task=%u\n", job->jobs);
    fprintf(to, "#SBATCH --time=%02lu:%02lu:00 # about %s a shard, timed beforehand\n",
            minutes / 60, minutes % 60, expected);
    fprintf(to,
            "#SBATCH --signal=USR2@120 # to the step: finish the current runs, exit 75\n");
    fprintf(to, "#SBATCH --requeue --open-mode=append\n");
    fputs("#SBATCH --output=", to);
    put_option(job->dir, "/slurm-%a.log", to);
    print_command(job, to);
    fprintf(to, "; rc=$?\n[ \"$rc\" -eq 75 ] && scontrol requeue "
                "\"${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}\"\nexit $rc\n");
}
