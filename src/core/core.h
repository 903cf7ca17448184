// core: ids, time, geometry, pixels, Result, Error, Clock, Mailbox. The words every stage speaks; no I/O.
#pragma once

#include "core/check.h"     // IWYU pragma: export
#include "core/geometry.h"  // IWYU pragma: export
#include "core/ids.h"       // IWYU pragma: export
#include "core/image.h"     // IWYU pragma: export
#include "core/mailbox.h"   // IWYU pragma: export
#include "core/result.h"    // IWYU pragma: export
#include "core/time.h"      // IWYU pragma: export
