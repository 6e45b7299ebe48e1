#include "config.h"

#include "solve_responses.h"

#include "cmd.h"
#include "mask.h"
#include "output.h"
#include "registry.h"
#include "responses.h"
#include "seat.h"

#include <inttypes.h>

/* What is told of a class that is closed under best responses. */
struct closure {
    const char *name; /* of the game, canonical */
    const char *family;
    const struct game *game;
    const struct responses *r;
    double gamma;
};

/* What player i gets by its best against policy k of the other's class. */
static double worth(const struct closure *c, uint32_t i, size_t k)
{
    return strategy_best(c->r->of[!i][k].s, normal_of(c->game), i, c->gamma);
}

static void answer_text(const struct closure *c)
{
    const struct responses *r = c->r;
    mask_print(stdout, "%s   %s\n", c->name, c->family);
    printf("%" PRIu32 " round%s of best responses, gap %.3g %.3g\n", r->rounds,
           r->rounds == 1 ? "" : "s", r->gap[0], r->gap[1]);
    for (uint32_t i = 0; i < 2; i++) {
        printf("player %" PRIu32 "\n  memories  best against it  policy\n", i);
        for (size_t k = 0; k < r->n[i]; k++)
            mask_print(stdout, "  %8" PRIu32 "  %15.10g  %s\n", r->of[i][k].s->n,
                       worth(c, !i, k), r->of[i][k].name);
    }
}

static json_t *class_json(const struct closure *c, uint32_t i)
{
    json_t *all = json_array();
    for (size_t k = 0; k < c->r->n[i]; k++)
        json_array_append_new(all,
                              json_pack("{s:s, s:I, s:f}", "policy", c->r->of[i][k].name,
                                        "memories", (json_int_t)c->r->of[i][k].s->n,
                                        "best_against", worth(c, !i, k)));
    return all;
}

static void answer_json(const struct closure *c)
{
    json_t *o = json_pack("{s:i, s:s, s:s, s:I, s:[f, f], s:[o, o]}", "v", 1, "game",
                          c->name, "family", c->family, "rounds", (json_int_t)c->r->rounds,
                          "gap", c->r->gap[0], c->r->gap[1], "players", class_json(c, 0),
                          class_json(c, 1));
    print_json(o);
    json_decref(o);
}

static bool answer(struct args *a, struct closure *c, const char *text, struct err *err)
{
    struct spec_of spec;
    struct env *seat = seat_open_among(c->game, 0);
    struct family *f = NULL;
    if (kind_parse(&spec, &family_shelf, text, err))
        f = family_open(&spec, seat, err);
    c->family = spec.canonical;
    c->r = f ? responses_of(f, &c->gamma) : NULL;
    if (f && !c->r)
        err_set(err, "--model must be responses, or responses:to=POLICY+POLICY...");
    if (c->r && a->json)
        answer_json(c);
    else if (c->r)
        answer_text(c);
    family_close(f);
    env_close(seat);
    kind_release(&spec);
    return c->r;
}

int solve_responses(struct args *a, const char *game, const char *family, uint64_t root)
{
    struct err err = { 0 };
    struct spec_of spec;
    struct game *g = NULL;
    if (kind_parse(&spec, &game_shelf, game, &err))
        g = game_open(&spec, root, &err);
    struct closure c = { .name = spec.canonical, .game = g };
    bool ok = g && answer(a, &c, family ? family : "responses", &err);
    game_close(g);
    kind_release(&spec);
    return ok ? EXIT_OK : args_err(a, &err);
}
