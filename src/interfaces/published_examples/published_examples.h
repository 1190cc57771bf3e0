#pragma once

#include <string>
#include <vector>

namespace restock {

/// One number of a published example beside what the library gives for it.
struct PublishedNumber {
  std::string id;        ///< T1 .. T37; an example has several numbers.
  std::string model;     ///< What is computed, and from what.
  std::string quantity;  ///< Which of its results this is.
  double expected = 0;
  double got = 0;
  double tolerance =
      0;  ///< Largest |got - expected|: 1e-6 relative, or half of the last digit given.

  [[nodiscard]] bool ok() const;  ///< False also if `got` is not a number.
};

/// All numbers of all examples, in order. Pure; takes a few milliseconds.
/// Source: Snyder & Shen, Fundamentals of Supply Chain Theory, 2nd ed. (2019), as reproduced by
/// stockpyl (T1-T28), and the books that the other rows name.
[[nodiscard]] std::vector<PublishedNumber> published_numbers();

/// docs/reference/inventory-examples.md: the numbers as a Markdown table.
[[nodiscard]] std::string published_examples_markdown(const std::vector<PublishedNumber>& numbers);

}  // namespace restock
