#include "config.h"

#include "harness.h"

#include <gsl/gsl_errno.h>
#include <stdlib.h>

int harness_run(Suite *s)
{
    gsl_set_error_handler_off();
    SRunner *sr = srunner_create(s);
    srunner_run_all(sr, getenv("CK_TAP_LOG_FILE_NAME") ? CK_SILENT : CK_NORMAL);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
