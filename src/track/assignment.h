// The cheapest way to pair two sets. Used by the tracker and by the measures of tracking quality. Pure.
#pragma once

#include <span>
#include <vector>

namespace regard::track {

/// A column for each row, or -1. Every column is used at most once; the sum of the costs of the pairs, plus
/// `unpaired` for each row without a column, is the smallest possible. `costs` is row by row, `rows` x `columns`; a
/// pair that costs more than `unpaired` (infinity included) is never made. Costs must not be NaN. Takes rows^2 * (rows
/// + columns) steps at worst. Source: Jonker and Volgenant, "A shortest augmenting path algorithm for dense and sparse
/// linear assignment problems", Computing 38, 1987.
[[nodiscard]] std::vector<int> assign(std::span<const float> costs, int rows, int columns, float unpaired);

}  // namespace regard::track
