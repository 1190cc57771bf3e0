#include <iterator>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "operations/sample_data/part_files.h"
#include "operations/sample_data/text_file.h"

namespace restock::sample_data {
namespace {

constexpr std::string_view kSalesHeader =
    "store,product,date,units,price,promotion,in_stock,closed,benefit_day\n";
constexpr size_t kBlockBytes = size_t{1} << 18;

/// One row as text; the cells may be spoilt.
struct Row {
  std::string_view store;
  std::string_view product;
  std::string_view date;
  std::string units;
  std::string price;
  bool promotion = false;
  std::string_view in_stock;
  bool closed = false;
  bool benefit_day = false;

  void append_to(std::string& text) const {
    fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{},{},{},{}\n", store, product, date,
                   units, price, promotion ? 1 : 0, in_stock, closed, benefit_day ? 1 : 0);
  }
};

Row make_row(Part& part, int64_t i, size_t t, std::string_view date) {
  const generator::World& world = part.world();
  const generator::SeriesColumns series = part.columns(i);
  const generator::Store& store = world.stores()[static_cast<size_t>(part.store(i))];
  const bool known = static_cast<int32_t>(t) < world.options().days && series.for_sale[t] != 0;
  Row row;
  row.store = store.name;
  row.product = world.products()[static_cast<size_t>(part.product(i))].name;
  row.date = date;
  if (known) row.units = fmt::format("{}", series.units[t]);
  if (series.price_cents[t] > 0)
    row.price = fmt::format("{}.{:02}", series.price_cents[t] / 100, series.price_cents[t] % 100);
  row.promotion = series.promotion[t] != 0;
  if (known) row.in_stock = series.in_stock[t] != 0 ? "true" : "false";
  row.closed = series.for_sale[t] == 0;
  row.benefit_day = world.benefit_day(store.state_index)[t] != 0;
  return row;
}

/// Append a row and what the fault makes of it. Returns how many lines after the row's own first
/// line the fault is found.
int append_spoilt(const Row& row, const generator::Dirt& dirt, std::string& text) {
  using generator::DirtKind;
  Row spoilt = row;
  const std::string cell(generator::dirt_text(dirt));
  const std::string ghost = fmt::format("GHOST-{:03}", dirt.choice % 1000);
  switch (dirt.kind) {
    case DirtKind::kMissingRow:
      return 0;
    case DirtKind::kBadUnits:
      spoilt.units = cell;
      break;
    case DirtKind::kBadDate:
      spoilt.date = cell;
      break;
    case DirtKind::kBadPrice:
      spoilt.price = cell;
      break;
    case DirtKind::kDuplicateRow:
      break;
    case DirtKind::kNegativeUnits:
      spoilt.units = fmt::format("-{}", 1 + dirt.choice % 5);
      break;
    case DirtKind::kUnknownProduct:
      spoilt.product = ghost;
      break;
  }
  const bool adds_row = dirt.kind == DirtKind::kDuplicateRow ||
                        dirt.kind == DirtKind::kNegativeUnits ||
                        dirt.kind == DirtKind::kUnknownProduct;
  if (adds_row) row.append_to(text);
  spoilt.append_to(text);
  return adds_row ? 1 : 0;
}

/// Writes rows of a part to a CSV file, and its faults to another.
class CsvWriter {
 public:
  CsvWriter(Part& part, const CsvOptions& options, TextFile& sales, TextFile* dirt)
      : part_(part), options_(options), sales_(sales), dirt_(dirt) {
    text_ = kSalesHeader;
    for (int32_t t = 0; t < part.world().n_days(); ++t) {
      dates_.push_back((part.world().options().start + t).to_string());
    }
  }

  void write_days(int64_t i, size_t first_day, size_t end_day, Tally& tally) {
    const generator::SeriesColumns series = part_.columns(i);
    for (size_t t = first_day; t < end_day; ++t) {
      const Row row = make_row(part_, i, t, dates_[t]);
      std::optional<generator::Dirt> dirt;
      if (dirt_ != nullptr && series.for_sale[t] != 0) {
        dirt = generator::dirt_at(part_.world(), options_.dirt_share, part_.store(i),
                                  part_.product(i), static_cast<int32_t>(t));
      }
      if (dirt) {
        write_spoilt(row, *dirt, tally);
      } else {
        row.append_to(text_);
      }
      if (text_.size() >= kBlockBytes) flush();
    }
  }

  void flush() {
    sales_.write(text_);
    text_.clear();
  }

