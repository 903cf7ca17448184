#include "core/result.h"

namespace regard {

std::string Error::message() const {
  std::string text = doing + ": " + cause;
  if (!remedy.empty()) text += "; " + remedy;
  return text;
}

}  // namespace regard
