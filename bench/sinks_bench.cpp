// What the journal and MQTT cost: appends one by one, then everything that waits to a real broker (mosquitto).
//
//   build/release/sinks_bench [FOLDER] [EVENTS]      (default: the working folder, 20000)
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "broker.h"
#include "sinks/outlets.h"

int main(int count, char** words) {
  using namespace regard;
  const std::filesystem::path folder = std::filesystem::path{count > 1 ? words[1] : "."} / "sinks_bench_files";
  const int events = count > 2 ? std::atoi(words[2]) : 20'000;
  std::filesystem::remove_all(folder);
  const auto clock = system_clock();
  auto journal = sinks::Journal::open(folder, {});
  if (!journal || !(*journal)->join("mqtt")) return 1;
  const auto event = [](int i) {
    return R"({"event":"track_started","camera":"door","time":"2026-03-01T12:00:00.000Z","track":)" +
           std::to_string(i) +
           R"(,"kind":"person","class":"person","box":[0.1,0.25,0.2,0.6],"score":0.87,"duration":0.3})";
  };
  Duration begin = clock->elapsed();
  for (int i = 0; i < events; ++i) {
    // Tracks end, as they do.
    std::string text = event(i - i % 2);
    if (i % 2 == 1) text.replace(text.find("started"), 7, "ended");
    if (!(*journal)->append(text)) return 1;
  }
  std::printf("%d events into the journal: %.3f ms each\n", events, seconds(clock->elapsed() - begin) * 1000 / events);
  const test::Broker broker;
  auto outlet = sinks::open_mqtt({.url = broker.url()});
  if (!outlet) return 1;
  begin = clock->elapsed();
  const auto delivery = sinks::Delivery::start(**journal, std::move(*outlet), {},
                                               [](const std::string& said) { std::printf("%s\n", said.c_str()); });
  if (!delivery || !(*journal)->wait_until_delivered("mqtt", std::chrono::minutes{10})) return 1;
  std::printf("%.0f events a second acknowledged by the broker\n", events / seconds(clock->elapsed() - begin));
  std::filesystem::remove_all(folder);
  return 0;
}
