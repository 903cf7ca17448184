// Certificates for tests, made by openssl.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace regard::test {

/// A certificate for `host` with its key, signed by an authority of its own, as files of `folder`.
struct Certificate {
  std::string authority;
  std::string certificate;
  std::string key;
};
inline Certificate certificate_for(const std::string& host, const std::filesystem::path& folder) {
  const std::string base = folder.string() + "/";
  const std::string make = "cd " + base + " && exec >/dev/null 2>&1 && " +
                           "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 " +
                           "-subj '/CN=authority of a test' -keyout ca.key -out ca.pem && " +
                           "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=" + host +
                           "' -keyout key.pem -out request.pem && printf 'subjectAltName=DNS:" + host +
                           "' > names && openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial " +
                           "-days 2 -extfile names -out certificate.pem && chmod 644 key.pem";
  EXPECT_EQ(std::system(make.c_str()), 0) << make;
  return {base + "ca.pem", base + "certificate.pem", base + "key.pem"};
}

}  // namespace regard::test
