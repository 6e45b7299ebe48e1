#ifndef HARNESS_H
#define HARNESS_H

#include <check.h>

/* Runs the suite, TAP on stdout; the return value of main(). */
int harness_run(Suite *s);

/* |x - y| <= tol, with both values in the message. */
#define ck_assert_near(x, y, tol) ck_assert_double_eq_tol((x), (y), (tol))

#endif