 private:
  void write_spoilt(const Row& row, const generator::Dirt& dirt, Tally& tally) {
    flush();
    const int64_t line = sales_.lines() + 1 + append_spoilt(row, dirt, text_);
    const bool missing = dirt.kind == generator::DirtKind::kMissingRow;
    const std::string ghost = fmt::format("GHOST-{:03}", dirt.choice % 1000);
    const bool unknown = dirt.kind == generator::DirtKind::kUnknownProduct;
    dirt_->write(fmt::format("{},{},{},{},{},{},\"{}\"\n", options_.sales_name,
                             missing ? "" : fmt::format("{}", line),
                             generator::dirt_kind_name(dirt.kind), row.store,
                             unknown ? ghost : row.product, row.date, generator::dirt_text(dirt)));
    tally.dirt_rows[static_cast<size_t>(dirt.kind)] += 1;
  }

  Part& part_;
  const CsvOptions& options_;
  TextFile& sales_;
  TextFile* dirt_;
  std::string text_;
  std::vector<std::string> dates_;
};

/// Write days [first_day, end_day) of all series of a part.
Status write_csv(Part& part, CsvWriter& writer, size_t first_day, size_t end_day,
                 ProgressGate& gate, Tally& tally) {
  for (int64_t i = 0; i < part.n_series(); ++i) {
    writer.write_days(i, first_day, end_day, tally);
    if (!gate.advance(static_cast<int64_t>(end_day - first_day))) {
      return Error{Code::kCancelled, "generation was stopped", ""};
    }
  }
  writer.flush();
  return {};
}

}  // namespace

Status write_sales_csv(Part& part, const PartPaths& paths, const CsvOptions& options,
                       ProgressGate& gate, Tally& tally) {
  const auto days = static_cast<size_t>(part.world().options().days);
  RESTOCK_TRY(TextFile sales, TextFile::create(paths.sales));
  std::optional<TextFile> dirt;
  if (!paths.dirt.empty()) {
    RESTOCK_TRY(TextFile file, TextFile::create(paths.dirt));
    dirt = std::move(file);
  }
  CsvWriter writer(part, options, sales, dirt ? &*dirt : nullptr);
  RESTOCK_TRY(write_csv(part, writer, 0, days, gate, tally));
  RESTOCK_TRY(sales.close());
  if (dirt) RESTOCK_TRY(dirt->close());
  if (paths.planned.empty()) return {};
  RESTOCK_TRY(TextFile planned, TextFile::create(paths.planned));
  CsvWriter planned_writer(part, options, planned, nullptr);
  RESTOCK_TRY(write_csv(part, planned_writer, days, static_cast<size_t>(part.world().n_days()),
                        gate, tally));
  return planned.close();
}

std::vector<std::string> on_order_columns(const generator::World& world) {
  int32_t longest = 1;
  for (const generator::Supplier& supplier : world.suppliers()) {
    longest = std::max(longest, supplier.lead_time_days + 3);  // Delays are 1 to 3 days.
  }
  std::vector<std::string> names;
  for (int32_t k = 1; k <= longest; ++k) names.push_back(fmt::format("on_order_in_{}_periods", k));
  return names;
}

std::string inventory_header(const generator::World& world) {
  return fmt::format("store,product,on_hand,{},lead_time,unit_cost,supplier,moq,pack_size\n",
                     fmt::join(on_order_columns(world), ","));
}

Status write_inventory(Part& part, const PartPaths& paths) {
  const generator::World& world = part.world();
  const size_t columns = on_order_columns(world).size();
  RESTOCK_TRY(TextFile file, TextFile::create(paths.inventory));
  std::string text;
  for (int64_t i = 0; i < part.n_series(); ++i) {
    const generator::Product& product = world.products()[static_cast<size_t>(part.product(i))];
    if (product.withdrawal_day <= world.options().days - 1) continue;
    const generator::Supplier& supplier = world.suppliers()[static_cast<size_t>(product.supplier)];
    const generator::StockPosition& position = part.position(i);
    fmt::format_to(std::back_inserter(text), "{},{},{}",
                   world.stores()[static_cast<size_t>(part.store(i))].name, product.name,
                   position.on_hand);
    for (size_t k = 0; k < columns; ++k)
      fmt::format_to(std::back_inserter(text), ",{}", position.on_order[k]);
    fmt::format_to(std::back_inserter(text), ",{},{}.{:02},{},{},{}\n", supplier.lead_time_days,
                   product.unit_cost_cents / 100, product.unit_cost_cents % 100, supplier.name,
                   product.moq, product.pack_size);
    if (text.size() >= kBlockBytes) {
      file.write(text);
      text.clear();
    }
  }
  file.write(text);
  return file.close();
}

}  // namespace restock::sample_data
