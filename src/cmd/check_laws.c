#include "config.h"

#include "check_laws.h"
#include "cmd.h"
#include "laws.h"
#include "mask.h"
#include "output.h"
#include "plugins.h"
#include "registry.h"
#include "spec.h"
#include "suggest.h"
#include "xalloc.h"

#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SECONDS = 60, ROOT = 5 };

/* Agents are tried in the first two of these that they take. */
static const char *const lived_in[] = { "coin-flip", "gridworld:size=4", "tiger",
                                        "ksa-toy" };
enum { TAKEN = 2 };

/* What is held against the laws of its sort. */
struct thing {
    const struct shelf *shelf;
    struct spec_of spec;
};

/* How a law fared, as its process tells it. */
enum fate { HOLDS, IDLE, BROKEN, CRASHED };
struct finding {
    int fate; /* enum fate */
    char says[sizeof((struct err *)0)->text];
};

/* ---- in the process of a law */

static void tell(struct finding *f, bool ok, const struct err *err)
{
    f->fate = !ok ? BROKEN : err->notes ? IDLE : HOLDS;
    snprintf(f->says, sizeof f->says, "%s", err->text);
}

static void judge_env(const struct thing *t, const struct law *law, struct finding *f)
{
    struct err err = { 0 };
    struct env *env = env_open(&t->spec, ROOT, &err);
    bool ok = env && law->holds(&(struct subject){ .env = env }, &err);
    tell(f, ok, &err);
}

static void judge_game(const struct thing *t, const struct law *law, struct finding *f)
{
    struct err err = { 0 };
    struct game *g = game_open(&t->spec, ROOT, &err);
    bool ok = g && law->holds(&(struct subject){ .game = g }, &err);
    tell(f, ok, &err);
}

/* In one world; false: it does not take that. */
static bool judge_in(const struct thing *t, const char *world, const struct law *law,
                     struct finding *f)
{
    struct spec_of spec;
    struct err err = { 0 }, why = { 0 };
    if (!kind_parse(&spec, &env_shelf, world, &err))
        bug("%s", err.text);
    struct env *env = env_open(&spec, ROOT, &err);
    struct agent *ag = env ? agent_open(&t->spec, env, &why) : NULL;
    if (!ag) {
        snprintf(f->says, sizeof f->says, "%s", why.text);
        return false;
    }
    ag->ops->close(ag);
    bool ok = law->holds(&(struct subject){ .env = env, .spec = &t->spec }, &err);
    if (!ok)
        err_set(&why, "in %s, %s", world, err.text);
    tell(f, ok, ok ? &err : &why);
    return true;
}

static void judge_agent(const struct thing *t, const struct law *law, struct finding *f)
{
    unsigned taken = 0;
    f->fate = HOLDS;
    for (size_t i = 0; i < sizeof lived_in / sizeof *lived_in; i++)
        if (taken < TAKEN && f->fate != BROKEN)
            taken += judge_in(t, lived_in[i], law, f);
    if (!taken)
        f->fate = BROKEN; /* with the last refusal */
}

static void judge(const struct thing *t, const struct law *law, struct finding *f)
{
    if (law->sort == LAW_env)
        judge_env(t, law, f);
    else if (law->sort == LAW_agent)
        judge_agent(t, law, f);
    else
        judge_game(t, law, f);
}

_Noreturn static void child(const struct thing *t, const struct law *law, int to)
{
    struct finding f = { 0 };
    alarm(SECONDS);
    judge(t, law, &f);
    const char *at = (const char *)&f;
    for (size_t left = sizeof f; left;) {
        ssize_t n = write(to, at, left);
        if (n <= 0)
            _exit(1);
        at += n;
        left -= (size_t)n;
    }
    _exit(0);
}

/* ---- in ours */

static bool hear(int from, struct finding *f)
{
    char *at = (char *)f;
    for (size_t left = sizeof *f; left;) {
        ssize_t n = read(from, at, left);
        if (n <= 0)
            return false;
        at += n;
        left -= (size_t)n;
    }
    return true;
}

/* False with *err: there was no process to be had. */
static bool try_law(const struct thing *t, const struct law *law, struct finding *f,
                    struct err *err)
{
    int fd[2], status = 0;
    if (pipe(fd))
        return err_system(err, "cannot make a pipe");
    fflush(NULL);
    pid_t pid = fork();
    if (!pid) {
        close(fd[0]);
        child(t, law, fd[1]);
    }
    close(fd[1]);
    bool heard = pid > 0 && hear(fd[0], f);
    close(fd[0]);
    if (pid < 0)
        return err_system(err, "cannot start a process");
    waitpid(pid, &status, 0);
    if (heard)
        return true;
    f->fate = CRASHED;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        snprintf(f->says, sizeof f->says, "it does not end within %d seconds", SECONDS);
    else if (WIFSIGNALED(status))
        snprintf(f->says, sizeof f->says, "killed by SIG%s",
                 sigabbrev_np(WTERMSIG(status)));
    else
        snprintf(f->says, sizeof f->says, "it ends the program with status %d",
                 WEXITSTATUS(status));
    return true;
}

static void print_finding(const struct law *law, const struct finding *f)
{
    if (f->fate == HOLDS)
        printf("  %-12s ok: %s\n", law->name, law->promise);
    else if (f->fate == IDLE)
        mask_print(stdout, "  %-12s - %s\n", law->name, f->says);
    else
        mask_print(stdout, "  %-12s FAILED: %s: %s\n", law->name, law->promise, f->says);
}

