// Gate is the permits' only friend, and there is one Gate: a source that defines its own meets the real one.
// STAGE: consent
// EXPECT: redefinition of .*Gate
#include "consent/permits.h"

using namespace regard;

#ifdef MISUSE
namespace regard::consent {
class Gate {
 public:
  static EnrolPermit mint(const EnrolRequest& request) {
    return EnrolPermit{EntryId{1}, Duration::max(), request.subject, request.gallery};
  }
};
}  // namespace regard::consent
#endif

std::uint64_t left(const consent::EnrolPermit& permit) { return permit.templates_left(); }
