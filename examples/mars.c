/* A world: cc -shared -fPIC $(pkg-config --cflags ursa-plugin) -o mars.so mars.c
 * A rover on a strip of Mars sees its cell. The sample on the left pays 1, the one on the
 * right 10; then it is back in the middle. Wheels slip.
 * ursa watch aixi lib:./mars.so#rover */
#include <stdlib.h>
#include <ursa/0/plugin.h>

enum { CELLS = 7, MIDDLE = CELLS / 2 };
struct rover { struct env base; double slip; }; /* its state: cells right of the middle */

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    double slip = ((const struct rover *)env)->slip;
    for (unsigned k = 0; k < 2; k++) { /* as steered, then slipping the other way */
        int at = *(const signed char *)state + (action == k ? -1 : 1);
        bool end = abs(at) == MIDDLE;
        ((signed char *)next)[k] = end ? 0 : (signed char)at;
        out[k].p = k ? slip : 1 - slip;
        out[k].e = (struct percept){ (uint32_t)(at + MIDDLE), end ? at > 0 ? 10 : 1 : 0 };
    }
    return slip > 0 ? 2 : 1;
}

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    canvas_text(cv, 0, 0, INK_DIM, "1.....$");
    canvas_put(cv, 0, MIDDLE + *(const signed char *)state, INK_STRONG, 'R');
}

static const struct env_ops rover; /* below */
static const char *const actions[] = { "left", "right" };
static struct env *open_rover(const void *config, uint64_t root, struct err *err)
{
    struct rover *s = xcalloc(1, sizeof *s);
    s->slip = *(const double *)config;
    s->base = (struct env){ .ops = &rover, .actions = actions, .state_size = 1,
        .space = { .n_actions = 2, .n_obs = CELLS, .rew_max = 10, .scale = 1 },
        .max_transitions = 2, .text = true, .rows = 1, .cols = CELLS };
    return &s->base;
}

static const struct param params[] = {
    { "slip", PARAM_REAL, .def = 0.1, .max = 0.5, .help = "goes the other way" }, { 0 } };
static const struct env_ops rover = {
    .kind = { "rover", "samples on a strip of Mars", 1, params, sizeof(double), NULL },
    .open = open_rover, .transitions = transitions, .draw = draw };

static const struct env_ops *const worlds[] = { &rover, NULL };
const struct ursa_plugin ursa_plugin = { URSA_MAGIC, "mars", "1", "GPL-3+", worlds, NULL };
