#include "config.h"

#include "sim.h"

#include "clock.h"
#include "spec.h"
#include "xalloc.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A run is lived in turns: by those of its past, one after the other, and by its agent.
 * Each begins anew and learns what was before. */
struct turn {
    uint64_t from;       /* its first cycle */
    struct spec_of spec; /* of the past; the last is the job's own */
    struct agent *agent; /* owned */
};

struct sim {
    struct job job;
    struct script script; /* as whoever has his turn sees it */
    char *lives;          /* canonical spec of the agent; owned */
    struct env *env;      /* owned, as are turns and session */
    struct turn *turn;    /* [n_turns] the last is the run's agent */
    size_t n_turns, now;
    struct session session; /* of turn[now] */
    struct film *film;
    struct sink *sink; /* borrowed, or NULL */
    double optimal, random;
    struct err failure;
    atomic_int cancel; /* ends a search */

    bool pumped;         /* has no thread: sim_pump() lives it */
    struct timespec due; /* when the next cycle is; the thread's, or the pump's */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    /* under the lock: */
    double speed;  /* cycles a second, 0: as fast as it can */
    int64_t until; /* lives up to this cycle */
    bool quit, thinking, failed;
    bool hands; /* the user acts */
    int given;  /* the user's action, -1: none yet */
    int64_t differs;
    double rate, spent;
};

/* ---- the thread */

static bool done(const struct sim *s)
{
    return s->failed || s->film == NULL || film_last(s->film) >= (int64_t)s->job.steps;
}

/* Whether the next cycle is history: neither pause nor speed are for it. */
static bool is_past(const struct sim *s)
{
    uint64_t t = s->session.last.t;
    return (int64_t)t < film_last(s->film) || t + 1 < s->turn[s->now].from;
}

