#include "config.h"

#include "goal.h"
#include "hunt.h"
#include "mixture.h"
#include "posterior.h"

/* What to try of a class that says it has this form; NULL when it has not. */
static const struct {
    const struct view_kind *form;
    struct model *(*open)(struct family *f, const double *w);
} forms[] = {
    { &view_hunt, goal_new },
};

static struct model *in_form(struct family *f, const double *w)
{
    struct model *m = NULL;
    for (size_t i = 0; f && !m && i < sizeof forms / sizeof *forms; i++)
        if (f->ops->form == forms[i].form)
            m = forms[i].open(f, w);
    return m;
}

struct model *posterior_new(struct family *f, const double *w, struct err *err)
{
    struct model *m = in_form(f, w);
    return m ? m : mixture_new(f, w, err);
}

struct model *posterior_new_wide(struct family *f, struct err *err)
{
    struct model *m = in_form(f, NULL);
    return m ? m : mixture_new_wide(f, err);
}
