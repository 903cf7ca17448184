// Figures about synthetic people.
#pragma once

#include "cast/cast.h"
#include "networks.h"

namespace regard::cast_quality {

/// How often what should be found is found.
struct Found {
  int faces = 0;  ///< at least 40 px wide, within 45 degrees, at least 80 % visible
  int faces_found = 0;
  int bodies = 0;  ///< at least 80 % visible
  int bodies_found = 0;
  double face_score = 0;  ///< sum over those found
  double point_error =
      0;  ///< sum over faces found: mean distance of the five points over the distance between the eyes
  double face_overlap = 0;
  double body_overlap = 0;
};

[[nodiscard]] Found detectability(const cast::SceneOptions& scene, const Networks& networks, int pictures, int every,
                                  int longest);

struct Identity {
  double same_mean = 0;
  double same_low = 0;  ///< 1st percentile
  double different_mean = 0;
  double different_high = 0;  ///< 99th percentile
  int same_pairs = 0;
  int different_pairs = 0;
  int missed = 0;  ///< pictures without a face found
};

/// `views` pictures of each person of a portrait scene, compared all with all.
[[nodiscard]] Identity identity(std::uint64_t seed, int people, int views, const Networks& networks);

}  // namespace regard::cast_quality
