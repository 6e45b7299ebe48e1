#include "config.h"

#include "web.h"

#include <stdio.h>
#include <stdlib.h>

/* The window of the page as this machine draws it, for tests/web.test:
 *     web_text LINK ROWS COLS [CYCLE...]
 * prints what stands there at each cycle, as it stands in the page. */
int main(int argc, char **argv)
{
    if (argc < 4 || !web_open(argv[1])) {
        fprintf(stderr, "web_text: %s\n",
                argc < 4 ? "LINK ROWS COLS CYCLE..." : web_error());
        return EXIT_FAILURE;
    }
    web_resize(atoi(argv[2]), atoi(argv[3]));
    for (int i = 4; i < argc; i++) {
        web_go(atof(argv[i]));
        web_draw();
        fputs(web_text(), stdout);
    }
    return EXIT_SUCCESS;
}
