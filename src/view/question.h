#ifndef QUESTION_H
#define QUESTION_H

#include "teacher.h"
#include "view.h"

/* Questions to the user: for an action, or which of two segments was better. Whoever asks
 * another draws and reads it by these; the window does both for what a sim is asked. */

enum { QUESTION_WHICH = 3 }; /* choices: the first, the second, alike */
enum reply {
    REPLY_NONE,  /* the key has nothing to do with it */
    REPLY_TAKEN, /* it chose, and nothing is said yet */
    REPLY_GIVEN  /* *out is the answer; Esc says nothing (out->given is false) */
};

/* Over what is on the sheet, as the run of the scene asks it; choice `chosen` is marked. */
void question_put(const struct scene *s, const struct question *q, int chosen,
                  struct sheet *sheet);
/* What a key says: that of a choice, or Tab to the next one and Enter. */
enum reply question_reply(const struct env *env, const struct question *q, uint32_t key,
                          int *chosen, struct answer *out);

#endif
