#include "foundation/config/suggest.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace restock {
namespace {

/// Longer names are never typed by hand; the limit keeps hostile input from costing quadratic time.
constexpr size_t kLengthMax = 256;

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

std::string lower(std::string_view text) {
  std::string out(text.substr(0, kLengthMax));
  for (char& letter : out) letter = lower(letter);
  return out;
}

}  // namespace

int edit_distance(std::string_view first, std::string_view second) {
  const std::string a = lower(first);
  const std::string b = lower(second);
  std::vector<int> before(b.size() + 1);
  std::vector<int> previous(b.size() + 1);
  std::vector<int> current(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) previous[j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    current[0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const int replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before[j - 2] + 1);
      }
    }
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

std::optional<std::string> suggest(std::string_view name, std::span<const std::string> candidates) {
  const int allowed = std::max(2, static_cast<int>(std::min(name.size(), kLengthMax) / 3));
  const std::string* best = nullptr;
  int best_distance = allowed + 1;
  for (const std::string& candidate : candidates) {
    const int distance = edit_distance(name, candidate);
    // A replacement of every letter is no likeness.
    if (distance < best_distance &&
        distance < static_cast<int>(std::max(name.size(), candidate.size()))) {
      best = &candidate;
      best_distance = distance;
    }
  }
  if (best != nullptr) return *best;

  const std::string wanted = lower(name);
  if (wanted.size() < 3) return std::nullopt;
  for (const std::string& candidate : candidates) {
    const std::string other = lower(candidate);
    const bool related = other.size() >= 3 && (other.find(wanted) != std::string::npos ||
                                               wanted.find(other) != std::string::npos);
    if (!related) continue;
    if (best != nullptr) return std::nullopt;
    best = &candidate;
  }
  return best == nullptr ? std::nullopt : std::optional<std::string>(*best);
}

std::string did_you_mean(std::string_view name, std::span<const std::string> candidates) {
  const auto likely = suggest(name, candidates);
  return likely ? fmt::format(", did you mean \"{}\"?", *likely) : std::string();
}

}  // namespace restock
