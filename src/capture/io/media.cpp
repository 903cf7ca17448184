#include "capture/io/media.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "capture/logic/turned_picture.h"

namespace regard::capture {
namespace {

using ffmpeg::to_duration;

// The same cap as for image files, image::DecodeLimits: 100 megapixels.
constexpr std::int64_t max_pixels = 100'000'000;

AVPixelFormat choose_format(AVCodecContext* decoder, const AVPixelFormat* offered) {
  const auto wanted = static_cast<AVPixelFormat>(*static_cast<const int*>(decoder->opaque));
  for (const AVPixelFormat* format = offered; *format != AV_PIX_FMT_NONE; ++format) {
    if (*format == wanted) return wanted;
  }
  // The device cannot do this stream: the first format in memory.
  for (const AVPixelFormat* format = offered; *format != AV_PIX_FMT_NONE; ++format) {
    const AVPixFmtDescriptor* layout = av_pix_fmt_desc_get(*format);
    if (layout != nullptr && (layout->flags & AV_PIX_FMT_FLAG_HWACCEL) == 0) return *format;
  }
  return AV_PIX_FMT_NONE;
}

}  // namespace

Media::~Media() {
  // Closing an RTSP session says goodbye to the camera; that may take a moment but no longer.
  watch_.allow({}, std::chrono::seconds{1});
}

Size Media::size() const { return turned({decoder_->width, decoder_->height}, quarter_turns_); }

Duration Media::frame_duration() const {
  if (const auto measured = distance_.usual(); measured && format_->duration <= 0) return *measured;
  AVRational rate = stream_->avg_frame_rate;
  if (rate.num <= 0 || rate.den <= 0) rate = stream_->r_frame_rate;
  // Beyond 1000 a second it is the time base that was guessed, not the pictures' rate.
  if (rate.num <= 0 || rate.den <= 0 || av_q2d(rate) > 1000) return Duration{0};
  return from_seconds(1 / av_q2d(rate));
}

std::optional<Duration> Media::length() const {
  if (format_->duration_estimation_method == AVFMT_DURATION_FROM_BITRATE || format_->duration <= 0) return std::nullopt;
  return Duration{format_->duration};
}

bool Media::comes_in_bursts() const {
  return std::string_view{format_->iformat->name} == "hls" || format_->duration > 0;
}

void Media::use_hardware(const AVCodec& decoder) {
  constexpr std::array kinds{AV_HWDEVICE_TYPE_CUDA, AV_HWDEVICE_TYPE_VAAPI, AV_HWDEVICE_TYPE_VIDEOTOOLBOX,
                             AV_HWDEVICE_TYPE_D3D11VA};
  for (const AVHWDeviceType kind : kinds) {
    for (int i = 0;; ++i) {
      const AVCodecHWConfig* config = avcodec_get_hw_config(&decoder, i);
      if (config == nullptr) break;
      if (config->device_type != kind || (config->methods & AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX) == 0) continue;
      AVBufferRef* device = nullptr;
      if (av_hwdevice_ctx_create(&device, kind, nullptr, nullptr, 0) < 0) break;
      device_.reset(device);
      device_format_ = config->pix_fmt;
      decoder_->hw_device_ctx = av_buffer_ref(device);
      decoder_->opaque = &device_format_;
      decoder_->get_format = choose_format;
      return;
    }
  }
}

// Whether NAL units come with lengths (avcC, hvcC: the first byte of the extra data is 1) or with start codes.
// ISO/IEC 14496-15 sections 5.3.3.1 and 8.3.3.1: the length size is in the last two bits of byte 4 or byte 21.
void Media::note_nal_format() {
  if (decoder_->codec_id == AV_CODEC_ID_H264) nal_codec_ = NalCodec::h264;
  if (decoder_->codec_id == AV_CODEC_ID_HEVC) nal_codec_ = NalCodec::h265;
  if (!nal_codec_) return;
  const int where = *nal_codec_ == NalCodec::h264 ? 4 : 21;
  const bool with_lengths = decoder_->extradata_size > where && decoder_->extradata[0] == 1;
  nal_length_size_ = with_lengths ? (decoder_->extradata[where] & 3) + 1 : 0;
}

// Phones film sideways and say so in the container's display matrix.
void Media::note_rotation() {
  std::size_t size = 0;
  const std::uint8_t* bytes = av_stream_get_side_data(stream_, AV_PKT_DATA_DISPLAYMATRIX, &size);
  std::array<std::int32_t, 9> matrix{};
  if (bytes == nullptr || size < sizeof matrix) return;
  std::memcpy(matrix.data(), bytes, sizeof matrix);
  const double degrees = -av_display_rotation_get(matrix.data());  // FFmpeg counts anticlockwise
  if (std::isfinite(degrees)) quarter_turns_ = ((static_cast<int>(std::lround(degrees / 90)) % 4) + 4) % 4;
}

Result<void> Media::open_decoder(const std::string& doing, const SourceOptions& options) {
  const AVCodec* codec = nullptr;
  const int index = av_find_best_stream(format_.get(), AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
  if (index == AVERROR_DECODER_NOT_FOUND) {
    return fail(ErrorKind::unsupported, doing, "FFmpeg on this machine has no decoder for its video",
                "use H.264, H.265, MJPEG, VP9 or AV1");
  }
  if (index < 0 || (format_->streams[index]->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0) {
    return fail(ErrorKind::corrupt, doing, "there are no moving pictures in it", "choose a video");
  }
  stream_ = format_->streams[index];
  const AVCodecParameters& parameters = *stream_->codecpar;
  if (static_cast<std::int64_t>(parameters.width) * parameters.height > max_pixels) {
    return fail(ErrorKind::limit, doing,
                "its pictures of " + std::to_string(parameters.width) + " x " + std::to_string(parameters.height) +
                    " are larger than 100 megapixels",
                "make it smaller");
  }
  decoder_.reset(avcodec_alloc_context3(codec));
  packet_.reset(av_packet_alloc());
  avcodec_parameters_to_context(decoder_.get(), &parameters);
  decoder_->pkt_timebase = stream_->time_base;
  decoder_->thread_count = std::max(options.decoder_threads, 1);
  decoder_->max_pixels = max_pixels;
  if (options.hardware_decoding) use_hardware(*codec);
  const int opened = avcodec_open2(decoder_.get(), codec, nullptr);
  if (opened < 0) {
    return fail(ErrorKind::corrupt, doing, "its decoder does not start: " + ffmpeg::error_text(opened),
                "record it again, or use H.264, H.265, MJPEG, VP9 or AV1");
  }
  const AVCodecDescriptor* properties = avcodec_descriptor_get(decoder_->codec_id);
  intra_only_ = properties != nullptr && (properties->props & AV_CODEC_PROP_INTRA_ONLY) != 0;
  const std::string_view container = format_->iformat->name;
  has_time_ = container != "h264" && container != "hevc" && container != "mjpeg";
  note_nal_format();
  note_rotation();
  // Sound is read along, since only it tells where a recording was meant to end; other pictures are not.
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    const bool wanted = format_->streams[i] == stream_ ||
                        (format_->duration > 0 && format_->streams[i]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO);
    if (!wanted) format_->streams[i]->discard = AVDISCARD_ALL;
  }
  return {};
}

bool Media::nothing_refers_to(const AVPacket& packet) {
  if ((packet.flags & AV_PKT_FLAG_DISPOSABLE) != 0) return true;
  if (!nal_codec_ || packet.size <= 0) return false;
  const std::span<const std::uint8_t> bytes{packet.data, static_cast<std::size_t>(packet.size)};
  if (*nal_codec_ == NalCodec::h265) top_layer_ = std::max(top_layer_, temporal_layer(bytes, nal_length_size_));
  return is_disposable(*nal_codec_, bytes, nal_length_size_, top_layer_);
}

bool Media::wants(const AVPacket& packet, const Timeline& timeline, const Pacer& pacer) {
  if (pacer.takes_all() || !has_time_) return true;
  const std::int64_t stamp = packet.pts != AV_NOPTS_VALUE ? packet.pts : packet.dts;
  const std::optional<Duration> position = timeline.foresee(to_duration(stamp, stream_->time_base));
  if (!position) return true;
  const bool key = (packet.flags & AV_PKT_FLAG_KEY) != 0;
  if (intra_only_) return pacer.may_be_due(*position);
  rhythm_.observe(*position, key);
  if (key) keys_only_ = rhythm_.enough_for(pacer.period());
  if (keys_only_) return key && !pacer.has_taken(*position);
  return key || pacer.may_be_due(*position) || !nothing_refers_to(packet);
}

std::optional<DecodedFrame> Media::take_frame() {
  ffmpeg::Frame frame{av_frame_alloc()};
  while (true) {
    const int code = avcodec_receive_frame(decoder_.get(), frame.get());
    if (code == AVERROR_EOF) {
      // Either the stream's end, or all of one key frame: then the decoder starts afresh with the next.
      draining_ = false;
      if (!at_end_) avcodec_flush_buffers(decoder_.get());
      return std::nullopt;
    }
    if (code == AVERROR(EAGAIN)) return std::nullopt;
    if (code < 0) {
      ++counters_.damaged;
      if (!draining_) return std::nullopt;
      continue;
    }
    if (frame->width <= 0 || frame->height <= 0) continue;
    if ((frame->flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame->decode_error_flags != 0) ++counters_.damaged;
    ++counters_.decoded;
    DecodedFrame result{std::move(frame), std::nullopt};
    if (has_time_) result.stamp = to_duration(result.frame->best_effort_timestamp, stream_->time_base);
    return result;
  }
}

int Media::read_packet() {
  const int code = av_read_frame(format_.get(), packet_.get());
  if (code < 0) return code;
  const AVStream& stream = *format_->streams[packet_->stream_index];
  const std::int64_t stamp = packet_->dts != AV_NOPTS_VALUE ? packet_->dts : packet_->pts;
  const std::int64_t start = format_->start_time != AV_NOPTS_VALUE ? format_->start_time : 0;
  if (const auto here = to_duration(stamp, stream.time_base)) {
    if (&stream == stream_) distance_.observe(*here);
    const auto spans = to_duration(packet_->duration, stream.time_base).value_or(Duration{0});
    reached_ = std::max(reached_, *here + spans - Duration{start});
  }
  return code;
}

void Media::send_packet() {
  if ((packet_->flags & AV_PKT_FLAG_CORRUPT) != 0) ++counters_.damaged;
  const int sent = avcodec_send_packet(decoder_.get(), packet_.get());
  if (sent < 0 && sent != AVERROR(EAGAIN)) ++counters_.damaged;
  if (keys_only_) {
    avcodec_send_packet(decoder_.get(), nullptr);
    draining_ = true;
  }
}

MediaStep Media::next(const Timeline& timeline, const Pacer& pacer, std::stop_token stop, Duration limit) {
  watch_.allow(stop, limit);
  while (true) {
    if (auto frame = take_frame()) return {std::move(frame), {}, {}};
    if (at_end_) return {std::nullopt, how_ended_, why_ended_};
    if (stop.stop_requested()) return {std::nullopt, MediaEnd::stopped, {}};
    if (watch_.expired()) return {std::nullopt, MediaEnd::timed_out, {}};
    const int code = read_packet();
    if (code == AVERROR(EAGAIN)) continue;
    if (code < 0) {
      if (code == AVERROR_EXIT && (stop.stop_requested() || watch_.expired())) continue;  // said above
      if (code != AVERROR_EOF) {
        how_ended_ = MediaEnd::broken;
        why_ended_ = ffmpeg::error_text(code);
      }
      at_end_ = draining_ = true;
      avcodec_send_packet(decoder_.get(), nullptr);
      continue;
    }
    if (packet_->stream_index == stream_->index) {
      if (wants(*packet_, timeline, pacer)) {
        send_packet();
      } else {
        ++counters_.skipped;
        ++left_undecoded_;
        watch_.allow(stop, limit);  // the camera is alive, it is we who do not want its frames now
      }
    }
    av_packet_unref(packet_.get());
  }
}

}  // namespace regard::capture
