// What libcurl hands out, owned.
#pragma once

#include <curl/curl.h>

#include <memory>

namespace regard::sinks {

struct CurlDeleter {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

}  // namespace regard::sinks
