// One open stream of FFmpeg: bytes in, decoded frames out, no more of them than wanted.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "capture/capture.h"
#include "capture/io/ffmpeg.h"
#include "capture/logic/address.h"
#include "capture/logic/disposable.h"
#include "capture/logic/pacing.h"

namespace regard::capture {

/// SourceCounts while they are being counted: written by the source's thread, read by any.
struct Counters {
  std::atomic<std::uint64_t> decoded{0};
  std::atomic<std::uint64_t> skipped{0};
  std::atomic<std::uint64_t> dropped{0};
  std::atomic<std::uint64_t> reconnections{0};
  std::atomic<std::uint64_t> damaged{0};

  [[nodiscard]] SourceCounts read() const { return {decoded, skipped, dropped, reconnections, damaged}; }
};

/// A decoded frame in memory and its time stamp in the stream's own time.
struct DecodedFrame {
  ffmpeg::Frame frame;
  std::optional<Duration> stamp;
};

/// What happened when a frame was asked for and none came.
enum class MediaEnd { finished, stopped, timed_out, broken };

struct MediaStep {
  std::optional<DecodedFrame> frame;
  MediaEnd end = MediaEnd::finished;  ///< when there is no frame
  std::string cause;                  ///< of `broken`
};

/// Confined to one thread.
class Media {
 public:
  /// Opens the stream and its decoder within `limit`. Errors: not_found, corrupt, unsupported, denied, unavailable,
  /// limit.
  [[nodiscard]] static Result<std::unique_ptr<Media>> open(const Address& address, const SourceOptions& options,
                                                           Counters& counters, std::stop_token stop, Duration limit);
  ~Media();
  Media(const Media&) = delete;
  Media& operator=(const Media&) = delete;

  /// The next decoded frame; frames that `pacer` will not take are left undecoded where the codec allows it. Gives up
  /// when nothing usable arrives for `limit`.
  [[nodiscard]] MediaStep next(const Timeline& timeline, const Pacer& pacer, std::stop_token stop, Duration limit);

  /// Of the pictures as they are to be seen.
  [[nodiscard]] Size size() const;
  /// How often a frame must be turned clockwise by 90 degrees to be upright.
  [[nodiscard]] int quarter_turns() const { return quarter_turns_; }
  /// Usual distance of frames: measured, for a live stream that has run a little; else as stated; 0 when neither.
  [[nodiscard]] Duration frame_duration() const;
  /// Of the whole, when the container says so exactly enough to hold it to that.
  [[nodiscard]] std::optional<Duration> length() const;
  /// How far packets reached, of whatever stream, from the start.
  [[nodiscard]] Duration reached() const { return reached_; }
  /// Packets of the pictures that were not given to the decoder.
  [[nodiscard]] std::uint64_t left_undecoded() const { return left_undecoded_; }
  /// The container's time stamps mean something.
  [[nodiscard]] bool has_time() const { return has_time_; }
  /// Comes in pieces faster than real time: HLS, recordings.
  [[nodiscard]] bool comes_in_bursts() const;

 private:
  explicit Media(Counters& counters) : counters_{counters} {}
  [[nodiscard]] int connect(const Address& address, const SourceOptions& options);
  [[nodiscard]] Result<void> open_decoder(const std::string& doing, const SourceOptions& options);
  void use_hardware(const AVCodec& decoder);
  void note_nal_format();
  void note_rotation();
  [[nodiscard]] bool wants(const AVPacket& packet, const Timeline& timeline, const Pacer& pacer);
  [[nodiscard]] bool nothing_refers_to(const AVPacket& packet);
  [[nodiscard]] std::optional<DecodedFrame> take_frame();
  [[nodiscard]] int read_packet();
  void send_packet();

  Counters& counters_;
  ffmpeg::Watch watch_;
  ffmpeg::Buffer device_;
  AVPixelFormat device_format_ = AV_PIX_FMT_NONE;
  ffmpeg::FormatContext format_;
  ffmpeg::CodecContext decoder_;
  ffmpeg::Packet packet_;
  AVStream* stream_ = nullptr;  ///< owned by format_
  FrameDistance distance_;
  KeyFrameRhythm rhythm_;
  std::optional<NalCodec> nal_codec_;
  int nal_length_size_ = 0;
  int top_layer_ = 0;
  bool intra_only_ = false;
  bool has_time_ = true;
  bool keys_only_ = false;
  bool draining_ = false;
  int quarter_turns_ = 0;
  bool at_end_ = false;
  Duration reached_{};
  std::uint64_t left_undecoded_ = 0;
  MediaEnd how_ended_ = MediaEnd::finished;
  std::string why_ended_;
};

}  // namespace regard::capture
