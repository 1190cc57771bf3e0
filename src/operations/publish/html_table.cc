#include "operations/publish/html_table.h"

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "operations/publish/html_text.h"

namespace restock {
namespace {

std::string_view cell_attributes(HtmlColumn::Kind kind) {
  switch (kind) {
    case HtmlColumn::Kind::kText:
      return "";
    case HtmlColumn::Kind::kNumber:
      return " class=\"n\"";
    case HtmlColumn::Kind::kBars:
      return " class=\"bars\"";
    case HtmlColumn::Kind::kWords:
      return " class=\"words\"";
  }
  return "";
}

}  // namespace

void HtmlTable::add_row(const std::vector<std::string>& cells, std::string_view css_class) {
  RESTOCK_ASSERT(cells.size() == columns_.size());
  rows_ += css_class.empty() ? std::string("<tr>") : fmt::format("<tr class=\"{}\">", css_class);
  for (size_t i = 0; i < cells.size(); ++i) {
    rows_ += fmt::format("<td{}>{}</td>", cell_attributes(columns_[i].kind), cells[i]);
  }
  rows_ += "</tr>\n";
}

std::string HtmlTable::html() const {
  std::string head;
  for (const HtmlColumn& column : columns_) {
    head += fmt::format("<th scope=\"col\"{}>{}</th>", cell_attributes(column.kind),
                        escape_html(column.title));
  }
  return fmt::format(
      "<div "
      "class=\"scroll\"><table>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody></table></div>\n",
      head, rows_);
}

}  // namespace restock
