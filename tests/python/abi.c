/* What the compiler makes of the structs of ursa.h, as _abi.py should have it. */
#include <ursa.h>

#include <stdio.h>

#define SAY(type, member)                                                                  \
    printf(#type " " #member " %zu %zu\n", offsetof(struct ursa_##type, member),           \
           sizeof(((struct ursa_##type *)0)->member))

int main(void)
{
    SAY(space, size);
    SAY(space, n_actions);
    SAY(space, n_obs);
    SAY(space, rew_min);
    SAY(space, rew_max);
    SAY(space, scale);
    SAY(space, state_bytes);
    SAY(space, n_places);
    SAY(space, map);
    SAY(space, rows);
    SAY(space, cols);
    SAY(space, flags);
    SAY(record, size);
    SAY(record, action);
    SAY(record, t);
    SAY(record, obs);
    SAY(record, rew);
    SAY(record, total);
    SAY(record, performance);
    SAY(record, explored);
    SAY(record, hash);
    SAY(branch, p);
    SAY(branch, obs);
    SAY(branch, rew);
    printf("space - %zu 0\nrecord - %zu 0\nbranch - %zu 0\n", sizeof(struct ursa_space),
           sizeof(struct ursa_record), sizeof(struct ursa_branch));
    return 0;
}
