#include "track/assignment.h"

#include <cstddef>
#include <limits>

#include "core/check.h"

namespace regard::track {
namespace {

constexpr int none = -1;

/// Rows are added one by one; each time the cheapest alternating path from the new row to a free column is found by
/// Dijkstra's algorithm on reduced costs (cost - row price - column price >= 0) and flipped. As many spare columns as
/// rows, each at the price of staying alone, stand right of the real ones, so that a path always exists.
class Solver {
 public:
  Solver(std::span<const float> costs, int rows, int columns, float unpaired)
      : costs_{costs},
        rows_{rows},
        real_{columns},
        all_{columns + rows},
        unpaired_{unpaired},
        row_price_(static_cast<std::size_t>(rows)),
        column_price_(static_cast<std::size_t>(all_)),
        row_of_(static_cast<std::size_t>(all_), none),
        before_(static_cast<std::size_t>(all_)),
        distance_(static_cast<std::size_t>(all_)),
        done_(static_cast<std::size_t>(all_)) {}

  std::vector<int> solve() {
    for (int row = 0; row < rows_; ++row) flip(shortest_path(row), row);
    std::vector<int> column_of(static_cast<std::size_t>(rows_), none);
    for (int column = 0; column < real_; ++column) {
      if (const int row = row_of_[index(column)]; row != none) column_of[index(row)] = column;
    }
    return column_of;
  }

 private:
  static std::size_t index(int i) { return static_cast<std::size_t>(i); }

  [[nodiscard]] double cost(int row, int column) const {
    if (column >= real_) return unpaired_;
    const double value = costs_[index(row) * index(real_) + index(column)];
    return value > unpaired_ ? unpaired_ + 1.0 : value;  // dearer than staying alone: by how much does not matter
  }

  /// The free column at the end of the cheapest path from `start`; `before_` leads back along it.
  int shortest_path(int start) {
    distance_.assign(distance_.size(), std::numeric_limits<double>::infinity());
    done_.assign(done_.size(), 0);
    before_.assign(before_.size(), none);
    int row = start;
    int column = none;  // the column through which `row` was reached
    double travelled = 0;
    while (true) {
      int nearest = none;
      for (int next = 0; next < all_; ++next) {
        if (done_[index(next)] != 0) continue;
        const double through = travelled + cost(row, next) - row_price_[index(row)] - column_price_[index(next)];
        if (through < distance_[index(next)]) {
          distance_[index(next)] = through;
          before_[index(next)] = column;
        }
        if (nearest == none || distance_[index(next)] < distance_[index(nearest)]) nearest = next;
      }
      travelled = distance_[index(nearest)];
      if (row_of_[index(nearest)] == none) return update_prices(start, nearest, travelled);
      done_[index(nearest)] = 1;
      column = nearest;
      row = row_of_[index(nearest)];
    }
  }

  int update_prices(int start, int end, double length) {
    row_price_[index(start)] += length;
    for (int column = 0; column < all_; ++column) {
      if (done_[index(column)] == 0) continue;
      const double slack = length - distance_[index(column)];
      column_price_[index(column)] -= slack;
      row_price_[index(row_of_[index(column)])] += slack;
    }
    return end;
  }

  void flip(int end, int start) {
    int column = end;
    while (before_[index(column)] != none) {
      row_of_[index(column)] = row_of_[index(before_[index(column)])];
      column = before_[index(column)];
    }
    row_of_[index(column)] = start;
  }

  std::span<const float> costs_;
  int rows_;
  int real_;  ///< columns that may be paired
  int all_;   ///< with the spare ones
  double unpaired_;
  std::vector<double> row_price_;
  std::vector<double> column_price_;
  std::vector<int> row_of_;  ///< of each column, or none
  std::vector<int> before_;  ///< the column before each one on its path, none when reached from the start
  std::vector<double> distance_;
  std::vector<char> done_;
};

}  // namespace

std::vector<int> assign(std::span<const float> costs, int rows, int columns, float unpaired) {
  CHECK(rows >= 0 && columns >= 0 &&
        costs.size() == static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns));
  return Solver{costs, rows, columns, unpaired}.solve();
}

}  // namespace regard::track