static json_t *finding_json(const struct law *law, const struct finding *f)
{
    static const char *const words[] = { "ok", "not offered", "failed", "crashed" };
    return json_pack("{s:s, s:s, s:s, s:s}", "law", law->name, "promise", law->promise,
                     "result", words[f->fate], "says", f->says);
}

static bool is_program(const struct thing *t)
{
    return !strcmp(t->spec.kind->name, "exec");
}

/* The laws that its sort has, or of a program of others those that need no look inside. */
static bool applies(const struct law *law, const struct thing *t)
{
    enum law_sort sort = t->shelf == &env_shelf     ? LAW_env
                         : t->shelf == &agent_shelf ? LAW_agent
                                                    : LAW_game;
    return law->sort == sort && (!is_program(t) || law->black_box);
}

static int check_thing(struct args *a, const struct thing *t)
{
    json_t *list = json_array();
    struct err err = { 0 };
    bool whole = true, ok = true;
    if (!a->json)
        mask_print(stdout, "%s    %s\n", t->spec.canonical, t->shelf->word);
    for (const struct law *law = law_table; law->name && ok; law++) {
        struct finding f = { 0 };
        if (!applies(law, t))
            continue;
        ok = try_law(t, law, &f, &err);
        whole = whole && f.fate != BROKEN && f.fate != CRASHED;
        if (ok && a->json)
            json_array_append_new(list, finding_json(law, &f));
        else if (ok)
            print_finding(law, &f);
    }
    if (ok && a->json) {
        json_t *o =
            json_pack("{s:i, s:s, s:s, s:O, s:b}", "v", 1, "spec", t->spec.canonical,
                      "kind", t->shelf->word, "laws", list, "ok", whole);
        print_json(o);
        json_decref(o);
    }
    json_decref(list);
    return !ok ? args_err(a, &err) : whole ? EXIT_OK : EXIT_DIFFERS;
}

static const struct shelf *const tried[] = { &env_shelf, &agent_shelf, &game_shelf };
enum { TRIED = sizeof tried / sizeof *tried };

/* The shelf whose complaint is to the point: that which has the name. */
static const struct shelf *meant(const char *text)
{
    char *name = xasprintf("%.*s", (int)strcspn(text, ":"), text);
    const struct shelf *shelf = NULL;
    for (size_t i = 0; i < TRIED && !shelf; i++) {
        char *plain = spec_unversioned(name);
        shelf = kind_find(tried[i], plain) ? tried[i] : NULL;
        free(plain);
    }
    free(name);
    return shelf;
}

static void suggest(const char *text, char *hint, size_t n)
{
    enum { NAMES = 500 };
    const char *names[NAMES];
    size_t k = 0;
    for (size_t i = 0; i < TRIED; i++)
        for (size_t j = 0; tried[i]->at[j] && k < NAMES; j++)
            names[k++] = tried[i]->at[j]->name;
    suggest_near(hint, n, text, names, k);
}

static int unknown(struct args *a, const char *text)
{
    struct err err = { 0 };
    struct spec_of spec;
    const struct shelf *shelf = spec_origin(text) ? &env_shelf : meant(text);
    if (!shelf) {
        char hint[200];
        suggest(text, hint, sizeof hint);
        return args_fail(a,
                         "'%s' is no directory of results, demonstration or plug-in, and "
                         "no world, agent or game%s  (ursa list)",
                         text, hint);
    }
    kind_parse(&spec, shelf, text, &err);
    return args_err(a, &err);
}

/* A program is a world or an agent, which its name does not tell. */
static bool is_a_world(const struct thing *t)
{
    struct env *env = env_open(&t->spec, ROOT, NULL);
    env_close(env);
    return env;
}

int check_spec(struct args *a, const char *text)
{
    int status = EXIT_OK;
    bool known = false, world = false;
    for (size_t i = 0; i < TRIED; i++) {
        struct thing t = { .shelf = tried[i] };
        if (!kind_parse(&t.spec, tried[i], text, NULL))
            continue;
        known = true;
        if (is_program(&t) && t.shelf == &env_shelf)
            world = is_a_world(&t);
        if (!is_program(&t) || world == (t.shelf == &env_shelf)) {
            int found = check_thing(a, &t);
            status = status ? status : found;
        }
        kind_release(&t.spec);
    }
    return known ? status : unknown(a, text);
}

static int check_kind(struct args *a, const char *file, const struct kind *k, int status)
{
    char *text = xasprintf("lib:%s#%s", file, k->name);
    int found = check_spec(a, text);
    free(text);
    return status ? status : found;
}

int check_plugin(struct args *a, const char *path)
{
    struct err err = { 0 };
    int status = EXIT_OK;
    char *file = xasprintf("%s%s", strchr(path, '/') ? "" : "./", path), *found;
    const struct ursa_plugin *p = plugin_load(file, &found, &err);
    for (size_t i = 0; p && p->envs && p->envs[i]; i++)
        status = check_kind(a, file, &p->envs[i]->kind, status);
    for (size_t i = 0; p && p->agents && p->agents[i]; i++) {
        const char *name = p->agents[i]->kind.name;
        bool both = false; /* check_spec() has looked at both */
        for (size_t j = 0; p->envs && p->envs[j]; j++)
            both |= !strcmp(p->envs[j]->kind.name, name);
        if (!both)
            status = check_kind(a, file, &p->agents[i]->kind, status);
    }
    free(found);
    free(file);
    return p ? status : args_err(a, &err);
}
