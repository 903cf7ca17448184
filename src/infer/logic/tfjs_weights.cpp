#include "infer/logic/tfjs_weights.h"

#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "infer/logic/half.h"

namespace regard::infer {
namespace {

using nlohmann::json;

/// The largest topology here has 202 kB.
constexpr std::size_t largest_json = 16 * 1024 * 1024;

/// Reads numbers of one stored type one after the other.
class Shards {
 public:
  explicit Shards(std::span<const std::uint8_t> bytes) : rest_{bytes} {}

  /// The next `count` numbers of `size` bytes each.
  std::span<const std::uint8_t> take(std::int64_t count, std::size_t size, const std::string& name) {
    const std::size_t wanted = static_cast<std::size_t>(count) * size;
    if (wanted > rest_.size()) {
      refuse_corrupt("weight \"" + name + "\" needs " + std::to_string(wanted) + " bytes where " +
                     std::to_string(rest_.size()) + " are left");
    }
    const auto taken = rest_.first(wanted);
    rest_ = rest_.subspan(wanted);
    return taken;
  }
  [[nodiscard]] std::size_t left() const { return rest_.size(); }

 private:
  std::span<const std::uint8_t> rest_;
};

template <typename Number>
std::vector<Number> numbers(std::span<const std::uint8_t> bytes) {
  std::vector<Number> values(bytes.size() / sizeof(Number));
  // The files are little-endian, as are all machines that this is built for.
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(Number));
  return values;
}

std::vector<double> stored_as(const std::string& type, Shards& shards, std::int64_t count, const std::string& name) {
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>(count));
  const auto append = [&](const auto& typed) { values.assign(typed.begin(), typed.end()); };
  if (type == "float32") {
    append(numbers<float>(shards.take(count, 4, name)));
  } else if (type == "int32") {
    append(numbers<std::int32_t>(shards.take(count, 4, name)));
  } else if (type == "uint16") {
    append(numbers<std::uint16_t>(shards.take(count, 2, name)));
  } else if (type == "uint8" || type == "bool") {
    append(numbers<std::uint8_t>(shards.take(count, 1, name)));
  } else if (type == "float16") {
    for (const std::uint16_t bits : numbers<std::uint16_t>(shards.take(count, 2, name)))
      values.push_back(from_half(bits));
  } else {
    refuse_unsupported("weight \"" + name + "\" is stored as \"" + type + "\"");
  }
  return values;
}

Tensor decode_weight(const json& weight, Shards& shards, const std::string& name) {
  const std::string type = weight.at("dtype").get<std::string>();
  Tensor tensor;
  if (type == "int32") {
    tensor.element = Element::int32;
  } else if (type == "bool") {
    tensor.element = Element::boolean;
  } else if (type != "float32") {
    refuse_unsupported("weight \"" + name + "\" has the type \"" + type + "\"");
  }
  tensor.shape = weight.at("shape").get<std::vector<std::int64_t>>();
  if (tensor.shape.size() > 8) refuse_corrupt("weight \"" + name + "\" has more than 8 dimensions");
  const std::int64_t count = tensor.count();
  std::string stored = type;
  double scale = 1;
  double least = 0;
  if (const auto quantization = weight.find("quantization"); quantization != weight.end()) {
    stored = quantization->at("dtype").get<std::string>();
    scale = quantization->value("scale", 1.0);
    least = quantization->value("min", 0.0);
  }
  const std::vector<double> values = stored_as(stored, shards, count, name);
  for (const double value : values) {
    const double real = value * scale + least;
    if (tensor.element == Element::float32) {
      tensor.floats.push_back(static_cast<float>(real));
    } else {
      if (!(std::abs(real) < 9e15)) refuse_corrupt("weight \"" + name + "\" is not a whole number");
      tensor.integers.push_back(std::llround(real));
    }
  }
  return tensor;
}

}  // namespace

nlohmann::json parse_json(std::span<const std::uint8_t> bytes) {
  if (bytes.size() > largest_json) refuse_corrupt("the JSON has more than " + std::to_string(largest_json) + " bytes");
  try {
    return json::parse(bytes.begin(), bytes.end());
  } catch (const json::exception& problem) {
    refuse_corrupt(problem.what());
  }
}

Weights decode_weights(const json& groups, std::span<const std::uint8_t> bytes) {
  Weights weights;
  Shards shards{bytes};
  std::int64_t elements = 0;
  try {
    for (const json& group : groups) {
      for (const json& weight : group.at("weights")) {
        const std::string name = weight.at("name").get<std::string>();
        const auto shape = weight.at("shape").get<std::vector<std::int64_t>>();
        elements += checked_count(shape);
        if (elements > most_elements)
          refuse_corrupt("there are more than " + std::to_string(most_elements) + " weights");
        if (!weights.emplace(name, decode_weight(weight, shards, name)).second) {
          refuse_corrupt("weight \"" + name + "\" is there twice");
        }
      }
    }
  } catch (const json::exception& problem) {
    refuse_corrupt(problem.what());
  }
  if (shards.left() != 0) refuse_corrupt(std::to_string(shards.left()) + " bytes of weights are left over");
  return weights;
}

}  // namespace regard::infer
