#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace restock {

struct HtmlColumn {
  enum class Kind { kText, kNumber, kBars, kWords };
  std::string title;  ///< Plain text.
  Kind kind = Kind::kText;
};

/// Builds one <table> with a header row, inside a box that scrolls sideways on narrow screens.
class HtmlTable {
 public:
  explicit HtmlTable(std::vector<HtmlColumn> columns) : columns_(std::move(columns)) {}

  /// `cells` are HTML already (escaped by the caller), one per column.
  void add_row(const std::vector<std::string>& cells, std::string_view css_class = "");
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  [[nodiscard]] std::string html() const;

 private:
  std::vector<HtmlColumn> columns_;
  std::string rows_;
};

}  // namespace restock
