#include "infer/logic/graph.h"

#include <utility>

namespace regard::infer {

std::string_view element_name(Element element) {
  switch (element) {
    case Element::float32:
      return "float32";
    case Element::int32:
      return "int32";
    case Element::int64:
      return "int64";
    case Element::boolean:
      return "bool";
  }
  return "?";
}

std::int64_t Tensor::count() const { return checked_count(shape); }

Tensor float_tensor(std::vector<std::int64_t> shape, std::vector<float> values) {
  return {Element::float32, std::move(shape), std::move(values), {}};
}

Tensor integer_tensor(std::vector<std::int64_t> values) {
  return {Element::int64, {static_cast<std::int64_t>(values.size())}, {}, std::move(values)};
}

Tensor transposed(const Tensor& tensor, std::span<const std::size_t> order) {
  const std::size_t rank = tensor.shape.size();
  if (order.size() != rank)
    refuse_corrupt("a weight has " + std::to_string(rank) + " dimensions where it needs others");
  Tensor result{tensor.element, std::vector<std::int64_t>(rank), {}, {}};
  for (std::size_t d = 0; d < rank; ++d) result.shape[d] = tensor.shape[order[d]];
  const std::int64_t count = tensor.count();
  if (count == 0) return result;
  std::vector<std::int64_t> stride(rank, 1);
  for (std::size_t d = rank; d-- > 1;) stride[d - 1] = stride[d] * tensor.shape[d];
  std::vector<std::int64_t> index(rank, 0);
  for (std::int64_t i = 0; i < count; ++i) {
    std::int64_t from = 0;
    for (std::size_t d = 0; d < rank; ++d) from += index[d] * stride[order[d]];
    if (tensor.element == Element::float32) {
      result.floats.push_back(tensor.floats[static_cast<std::size_t>(from)]);
    } else {
      result.integers.push_back(tensor.integers[static_cast<std::size_t>(from)]);
    }
    for (std::size_t d = rank; d-- > 0;) {
      if (++index[d] < result.shape[d]) break;
      index[d] = 0;
    }
  }
  return result;
}

std::string Graph::fresh() { return "~" + std::to_string(names_++); }

std::string Graph::constant(Tensor tensor) {
  elements_ += tensor.count();
  // Also keeps what is written far below the 2 GB that a protobuf message may have.
  if (elements_ > most_elements)
    refuse_corrupt("the network has more than " + std::to_string(most_elements) + " weights");
  std::string name = fresh();
  constants.emplace(name, std::move(tensor));
  return name;
}

std::string Graph::add(std::string type, std::vector<std::string> inputs_of_it, Attributes attributes) {
  return add_many(std::move(type), std::move(inputs_of_it), std::move(attributes), 1).front();
}

std::vector<std::string> Graph::add_many(std::string type, std::vector<std::string> inputs_of_it, Attributes attributes,
                                         std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.push_back(fresh());
  operations.push_back({std::move(type), std::move(inputs_of_it), names, std::move(attributes)});
  return names;
}

void Graph::output(const std::string& from, const std::string& name, std::vector<std::int64_t> shape, bool any_shape) {
  for (const Port& other : outputs) {
    if (other.name == name) refuse_corrupt("two outputs are called \"" + name + "\"");
  }
  for (const Port& other : inputs) {
    if (other.name == name) refuse_corrupt("an input and an output are both called \"" + name + "\"");
  }
  if (name.empty() || name.front() == '~') refuse_corrupt("an output cannot be called \"" + name + "\"");
  operations.push_back({"Identity", {from}, {name}, {}});
  outputs.push_back({name, std::move(shape), any_shape});
}

void refuse_corrupt(const std::string& cause) { throw ImportRefusal{ErrorKind::corrupt, cause}; }
void refuse_unsupported(const std::string& cause) { throw ImportRefusal{ErrorKind::unsupported, cause}; }

std::int64_t checked_count(std::span<const std::int64_t> shape) {
  std::int64_t count = 1;
  for (const std::int64_t side : shape) {
    if (side < 0 || side > most_elements) refuse_corrupt("a tensor has the dimension " + std::to_string(side));
    count *= side;
    if (count > most_elements) refuse_corrupt("a tensor has more than " + std::to_string(most_elements) + " elements");
  }
  return count;
}

}  // namespace regard::infer