static bool may_live(const struct sim *s)
{
    return !s->quit && !done(s) &&
           (is_past(s) || (film_last(s->film) < s->until && (!s->hands || s->given >= 0)));
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
static bool is_due(struct sim *s)
{
    enum { LATE_NS = 50000000 };
    struct timespec now, late;
    if (s->speed <= 0 || s->hands || is_past(s))
        return true;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (is_before(&now, &s->due))
        return false;
    late = s->due;
    add_time(&late, LATE_NS / 1e9);
    if (is_before(&late, &now))
        s->due = now;
    add_time(&s->due, 1 / s->speed);
    return true;
}

/* Waits, with the lock held, until the next cycle is due; false: it is time to go. */
static bool wait_for_turn(struct sim *s)
{
    for (;;) {
        while (!s->quit && !may_live(s)) {
            pthread_cond_wait(&s->changed, &s->lock);
            clock_gettime(CLOCK_MONOTONIC, &s->due);
        }
        if (s->quit)
            return false;
        if (is_due(s))
            return true;
        pthread_cond_timedwait(&s->changed, &s->lock, &s->due);
    }
}

static bool as_recorded(const struct sim *s)
{
    const struct record *now = &s->session.last;
    if (now->t > s->script.n)
        return true;
    const struct cycle *was = &s->script.at[now->t - 1];
    return was->action == now->action && percept_key(was->e) == percept_key(now->e);
}

/* How fast it searched: of searches that take long enough to be timed. */
static void measure(struct sim *s, double seconds)
{
    uint64_t samples = film_at(s->film, film_last(s->film)).mind.samples;
    s->rate = seconds > 1e-5 ? (double)samples / seconds : 0;
}

/* What is over is filmed, unless it has been: it is then only learned. */
static void keep(struct sim *s, double took)
{
    const struct record *now = &s->session.last;
    if (!s->differs && !as_recorded(s))
        s->differs = (int64_t)now->t;
    if ((int64_t)now->t <= film_last(s->film))
        return;
    film_add(s->film, &s->session);
    measure(s, took);
    s->spent += took;
    if (s->sink)
        s->sink->ops->cycle(s->sink, now, s->session.agent);
}

static void begin_turn(struct sim *s, size_t i)
{
    struct turn *turn = &s->turn[i];
    session_release(&s->session);
    session_init(&s->session, s->env, turn->agent, s->job.root, s->job.seed);
    s->script.present = turn->from;
    s->now = i;
}

/* One cycle: the search without the lock, its outcome with it. A search that was cancelled
 * is thrown away. */
static void live(struct sim *s)
{
    while (s->now + 1 < s->n_turns && s->session.last.t + 1 >= s->turn[s->now + 1].from)
        begin_turn(s, s->now + 1);
    s->thinking = true;
    pthread_mutex_unlock(&s->lock);
    double from = clock_now();
    unsigned action;
    bool acts = session_follow(&s->session, &s->script, &action, &s->failure);
    double took = clock_now() - from;
    pthread_mutex_lock(&s->lock);
    s->thinking = false;
    if (atomic_load(&s->cancel))
        return;
    if (!acts) {
        s->failed = true;
        pthread_cond_broadcast(&s->changed);
        return;
    }
    if (s->hands && s->given >= 0 && s->session.by != BY_PAST) {
        action = (unsigned)s->given;
        s->given = -1;
        s->session.by = BY_USER;
    }
    s->failed = !session_answer(&s->session, action, &s->failure);
    keep(s, took);
    pthread_cond_broadcast(&s->changed);
}

static void *run(void *sim)
{
    struct sim *s = sim;
    pthread_mutex_lock(&s->lock);
    while (wait_for_turn(s))
        live(s);
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

bool sim_pump(struct sim *s)
{
    pthread_mutex_lock(&s->lock);
    bool lives = s->pumped && may_live(s) && is_due(s);
    if (lives)
        live(s);
    pthread_mutex_unlock(&s->lock);
    return lives;
}

/* ---- opening */

static void start(struct sim *s)
{
    pthread_condattr_t attr;
    pthread_mutex_init(&s->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&s->changed, &attr);
    pthread_condattr_destroy(&attr);
    clock_gettime(CLOCK_MONOTONIC, &s->due);
    if (!s->pumped)
        pthread_create(&s->thread, NULL, run, s);
}

/* Whoever lived a part of the past; the versions of agents are those of today. */
static bool open_past(struct sim *s, const struct setting *past, struct turn *turn,
                      struct err *err)
{
    char *spec = spec_unversioned(past->agent);
    bool ok = kind_parse(&turn->spec, &agent_shelf, spec, err);
    free(spec);
    turn->from = past->from;
    turn->agent = ok ? agent_open(&turn->spec, s->env, err) : NULL;
    return turn->agent != NULL;
}

static bool open_turns(struct sim *s, struct err *err)
{
    size_t n = s->script.n_past;
    s->turn = xcalloc(n + 1, sizeof *s->turn);
    s->n_turns = n + 1;
    for (size_t i = 0; i < n; i++)
        if (!open_past(s, &s->script.past[i], &s->turn[i], err))
            return false;
    s->turn[n].from = script_present(&s->script);
    s->turn[n].agent = agent_open(s->job.agent, s->env, err);
    for (size_t i = 0; i <= n && s->turn[n].agent; i++)
        s->turn[i].agent->cancel = &s->cancel;
    return s->turn[n].agent != NULL;
}

static void close_all(struct sim *s)
{
    for (size_t i = 0; i < s->n_turns; i++) {
        if (s->turn[i].agent)
            s->turn[i].agent->ops->close(s->turn[i].agent);
        kind_release(&s->turn[i].spec);
    }
    free(s->turn);
    env_close(s->env);
    free(s->lives);
    free(s);
}

/* The past as it was, if the film before has it, and the turn of the agent; else the
 * first turn. */
static void open_film(struct sim *s, size_t bytes, struct sim *before)
{
    const struct agent **agents = xcalloc(s->n_turns, sizeof *agents);
    for (size_t i = 0; i < s->n_turns; i++)
        agents[i] = s->turn[i].agent;
    s->film = film_new(s->env, agents, s->n_turns, s->job.steps, bytes);
    free(agents);
    size_t last = s->n_turns - 1;
    bool taken = before && last > 0;
    if (taken) {
        pthread_mutex_lock(&before->lock);
        taken = film_take(s->film, before->film, (int64_t)s->turn[last].from - 1);
        pthread_mutex_unlock(&before->lock);
    }
    begin_turn(s, taken ? last : 0);
    if (!taken)
        film_add(s->film, &s->session);
}

struct sim *sim_fork(const struct job *job, const struct sim_conf *conf, struct sim *before,
                     struct err *err)
{
    struct sim *s = xcalloc(1, sizeof *s);
    s->job = *job;
    s->pumped = conf->pumped;
    if (job->script)
        s->script = *job->script;
    s->given = -1;
    s->until = -1;
    s->env = env_open(job->env, job->root, err);
    if (!s->env || !open_turns(s, err)) {
        close_all(s);
        return NULL;
    }
    s->lives = xstrdup(job->agent->canonical);
    open_film(s, conf->bytes, before);
    struct references r = { 0 };
    job_references(s->env, film_at(s->film, 0).state, job->steps, NULL, &r);
    s->optimal = r.optimal;
    s->random = r.random;
    start(s);
    return s;
}

struct sim *sim_new(const struct job *job, const struct sim_conf *conf, struct err *err)
{
    return sim_fork(job, conf, NULL, err);
}

void sim_free(struct sim *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->quit = true;
    atomic_store(&s->cancel, 1);
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    if (!s->pumped)
        pthread_join(s->thread, NULL);
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->lock);
    film_free(s->film);
    session_release(&s->session);
    close_all(s);
}

/* ---- from the screen */

const struct env *sim_env(const struct sim *s) { return s->env; }
const struct agent *sim_agent(const struct sim *s) { return s->turn[s->n_turns - 1].agent; }

const struct job *sim_job(const struct sim *s) { return &s->job; }
const struct film *sim_film(const struct sim *s) { return s->film; }

static void steer(struct sim *s, double speed, int64_t until)
{
    pthread_mutex_lock(&s->lock);
    s->speed = speed;
    s->until = until;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
}

void sim_run(struct sim *s, double speed) { steer(s, speed, INT64_MAX); }
void sim_run_to(struct sim *s, double speed, int64_t t) { steer(s, speed, t); }
void sim_pause(struct sim *s) { steer(s, 0, -1); }
void sim_go(struct sim *s, int64_t t) { steer(s, 0, t); }

struct sim_status sim_lock(struct sim *s)
{
    pthread_mutex_lock(&s->lock);
    return (struct sim_status){ .first = film_first(s->film),
                                .last = film_last(s->film),
                                .steps = s->job.steps,
                                .done = done(s),
                                .thinking = s->thinking,
                                .error = s->failed ? s->failure.text : NULL,
                                .rate = s->rate,
                                .spent = s->spent,
                                .differs = s->differs,
                                .optimal = s->optimal,
                                .random = s->random };
}

void sim_unlock(struct sim *s) { pthread_mutex_unlock(&s->lock); }

void sim_wait(struct sim *s, int64_t t)
{
    pthread_mutex_lock(&s->lock);
    while (film_last(s->film) < t && !done(s))
        if (!s->pumped)
            pthread_cond_wait(&s->changed, &s->lock);
        else if (may_live(s))
            live(s);
        else
            break;
    pthread_mutex_unlock(&s->lock);
}

const char *sim_lives(const struct sim *s) { return s->lives; }

const char *sim_who(const struct sim *s, int64_t t)
{
    uint64_t cycle = t > 0 ? (uint64_t)t : 1;
    size_t i = s->n_turns - 1;
    while (i > 0 && s->turn[i].from > cycle)
        i--;
    return i + 1 < s->n_turns ? s->turn[i].spec.canonical : s->lives;
}

const struct setting *sim_past(const struct sim *s, size_t *n, uint64_t *present)
{
    *n = s->script.n_past;
    *present = s->turn[s->n_turns - 1].from;
    return s->script.past;
}

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
    pthread_mutex_lock(&s->lock);
    s->sink = sink;
    for (int64_t t = 1; sink && t <= film_last(s->film); t++) {
        struct record rec = film_at(s->film, t).rec;
        sink->ops->cycle(sink, &rec, sim_agent(s));
    }
    pthread_mutex_unlock(&s->lock);
    return true;
}

void sim_hands(struct sim *s, bool on)
{
    pthread_mutex_lock(&s->lock);
    s->hands = on;
    s->given = -1;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
}

void sim_act(struct sim *s, unsigned action)
{
    pthread_mutex_lock(&s->lock);
    s->given = (int)action;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
}
