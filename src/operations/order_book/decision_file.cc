#include "operations/order_book/decision_file.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "data/sql/database.h"
#include "foundation/config/suggest.h"

namespace restock {
namespace {

constexpr int kAbsent = -1;

/// Where the columns of a decision are.
class Columns {
 public:
  Columns(std::string path, const sql::Table& table, const std::vector<std::string>& key_names)
      : path_(std::move(path)), table_(table), key_names_(key_names) {
    names_ = key_names;
    names_.insert(names_.end(), {"action", "quantity", "reason", "author", "supplier"});
  }

  Status check() const {
    for (const std::string& column : table_.columns) {
      if (std::ranges::find(names_, column) == names_.end())
        return bad_column(fmt::format("has the column '{}', which says nothing of a decision{}",
                                      column, did_you_mean(column, names_)));
    }
    for (const std::string& needed : names_) {
      const bool optional = needed != "action";
      const bool is_key = std::ranges::find(key_names_, needed) != key_names_.end();
      if ((is_key || !optional) && at(needed) == kAbsent)
        return bad_column(fmt::format("lacks the column {}", needed));
    }
    return {};
  }

  [[nodiscard]] std::string cell(size_t row, const std::string& column) const {
    const int place = at(column);
    return place == kAbsent ? "" : table_.rows[row][static_cast<size_t>(place)].value_or("");
  }

  Result<DecisionRow> read(size_t row) const {
    DecisionRow out;
    out.row = static_cast<int64_t>(row) + 1;
    out.key.parts.reserve(key_names_.size());
    for (const std::string& name : key_names_) out.key.parts.push_back(cell(row, name));
    const auto action = parse_action(cell(row, "action"));
    if (!action.ok()) return bad_row(row, action.error().message, action.error().hint);
    out.action = *action;
    out.reason = cell(row, "reason");
    out.author = cell(row, "author");
    if (std::ranges::find(key_names_, "supplier") == key_names_.end())
      out.supplier = cell(row, "supplier");
    const std::string quantity = cell(row, "quantity");
    const bool edit = out.action == DecisionAction::kEdit;
    if (!edit && !quantity.empty()) {
      return bad_row(
          row, fmt::format("{} takes no quantity, got '{}'", action_name(out.action), quantity),
          "to order another quantity write edit");
    }
    if (!edit) return out;
    const auto [end, failed] =
        std::from_chars(quantity.data(), quantity.data() + quantity.size(), out.quantity);
    if (failed != std::errc() || end != quantity.data() + quantity.size())
      return bad_row(row, fmt::format("edit needs a number in quantity, got '{}'", quantity), "");
    return out;
  }

 private:
  [[nodiscard]] int at(const std::string& column) const {
    const auto place = std::ranges::find(table_.columns, column);
    return place == table_.columns.end() ? kAbsent
                                         : static_cast<int>(place - table_.columns.begin());
  }
  [[nodiscard]] Error bad_column(const std::string& what) const {
    return Error{
        Code::kInvalidData, fmt::format("{} {}", path_, what),
        fmt::format("columns are {}; the last four may be left out", fmt::join(names_, ", "))};
  }
  [[nodiscard]] Error bad_row(size_t row, const std::string& what, const std::string& hint) const {
    return Error{Code::kInvalidData, fmt::format("{} row {}: {}", path_, row + 1, what), hint};
  }

  std::string path_;
  const sql::Table& table_;
  const std::vector<std::string>& key_names_;
  std::vector<std::string> names_;
};

}  // namespace

Result<DecisionFile> read_decision_file(const std::string& path,
                                        const std::vector<std::string>& key_names) {
  // A database of its own: that of the lake is inside a commit.
  RESTOCK_TRY(sql::Database database, sql::Database::open({.threads = 1}));
  const auto table = database.query(fmt::format(
      "SELECT * FROM read_csv({}, header = true, all_varchar = true, null_padding = true)",
      sql::quote_literal(path)));
  if (!table.ok()) {
    return Error{Code::kIo, "cannot read the decisions " + path + ": " + table.error().message,
                 "a CSV file with a header is needed"};
  }
  const Columns columns(path, *table, key_names);
  RESTOCK_TRY(columns.check());
  DecisionFile out;
  out.rows.reserve(table->rows.size());
  for (size_t row = 0; row < table->rows.size(); ++row) {
    if (columns.cell(row, "action").empty()) {
      ++out.empty_rows;
      continue;
    }
    RESTOCK_TRY(DecisionRow one, columns.read(row));
    out.rows.push_back(std::move(one));
  }
  return out;
}

}  // namespace restock
