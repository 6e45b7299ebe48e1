#include "config.h"

#include "judge.h"
#include "list.h"
#include "view.h"

#include <stdlib.h>
#include <string.h>

/* How a demonstration goes on: its steps are found in the films, the run pauses at each,
 * and keys go from one to the other. */

static bool is_told(const struct view *v) { return v->demo.title != NULL; }

/* ---- steps and their cycles */

/* What the steps up to k say of the truth; -1: nothing. */
static int truth_at(const struct demo *d, int k)
{
    int on = -1;
    for (int i = 0; i <= k; i++)
        on = d->step[i].truth < 0 ? on : d->step[i].truth;
    return on;
}

static const char *layer_at(const struct demo *d, int k)
{
    const char *layer = NULL;
    for (int i = 0; i <= k; i++)
        layer = d->step[i].layer ? d->step[i].layer : layer;
    return layer;
}

/* All steps that can be known by now, under the locks of the films. */
static void find_steps(struct view *v, const struct hall *h, int64_t last)
{
    struct story *s = &v->story;
    const struct demo *d = &v->demo;
    while (s->known < (int)d->n_steps) {
        int64_t t =
            hall_moment(h, &d->step[s->known].at, s->looked, truth_at(d, s->known) > 0);
        if (t < 0 || (s->known && t <= s->at[s->known - 1])) {
            s->looked = last > s->looked ? last : s->looked;
            return;
        }
        s->at[s->known++] = s->looked = t;
    }
}

static int64_t look(struct view *v)
{
    const struct film *film[VIEW_RUNS];
    struct sim_status st = { 0 };
    int64_t last = INT64_MAX;
    for (int i = 0; i < v->show.n; i++) {
        st = sim_lock(v->sim[i]);
        film[i] = sim_film(v->sim[i]);
        last = st.last < last ? st.last : last;
    }
    find_steps(v, &(struct hall){ film, v->show.n, st.steps }, last);
    for (int i = 0; i < v->show.n; i++)
        sim_unlock(v->sim[i]);
    return last;
}

/* What the step shown says of truth and layer holds when it comes. */
static void show_step(struct view *v)
{
    struct story *s = &v->story;
    int k = story_step(v);
    if (k == s->shown || k < 0)
        return;
    int truth = truth_at(&v->demo, k);
    const char *layer = layer_at(&v->demo, k);
    if (truth >= 0)
        v->truth = truth;
    if (layer && demo_layer(layer) >= 0)
        v->layer = demo_layer(layer);
    s->shown = k;
}

void story_tick(struct view *v)
{
    struct story *s = &v->story;
    if (!is_told(v))
        return;
    int64_t last = look(v);
    bool running = !v->paused || s->hurry;
    if (s->told < s->known && s->at[s->told] <= last && running) {
        int64_t t = s->at[s->told++];
        s->hurry = false;
        view_pause(v, true);
        v->follow = false;
        v->t = t;
    }
    while (s->told < s->known && s->at[s->told] <= v->t)
        s->told++;
    show_step(v);
}

/* ---- going from one to the other */

void story_turn(struct view *v, int step)
{
    struct list names = demo_tour();
    const char *dot = v->demo.file ? strrchr(v->demo.file, '/') : NULL;
    const char *file = dot ? dot + 1 : v->demo.file;
    int at = -1;
    for (size_t i = 0; file && i < names.n; i++) {
        size_t n = strlen(names.at[i]);
        if (!strncmp(file, names.at[i], n) && !strcmp(file + n, ".demo"))
            at = (int)i;
    }
    at += step;
    if (at < 0 || at >= (int)names.n)
        view_say(v, step > 0 ? "this was the last demonstration" : "this is the first one");
    else
        view_set_demo(v, names.at[at]);
    list_release(&names);
}

static void hurry(struct view *v)
{
    v->story.hurry = true;
    v->follow = true;
    v->paused = true;
    for (int i = 0; i < v->show.n; i++)
        sim_run(v->sim[i], 0);
}

static void go_to(struct view *v, int k)
{
    view_go(v, v->story.at[k]);
    if (v->story.told <= k)
        v->story.told = k + 1;
}

void story_next(struct view *v)
{
    int k = story_step(v) + 1;
    if (!is_told(v))
        view_say(v, "no demonstration is shown: D chooses one");
    else if (k < v->story.known)
        go_to(v, k);
    else if (k < (int)v->demo.n_steps)
        hurry(v);
    else if (v->story.tour)
        story_turn(v, 1);
    else
        view_say(v, "this was the last step: D chooses another demonstration");
}

void story_previous(struct view *v)
{
    int k = story_step(v);
    if (!is_told(v))
        view_say(v, "no demonstration is shown: D chooses one");
    else if (k >= 0 && v->t > v->story.at[k])
        go_to(v, k);
    else if (k > 0)
        go_to(v, k - 1);
    else if (v->story.tour)
        story_turn(v, -1);
    else
        view_say(v, "this is the first step");
}

void story_put_away(struct view *v)
{
    if (!is_told(v))
        view_say(v, "no demonstration is shown: D chooses one");
    else
        v->story.away = !v->story.away;
}
