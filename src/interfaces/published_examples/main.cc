// Print the published examples; exit code 1 if one is out of its tolerance.
#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "interfaces/published_examples/published_examples.h"

int main() {
  const auto numbers = restock::published_numbers();
  fmt::print("{}", restock::published_examples_markdown(numbers));
  const bool all =
      std::all_of(numbers.begin(), numbers.end(), [](const auto& n) { return n.ok(); });
  return all ? 0 : 1;
}
