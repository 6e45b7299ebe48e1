#ifndef ATOM_H
#define ATOM_H

/* atomic_int, in C and in C++, whose standard names it otherwise until 2023. */
#ifdef __cplusplus
#    include <atomic>
using std::atomic_int;
#else
#    include <stdatomic.h>
#endif

#endif
