#ifndef SLURM_H
#define SLURM_H

#include <stdio.h>

/* A job script for "sbatch": an array of shards that requeue themselves when the time is
 * up. */
struct slurm_job {
    const char *name, *dir;
    unsigned shards, jobs; /* workers of each shard */
    double seconds;        /* that a shard is expected to take */
    int argc;              /* of the batch command, argv[0] being its name */
    char *const *argv;
};
void slurm_print(const struct slurm_job *job, FILE *to);

#endif
