#include "config.h"

#include "company.h"

#include <string.h>

/* ---- a world or a game */

/* Cycles of a world and moves of a game that were lived. */
static uint64_t lived(const struct company *l)
{
    return l->game ? l->match.t : l->session.last.t;
}

/* The seats that are to act now, as bits. */
static uint32_t movers(const struct company *l)
{
    return l->game ? game_movers(l->game, l->match.state) : 1;
}

static bool decide(struct company *l, uint8_t *action, struct err *err)
{
    unsigned one;
    if (l->game) {
        const struct script *script[PLAYERS_MAX];
        for (uint32_t i = 0; i < l->n; i++)
            script[i] = &l->seat[i]->script;
        return match_follow(&l->match, script, action, err);
    }
    bool ok = session_follow(&l->session, &l->seat[0]->script, &one, err);
    action[0] = (uint8_t)one;
    return ok;
}

/* In *done whose cycle is over. */
static bool answer(struct company *l, const uint8_t *action, uint32_t *done,
                   struct err *err)
{
    if (l->game)
        return match_answer(&l->match, action, done, err);
    *done = 1;
    return session_answer(&l->session, action[0], err);
}

/* Actions that a seat has taken, whether or not their percept has come. */
static uint64_t acted(struct sim *s)
{
    const struct session *in = session_of(s);
    return in->last.t + in->open;
}

/* Whether all have acted up to where the turn begins. */
static bool has_come(const struct company *l, size_t turn)
{
    for (uint32_t i = 0; i < l->n; i++)
        if (acted(l->seat[i]) + 1 < l->seat[i]->turn[turn].from)
            return false;
    return true;
}

/* ---- the thread */

static int64_t filmed(const struct company *l) { return film_last(l->seat[0]->film); }

static bool done(const struct company *l)
{
    return l->failed || filmed(l) >= (int64_t)l->seat[0]->job.steps;
}

/* Whether the next cycle is history: neither pause nor speed are for it. */
static bool is_past(const struct company *l)
{
    return (int64_t)lived(l) < filmed(l) || !has_come(l, l->now);
}

/* Whether nobody who is to act now is a user that has not. */
static bool have_acted(const struct company *l)
{
    uint32_t now = movers(l);
    for (uint32_t i = 0; i < l->n; i++)
        if (now >> i & 1 && l->seat[i]->hands && l->seat[i]->given < 0)
            return false;
    return true;
}

static bool any_hands(const struct company *l)
{
    uint32_t now = movers(l);
    for (uint32_t i = 0; i < l->n; i++)
        if (now >> i & 1 && l->seat[i]->hands)
            return true;
    return false;
}

/* In a world the agent may ask the user in the middle of a cycle; in a game nobody is. */
static bool is_asked(const struct company *l) { return l->seat[0]->asked; }

static bool may_live(const struct company *l)
{
    if (is_asked(l))
        return !l->quit && l->seat[0]->given >= 0;
    return !l->quit && !done(l) && (is_past(l) || (filmed(l) < l->until && have_acted(l)));
}

static void add_time(struct timespec *t, double seconds)
{
    t->tv_sec += (time_t)seconds;
    t->tv_nsec += (long)((seconds - (double)(time_t)seconds) * 1e9);
    if (t->tv_nsec >= 1000000000) {
        t->tv_sec++;
        t->tv_nsec -= 1000000000;
    }
}

