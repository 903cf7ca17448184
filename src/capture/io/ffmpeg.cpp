#include "capture/io/ffmpeg.h"

#include <spdlog/spdlog.h>

#include <array>
#include <cstdarg>
#include <mutex>

#include "capture/logic/address.h"

extern "C" {
#include <libavdevice/avdevice.h>
#include <libavutil/log.h>
}

namespace regard::capture::ffmpeg {
namespace {

void log(void* context, int level, const char* format, va_list arguments) {
  if (level > AV_LOG_WARNING || !spdlog::should_log(spdlog::level::debug)) return;
  std::array<char, 1024> line{};
  int prefix = 1;
  av_log_format_line2(context, level, format, arguments, line.data(), static_cast<int>(line.size()), &prefix);
  std::string text = redact(line.data());
  while (!text.empty() && text.back() == '\n') text.pop_back();
  spdlog::debug("ffmpeg: {}", text);
}

}  // namespace

std::string error_text(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  if (av_strerror(code, text.data(), text.size()) < 0) return "error " + std::to_string(code);
  return text.data();
}

void take_over_log() {
  static std::once_flag once;
  std::call_once(once, [] {
    av_log_set_callback(log);
    avdevice_register_all();
  });
}

void Watch::allow(std::stop_token stop, Duration limit) {
  stop_ = std::move(stop);
  deadline_ = std::chrono::steady_clock::now() + limit;
}

bool Watch::expired() const { return std::chrono::steady_clock::now() >= deadline_; }

AVIOInterruptCB Watch::callback() {
  const auto interrupted = [](void* self) -> int {
    const auto& watch = *static_cast<const Watch*>(self);
    return watch.stop_.stop_requested() || watch.expired() ? 1 : 0;
  };
  return {interrupted, this};
}

std::optional<Duration> to_duration(std::int64_t stamp, AVRational base) {
  if (stamp == AV_NOPTS_VALUE || base.den <= 0 || base.num <= 0) return std::nullopt;
  return Duration{av_rescale_q(stamp, base, {1, 1'000'000})};
}

}  // namespace regard::capture::ffmpeg
