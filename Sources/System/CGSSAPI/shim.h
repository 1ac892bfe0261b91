#ifndef FLEETAUDIT_CGSSAPI_H
#define FLEETAUDIT_CGSSAPI_H
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#endif
