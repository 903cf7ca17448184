// The only encoder in the house. FFmpeg's objects are owned by the small deleters below.
extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
}

#include <cmath>
#include <optional>

#include "sinks/sinks.h"

namespace regard::sinks {
namespace {

struct FormatDeleter {
  void operator()(AVFormatContext* context) const {
    if (context->pb != nullptr) avio_closep(&context->pb);
    avformat_free_context(context);
  }
};
struct CodecDeleter {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
};
struct FrameDeleter {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
struct PacketDeleter {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
struct ScalerDeleter {
  void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
};

std::string words(int code) {
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(code, text, sizeof text);
  return text;
}

/// Time base of the file: milliseconds are exact enough for a camera and divide into RTP's 90 kHz.
constexpr AVRational milliseconds{1, 1000};

class Mp4File final : public VideoFile {
 public:
  Mp4File(std::string name, Size size) : name_{std::move(name)}, size_{size.width & ~1, size.height & ~1} {}
  Mp4File(const Mp4File&) = delete;
  Mp4File& operator=(const Mp4File&) = delete;
  ~Mp4File() override { static_cast<void>(finish()); }

  Result<void> begin(const Options& options) {
    AVFormatContext* format = nullptr;
    if (const int code = avformat_alloc_output_context2(&format, nullptr, "mp4", name_.c_str()); code < 0) {
      return refused(ErrorKind::unsupported, words(code));
    }
    format_.reset(format);
    format_->flags |= AVFMT_FLAG_FLUSH_PACKETS;  // a fragment is on its way to the disk when it is complete
    if (auto ready = open_encoder(options); !ready) return ready;
    stream_ = avformat_new_stream(format_.get(), nullptr);
    if (stream_ == nullptr || avcodec_parameters_from_context(stream_->codecpar, encoder_.get()) < 0) {
      return refused(ErrorKind::unsupported, "the MP4 writer does not take this video");
    }
    stream_->time_base = milliseconds;
    stream_->avg_frame_rate = {options.frames_per_second, 1};
    if (const int code = avio_open(&format_->pb, ("file:" + name_).c_str(), AVIO_FLAG_WRITE); code < 0) {
      return refused(ErrorKind::denied, words(code));
    }
    // Fragments: what was written before a crash or a power cut can be played.
    AVDictionary* settings = nullptr;
    av_dict_set(&settings, "movflags", "frag_keyframe+empty_moov+default_base_moof", 0);
    av_dict_set(&settings, "frag_duration", "500000", 0);  // microseconds
    const int code = avformat_write_header(format_.get(), &settings);
    av_dict_free(&settings);
    if (code < 0) return refused(ErrorKind::unavailable, words(code));
    header_written_ = true;
    return prepare_picture();
  }

  Result<void> write(const events::RedactedImage& picture, Duration position) override {
    return append(picture.pixels(), position);
  }
  Result<void> write(const cast::SyntheticImage& picture, Duration position) override {
    return append(picture.pixels(), position);
  }

  Result<void> finish() override {
    if (!header_written_ || finished_) return {};
    finished_ = true;
    if (auto drained = encode(nullptr); !drained) return drained;
    if (const int code = av_write_trailer(format_.get()); code < 0) return broken(code);
    if (const int code = avio_closep(&format_->pb); code < 0) return broken(code);
    return {};
  }

 private:
  Result<void> open_encoder(const Options& options) {
    const AVCodec* codec = avcodec_find_encoder_by_name("libx264");
    if (codec == nullptr) codec = avcodec_find_encoder(AV_CODEC_ID_MPEG4);
    if (codec == nullptr) return refused(ErrorKind::unsupported, "this FFmpeg has no H.264 or MPEG-4 encoder");
    encoder_.reset(avcodec_alloc_context3(codec));
    encoder_->width = size_.width;
    encoder_->height = size_.height;
    encoder_->time_base = milliseconds;
    encoder_->framerate = {options.frames_per_second, 1};
    encoder_->pix_fmt = AV_PIX_FMT_YUV420P;
    encoder_->color_range = AVCOL_RANGE_MPEG;
    encoder_->colorspace = AVCOL_SPC_BT709;
    encoder_->gop_size = 2 * options.frames_per_second;
    encoder_->max_b_frames = 0;
    encoder_->thread_count = options.threads;
    if ((format_->oformat->flags & AVFMT_GLOBALHEADER) != 0) encoder_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    if (codec->id == AV_CODEC_ID_H264) {
      av_opt_set(encoder_->priv_data, "preset", options.preset.c_str(), 0);
      av_opt_set(encoder_->priv_data, "tune", "zerolatency", 0);  // no picture waits inside the encoder
      av_opt_set_double(encoder_->priv_data, "crf", options.quality, 0);
    } else {
      encoder_->flags |= AV_CODEC_FLAG_QSCALE;
      encoder_->global_quality = FF_QP2LAMBDA * 4;
    }
    if (const int code = avcodec_open2(encoder_.get(), codec, nullptr); code < 0) {
      return refused(ErrorKind::unsupported, words(code));
    }
    return {};
  }

