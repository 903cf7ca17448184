// The kinds of source behind `open_source`. Each checks what can be checked before the first frame.
#pragma once

#include <filesystem>
#include <memory>

#include "capture/capture.h"
#include "capture/logic/address.h"

namespace regard::capture {

using OpenedSource = Result<std::unique_ptr<Source>>;

[[nodiscard]] OpenedSource open_recording(const Address& address, const SourceOptions& options, StateListener listener);
[[nodiscard]] OpenedSource open_images(const std::filesystem::path& path, const SourceOptions& options,
                                       StateListener listener);
[[nodiscard]] OpenedSource open_live(const Address& address, const SourceOptions& options, StateListener listener);
[[nodiscard]] OpenedSource open_cast(const std::string& scene, const SourceOptions& options, StateListener listener);

}  // namespace regard::capture
