#ifndef API_H
#define API_H

#include "err.h"
#include "percept.h"
#include "ursa.h"
#include "xalloc.h"

#include <setjmp.h>
#include <stdbool.h>

/* What every function of the library stands on: a failure is a code with words, and a lack
 * of memory is one as well. */

/* Keeps the words for ursa_error(); returns the code. */
int api_fail(int code, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int api_err(int code, const struct err *err);
void *api_null(const struct err *err);

/* Where xalloc.h jumps to, for as long as the function that says API_GUARD(value) runs:
 * out of memory, it returns the value. What it had allocated leaks; a handle that it may
 * have left in the middle of something says so (api_whole). */
struct api_guard {
    jmp_buf at;
    jmp_buf *outer;
};
void api_guard_open(struct api_guard *g);
void api_guard_close(struct api_guard *g);
#define API_GUARD(...)                                                                     \
    __attribute__((cleanup(api_guard_close))) struct api_guard guard_;                     \
    api_guard_open(&guard_);                                                               \
    if (setjmp(guard_.at)) {                                                               \
        api_fail(URSA_MEMORY, "out of memory");                                            \
        return __VA_ARGS__;                                                                \
    }

/* Of a handle: NULL, or left in the middle of a call. False with the words kept. */
bool api_whole(const void *handle, const char *what, bool broken);

/* Copies what both sides know of a struct that begins with its size. */
int api_give(void *to, const void *from, uint32_t size);
/* A text with its NUL into a caller's buffer: what it takes. */
int api_text(const char *text, char *buf, size_t n);

struct env;
void api_space(struct ursa_space *out, const struct space *sp);
void api_env_space(struct ursa_space *out, const struct env *env);
/* Borders that rooms inside do not look at. */
int api_action(const struct space *sp, uint32_t action);
int api_percept(const struct space *sp, uint32_t obs, int32_t rew);

struct spec_of;
struct shelf;
/* A spec for the library, which starts no programs. */
bool api_spec(struct spec_of *to, const struct shelf *from, const char *text,
              struct err *err);

#endif
