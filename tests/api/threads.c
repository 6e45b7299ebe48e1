/* Two threads with a session each live what two runs live. */
#include <ursa.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    return !good || *ursa_error();
}
