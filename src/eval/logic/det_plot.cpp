#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "eval/verification.h"

namespace regard::eval {
namespace {

// A square of seven decades would be mostly empty: error rates from one in a hundred thousand to one.
constexpr double least_rate = 1e-5;
constexpr int decades = 5;
constexpr double left = 70;
constexpr double top = 50;
constexpr double side = 400;

/// Place of a rate on an axis, 0 at `least_rate` .. 1; rates of 0 lie at the border.
double place(double rate) { return std::log10(std::max(rate, least_rate) / least_rate) / decades; }
double across(double fmr) { return left + side * place(fmr); }
double down(double fnmr) { return top + side * (1 - place(fnmr)); }

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '<') {
      result += "&lt;";
    } else if (c == '&') {
      result += "&amp;";
    } else {
      result += c;
    }
  }
  return result;
}

std::string axes() {
  std::string svg;
  for (int decade = 0; decade <= decades; ++decade) {
    const double rate = least_rate * std::pow(10, decade);
    const std::string name = decade == decades ? "1" : fmt::format("1e-{}", decades - decade);
    svg += fmt::format(
        "<path d=\"M{0:.1f} {1:.1f}V{2:.1f}M{3:.1f} {4:.1f}H{5:.1f}\" stroke=\"#ddd\"/>\n"
        "<text x=\"{0:.1f}\" y=\"{6:.1f}\" text-anchor=\"middle\">{8}</text>\n"
        "<text x=\"{7:.1f}\" y=\"{4:.1f}\" text-anchor=\"end\" dominant-baseline=\"middle\">{8}</text>\n",
        across(rate), top, top + side, left, down(rate), left + side, top + side + 20, left - 8, name);
  }
  return svg;
}

}  // namespace

std::string det_csv(std::span<const DetPoint> curve) {
  std::string text = "threshold,fmr,fnmr\n";
  for (const DetPoint& point : curve)
    text += fmt::format("{:.6g},{:.6g},{:.6g}\n", point.threshold, point.fmr, point.fnmr);
  return text;
}

std::string det_svg(std::span<const DetPoint> curve, std::string_view title) {
  std::string svg =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 500 510\" font-family=\"sans-serif\" font-size=\"12\">\n"
      "<rect width=\"500\" height=\"510\" fill=\"#fff\"/>\n";
  svg += fmt::format("<text x=\"{}\" y=\"30\" font-size=\"14\">{}</text>\n", left, escaped(title));
  svg += axes();
  std::string line;
  for (const DetPoint& point : curve) {
    // Every point is a step: first the rate that changes without the other.
    line += line.empty() ? fmt::format("M{:.1f} {:.1f}", across(point.fmr), down(point.fnmr))
                         : fmt::format("H{:.1f}V{:.1f}", across(point.fmr), down(point.fnmr));
  }
  svg += "<path d=\"" + line + "\" fill=\"none\" stroke=\"#06c\" stroke-width=\"2\"/>\n";
  svg += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">false match rate</text>\n", left + side / 2,
                     top + side + 42);
  svg += fmt::format(
      "<text transform=\"translate(20 {}) rotate(-90)\" text-anchor=\"middle\">false non-match rate</text>\n",
      top + side / 2);
  return svg + "</svg>\n";
}

}  // namespace regard::eval
