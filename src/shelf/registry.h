#ifndef REGISTRY_H
#define REGISTRY_H

#include "agent.h"
#include "env.h"
#include "family.h"
#include "game.h"
#include "kind.h"
#include "planner.h"
#include "policy.h"
#include "predictor.h"
#include "teacher.h"
#include "utility.h"

#define ENV(x)       extern const struct env_ops env_##x;
#define AGENT(x)     extern const struct agent_ops agent_##x;
#define MODEL(x)     extern const struct model_kind model_##x;
#define PLANNER(x)   extern const struct planner_ops planner_##x;
#define PREDICTOR(x) extern const struct predictor_kind predictor_##x;
#define UTILITY(x)   extern const struct utility_kind utility_kind_##x;
#define TEACHER(x)   extern const struct teacher_ops teacher_##x;
#define FAMILY(x)    extern const struct family_ops family_##x;
#define GAME(x)      extern const struct game_ops game_##x;
#define POLICY(x)    extern const struct policy_ops policy_##x;
#define CERTIFIER(x) extern const struct certifier certifier_##x;
struct certifier;
#include "registry.def"
/* Those that are named by a program, and stand on no shelf. */
extern const struct env_ops env_exec;
extern const struct agent_ops agent_exec;

/* Everything ursa can open. The families are those that need no world of their own kind; a
 * world has others (env.h). */
extern const struct shelf env_shelf, agent_shelf, model_shelf, planner_shelf,
    predictor_shelf, utility_shelf, teacher_shelf, family_shelf, game_shelf, policy_shelf;

/* All of them, worlds first; closed by NULL. */
extern const struct shelf *const shelves[];

/* Methods of planning with a certificate (certify.h), in the order in which they are tried;
 * closed by NULL. */
extern const struct certifier *const certifiers[];

/* The class of hypotheses called NAME[:key=value[:key=value...]]: one of truth's own, else
 * one for all. NULL with *err: there is no such family, and these there are. */
struct family *family_find(const char *text, const struct env *truth, struct err *err);
/* Who takes part, by an agent's spec or a policy's, which is then the agent that follows
 * it: "tit-for-tat" is policy:policy=tit-for-tat. False with *err as kind_parse(). */
bool player_parse(struct spec_of *to, const char *text, struct err *err);
/* What people call it, of a canonical spec: without version, a policy by its own name. The
 * caller frees. */
char *player_text(const char *canonical);
/* A predictor of bits, of percepts of `slots` bits, as ursa-models(7) explains it:
 *     ctw:depth=32   fac-ctw:depth=32:max-nodes=1000000   mix:ctw:depth=8+ctw:depth=32
 * NULL with *err. */
struct predictor *predictor_new(const char *text, unsigned slots, struct err *err);

#endif
