// A template has no JSON.
// STAGE: embed
// EXPECT: conversion from .*Template.* to|no viable conversion|could not convert|cannot convert
#include <nlohmann/json.hpp>

#include "embed/embed.h"

using namespace regard;

nlohmann::json write(const embed::Template& found) {
#ifdef MISUSE
  return found;
#else
  return found.size();
#endif
}
