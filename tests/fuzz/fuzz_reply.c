#include "config.h"

#include "err.h"
#include "reply.h"

#include <string.h>

/* Anything a terminal may send, at any pace: nothing crashes, what was held back comes out
 * or is given up, and the key after it is read. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reply r = { 0 };
    int64_t now = 0;
    uint32_t key = 0;
    for (size_t i = 0; i + 1 < size; i += 2) {
        now += data[i] < 200 ? data[i] % 4 : 20 * (data[i] - 200);
        if (data[i] == 255)
            reply_asked(&r, now);
        reply_wait(&r, now);
        reply_take(&r, data[i + 1], now);
        if (r.n_keys > REPLY_KEYS || !memchr(r.text, '\0', REPLY_TEXT))
            bug("out of its bounds");
        if (data[i] & 1)
            reply_key(&r);
    }
    now += 1 << 20;
    reply_wait(&r, now);
    while (reply_key(&r))
        ;
    reply_take(&r, 'q', now + 1);
    while ((key = reply_key(&r)) && key != 'q')
        ;
    if (r.state != REPLY_NOTHING || key != 'q')
        bug("a key was not read");
    return 0;
}
