/* Two threads with a session each live what two runs live; a search is cancelled from
 * another thread. */
#include <ursa.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

struct life {
    const char *agent, *env;
    uint32_t seed;
    uint64_t hash;
    char text[100]; /* of its own failure */
};

static void *live(void *at)
{
    struct life *l = at;
    struct ursa_record rec = { sizeof rec };
    ursa_session *s = ursa_session_open(l->agent, l->env, 0, l->seed, NULL);
    for (int t = 0; s && t < 40; t++)
        if (ursa_session_step(s, -1, &rec))
            rec.hash = 0;
    l->hash = rec.hash;
    ursa_session_close(s);
    ursa_env_open("gridwold", 0, l->seed); /* fails: its words are this thread's */
    snprintf(l->text, sizeof l->text, "%.90s", ursa_error());
    return NULL;
}

static uint64_t run(const struct life *l)
{
    char job[200];
    snprintf(job, sizeof job, "{\"agent\":\"%s\",\"env\":\"%s\",\"seed\":%u,\"steps\":40}",
             l->agent, l->env, l->seed);
    char *out = ursa_run(job, NULL, NULL), *at = out ? strstr(out, "\"hash\":\"") : NULL;
    uint64_t hash = at ? strtoull(at + 8, NULL, 16) : 0;
    ursa_free(out);
    return hash;
}

struct search {
    ursa_agent *agent;
    atomic_int over;
};

/* Until it is over: what comes before it has begun is nobody's. */
static void *cancel(void *at)
{
    struct search *s = at;
    while (!atomic_load(&s->over)) {
        thrd_sleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
        ursa_agent_cancel(s->agent);
    }
    return NULL;
}

/* A search that would take hours. */
static int is_cancelled(void)
{
    ursa_env *env = ursa_env_open("gridworld", 0, 1);
    struct search s = { NULL, 0 };
    pthread_t other;
    int code = URSA_BAD;
    s.agent = env ? ursa_agent_open("aixi:planner=mcts,samples=10000000", env, 0, 1) : NULL;
    if (s.agent && !pthread_create(&other, NULL, cancel, &s)) {
        code = ursa_agent_act(s.agent);
        atomic_store(&s.over, 1);
        pthread_join(other, NULL);
    }
    ursa_agent_close(s.agent);
    ursa_env_close(env);
    return code == URSA_STOPPED;
}

int main(int argc, char **argv)
{
    struct life life[2] = { { "aixi:samples=100", "gridworld", 3, 0, "" },
                            { "mc-aixi:samples=50", "tiger", 4, 0, "" } };
    pthread_t thread[2];
    int good = argc < 3 && argv;
    for (int i = 0; i < 2; i++)
        pthread_create(&thread[i], NULL, live, &life[i]);
    for (int i = 0; i < 2; i++)
        pthread_join(thread[i], NULL);
    for (int i = 0; i < 2; i++)
        good = good && life[i].hash && life[i].hash == run(&life[i]) &&
               strstr(life[i].text, "gridwold");
    if (!good || *ursa_error())
        return 1;
    return !is_cancelled();
}
