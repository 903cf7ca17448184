#include "capture/discover.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <openssl/rand.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <nlohmann/json.hpp>

#include "capture/io/onvif_client.h"
#include "capture/logic/address.h"

namespace regard::capture {
namespace {

const std::string doing = "looking for ONVIF cameras";

class Socket {
 public:
  Socket() : number_{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)} {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

// A random UUID, RFC 4122 section 4.4.
std::string uuid() {
  std::array<unsigned char, 16> bytes{};
  RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0F) | 0x40);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3F) | 0x80);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += digits[bytes[i] >> 4];
    text += digits[bytes[i] & 15];
  }
  return text;
}

// IPv4 addresses of the interfaces that can send to a group.
std::vector<in_addr> multicast_interfaces() {
  std::vector<in_addr> addresses;
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return addresses;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    constexpr unsigned wanted = IFF_UP | IFF_MULTICAST;
    if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_INET) continue;
    if ((entry->ifa_flags & wanted) != wanted) continue;
    sockaddr_in address{};
    std::memcpy(&address, entry->ifa_addr, sizeof address);
    addresses.push_back(address.sin_addr);
  }
  freeifaddrs(list);
  return addresses;
}

bool send(const Socket& socket, const std::string& message, const sockaddr_in& target) {
  const auto once = [&] {
    sockaddr generic{};
    std::memcpy(&generic, &target, sizeof generic);
    return ::sendto(socket.number(), message.data(), message.size(), 0, &generic, sizeof generic) >= 0;
  };
  if (!IN_MULTICAST(ntohl(target.sin_addr.s_addr))) return once();
  bool sent = false;
  for (const in_addr& interface : multicast_interfaces()) {
    setsockopt(socket.number(), IPPROTO_IP, IP_MULTICAST_IF, &interface, sizeof interface);
    sent = once() || sent;
  }
  return sent;
}

/// One datagram and who sent it; empty when none came within `wait`.
struct Datagram {
  std::string text;
  std::string sender;
};

std::optional<Datagram> receive(const Socket& socket, Duration wait) {
  pollfd entry{socket.number(), POLLIN, 0};
  if (poll(&entry, 1, static_cast<int>(wait.count() / 1000)) <= 0) return std::nullopt;
  std::string text(65536, '\0');
  sockaddr generic{};
  socklen_t length = sizeof generic;
  const ssize_t size = ::recvfrom(socket.number(), text.data(), text.size(), 0, &generic, &length);
  if (size < 0) return std::nullopt;
  text.resize(static_cast<std::size_t>(size));
  sockaddr_in address{};
  std::memcpy(&address, &generic, sizeof address);
  std::array<char, INET_ADDRSTRLEN> name{};
  inet_ntop(AF_INET, &address.sin_addr, name.data(), name.size());
  return Datagram{std::move(text), name.data()};
}

// The service to talk to is the one at the address that answered: credentials must not go where a stranger points.
DiscoveredCamera camera_from(const onvif::ProbeMatch& match, const std::string& sender) {
  DiscoveredCamera camera{
      match.endpoint, match.name, match.hardware, printable_address(match.services.front()), {}, {}};
  const auto own = std::ranges::find(match.services, sender, onvif::host_of);
  if (own != match.services.end()) {
    camera.service = *own;
  } else {
    camera.problem = Error{ErrorKind::denied, "asking camera " + sender + " for its streams",
                           "it names another host, " + onvif::host_of(match.services.front()) + ", as its own",
                           "check the camera's network settings"};
  }
  return camera;
}

std::vector<DiscoveredCamera> listen(const Socket& socket, const std::string& message, const sockaddr_in& target,
                                     Duration timeout, const std::stop_token& stop) {
  constexpr std::size_t most_cameras = 1024;
  constexpr Duration slice = std::chrono::milliseconds{100};
  std::vector<DiscoveredCamera> cameras;
  const auto clock = system_clock();
  const Duration start = clock->elapsed();
  bool repeated = false;
  while (!stop.stop_requested() && cameras.size() < most_cameras) {
    const Duration passed = clock->elapsed() - start;
    if (passed >= timeout) break;
    // Datagrams get lost: asked once more, as SOAP-over-UDP section 4 advises.
    if (!repeated && passed > std::chrono::milliseconds{500}) repeated = send(socket, message, target) || true;
    const auto datagram = receive(socket, std::min(slice, timeout - passed));
    if (!datagram) continue;
    const auto matches = onvif::read_probe_matches(datagram->text);
    if (!matches) continue;  // not a camera's answer; others may follow
    for (const onvif::ProbeMatch& match : *matches) {
      const bool known = std::ranges::any_of(cameras, [&](const auto& c) { return c.endpoint == match.endpoint; });
      if (!known) cameras.push_back(camera_from(match, datagram->sender));
    }
  }
  return cameras;
}

}  // namespace

Result<std::vector<DiscoveredCamera>> discover(const DiscoverOptions& options, std::stop_token stop) {
  sockaddr_in target{};
  target.sin_family = AF_INET;
  target.sin_port = htons(static_cast<std::uint16_t>(options.port));
  if (options.port < 1 || options.port > 65535 || inet_pton(AF_INET, options.address.c_str(), &target.sin_addr) != 1) {
    return fail(ErrorKind::invalid_input, doing, options.address + " is not an IPv4 address with a port",
                "give one like 239.255.255.250");
  }
  const Socket socket;
  const std::string message = onvif::probe(uuid());
  if (socket.number() < 0 || !send(socket, message, target)) {
    return fail(ErrorKind::unavailable, doing, std::strerror(errno), "check that this machine has a network");
  }
  auto cameras = listen(socket, message, target, options.timeout, stop);
  for (DiscoveredCamera& camera : cameras) {
    if (camera.problem || stop.stop_requested()) continue;
    auto streams = onvif::streams_of(camera.service, options.credentials, stop);
    if (streams) {
      camera.streams = std::move(*streams);
    } else {
      camera.problem = streams.error();
    }
  }
  return cameras;
}

std::string to_json(const DiscoveredCamera& camera) {
  nlohmann::ordered_json streams = nlohmann::json::array();
  for (const DiscoveredStream& stream : camera.streams) {
    streams.push_back({{"profile", stream.profile},
                       {"encoding", stream.encoding},
                       {"width", stream.size.width},
                       {"height", stream.size.height},
                       {"url", stream.url}});
  }
  nlohmann::ordered_json line{{"endpoint", camera.endpoint},
                              {"name", camera.name},
                              {"hardware", camera.hardware},
                              {"service", printable_address(camera.service)},
                              {"streams", std::move(streams)}};
  if (camera.problem) line["problem"] = camera.problem->message();
  // A camera may call itself anything, also what is no UTF-8.
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace regard::capture