  Result<void> prepare_picture() {
    frame_.reset(av_frame_alloc());
    frame_->format = AV_PIX_FMT_YUV420P;
    frame_->width = size_.width;
    frame_->height = size_.height;
    frame_->color_range = AVCOL_RANGE_MPEG;
    frame_->colorspace = AVCOL_SPC_BT709;
    packet_.reset(av_packet_alloc());
    scaler_.reset(sws_getContext(size_.width, size_.height, AV_PIX_FMT_BGR24, size_.width, size_.height,
                                 AV_PIX_FMT_YUV420P, SWS_POINT, nullptr, nullptr, nullptr));
    if (scaler_ == nullptr || av_frame_get_buffer(frame_.get(), 0) < 0) {
      return refused(ErrorKind::unavailable, "there is not enough memory for a picture");
    }
    sws_setColorspaceDetails(scaler_.get(), sws_getCoefficients(SWS_CS_DEFAULT), 1, sws_getCoefficients(SWS_CS_ITU709),
                             0, 0, 1 << 16, 1 << 16);
    return {};
  }

  Result<void> append(const BgrImage& pixels, Duration position) {
    CHECK((pixels.width() & ~1) == size_.width && (pixels.height() & ~1) == size_.height && !finished_);
    if (const int code = av_frame_make_writable(frame_.get()); code < 0) return broken(code);
    const std::uint8_t* planes[] = {pixels.bytes().data()};
    const int strides[] = {static_cast<int>(pixels.stride())};
    sws_scale(scaler_.get(), planes, strides, 0, size_.height, frame_->data, frame_->linesize);
    const auto at = std::chrono::round<std::chrono::milliseconds>(position).count();
    frame_->pts = last_ && at <= *last_ ? *last_ + 1 : at;
    last_ = frame_->pts;
    return encode(frame_.get());
  }

  Result<void> encode(const AVFrame* frame) {
    if (const int code = avcodec_send_frame(encoder_.get(), frame); code < 0) return broken(code);
    while (true) {
      const int code = avcodec_receive_packet(encoder_.get(), packet_.get());
      if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return {};
      if (code < 0) return broken(code);
      av_packet_rescale_ts(packet_.get(), milliseconds, stream_->time_base);
      packet_->stream_index = stream_->index;
      if (const int wrote = av_interleaved_write_frame(format_.get(), packet_.get()); wrote < 0) return broken(wrote);
    }
  }

  [[nodiscard]] tl::unexpected<Error> refused(ErrorKind kind, const std::string& cause) const {
    return fail(kind, "creating video file " + name_, cause, "check that the folder exists and may be written");
  }
  [[nodiscard]] tl::unexpected<Error> broken(int code) const {
    return fail(ErrorKind::unavailable, "writing video file " + name_, words(code),
                "free space on the disk; what was written so far can be played");
  }

  std::string name_;
  Size size_;
  std::unique_ptr<AVFormatContext, FormatDeleter> format_;
  std::unique_ptr<AVCodecContext, CodecDeleter> encoder_;
  std::unique_ptr<AVFrame, FrameDeleter> frame_;
  std::unique_ptr<AVPacket, PacketDeleter> packet_;
  std::unique_ptr<SwsContext, ScalerDeleter> scaler_;
  AVStream* stream_ = nullptr;
  std::optional<std::int64_t> last_;
  bool header_written_ = false;
  bool finished_ = false;
};

}  // namespace

Result<std::unique_ptr<VideoFile>> VideoFile::create(const std::filesystem::path& file, Size size,
                                                     const Options& options) {
  CHECK(size.width > 1 && size.height > 1);
  av_log_set_level(AV_LOG_FATAL);  // what matters comes back as an error code and is said by us
  auto writer = std::make_unique<Mp4File>(file.string(), size);
  if (auto ready = writer->begin(options); !ready) return pass_on(std::move(ready));
  return writer;
}

}  // namespace regard::sinks
