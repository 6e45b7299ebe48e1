#include "config.h"

#include "slurm.h"

#include "progress.h"

#include <stdbool.h>
#include <string.h>

/* A word as the shell will read it back. */
static void print_word(const char *word, FILE *to)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,+%@";
    if (*word && strspn(word, plain) == strlen(word)) {
        fputs(word, to);
        return;
    }
    fputc('\'', to);
    for (; *word; word++)
        if (*word == '\'')
            fputs("'\\''", to);
        else
            fputc(*word, to);
    fputc('\'', to);
}

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
        print_word(word, to);
    }
    fputs(" -o ", to);
    print_word(job->dir, to);
    fputs(" -j \"$SLURM_CPUS_PER_TASK\"", to);
}

void slurm_print(const struct slurm_job *job, FILE *to)
{
    char expected[32];
    double limit = 2 * job->seconds + 300; /* twice what is expected, and five minutes */
    unsigned long minutes = (unsigned long)(limit / 60) + 1;
    format_duration(job->seconds, expected, sizeof expected);
    fprintf(to, "#!/bin/sh\n");
    fprintf(to, "#SBATCH --job-name=%s\n", job->name);
    fprintf(to, "#SBATCH --array=0-%u\n", job->shards - 1);
    fprintf(to, "#SBATCH --cpus-per-task=%u\n", job->jobs);
    fprintf(to, "#SBATCH --time=%02lu:%02lu:00 # about %s a shard, timed beforehand\n",
            minutes / 60, minutes % 60, expected);
    fprintf(to,
            "#SBATCH --signal=USR2@120 # to the step: finish the current runs, exit 75\n");
    fprintf(to, "#SBATCH --requeue --open-mode=append\n");
    fprintf(to, "#SBATCH --output=%s/slurm-%%a.log\n", job->dir);
    print_command(job, to);
    fprintf(to, "; rc=$?\n[ \"$rc\" -eq 75 ] && scontrol requeue "
                "\"${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}\"\nexit $rc\n");
}
