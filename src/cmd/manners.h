#ifndef MANNERS_H
#define MANNERS_H

#include "cmd.h"

/* After a usage error: when what was typed is one of the mistakes that people make, a line
 * that says what to type. Looks at the words alone. */
void manners(const struct args *a);

#endif
