// Opening of a Media: options for each kind of address, and failures in words.
#include <algorithm>
#include <cerrno>
#include <chrono>

#include "capture/io/media.h"

namespace regard::capture {
namespace {

std::string doing_for(const Address& address) {
  const char* what = address.form == AddressForm::network  ? "connecting to camera "
                     : address.form == AddressForm::device ? "opening camera device "
                                                           : "opening video file ";
  return what + redact(address.location);
}

bool is_rtsp(const Address& address) { return address.scheme == "rtsp" || address.scheme == "rtsps"; }

// What opening failed with. A file that FFmpeg cannot make sense of gives AVERROR_INVALIDDATA, or "moov atom not
// found", which has the same code.
tl::unexpected<Error> open_failure(int code, const std::string& doing, const Address& address, bool in_time) {
  const bool network = address.form == AddressForm::network;
  if (code == AVERROR_EXIT && !in_time) {
    return fail(ErrorKind::unavailable, doing, "no answer in time", "check the address, the network and the camera");
  }
  switch (code) {
    case AVERROR(ENOENT):
      return fail(ErrorKind::not_found, doing, "there is no such file or device", "check its name");
    case AVERROR_HTTP_NOT_FOUND:
    case AVERROR_STREAM_NOT_FOUND:
      return fail(ErrorKind::not_found, doing, "the camera has no stream of that name",
                  "check the path in the address; `regard discover` lists what cameras offer");
    case AVERROR_HTTP_UNAUTHORIZED:
    case AVERROR_HTTP_FORBIDDEN:
    case AVERROR(EPERM):
    case AVERROR(EACCES):
      return fail(ErrorKind::denied, doing, network ? "the user name or password is refused" : "access is denied",
                  network ? "check the camera's credentials" : "check the rights of the file or device");
    case AVERROR_PROTOCOL_NOT_FOUND:
    case AVERROR_DEMUXER_NOT_FOUND:
      return fail(ErrorKind::unsupported, doing, "FFmpeg on this machine was built without it", "use another protocol");
    case AVERROR(EBUSY):
      return fail(ErrorKind::unavailable, doing, "another program is using it", "end the other program");
    default:
      break;
  }
  const std::string text = ffmpeg::error_text(code);
  if (network) {
    const bool garbage = code == AVERROR_INVALIDDATA;
    return fail(garbage ? ErrorKind::corrupt : ErrorKind::unavailable, doing,
                garbage ? "what it sends is not a video stream" : text,
                "check the address, the network and the camera");
  }
  if (address.form == AddressForm::device) return fail(ErrorKind::unavailable, doing, text, "check the device");
  return fail(ErrorKind::corrupt, doing,
              code == AVERROR_INVALIDDATA ? "it is not a video, or it was cut off before it was complete" : text,
              "record it again or choose another file");
}

void set_network_options(ffmpeg::Dictionary& entries, const Address& address, const SourceOptions& options) {
  const std::int64_t patience = std::max<std::int64_t>(options.stall_after.count(), 1000);
  // Enough for parameter sets and one key frame of a 4K camera; and no longer than an operator likes to wait.
  entries.set("probesize", 2'000'000);
  entries.set("analyzeduration", 1'500'000);
  if (is_rtsp(address)) {
    entries.set("rtsp_transport", options.rtsp_over_udp ? "udp" : "tcp");
    entries.set("allowed_media_types", "video");
    entries.set("timeout", patience);
    entries.set("user_agent", "Regard");
    entries.set("fflags", "nobuffer");
    entries.set("fpsprobesize", 0);  // saves a second of waiting; we measure the rate ourselves
  } else if (address.scheme.starts_with("http")) {
    entries.set("rw_timeout", patience);
    entries.set("user_agent", "Regard");
  } else if (address.scheme == "udp" || address.scheme == "rtp") {
    entries.set("timeout", patience);
    entries.set("overrun_nonfatal", 1);
    entries.set("buffer_size", 1 << 21);  // 2 MiB: a key frame arrives as one burst
  } else if (address.scheme == "srt") {
    entries.set("connect_timeout", patience / 1000);
    entries.set("timeout", patience);
  } else {
    entries.set("rw_timeout", patience);
    entries.set("rtmp_live", "live");
  }
}

}  // namespace

int Media::connect(const Address& address, const SourceOptions& options) {
  ffmpeg::Dictionary entries;
  entries.set("protocol_whitelist", protocols_for(address.scheme));
  const AVInputFormat* input = nullptr;
  if (address.form == AddressForm::network) set_network_options(entries, address, options);
  if (address.form == AddressForm::device) input = av_find_input_format("video4linux2");

  AVFormatContext* format = avformat_alloc_context();
  format->interrupt_callback = watch_.callback();
  const Credentials credentials = options.credentials.value_or(address.credentials);
  // avformat_open_input frees the context when it fails.
  int code = avformat_open_input(&format, with_credentials(address, credentials).c_str(), input, entries.out());
  if (code < 0) return code;
  format_.reset(format);
  // Parts of a multipart stream carry no time: they happen when they arrive.
  if (std::string_view{format->iformat->name} == "mpjpeg") format->use_wallclock_as_timestamps = 1;
  code = avformat_find_stream_info(format, nullptr);
  return std::min(code, 0);
}

Result<std::unique_ptr<Media>> Media::open(const Address& address, const SourceOptions& options, Counters& counters,
                                           std::stop_token stop, Duration limit) {
  ffmpeg::take_over_log();
  const std::string doing = doing_for(address);
  std::unique_ptr<Media> media{new Media{counters}};
  media->watch_.allow(std::move(stop), limit);
  const int code = media->connect(address, options);
  if (code < 0) return open_failure(code, doing, address, !media->watch_.expired());
  if (auto opened = media->open_decoder(doing, options); !opened) return pass_on(std::move(opened));
  return media;
}

}  // namespace regard::capture
