#include "config.h"

#include "policy.h"
#include "registry.h"
#include "xalloc.h"

/* Players of the iterated prisoner's dilemma, and of any game of two moves in which each
 * sees the other's: Axelrod, "The Evolution of Cooperation" (1984); Beaufils, Delahaye &
 * Mathieu 1997 (Gradual); the list is that of AIXIjs, whose other member is "random".
 * Each remembers no more than it needs. */
enum { DEFECT, COOPERATE, MOVES };

static struct policy *build(const struct policy_ops *ops, size_t state_size,
                            const struct space *space, struct err *err)
{
    if (space->n_actions != MOVES || space->n_obs != MOVES)
        return err_null(err, "%s plays games of two moves, each seen by the other",
                        ops->kind.name);
    struct policy *p = xcalloc(1, sizeof *p);
    *p = (struct policy){ .ops = ops, .space = *space, .state_size = state_size };
    return p;
}

/* The move it wants, where the rules allow it. */
static void say(double *out, uint32_t allowed, bool cooperates)
{
    unsigned move = cooperates ? COOPERATE : DEFECT;
    if (!(allowed >> move & 1))
        move = !move;
    out[move] = 1;
    out[!move] = 0;
}

/* ---- nothing to remember */

static void cooperate(const struct policy *p, const void *state, uint32_t legal,
                      double *out)
{
    (void)p;
    (void)state;
    say(out, legal, true);
}

static void defect(const struct policy *p, const void *state, uint32_t legal, double *out)
{
    (void)p;
    (void)state;
    say(out, legal, false);
}

/* ---- a byte: cooperates unless it is 0 */

static void trust(const struct policy *p, void *state)
{
    (void)p;
    *(uint8_t *)state = COOPERATE;
}

static void distrust(const struct policy *p, void *state)
{
    (void)p;
    *(uint8_t *)state = DEFECT;
}

static void trust_twice(const struct policy *p, void *state)
{
    (void)p;
    *(uint8_t *)state = 2 * COOPERATE + COOPERATE;
}

static void ask_byte(const struct policy *p, const void *state, uint32_t legal, double *out)
{
    (void)p;
    say(out, legal, *(const uint8_t *)state != DEFECT);
}

static void repay(const struct policy *p, void *state, unsigned action, struct percept e)
{
    (void)p;
    (void)action;
    *(uint8_t *)state = (uint8_t)e.obs;
}

/* The last two moves of the other, the latest lowest. */
static void keep_two(const struct policy *p, void *state, unsigned action, struct percept e)
{
    uint8_t *two = state;
    (void)p;
    (void)action;
    *two = (uint8_t)(((unsigned)*two << 1 | e.obs) & 3);
}

/* Keeps its move when the other cooperated and changes it otherwise (AIXIjs tosses a coin
 * then). */
static void win_stay(const struct policy *p, void *state, unsigned action, struct percept e)
{
    (void)p;
    *(uint8_t *)state = (action == COOPERATE) == (e.obs == COOPERATE);
}

static void never_forgive(const struct policy *p, void *state, unsigned action,
                          struct percept e)
{
    (void)p;
    (void)action;
    *(uint8_t *)state &= (uint8_t)e.obs;
}

/* ---- adaptive: cooperates five times, defects five times, then does what has paid
 * better */

struct payments {
    int64_t total[MOVES];  /* what each move earned */
    uint16_t count[MOVES]; /* how often it was played */
    uint16_t rounds;       /* of the first ten */
    uint16_t unused;       /* no padding */
};
enum { TRIALS = 5 };

static void start_trials(const struct policy *p, void *state)
{
    (void)p;
    *(struct payments *)state = (struct payments){ .rounds = 0 };
}

static void ask_payments(const struct policy *p, const void *state, uint32_t legal,
                         double *out)
{
    const struct payments *s = state;
    (void)p;
    if (s->rounds < 2 * TRIALS)
        say(out, legal, s->rounds < TRIALS);
    else
        say(out, legal,
            (double)s->total[COOPERATE] * s->count[DEFECT] >=
                (double)s->total[DEFECT] * s->count[COOPERATE]);
}

static void count_payment(const struct policy *p, void *state, unsigned action,
                          struct percept e)
{
    struct payments *s = state;
    (void)p;
    if (s->count[action] == UINT16_MAX)
        return;
    if (s->rounds < 2 * TRIALS)
        s->rounds++;
    s->count[action]++;
    s->total[action] += e.rew;
}

/* ---- gradual: answers the n-th defection with n defections and two cooperations */

struct sentence {
    uint16_t defections;   /* of the other */
    uint16_t punish, calm; /* defections and cooperations to come */
};

static void clear_record(const struct policy *p, void *state)
{
    (void)p;
    *(struct sentence *)state = (struct sentence){ 0, 0, 0 };
}

static void ask_sentence(const struct policy *p, const void *state, uint32_t legal,
                         double *out)
{
    (void)p;
    say(out, legal, !((const struct sentence *)state)->punish);
}

static void judge(const struct policy *p, void *state, unsigned action, struct percept e)
{
    struct sentence *s = state;
    bool busy = s->punish || s->calm;
    (void)p;
    (void)action;
    if (s->punish)
        s->calm = --s->punish ? 0 : 2;
    else if (s->calm)
        s->calm--;
    if (e.obs != DEFECT)
        return;
    if (s->defections < UINT16_MAX)
        s->defections++;
    if (!busy)
        s->punish = s->defections;
}

#define PLAYER(id, called, does, size, from, asks, learns)                                 \
    static struct policy *open_##id(const void *config, const struct space *space,         \
                                    struct err *err)                                       \
    {                                                                                      \
        (void)config;                                                                      \
        return build(&policy_##id, size, space, err);                                      \
    }                                                                                      \
    const struct policy_ops policy_##id = {                                                \
        .kind.name = called,                                                               \
        .kind.title = does,                                                                \
        .kind.version = 1,                                                                 \
        .kind.params = no_params,                                                          \
        .open = open_##id,                                                                 \
        .reset = from,                                                                     \
        .chances = asks,                                                                   \
        .update = learns,                                                                  \
    };

PLAYER(all_c, "all-c", "always cooperates", 0, NULL, cooperate, NULL)
PLAYER(all_d, "all-d", "always defects", 0, NULL, defect, NULL)
PLAYER(tit_for_tat, "tit-for-tat", "cooperates, then repays the other's last move", 1,
       trust, ask_byte, repay)
PLAYER(suspicious, "suspicious-tit-for-tat", "defects, then repays the other's last move",
       1, distrust, ask_byte, repay)
PLAYER(two_tats, "tit-for-two-tats", "defects after two defections in a row", 1,
       trust_twice, ask_byte, keep_two)
PLAYER(pavlov, "pavlov", "keeps its move while the other cooperates, else changes it", 1,
       trust, ask_byte, win_stay)
PLAYER(adaptive, "adaptive", "tries both moves and keeps to what paid better",
       sizeof(struct payments), start_trials, ask_payments, count_payment)
PLAYER(grudger, "grudger", "cooperates until the other defects, then never", 1, trust,
       ask_byte, never_forgive)
PLAYER(gradual, "gradual", "answers the n-th defection with n, then two cooperations",
       sizeof(struct sentence), clear_record, ask_sentence, judge)
