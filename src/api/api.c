#include "config.h"

#include "api.h"

#include "env.h"
#include "mask.h"
#include "registry.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of this thread alone; beside the guard of xalloc.c the one thing the library keeps. */
static _Thread_local struct {
    char text[4096];
    int code;
} words;

int ursa_abi(void) { return URSA_ABI; }
const char *ursa_version(void) { return PACKAGE_VERSION; }
const char *ursa_error(void) { return words.text; }
int ursa_code(void) { return words.code; }
void ursa_free(void *text) { free(text); }

int api_fail(int code, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(words.text, sizeof words.text, fmt, ap);
    va_end(ap);
    words.code = code;
    return code;
}

int api_err(int code, const struct err *err)
{
    return api_fail(code, "%s", *err->text ? err->text : "failed without a word");
}

void *api_null(const struct err *err)
{
    api_err(err->large ? URSA_LIMIT : URSA_BAD, err);
    return NULL;
}

void api_guard_open(struct api_guard *g) { g->outer = xalloc_guard(&g->at); }
void api_guard_close(struct api_guard *g) { xalloc_guard(g->outer); }

bool api_whole(const void *handle, const char *what, bool broken)
{
    if (handle && !broken)
        return true;
    api_fail(URSA_BAD,
             handle ? "an earlier call left this %s in the middle: it can only be closed"
                    : "%s is NULL",
             what);
    return false;
}

int api_give(void *to, const void *from, uint32_t size)
{
    uint32_t theirs;
    if (!to)
        return api_fail(URSA_BAD, "nowhere to write: the struct is NULL");
    memcpy(&theirs, to, sizeof theirs);
    if (theirs < sizeof theirs || theirs > 4096)
        return api_fail(URSA_BAD, "size of the struct is %" PRIu32 ": set it to sizeof",
                        theirs);
    if (theirs < size)
        size = theirs;
    memcpy((char *)to + sizeof theirs, (const char *)from + sizeof theirs,
           size - sizeof theirs);
    return URSA_OK;
}

int api_text(const char *text, char *buf, size_t n)
{
    size_t takes = strlen(text) + 1;
    if (takes > INT32_MAX)
        return api_fail(URSA_LIMIT, "a text of %zu bytes", takes);
    if (buf && n) {
        *buf = '\0';
        if (takes <= n)
            memcpy(buf, text, takes);
    }
    return (int)takes;
}

void api_space(struct ursa_space *out, const struct space *sp)
{
    *out = (struct ursa_space){ .n_actions = sp->n_actions,
                                .n_obs = sp->n_obs ? sp->n_obs : UINT64_C(1) << 32,
                                .rew_min = sp->rew_min,
                                .rew_max = sp->rew_max,
                                .scale = sp->scale };
}

void api_env_space(struct ursa_space *out, const struct env *env)
{
    api_space(out, &env->space);
    out->n_places = env->n_places;
    out->map = env->map;
    out->rows = env->rows;
    out->cols = env->cols;
    out->flags = (env->ops->transitions && env->max_transitions ? URSA_HAS_LAW : 0u) |
                 (env->text ? URSA_TEXT : 0u) | (env->hidden ? URSA_HIDDEN : 0u);
}

int api_action(const struct space *sp, uint32_t action)
{
    return action < sp->n_actions
               ? URSA_OK
               : api_fail(URSA_BAD, "action %" PRIu32 " is not one of 0..%" PRIu32, action,
                          sp->n_actions - 1);
}

int api_percept(const struct space *sp, uint32_t obs, int32_t rew)
{
    if (sp->n_obs && obs >= sp->n_obs)
        return api_fail(URSA_BAD, "observation %" PRIu32 " is not one of 0..%" PRIu32, obs,
                        sp->n_obs - 1);
    if (rew < sp->rew_min || rew > sp->rew_max)
        return api_fail(URSA_BAD, "reward %" PRId32 " is not in %" PRId32 "..%" PRId32, rew,
                        sp->rew_min, sp->rew_max);
    return URSA_OK;
}

bool api_spec(struct spec_of *to, const struct shelf *from, const char *text,
              struct err *err)
{
    if (!text)
        return err_set(err, "the %s is NULL", from->word);
    if (!strncmp(text, "exec:", 5) || !strncmp(text, "exec-v", 6))
        return err_set(err, "%s: the library starts no programs; ursa(1) does", text);
    return kind_parse(to, from, text, err);
}
