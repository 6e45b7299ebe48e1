/* malloc fails at the n-th call, for all n: each call then says URSA_MEMORY, or does
 * without, and the same call works when there is memory again. */
#include <ursa.h>

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t n);
extern void *__libc_memalign(size_t unit, size_t n);

static long left = -1; /* calls that succeed before one fails; -1: all do */

static int fails(void)
{
    if (left < 0 || left-- > 0)
        return 0;
    errno = ENOMEM;
    return 1;
}
void *malloc(size_t n) { return fails() ? NULL : __libc_malloc(n); }
void *calloc(size_t n, size_t size) { return fails() ? NULL : __libc_calloc(n, size); }
void *realloc(void *p, size_t n) { return fails() ? NULL : __libc_realloc(p, n); }
void *aligned_alloc(size_t unit, size_t n)
{
    return fails() ? NULL : __libc_memalign(unit, n);
}

/* A little of everything; 0, or what went wrong. */
static int world(void)
{
    ursa_env *e = ursa_env_open("gridworld:size=5", 0, 1);
    ursa_agent *ag = e ? ursa_agent_open("aixi:samples=20", e, 0, 1) : NULL;
    int a = ag ? ursa_agent_act(ag) : URSA_MEMORY;
    uint32_t obs;
    int32_t rew;
    if (a >= 0)
        a = ursa_env_step(e, (uint32_t)a, &obs, &rew)
                ? URSA_BAD
                : ursa_agent_update(ag, (uint32_t)a, obs, rew);
    if (a >= 0) {
        char *mind = ursa_agent_inspect(ag);
        a = mind ? 0 : URSA_MEMORY;
        ursa_free(mind);
    }
    ursa_agent_close(ag);
    ursa_env_close(e);
    return a;
}
static int session(void)
{
    ursa_session *s = ursa_session_open("mc-aixi:samples=20", "tiger", 0, 1, NULL);
    int code = s ? 0 : URSA_MEMORY;
    for (int t = 0; s && !code && t < 5; t++)
        code = ursa_session_step(s, -1, NULL);
    ursa_session_close(s);
    return code;
}
static int jobs(void)
{
    char *out =
        ursa_run("{\"agent\":\"q-learning\",\"env\":\"chain\",\"steps\":9}", NULL, NULL);
    int code = out ? 0 : URSA_MEMORY;
    ursa_free(out);
    if (code)
        return code;
    out = ursa_list("envs");
    code = out ? 0 : URSA_MEMORY;
    ursa_free(out);
    return code;
}
static int solve(void)
{
    char *out = ursa_solve("{\"env\":\"tiger\",\"horizon\":2}");
    int code = out ? 0 : URSA_MEMORY;
    ursa_free(out);
    return code;
}
static int vec(void)
{
    static const uint32_t seed[3] = { 1, 2, 3 };
    ursa_vec *v = ursa_vec_open("gridworld:size=5", 0, seed, 3);
    int code = v ? 0 : URSA_MEMORY;
    ursa_vec_close(v);
    return code;
}
static int game(void)
{
    ursa_game *g = ursa_game_open("tictactoe", 0, 1);
    ursa_predictor *p = g ? ursa_predictor_open("ctw:depth=4", 4) : NULL;
    int code = p ? ursa_predictor_p1(p, 0) > 0 ? ursa_predictor_update(p, 1) : URSA_MEMORY
                 : URSA_MEMORY;
    ursa_predictor_close(p);
    ursa_game_close(g);
    return code;
}

int main(void)
{
    static int (*const part[])(void) = { world, session, jobs, solve, vec, game };
    int bad = 0;
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        long n = 0, failures = 0;
        int code;
        do {
            left = n++;
            code = part[i]();
            int unused = left >= 0; /* there were fewer calls than that */
            left = -1;
            failures += code != 0;
            if (code && code != URSA_MEMORY)
                bad += !!fprintf(stderr, "part %zu, call %ld: code %d, %s\n", i, n - 1,
                                 code, ursa_error());
            if (part[i]())
                bad += !!fprintf(stderr, "part %zu, after call %ld: %s\n", i, n - 1,
                                 ursa_error());
            if (unused)
                break;
        } while (n < 3000 && bad < 5);
        if (!failures || bad)
            bad += !!fprintf(stderr, "part %zu: %ld failures of %ld\n", i, failures, n);
    }
    return bad != 0;
}
