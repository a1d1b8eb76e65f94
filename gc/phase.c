/* What the phases are called. */
#include "gc/phase.h"

const char *const phase_names[PHASES] = {
    [PHASE_STOP] = "stop", [PHASE_SETTLE] = "settle", [PHASE_SUBTRACT] = "subtract",
    [PHASE_MARK] = "mark", [PHASE_SWEEP] = "sweep",   [PHASE_RESUME] = "resume",
    [PHASE_USER] = "user", [PHASE_AGAIN] = "again",   [PHASE_CLEAR] = "clear",
};
