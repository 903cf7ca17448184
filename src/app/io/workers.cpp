#include "app/workers.h"

namespace regard::app {

Workers::Workers(int count) : jobs_{static_cast<std::size_t>(2 * count)} {
  CHECK(count >= 1);
  for (int i = 0; i < count; ++i) {
    threads_.emplace_back([this] {
      while (auto job = jobs_.take()) (*job)();
    });
  }
}

Workers::~Workers() { jobs_.close(); }

}  // namespace regard::app
