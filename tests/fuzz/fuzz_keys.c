#include "config.h"

#include "infile.h"
#include "keys.h"
#include "registry.h"
#include "view.h"

/* Any keys in the window: nothing crashes, and it can be drawn afterwards, at any size. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { KEYS_MAX = 200, SPECIAL = VK_F12 - KEY_FIRST + 1 };

static uint32_t key_of(uint8_t byte)
{
    return byte < 0x80 ? byte : KEY_FIRST + byte % SPECIAL;
}

static void draw(struct view *v, int rows, int cols)
{
    struct sheet s = { 0 };
    sheet_resize(&s, rows, cols);
    view_draw(v, &s);
    sheet_release(&s);
}

/* What keys write stays in a directory that goes. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char dir[] = "/tmp/fuzz-keys-XXXXXX";
    struct view_conf conf = { .utf8 = true, .theme.colors = 256 };
    struct show show = { .n = 1, .seed = 7, .steps = 50 };
    struct err err = { 0 };
    struct view v;
    int home = open(".", O_RDONLY | O_DIRECTORY);
    if (home < 0 || !mkdtemp(dir) || chdir(dir))
        bug("the fuzzer has no directory");
    if (!kind_parse(&show.agent[0], &agent_shelf, "random", &err) ||
        !kind_parse(&show.env, &env_shelf, "coin-flip", &err) ||
        !view_init(&v, &conf, &show, &err))
        bug("%s", err.text);
    view_pause(&v, true);
    for (size_t i = 0; i < size && i < KEYS_MAX && !v.quit; i++) {
        view_key(&v, key_of(data[i]));
        if (i % 16 == 15)
            draw(&v, 24, 80);
    }
    draw(&v, size ? data[0] % 60 : 1, size > 1 ? data[1] : 1);
    view_release(&v);
    if (fchdir(home))
        bug("the fuzzer is lost");
    close(home);
    infile_clear(dir);
    rmdir(dir);
    return 0;
}
