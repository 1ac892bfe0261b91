// libssh2, and the calls that are macros in its header.
#include <libssh2.h>
