#include "config.h"

#include "mask.h"
#include "panels.h"
#include "registry.h"
#include "session.h"
#include "transcript.h"
#include "xalloc.h"

#include <inttypes.h>
#include <stdlib.h>

enum { CYCLES = 20, ROOT = 0, SEED = 1, INDENT = 6 };

static void print_space(FILE *to, const struct env *env)
{
    const struct space *sp = &env->space;
    char name[64];
    fprintf(to, "actions       %" PRIu32 ":", sp->n_actions);
    for (unsigned a = 0; a < sp->n_actions; a++) {
        env_action_text(env, a, name, sizeof name);
        mask_print(to, " %s", name);
    }
    fprintf(to, "\nobservations  %" PRIu64 "\nrewards       %" PRId32 " .. %" PRId32,
            sp->n_obs ? sp->n_obs : UINT64_C(1) << 32, sp->rew_min, sp->rew_max);
    if (sp->scale > 1)
        fprintf(to, ", in units of 1/%g", sp->scale);
    fputc('\n', to);
}

/* One character a cell: the middle of a tile, the character of a text. */
static char character(const struct env *env, const struct cell *c)
{
    if (env->text)
        return c->ch > ' ' && c->ch < 127 ? (char)c->ch : ' ';
    if (c->players)
        return c->players & 1 ? glyphs_ascii.agent[1] : glyphs_ascii.other[1];
    return env->ops->tiles[c->thing ? c->thing : c->ground].ascii[1];
}

/* The state with all that is hidden in it; no line ends in blanks, none is empty. */
static void print_state(FILE *to, const struct env *env, const void *state)
{
    size_t cols = (size_t)env->cols;
    struct canvas cv = { env->rows, env->cols,
                         xcalloc((size_t)env->rows * cols + 1, sizeof *cv.at) };
    char *line = xcalloc(cols + 1, 1);
    if (env->ops->draw)
        env->ops->draw(env, state, true, &cv);
    for (int row = 0; row < env->rows; row++) {
        size_t n = 0;
        for (size_t col = 0; col < cols; col++) {
            line[col] = character(env, &cv.at[(size_t)row * cols + col]);
            n = line[col] == ' ' ? n : col + 1;
        }
        if (n)
            fprintf(to, "%*s%.*s\n", INDENT, "", (int)n, line);
    }
    free(line);
    free(cv.at);
}

static void print_cycle(FILE *to, const struct env *env, const struct record *r)
{
    char action[64], percept[64];
    env_action_text(env, r->action, action, sizeof action);
    env_percept_text(env, r->e, percept, sizeof percept);
    mask_print(to, "%4" PRIu64 "  %s; saw %s; reward %" PRId32 "\n", r->t, action, percept,
               r->e.rew);
}

static bool play(FILE *to, const struct env *env, struct agent *player, struct err *err)
{
    struct session s;
    bool ok = true;
    env_watch(env);
    session_init(&s, env, player, ROOT, SEED);
    fprintf(to, "   0  the start\n");
    print_state(to, env, s.state);
    for (int t = 0; t < CYCLES && ok; t++) {
        ok = session_step(&s, err);
        print_cycle(to, env, &s.last);
        print_state(to, env, s.state);
    }
    fprintf(to, "hash %016" PRIx64 "\n", s.last.hash);
    session_release(&s);
    return ok;
}

bool transcript_print(FILE *to, const struct spec_of *spec, struct err *err)
{
    struct spec_of who;
    struct env *env = env_open(spec, ROOT, err);
    if (!env)
        return false;
    bool ok = kind_parse(&who, &agent_shelf, "random", err);
    struct agent *player = ok ? agent_open(&who, env, err) : NULL;
    mask_print(to, "\n%s, played by %s, root seed %d, seed %d\n", spec->canonical,
               ok ? who.canonical : "nobody", ROOT, SEED);
    print_space(to, env);
    ok = player && play(to, env, player, err);
    if (player)
        player->ops->close(player);
    kind_release(&who);
    env_close(env);
    return ok;
}
