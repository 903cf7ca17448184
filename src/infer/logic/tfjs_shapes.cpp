// Operators that rearrange or pick values.
#include <limits>
#include <utility>

#include "infer/logic/tfjs_operators.h"

namespace regard::infer {
namespace {

using Integers = std::vector<std::int64_t>;

constexpr std::int64_t past_the_end = std::numeric_limits<std::int64_t>::max();

bool has_bit(std::int64_t mask, std::size_t bit) { return ((static_cast<std::uint64_t>(mask) >> bit) & 1U) != 0; }

}  // namespace

void TfConversion::pad(const TfNode& node) {
  const Integers pairs = whole_numbers(node, 1);
  if (pairs.size() % 2 != 0) refuse_corrupt(node.where() + ": its paddings");
  Integers pads(pairs.size());
  for (std::size_t d = 0; d < pairs.size() / 2; ++d) {
    if (pairs[2 * d] < 0 || pairs[2 * d + 1] < 0) refuse_corrupt(node.where() + ": its paddings");
    pads[d] = pairs[2 * d];
    pads[pairs.size() / 2 + d] = pairs[2 * d + 1];
  }
  const Value& value = input(node, 0);
  result(node, graph_.add("Pad", {value.name, graph_.constant(integer_tensor(std::move(pads)))}), value.element);
}

void TfConversion::reshape(const TfNode& node) {
  const Integers shape = whole_numbers(node, 1);
  for (const std::int64_t side : shape) {
    // Zero means "no elements" to TensorFlow and "as before" to ONNX.
    if (side < -1 || side == 0) refuse_unsupported(node.where() + ": a dimension of " + std::to_string(side));
  }
  const Value& value = input(node, 0);
  result(node, graph_.add("Reshape", {value.name, graph_.constant(integer_tensor(shape))}), value.element);
}

void TfConversion::expand(const TfNode& node) {
  const Value& value = input(node, 0);
  result(node, graph_.add("Unsqueeze", {value.name, graph_.constant(integer_tensor({whole_number(node, 1)}))}),
         value.element);
}

void TfConversion::squeeze(const TfNode& node) {
  const Value& value = input(node, 0);
  std::vector<std::string> inputs{value.name};
  Integers sides = node.integers("squeeze_dims");
  if (sides.empty()) sides = node.integers("axis");
  if (!sides.empty()) inputs.push_back(graph_.constant(integer_tensor(std::move(sides))));
  result(node, graph_.add("Squeeze", std::move(inputs)), value.element);
}

void TfConversion::concatenate(const TfNode& node) {
  if (node.inputs().size() < 2) refuse_corrupt(node.where() + " has nothing to join");
  std::vector<std::string> inputs;
  for (std::size_t i = 0; i + 1 < node.inputs().size(); ++i) inputs.push_back(input(node, i).name);
  const Element element = input(node, 0).element;
  result(node, graph_.add("Concat", std::move(inputs), {{"axis", whole_number(node, node.inputs().size() - 1)}}),
         element);
}

void TfConversion::stack(const TfNode& node) {
  const std::int64_t axis = node.integer("axis", 0);
  std::vector<std::string> inputs;
  for (std::size_t i = 0; i < node.inputs().size(); ++i) {
    inputs.push_back(graph_.add("Unsqueeze", {input(node, i).name, graph_.constant(integer_tensor({axis}))}));
  }
  const Element element = input(node, 0).element;
  result(node, graph_.add("Concat", std::move(inputs), {{"axis", axis}}), element);
}

void TfConversion::unstack(const TfNode& node) {
  const std::int64_t axis = node.integer("axis", 0);
  const std::int64_t count = node.integer("num", 0);
  if (count < 1 || count > 1024) refuse_corrupt(node.where() + ": num");
  const Value value = input(node, 0);
  const std::vector<std::string> parts =
      graph_.add_many("Split", {value.name}, {{"axis", axis}}, static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < parts.size(); ++i) {
    result(node, graph_.add("Squeeze", {parts[i], graph_.constant(integer_tensor({axis}))}), value.element,
           static_cast<int>(i));
  }
}

void TfConversion::strided_slice(const TfNode& node) {
  const Integers begin = whole_numbers(node, 1);
  const Integers end = whole_numbers(node, 2);
  const Integers stride = whole_numbers(node, 3);
  if (begin.size() > 8 || end.size() != begin.size() || stride.size() != begin.size()) refuse_corrupt(node.where());
  if (node.integer("ellipsis_mask", 0) != 0 || node.integer("new_axis_mask", 0) != 0) {
    refuse_unsupported(node.where() + " has an ellipsis or a new axis");
  }
  Integers starts;
  Integers ends;
  Integers axes;
  Integers shrunk;
  for (std::size_t d = 0; d < begin.size(); ++d) {
    if (stride[d] == 0) refuse_corrupt(node.where() + ": a stride of 0");
    const bool back = stride[d] < 0;
    axes.push_back(static_cast<std::int64_t>(d));
    if (has_bit(node.integer("shrink_axis_mask", 0), d)) {
      shrunk.push_back(static_cast<std::int64_t>(d));
      starts.push_back(begin[d]);
      ends.push_back(begin[d] == -1 ? past_the_end : begin[d] + 1);
      continue;
    }
    starts.push_back(!has_bit(node.integer("begin_mask", 0), d) ? begin[d] : back ? past_the_end : 0);
    ends.push_back(!has_bit(node.integer("end_mask", 0), d) ? end[d] : back ? -past_the_end : past_the_end);
  }
  const Value value = input(node, 0);
  std::string sliced =
      graph_.add("Slice", {value.name, graph_.constant(integer_tensor(starts)), graph_.constant(integer_tensor(ends)),
                           graph_.constant(integer_tensor(axes)), graph_.constant(integer_tensor(stride))});
  if (!shrunk.empty()) sliced = graph_.add("Squeeze", {sliced, graph_.constant(integer_tensor(shrunk))});
  result(node, std::move(sliced), value.element);
}

void TfConversion::gather(const TfNode& node) {
  if (node.integer("batch_dims", 0) != 0) refuse_unsupported(node.where() + " gathers per batch");
  const Value& value = input(node, 0);
  result(node, graph_.add("Gather", {value.name, input(node, 1).name}, {{"axis", whole_number(node, 2)}}),
         value.element);
}

void TfConversion::gather_points(const TfNode& node) {
  const Value& value = input(node, 0);
  result(node, graph_.add("GatherND", {value.name, to_type(input(node, 1).name, Element::int64)}), value.element);
}

void TfConversion::top(const TfNode& node) {
  const std::int64_t count = whole_number(node, 1);
  if (count < 1) refuse_corrupt(node.where() + ": k");
  const Value& value = input(node, 0);
  const std::vector<std::string> both =
      graph_.add_many("TopK", {value.name, graph_.constant(integer_tensor({count}))},
                      {{"axis", std::int64_t{-1}}, {"largest", std::int64_t{1}}, {"sorted", std::int64_t{1}}}, 2);
  const Element element = value.element;
  result(node, both[0], element, 0);
  result(node, to_type(both[1], Element::int32), Element::int32, 1);
}

void TfConversion::arg_max(const TfNode& node) {
  const std::string index =
      graph_.add("ArgMax", {input(node, 0).name}, {{"axis", whole_number(node, 1)}, {"keepdims", std::int64_t{0}}});
  result(node, to_type(index, Element::int32), Element::int32);
}

}  // namespace regard::infer