static bool is_before(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec < b->tv_sec || (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

/* Whether the time of the next cycle has come; the one after it is then due a beat later.
 * A beat that was missed is made up for unless it is long ago. */
static bool is_due(struct company *l)
{
    enum { LATE_NS = 50000000 };
    struct timespec now, late;
    if (l->speed <= 0 || any_hands(l) || is_asked(l) || is_past(l))
        return true;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (is_before(&now, &l->due))
        return false;
    late = l->due;
    add_time(&late, LATE_NS / 1e9);
    if (is_before(&late, &now))
        l->due = now;
    add_time(&l->due, 1 / l->speed);
    return true;
}

/* Waits, with the lock held, until the next cycle is due; false: it is time to go. */
static bool wait_for_turn(struct company *l)
{
    for (;;) {
        while (!l->quit && !may_live(l)) {
            pthread_cond_wait(&l->changed, &l->lock);
            clock_gettime(CLOCK_MONOTONIC, &l->due);
        }
        if (l->quit)
            return false;
        if (is_due(l))
            return true;
        pthread_cond_timedwait(&l->changed, &l->lock, &l->due);
    }
}

/* The past of a match was copied from its film, where the last percept may be to come. */
static bool as_recorded(struct sim *s)
{
    const struct record *now = &session_of(s)->last;
    if (now->t > s->script.n || (s->company->game && now->t < s->script.present))
        return true;
    const struct cycle *was = &s->script.at[now->t - 1];
    return was->action == now->action && percept_key(was->e) == percept_key(now->e);
}

/* How fast it searched: of searches that take long enough to be timed. */
static void measure(struct company *l, double seconds)
{
    uint64_t samples = 0;
    for (uint32_t i = 0; i < l->n; i++) {
        struct frame f = film_at(l->seat[i]->film, filmed(l));
        samples += f.moved ? f.mind.samples : 0;
    }
    l->rate = seconds > 1e-5 ? (double)samples / seconds : 0;
    l->spent += seconds;
}

/* What is over is filmed, unless it has been: it is then only learned. */
static void keep(struct company *l, const struct match_move *move, double took)
{
    bool before = (int64_t)move->t <= filmed(l);
    for (uint32_t i = 0; i < l->n; i++) {
        struct sim *s = l->seat[i];
        if (move->done >> i & 1 && !s->differs && !as_recorded(s))
            s->differs = (int64_t)move->t;
    }
    if (before)
        return;
    company_film(l, move);
    measure(l, took);
    for (uint32_t i = 0; i < l->n; i++) {
        struct sim *s = l->seat[i];
        if (s->sink && move->done >> i & 1)
            s->sink->ops->cycle(s->sink, &session_of(s)->last, session_of(s)->agent);
    }
    if (l->sink)
        l->sink->ops->move(l->sink, move, &l->match);
}

/* The user's actions in place of those that were decided. */
static void take_given(struct company *l, uint32_t now, uint8_t *action)
{
    for (uint32_t i = 0; i < l->n; i++) {
        struct sim *s = l->seat[i];
        if (!(now >> i & 1) || s->given < 0 ||
            (!s->asked && (!s->hands || session_of(s)->by == BY_PAST)))
            continue;
        action[i] = (uint8_t)s->given;
        s->given = -1;
        session_of(s)->by = s->asked ? BY_MENTOR : BY_USER;
        s->asked = NULL;
    }
}

/* What all want to do: they search without the lock. False: there is no cycle; a search
 * that was cancelled is thrown away. */
static bool think(struct company *l, uint8_t *action)
{
    struct agent *agent[PLAYERS_MAX];
    l->thinking = true;
    pthread_mutex_unlock(&l->lock);
    double from = clock_now();
    for (uint32_t i = 0; i < l->n; i++)
        agent[i] = l->seat[i]->turn[l->now].agent;
    if (l->game)
        gaps_before(&l->gaps, agent);
    bool acts = decide(l, action, &l->failure);
    l->took = clock_now() - from;
    pthread_mutex_lock(&l->lock);
    l->thinking = false;
    if (atomic_load(&l->cancel))
        return false;
    l->failed = !acts;
    return acts;
}

/* One cycle, or its first half when the agent asks the user, who may take his time. */
static void live(struct company *l)
{
    static const struct question what_now = { .ask = ASK_ACTION };
    struct match_move move = { .t = 0 };
    while (l->now + 1 < l->n_turns && has_come(l, l->now + 1))
        company_begin(l, l->now + 1);
    bool acts = is_asked(l) || think(l, move.action);
    if (acts) {
        move.moved = movers(l);
        take_given(l, move.moved, move.action);
    }
    if (acts && !l->game && move.action[0] == DEFER)
        l->seat[0]->asked = &what_now;
    else if (acts) {
        if (l->game)
            gaps_after(&l->gaps, move.action);
        l->failed = !answer(l, move.action, &move.done, &l->failure);
        move.t = lived(l);
        keep(l, &move, l->took);
    }
    pthread_cond_broadcast(&l->changed);
}

static void *run(void *life)
{
    struct company *l = life;
    pthread_mutex_lock(&l->lock);
    while (wait_for_turn(l))
        live(l);
    pthread_mutex_unlock(&l->lock);
    return NULL;
}

bool sim_pump(struct sim *s)
{
    struct company *l = s->company;
    pthread_mutex_lock(&l->lock);
    bool lives = l->pumped && may_live(l) && is_due(l);
    if (lives)
        live(l);
    pthread_mutex_unlock(&l->lock);
    return lives;
}

static void start(struct company *l)
{
    pthread_condattr_t attr;
    pthread_mutexattr_t often;
    pthread_mutexattr_init(&often);
    pthread_mutexattr_settype(&often, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&l->lock, &often);
    pthread_mutexattr_destroy(&often);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&l->changed, &attr);
    pthread_condattr_destroy(&attr);
    clock_gettime(CLOCK_MONOTONIC, &l->due);
    if (!l->pumped)
        pthread_create(&l->thread, NULL, run, l);
}

static void stop(struct company *l)
{
    pthread_mutex_lock(&l->lock);
    l->quit = true;
    atomic_store(&l->cancel, 1);
    pthread_cond_broadcast(&l->changed);
    pthread_mutex_unlock(&l->lock);
    if (!l->pumped)
        pthread_join(l->thread, NULL);
    pthread_cond_destroy(&l->changed);
    pthread_mutex_destroy(&l->lock);
}

struct sim *sim_fork(const struct job *job, const struct sim_conf *conf, struct sim *before,
                     struct err *err)
{
    struct company *l = company_of_world(job, conf, before, err);
    if (!l)
        return NULL;
    l->held = 1;
    start(l);
    return l->seat[0];
}

struct sim *sim_new(const struct job *job, const struct sim_conf *conf, struct err *err)
{
    return sim_fork(job, conf, NULL, err);
}

bool sim_seats(const struct job *job, uint32_t n, const struct sim_conf *conf,
               struct sim *const *before, struct sim **out, struct err *err)
{
    struct company *l = company_of_game(job, n, conf, before, err);
    if (!l)
        return false;
    l->held = n;
    memcpy(out, l->seat, n * sizeof(struct sim *));
    start(l);
    return true;
}

void sim_free(struct sim *s)
{
    struct company *l = s ? s->company : NULL;
    if (!l || --l->held)
        return;
    stop(l);
    company_close(l);
}

/* ---- from the screen */

const struct env *sim_env(const struct sim *s) { return s->env; }
const struct agent *sim_agent(const struct sim *s)
{
    return s->turn[s->company->n_turns - 1].agent;
}

const struct job *sim_job(const struct sim *s) { return &s->job; }
const struct film *sim_film(const struct sim *s) { return s->film; }

static void steer(struct sim *s, double speed, int64_t until)
{
    struct company *l = s->company;
    pthread_mutex_lock(&l->lock);
    l->speed = speed;
    l->until = until;
    pthread_cond_broadcast(&l->changed);
    pthread_mutex_unlock(&l->lock);
}

void sim_run(struct sim *s, double speed) { steer(s, speed, INT64_MAX); }
void sim_run_to(struct sim *s, double speed, int64_t t) { steer(s, speed, t); }
void sim_pause(struct sim *s) { steer(s, 0, -1); }
void sim_go(struct sim *s, int64_t t) { steer(s, 0, t); }

struct sim_status sim_lock(struct sim *s)
{
    const struct company *l = s->company;
    pthread_mutex_lock(&s->company->lock);
    return (struct sim_status){ .first = film_first(s->film),
                                .last = film_last(s->film),
                                .steps = s->job.steps,
                                .done = done(l),
                                .thinking = l->thinking,
                                .asked = s->given < 0 ? s->asked : NULL,
                                .error = l->failed ? l->failure.text : NULL,
                                .rate = l->rate,
                                .spent = l->spent,
                                .differs = s->differs,
                                .optimal = l->optimal,
                                .random = l->random };
}

void sim_unlock(struct sim *s) { pthread_mutex_unlock(&s->company->lock); }

void sim_wait(struct sim *s, int64_t t)
{
    struct company *l = s->company;
    pthread_mutex_lock(&l->lock);
    while (film_last(s->film) < t && !done(l) && !(s->asked && s->given < 0))
        if (!l->pumped)
            pthread_cond_wait(&l->changed, &l->lock);
        else if (may_live(l))
            live(l);
        else
            break;
    pthread_mutex_unlock(&l->lock);
}

const char *sim_lives(const struct sim *s) { return s->lives; }

const char *sim_who(const struct sim *s, int64_t t)
{
    size_t i = s->company->n_turns - 1;
    uint64_t cycle = t > 0 ? (uint64_t)t : 1;
    if (s->company->game) /* by its own cycles */
        cycle = film_acts(s->film, t) + (t == 0);
    while (i > 0 && s->turn[i].from > cycle)
        i--;
    return i + 1 < s->company->n_turns ? s->turn[i].spec.canonical : s->lives;
}

const struct setting *sim_past(const struct sim *s, size_t *n, uint64_t *present)
{
    *n = s->script.n_past;
    *present = s->turn[s->company->n_turns - 1].from;
    return s->script.past;
}

const struct game *sim_game(const struct sim *s) { return s->company->game; }

bool sim_record(struct sim *s, struct sink *sink, struct err *err)
{
    const struct job *j = &s->job;
    struct run_info info = { .agent = j->agent->canonical,
                             .env = j->env->canonical,
                             .space = s->env->space,
                             .root = j->root,
                             .seed = j->seed,
                             .map = s->env->map,
                             .steps = j->steps };
    info.past = sim_past(s, &info.n_past, &info.from);
    if (sink && !sink->ops->begin(sink, &info, err))
        return false;
    pthread_mutex_lock(&s->company->lock);
    s->sink = sink;
    for (int64_t t = 1; sink && t <= film_last(s->film); t++) {
        struct record rec = film_at(s->film, t).rec;
        sink->ops->cycle(sink, &rec, sim_agent(s));
    }
    pthread_mutex_unlock(&s->company->lock);
    return true;
}

/* Move t of a match as its films have it, into *move and *m. */
static void filmed_move(const struct company *l, int64_t t, struct match_move *move,
                        struct match *m)
{
    *move = (struct match_move){ .t = (uint64_t)t };
    for (uint32_t i = 0; i < l->n; i++) {
        struct frame f = film_at(l->seat[i]->film, t);
        move->moved |= (uint32_t)f.moved << i;
        move->done |= (uint32_t)f.done << i;
        move->action[i] = (uint8_t)f.action;
        m->seat[i].last = f.rec;
    }
    m->t = (uint64_t)t;
}

static bool begin_match(const struct company *l, struct match_sink *sink, struct err *err)
{
    struct spec_of agent[PLAYERS_MAX];
    const struct job *j = &l->seat[0]->job;
    for (uint32_t i = 0; i < l->n; i++)
        agent[i] = *l->seat[i]->job.agent;
    struct match_job job = { j->env, agent, l->n, j->root, j->seed, j->steps, NULL };
    return sink->ops->begin(sink, &job, err);
}

bool sim_record_match(struct sim *s, struct match_sink *sink, struct err *err)
{
    struct company *l = s->company;
    struct match_move move;
    if (sink && !begin_match(l, sink, err))
        return false;
    pthread_mutex_lock(&l->lock);
    l->sink = sink;
    struct match m = { .game = l->game, .hash = l->match.hash };
    for (int64_t t = 1; sink && t <= film_last(s->film); t++) {
        filmed_move(l, t, &move, &m);
        sink->ops->move(sink, &move, &m);
    }
    pthread_mutex_unlock(&l->lock);
    return true;
}

void sim_hands(struct sim *s, bool on)
{
    pthread_mutex_lock(&s->company->lock);
    s->hands = on;
    s->given = -1;
    pthread_cond_broadcast(&s->company->changed);
    pthread_mutex_unlock(&s->company->lock);
}

bool sim_awaits(struct sim *s)
{
    struct company *l = s->company;
    pthread_mutex_lock(&l->lock);
    bool waits =
        !done(l) && !is_past(l) && s->hands && s->given < 0 && movers(l) >> s->nr & 1;
    pthread_mutex_unlock(&l->lock);
    return waits;
}

void sim_act(struct sim *s, unsigned action)
{
    pthread_mutex_lock(&s->company->lock);
    s->given = (int)action;
    pthread_cond_broadcast(&s->company->changed);
    pthread_mutex_unlock(&s->company->lock);
}
