#include <algorithm>

#include "serve/serve.h"

namespace regard::serve {

Channel::Channel(std::size_t kept) : kept_{std::max<std::size_t>(1, kept)} {}

void Channel::publish(std::string type, std::string data) {
  auto shared = std::make_shared<const std::string>(std::move(data));
  const std::lock_guard lock{mutex_};
  add({newest_ + 1, std::move(type), std::move(shared)});
}

void Channel::publish(std::uint64_t id, std::string type, std::string data) {
  auto shared = std::make_shared<const std::string>(std::move(data));
  const std::lock_guard lock{mutex_};
  if (id > newest_) add({id, std::move(type), std::move(shared)});
}

void Channel::add(Message message) {
  newest_ = message.id;
  messages_.push_back(std::move(message));
  if (messages_.size() > kept_) messages_.pop_front();
  // Under the lock, so that nobody is woken whose `unsubscribe` has returned.
  for (const auto& [subscription, wake] : wakes_) wake();
}

void Channel::close() {
  const std::lock_guard lock{mutex_};
  closed_ = true;
  for (const auto& [subscription, wake] : wakes_) wake();
}

bool Channel::is_closed() const {
  const std::lock_guard lock{mutex_};
  return closed_;
}

Channel::Heard Channel::after(std::uint64_t id, std::size_t most) const {
  const std::lock_guard lock{mutex_};
  if (id > newest_) id = 0;
  Heard heard;
  if (messages_.empty()) return heard;
  const auto from = std::ranges::upper_bound(messages_, id, {}, &Message::id);
  if (from == messages_.end()) return heard;
  heard.missed = id == 0 ? 0 : from->id - id - 1;  // 0 asks for all there is
  const auto count = std::min(most, static_cast<std::size_t>(messages_.end() - from));
  heard.messages.assign(from, from + static_cast<std::ptrdiff_t>(count));
  return heard;
}

std::uint64_t Channel::newest() const {
  const std::lock_guard lock{mutex_};
  return newest_;
}

std::size_t Channel::listeners() const {
  const std::lock_guard lock{mutex_};
  return wakes_.size();
}

std::uint64_t Channel::subscribe(std::function<void()> wake) {
  const std::lock_guard lock{mutex_};
  wakes_.emplace(++next_subscription_, std::move(wake));
  return next_subscription_;
}

void Channel::unsubscribe(std::uint64_t subscription) {
  const std::lock_guard lock{mutex_};
  wakes_.erase(subscription);
}

}  // namespace regard::serve
