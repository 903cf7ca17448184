// FFmpeg's C types with owners, its errors as text, its log under control, and its blocking calls interruptible.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/dict.h>
#include <libavutil/display.h>
#include <libavutil/frame.h>
#include <libavutil/hwcontext.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "core/core.h"

namespace regard::capture::ffmpeg {

struct Free {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
  void operator()(AVFormatContext* context) const { avformat_close_input(&context); }
  void operator()(AVBufferRef* buffer) const { av_buffer_unref(&buffer); }
  void operator()(SwsContext* context) const { sws_freeContext(context); }
};

using Frame = std::unique_ptr<AVFrame, Free>;
using Packet = std::unique_ptr<AVPacket, Free>;
using CodecContext = std::unique_ptr<AVCodecContext, Free>;
using FormatContext = std::unique_ptr<AVFormatContext, Free>;
using Buffer = std::unique_ptr<AVBufferRef, Free>;
using Scaler = std::unique_ptr<SwsContext, Free>;

/// Options for an open call. Those that FFmpeg did not use stay inside.
class Dictionary {
 public:
  Dictionary() = default;
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;
  ~Dictionary() { av_dict_free(&entries_); }
  void set(const char* key, const std::string& value) { av_dict_set(&entries_, key, value.c_str(), 0); }
  void set(const char* key, std::int64_t value) { av_dict_set_int(&entries_, key, value, 0); }
  [[nodiscard]] AVDictionary** out() { return &entries_; }

 private:
  AVDictionary* entries_ = nullptr;
};

/// What FFmpeg says about an error code.
[[nodiscard]] std::string error_text(int code);

/// Sends FFmpeg's log to ours, at debug level and without credentials. Any thread, any number of times.
void take_over_log();

/// Ends a blocking call of FFmpeg when a stop is requested or a time has passed. Confined to the thread that calls
/// FFmpeg.
class Watch {
 public:
  /// Allows `limit` from now on.
  void allow(std::stop_token stop, Duration limit);
  [[nodiscard]] bool expired() const;
  [[nodiscard]] AVIOInterruptCB callback();

 private:
  std::stop_token stop_;
  std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
};

/// A time stamp in `base` as a Duration; empty for AV_NOPTS_VALUE.
[[nodiscard]] std::optional<Duration> to_duration(std::int64_t stamp, AVRational base);

}  // namespace regard::capture::ffmpeg
