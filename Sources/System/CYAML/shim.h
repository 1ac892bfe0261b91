// libyaml: the event parser.
#include <yaml.h>
