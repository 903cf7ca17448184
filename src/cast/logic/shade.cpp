#include "cast/logic/shade.h"

namespace regard::cast {
namespace {

/// Light that also reaches round the edge of a surface, by a share `wrap` per channel.
Vec3 wrapped(float cosine, Vec3 wrap) {
  const auto channel = [cosine](float w) {
    const float v = clamp01((cosine + w) / (1.0F + w));
    return v * mix(1.0F, v, 0.35F);
  };
  return {channel(wrap.x), channel(wrap.y), channel(wrap.z)};
}

float power16(float v) {
  v *= v;
  v *= v;
  v *= v;
  return v * v;
}

float highlight(const Touch& touch, Vec3 light, bool tight) {
  const float cosine = std::max(0.0F, dot(touch.normal, normalized(light + touch.view)));
  const float wide = power16(cosine);
  return tight ? power16(power16(cosine)) * 6.0F : wide * 0.35F + wide * wide * 0.65F;
}

/// How far light travels under the surface: red the farthest in skin (Jensen et al., SIGGRAPH 2001, in spirit).
Vec3 wrap_of(Material material) {
  switch (material) {
    case Material::skin:
      return {0.42F, 0.24F, 0.18F};
    case Material::hair:
      return {0.3F, 0.3F, 0.3F};
    case Material::eye:
      return {0.35F, 0.35F, 0.35F};
    default:
      return {0.12F, 0.12F, 0.12F};
  }
}

/// A bright window with a crossbar that shines back from flat things where the angle fits.
float window_in(const Touch& touch, Vec3 key) {
  const Vec3 back = touch.normal * (2.0F * dot(touch.normal, touch.view)) - touch.view;
  const Vec3 aim = normalized({key.x * 0.42F, key.y * 0.28F, std::abs(key.z) + 0.5F});
  const Vec3 right = normalized(cross({0, 1, 0}, aim));
  const float across = std::abs(dot(back, right));
  const float up = std::abs(dot(back, cross(aim, right)));
  return smoothstep(0.16F, 0.11F, across) * smoothstep(0.2F, 0.15F, up) *
         smoothstep(0.0F, 0.012F, std::abs(across - 0.02F) + 0.004F);
}

}  // namespace

Vec3 shade(Material material, const Touch& touch, const Lighting& lighting) {
  if (material == Material::screen)
    return touch.albedo * 1.05F + lighting.key * (touch.gloss * 0.45F * window_in(touch, lighting.key_direction));
  const Vec3 wrap = wrap_of(material);
  const Vec3 key_light =
      lighting.key * wrapped(dot(touch.normal, lighting.key_direction), wrap) * mix(0.25F, 1.0F, touch.open);
  const Vec3 fill_light = lighting.fill * wrapped(dot(touch.normal, lighting.fill_direction), wrap) * touch.open;
  Vec3 ambient = mix(lighting.ground, lighting.sky, 0.5F + 0.5F * touch.normal.y);
  // Light between folds of skin has bounced off skin: crevices turn warm rather than grey.
  if (material == Material::skin) {
    ambient = ambient * Vec3{mix(0.28F, 1.0F, touch.open), mix(0.12F, 1.0F, touch.open), mix(0.08F, 1.0F, touch.open)};
  } else {
    ambient *= touch.open;
  }
  Vec3 result = touch.albedo * (key_light + fill_light + ambient) * (1.0F / 2.35F);
  const bool tight = material == Material::eye;
  const float shine = touch.gloss * touch.open;
  result += lighting.key * (shine * 0.5F * highlight(touch, lighting.key_direction, tight));
  result += lighting.fill * (shine * 0.5F * highlight(touch, lighting.fill_direction, tight));
  if (material == Material::paper)
    result += lighting.key * (touch.gloss * 0.6F * window_in(touch, lighting.key_direction));
  const float edge = 1.0F - std::max(0.0F, dot(touch.normal, touch.view));
  result += lighting.sky * touch.albedo * (edge * edge * edge * 0.35F * touch.open * (0.5F + 0.5F * touch.normal.y));
  return result;
}

ToneCurve::ToneCurve() {
  for (int i = 0; i < size; ++i) {
    const float light = (static_cast<float>(i) + 0.5F) / steps_per_unit;
    // Straight up to 0.6, then bent towards 1.
    const float bent = light < 0.6F ? light : 0.6F + 0.4F * (1.0F - std::exp(-(light - 0.6F) / 0.4F));
    const float coded = bent <= 0.0031308F ? 12.92F * bent : 1.055F * std::pow(bent, 1.0F / 2.4F) - 0.055F;
    table_[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(clamp01(coded) * 255.0F + 0.5F);
  }
}

Vec3 srgb(std::uint32_t hex) {
  const auto channel = [](std::uint32_t byte) {
    const float v = static_cast<float>(byte & 255U) / 255.0F;
    return v <= 0.04045F ? v / 12.92F : std::pow((v + 0.055F) / 1.055F, 2.4F);
  };
  return {channel(hex >> 16U), channel(hex >> 8U), channel(hex)};
}

}  // namespace regard::cast
