#include "app/own_certificate.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <vector>

#include "app/data_folder.h"

namespace regard::app {
namespace {

constexpr auto renewed_before = std::chrono::hours{24 * 30};

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

/// Of all interfaces that are there now.
std::vector<std::string> addresses_of_this_machine() {
  std::vector<std::string> addresses;
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return addresses;
  for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr) continue;
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int family = one->ifa_addr->sa_family;
    const void* address = nullptr;
    if (family == AF_INET) address = &reinterpret_cast<const sockaddr_in*>(one->ifa_addr)->sin_addr;
    if (family == AF_INET6) address = &reinterpret_cast<const sockaddr_in6*>(one->ifa_addr)->sin6_addr;
    if (address != nullptr && ::inet_ntop(family, address, text.data(), text.size()) != nullptr)
      addresses.emplace_back(text.data());
  }
  ::freeifaddrs(all);
  return addresses;
}

std::vector<std::string> names_for(const std::string& address) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(name);
  };
  add(host_name());
  add("localhost");
  if (address == "0.0.0.0" || address == "::")
    for (const std::string& one : addresses_of_this_machine()) add(one);
  else
    add(address);
  return names;
}

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream{file}.rdbuf();
  return text.str();
}

}  // namespace

Result<CertificateFiles> own_certificate(const std::filesystem::path& data, const std::string& address, Timestamp now) {
  const std::filesystem::path folder = data / "tls";
  CertificateFiles files{.certificate = folder / "certificate.pem", .key = folder / "key.pem", .summary = {}};
  if (std::filesystem::exists(files.certificate) && std::filesystem::exists(files.key)) {
    auto summary = crypto::summary_of(text_of(files.certificate));
    if (!summary) return pass_on(std::move(summary));
    files.summary = *summary;
    if (files.summary.expires - now > renewed_before) return files;
  }
  auto made = crypto::make_certificate(names_for(address), now);
  if (!made) return pass_on(std::move(made));
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  ::chmod(folder.c_str(), 0700);
  // The certificate goes last: with it, both are there.
  if (auto written = write_durably(files.key, made->key, 0600); !written) return pass_on(std::move(written));
  if (auto written = write_durably(files.certificate, made->certificate, 0600); !written)
    return pass_on(std::move(written));
  files.is_new = true;
  files.summary = *crypto::summary_of(made->certificate);
  return files;
}

}  // namespace regard::app
