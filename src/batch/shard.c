#include "config.h"

#include "shard.h"

#include "hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A variable's non-negative integer; `def` when it is not set or is something else. */
static long variable(const char *name, long def)
{
    const char *text = getenv(name);
    char *end;
    if (!text || !*text)
        return def;
    long x = strtol(text, &end, 10);
    return *end || x < 0 ? def : x;
}

static bool set(struct shard *s, long i, long n, const char *source, struct err *err)
{
    if (n < 1 || n > SHARDS_MAX || i < 0 || i >= n)
        return err_set(err, "%s: shard %ld/%ld is not within 0/N..N-1/N, N up to %d",
                       source, i, n, SHARDS_MAX);
    s->i = (unsigned)i;
    s->n = (unsigned)n;
    snprintf(s->source, sizeof s->source, "%s", source);
    return true;
}

static bool parse(struct shard *s, const char *text, struct err *err)
{
    char *end;
    long i = strtol(text, &end, 10);
    if (end == text || *end != '/')
        return err_set(err, "--shard must be I/N, as in 0/4, got '%s'", text);
    const char *count = end + 1;
    long n = strtol(count, &end, 10);
    if (end == count || *end)
        return err_set(err, "--shard must be I/N, as in 0/4, got '%s'", text);
    return set(s, i, n, "--shard", err);
}

/* The rank of this task and the number of tasks. */
static const char *find_task(long *i, long *n)
{
    static const struct {
        const char *rank, *size, *only_with;
    } known[] = {
        { "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_SIZE" },
        { "PMI_RANK", "PMI_SIZE", "PMI_SIZE" },
        { "SLURM_PROCID", "SLURM_NTASKS", "SLURM_STEP_ID" }, /* under srun alone */
    };
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        if (!getenv(known[k].only_with) || variable(known[k].size, 0) < 2)
            continue;
        *i = variable(known[k].rank, 0);
        *n = variable(known[k].size, 1);
        return known[k].rank;
    }
    *i = 0;
    *n = 1;
    return NULL;
}

bool shard_find(struct shard *s, const char *option, struct err *err)
{
    if (option)
        return parse(s, option, err);
    long task, tasks, step = variable("SLURM_ARRAY_TASK_STEP", 1);
    const char *source = find_task(&task, &tasks);
    long count = variable("SLURM_ARRAY_TASK_COUNT", 0);
    if (count < 1 || !getenv("SLURM_ARRAY_TASK_ID"))
        return set(s, task, tasks, source ? source : "alone", err);
    long index = variable("SLURM_ARRAY_TASK_ID", 0) - variable("SLURM_ARRAY_TASK_MIN", 0);
    index /= step > 0 ? step : 1;
    return set(s, index * tasks + task, count * tasks, "SLURM_ARRAY_TASK_ID", err);
}

bool shard_has(const struct shard *s, uint64_t id)
{
    return hash_mix(id ^ UINT64_C(0x5348415244)) % s->n == s->i;
}
