#pragma once

#include <span>
#include <string_view>

namespace restock::lake {

/// The texts of sql/*.sql, in the order of their file names. Written by CMake (module.cmake).
[[nodiscard]] std::span<const std::string_view> embedded_queries();

}  // namespace restock::lake
