// Permits are final: no class of one's own is one.
// STAGE: consent
// EXPECT: cannot derive from .final.|base '.*' is marked 'final'
#include "consent/consent.h"

using namespace regard;

#ifdef MISUSE
struct AnybodyMay : consent::IdentifyPermit {
#else
struct AnybodyMay {
#endif
  int number = 0;
};

int number(const AnybodyMay& may) { return may.number; }
