// A stage sees only its upstream: detect cannot include what comes after it.
// STAGE: detect
// EXPECT: sinks/sinks.h: No such file|'sinks/sinks.h' file not found
#include "capture/capture.h"
#ifdef MISUSE
#include "sinks/sinks.h"
#endif

regard::capture::SourceCounts nothing() { return {}; }
