#include "operations/sample_data/chain_tables.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "foundation/config/config_file.h"
#include "operations/sample_data/part_files.h"
#include "operations/sample_data/text_file.h"

namespace restock::sample_data {
namespace {

std::string stores_text(const generator::World& world) {
  std::string text = "store,state,region\n";
  for (const generator::Store& store : world.stores()) {
    fmt::format_to(std::back_inserter(text), "{},{},{}\n", store.name, store.state, store.region);
  }
  return text;
}

std::string products_text(const generator::World& world) {
  std::string text = "product,category,department,brand,supplier,unit_cost,pack_size\n";
  for (const generator::Product& product : world.products()) {
    const generator::Department& department =
        world.departments()[static_cast<size_t>(product.department)];
    fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{}.{:02},{}\n", product.name,
                   department.category, department.name, product.brand,
                   world.suppliers()[static_cast<size_t>(product.supplier)].name,
                   product.unit_cost_cents / 100, product.unit_cost_cents % 100, product.pack_size);
  }
  return text;
}

std::string suppliers_text(const generator::World& world) {
  std::string text = "supplier,lead_time_days,late_share\n";
  for (const generator::Supplier& supplier : world.suppliers()) {
    fmt::format_to(std::back_inserter(text), "{},{},{:.3f}\n", supplier.name,
                   supplier.lead_time_days, supplier.delay_share);
  }
  return text;
}

std::string holidays_text(const generator::World& world) {
  std::string text = "date,name\n";
  for (const generator::EventDay& day : world.events()) {
    fmt::format_to(std::back_inserter(text), "{},{}\n", day.date.to_string(),
                   generator::event_name(day.event));
  }
  return text;
}

}  // namespace

Status write_chain_tables(const generator::World& world, const std::string& directory) {
  RESTOCK_TRY(write_text_file(directory + "/stores.csv", stores_text(world)));
  RESTOCK_TRY(write_text_file(directory + "/products.csv", products_text(world)));
  RESTOCK_TRY(write_text_file(directory + "/suppliers.csv", suppliers_text(world)));
  return write_text_file(directory + "/holidays.csv", holidays_text(world));
}

Status write_config(const generator::World& world, const DataFiles& files,
                    const std::string& path) {
  const generator::GeneratorOptions& options = world.options();
  RunConfig config;
  config.data.files = files.sales;
  config.data.format = files.csv ? "csv" : "parquet";
  config.data.keys = {"store", "product"};
  config.data.date = "date";
  if (files.csv) config.data.date_format = "%Y-%m-%d";
  config.data.units = "units";
  config.data.price = "price";
  config.data.promotion = "promotion";
  config.data.in_stock = "in_stock";
  config.data.closed = "closed";
  config.data.covariates = {"benefit_day"};
  config.data.frequency = "daily";
  config.data.gaps = "missing";
  config.data.duplicates = "reject";
  config.products = {.file = "products.csv",
                     .keys = {"product"},
                     .attributes = {"category", "department", "brand"}};
  config.stores = {.file = "stores.csv", .keys = {"store"}, .attributes = {"region", "state"}};
  config.inventory.file = "inventory.csv";
  config.inventory.on_order = on_order_columns(world);
  config.inventory.lead_time = "lead_time";
  config.inventory.unit_cost = "unit_cost";
  config.inventory.supplier = "supplier";
  config.inventory.moq = "moq";
  config.inventory.pack_size = "pack_size";
  config.calendar.holidays_file = "holidays.csv";
  if (options.horizon > 0) config.forecast.horizon = options.horizon;
  // Tens of thousands of series still improve after the first rounds that bring nothing.
  constexpr int64_t kManySeries = 10'000;
  if (options.n_series() > kManySeries) {
    config.forecast.trees_min = 200;
    config.forecast.trees_max = 240;
  }
  config.plan.review_period = generator::kReviewDays;
  config.run.seed = files.seed;
  ConfigNotes notes;
  notes.header = fmt::format(
      "Sample data made by restock generate: {} stores, {} products, {} days from {}, seed {}.",
      options.stores, options.products, options.days, options.start.to_string(), options.seed);
  notes.by_option["data.gaps"] =
      "The generator writes a row for every day, so a day without one is unknown, not zero.";
  if (files.dirty)
    notes.by_option["data.files"] = "Spoilt on purpose: truth/dirt.csv lists every fault.";
  return write_text_file(path, to_toml(config, notes));
}

}  // namespace restock::sample_data
