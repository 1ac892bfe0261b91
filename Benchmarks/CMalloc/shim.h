// How much the heap holds: glibc's own module leaves <malloc.h> out.
#include <malloc.h>
