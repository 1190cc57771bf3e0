#include "foundation/config/option_table.h"

#include <cmath>

#include <fmt/format.h>

namespace restock {
namespace {

template <auto Section, auto Member>
OptionField at(RunConfig& config) {
  return &(config.*Section.*Member);
}

constexpr OptionRange at_least(double low) {
  return {.low = low};
}
constexpr OptionRange above(double low) {
  return {.low = low, .low_open = true};
}
constexpr OptionRange between(double low, double high) {
  return {.low = low, .high = high};
}

template <auto Member>
constexpr auto kData = &at<&RunConfig::data, Member>;
template <auto Member>
constexpr auto kProducts = &at<&RunConfig::products, Member>;
template <auto Member>
constexpr auto kStores = &at<&RunConfig::stores, Member>;
template <auto Member>
constexpr auto kLifeCycle = &at<&RunConfig::life_cycle, Member>;
template <auto Member>
constexpr auto kInventory = &at<&RunConfig::inventory, Member>;
template <auto Member>
constexpr auto kLocations = &at<&RunConfig::locations, Member>;
template <auto Member>
constexpr auto kSuppliers = &at<&RunConfig::suppliers, Member>;
template <auto Member>
constexpr auto kReceipts = &at<&RunConfig::receipts, Member>;
template <auto Member>
constexpr auto kLimits = &at<&RunConfig::limits, Member>;
template <auto Member>
constexpr auto kCalendar = &at<&RunConfig::calendar, Member>;
template <auto Member>
constexpr auto kForecast = &at<&RunConfig::forecast, Member>;
template <auto Member>
constexpr auto kPlan = &at<&RunConfig::plan, Member>;
template <auto Member>
constexpr auto kOutput = &at<&RunConfig::output, Member>;
template <auto Member>
constexpr auto kRun = &at<&RunConfig::run, Member>;

std::vector<Option> data_options() {
  using D = DataConfig;
  return {
      {"data", "files", kData<&D::files>,
       "Sales history: paths or globs, relative to this file. Needed."},
      {"data",
       "format",
       kData<&D::format>,
       "File format; auto goes by the name. Text may end in .gz or .zst.",
       {"auto", "csv", "tsv", "jsonl", "parquet"}},
      {"data", "keys", kData<&D::keys>,
       "Columns that name a series, most general first; empty = one single series."},
      {"data", "date", kData<&D::date>,
       "Column of the date or time of a row. Needed unless the layout is wide."},
      {"data", "date_format", kData<&D::date_format>,
       "auto (decided over all rows), or a strptime format such as \"%d/%m/%Y %H:%M\"."},
      {"data", "units", kData<&D::units>,
       "Column of the units sold. Needed unless the layout is wide."},
      {"data", "price", kData<&D::price>, "Column of the price per unit; empty = none."},
      {"data", "promotion", kData<&D::promotion>,
       "Column of the planned promotion, a flag, an intensity or a text; empty = none."},
      {"data", "in_stock", kData<&D::in_stock>,
       "Column that is false or 0 when the item was out of stock."},
      {"data", "out_of_stock", kData<&D::out_of_stock>,
       "The other way round: column that is true or above 0 when the item was out of stock."},
      {"data", "out_of_stock_hours", kData<&D::out_of_stock_hours>,
       "Column of the hours of a day without stock: above 0 the demand was cut off for that share "
       "of open_hours, at 0 it was not."},
      {"data",
       "open_hours",
       kData<&D::open_hours>,
       "Hours a day that out_of_stock_hours can be at most.",
       {},
       between(0.01, 24)},
      {"data", "closed", kData<&D::closed>,
       "Column that is true or 1 where a closure is known ahead."},
      {"data", "open", kData<&D::open>,
       "The other way round: column that is false or 0 where a closure is known ahead."},
      {"data", "event_id", kData<&D::event_id>,
       "Column that identifies one record, to find exact duplicates."},
      {"data", "covariates", kData<&D::covariates>,
       "Numeric columns that are known ahead, besides price and promotion."},
      {"data", "attributes", kData<&D::attributes>, "Columns that do not change within a series."},
      {"data",
       "frequency",
       kData<&D::frequency>,
       "Length of a period; auto is decided over all series.",
       {"auto", "hourly", "daily", "weekly", "monthly"}},
      {"data",
       "layout",
       kData<&D::layout>,
       "long has one row a series and period, wide one column a date.",
       {"long", "wide"}},
      {"data", "wide_columns", kData<&D::wide_columns>,
       "Regular expression of the date columns of a wide table."},
      {"data", "wide_start", kData<&D::wide_start>,
       "Date (2011-01-29) of the column numbered 1, where date columns are numbered (d_1, d_2, "
       "...)."},
      {"data",
       "delimiter",
       kData<&D::delimiter>,
       "What separates the columns of a text file.",
       {"auto", ",", ";", "|", "\t"}},
      {"data",
       "decimal",
       kData<&D::decimal>,
       "Decimal mark of numbers written as text.",
       {"auto", ".", ","}},
      {"data",
       "gaps",
       kData<&D::gaps>,
       "What a period without a row means, inside and after a series' life; auto decides by the "
       "data and says so.",
       {"auto", "zero", "missing"}},
      {"data",
       "duplicates",
       kData<&D::duplicates>,
       "Several rows for one series and period: add up (transactions), reject those that conflict, "
       "or keep the last.",
       {"auto", "sum", "reject", "last"}},
      {"data",
       "returns",
       kData<&D::returns>,
       "Negative units: quarantine the row, net them within the period (not below 0), or take them "
       "as zero.",
       {"quarantine", "net", "zero"}},
  };
}

std::vector<Option> table_options() {
  using A = AttributeTableConfig;
  using L = LifeCycleConfig;
  using I = InventoryConfig;
  using C = CalendarConfig;
  return {
      {"products", "file", kProducts<&A::file>, "Table of product attributes; empty = none."},
      {"products", "keys", kProducts<&A::keys>,
       "Key columns of the sales that it has; empty = all it has."},
      {"products", "attributes", kProducts<&A::attributes>, "Columns to use; empty = all others."},
      {"stores", "file", kStores<&A::file>, "Table of store attributes; empty = none."},
      {"stores", "keys", kStores<&A::keys>,
       "Key columns of the sales that it has; empty = all it has."},
      {"stores", "attributes", kStores<&A::attributes>, "Columns to use; empty = all others."},
      {"life_cycle", "file", kLifeCycle<&L::file>,
       "Table of products that replace others, first and last days of sale; empty = none."},
      {"life_cycle", "keys", kLifeCycle<&L::keys>,
       "Key columns of the sales that it has; empty = all it has."},
      {"life_cycle", "predecessor", kLifeCycle<&L::predecessor>,
       "Column of the product that a product replaces; its history is inherited."},
      {"life_cycle", "factor", kLifeCycle<&L::factor>,
       "Column of the sales expected per unit of the predecessor; empty cells are 1."},
      {"life_cycle", "launch", kLifeCycle<&L::launch>,
       "Column of the first day of sale (2024-12-31); nothing is forecast before it."},
      {"life_cycle", "phase_out", kLifeCycle<&L::phase_out>,
       "Column of the last day of sale; nothing is forecast after it."},
      {"life_cycle", "detect_phase_out", kLifeCycle<&L::detect_phase_out>,
       "Forecast nothing for a product that has not sold for longer than ever and than 1 in 1,000 "
       "of its pauses would be; periods out of stock do not count."},
      {"inventory", "file", kInventory<&I::file>,
       "One row a series with its stock; empty = no stock is known."},
      {"inventory", "on_hand", kInventory<&I::on_hand>, "Column of the units on hand."},
      {"inventory", "on_order", kInventory<&I::on_order>,
       "Columns of open orders; the i-th arrives after i review periods unless its name says "
       "in_K_periods (weeks, ...)."},
      {"inventory", "lead_time", kInventory<&I::lead_time>,
       "Column of the lead time in periods; empty = [plan] lead_time."},
      {"inventory", "unit_cost", kInventory<&I::unit_cost>,
       "Column of the purchase cost per unit; empty = none."},
      {"inventory", "supplier", kInventory<&I::supplier>, "Column of the supplier; empty = none."},
      {"inventory", "moq", kInventory<&I::moq>,
       "Column of the minimum order quantity; empty = [plan] moq."},
      {"inventory", "pack_size", kInventory<&I::pack_size>,
       "Column of the pack size; empty = [plan] pack_size."},
      {"inventory", "shelf_life", kInventory<&I::shelf_life>,
       "Column of the periods in which goods can be sold; empty = [plan] shelf_life."},
      {"inventory", "display_stock", kInventory<&I::display_stock>,
       "Column of the stock to display; empty = [plan] display_stock."},
      {"inventory", "max_cover", kInventory<&I::max_cover>,
       "Column of the most periods that an order covers; empty = [plan] max_cover."},
      {"inventory", "expiring", kInventory<&I::expiring>,
       "Columns of stock on hand by its last period of sale, the i-th period after the origin "
       "unless its name says in_K_periods (days, ...); the oldest is sold first."},
      {"limits", "file", kLimits<&LimitsConfig::file>,
       "One row a limit of today's orders: name, resource, amount, and in whose scope; empty = "
       "none."},
      {"calendar", "country", kCalendar<&C::country>,
       "ISO 3166 code whose holidays are used; empty = none."},
      {"calendar", "holidays_file", kCalendar<&C::holidays_file>,
       "Your own holidays, date,name per row; empty = none."},
  };
}

std::vector<Option> location_options() {
  using L = LocationsConfig;
  return {
      {"locations", "file", kLocations<&L::file>,
       "One row a store or warehouse, with the columns below; empty = each is supplied from "
       "outside. "
       "Columns of [inventory] go before these, these before [plan]."},
      {"locations", "key", kLocations<&L::key>,
       "Key column of the sales that names the location; empty = the first."},
      {"locations", "location", kLocations<&L::location>, "Column of the location. Needed."},
      {"locations", "supplied_by", kLocations<&L::supplied_by>,
       "Column of the location that supplies it; an empty cell is an outside supplier. Needed."},
      {"locations", "lead_time", kLocations<&L::lead_time>,
       "Column of the lead time in periods from what supplies it."},
      {"locations", "review_period", kLocations<&L::review_period>,
       "Column of the periods between two orders."},
      {"locations", "pack_size", kLocations<&L::pack_size>, "Column of the pack size."},
      {"locations",
       "allocation",
       kLocations<&L::allocation>,
       "Who gets the stock of a short location: the packs that save most where they go, or each "
       "its "
       "share of what it asks for.",
       {"reward", "proportional"}},
  };
}

std::vector<Option> supplier_options() {
  using S = SuppliersConfig;
  using R = ReceiptsConfig;
  return {
      {"suppliers", "file", kSuppliers<&S::file>,
       "One row an offer: supplier, key columns of the sales (a row without a value holds for "
       "all), "
       "and the columns below; empty = one supplier for all. Before [inventory] and [plan]."},
      {"suppliers", "supplier", kSuppliers<&S::supplier>, "Column of the supplier."},
      {"suppliers", "lead_time", kSuppliers<&S::lead_time>,
       "Column of the promised lead time in periods."},
      {"suppliers", "unit_cost", kSuppliers<&S::unit_cost>,
       "Column of the purchase cost per unit; the cheapest supplier is chosen by it and by what "
       "its lead time costs."},
      {"suppliers", "moq", kSuppliers<&S::moq>, "Column of the minimum order quantity."},
      {"suppliers", "pack_size", kSuppliers<&S::pack_size>, "Column of the pack size."},
      {"suppliers", "order_days", kSuppliers<&S::order_days>,
       "Column of the days at whose end an order may be placed (Mon Thu, Mon-Fri); daily data "
       "only, in place of [plan] review_period."},
      {"suppliers", "delivery_days", kSuppliers<&S::delivery_days>,
       "Column of the days at whose start goods arrive; daily data only."},
      {"suppliers", "closed", kSuppliers<&S::closed>,
       "Column of days without orders and deliveries (2024-12-25 2024-12-26); daily data only."},
      {"receipts", "file", kReceipts<&R::file>,
       "One row a delivery: supplier, key columns of the sales if known, and the columns below; "
       "empty = lead times are as promised."},
      {"receipts", "supplier", kReceipts<&R::supplier>, "Column of the supplier. Needed."},
      {"receipts", "ordered", kReceipts<&R::ordered>, "Column of the day of the order. Needed."},
      {"receipts", "received", kReceipts<&R::received>,
       "Column of the day of arrival; an empty cell is still on its way."},
      {"receipts", "ordered_units", kReceipts<&R::ordered_units>, "Column of the units ordered."},
      {"receipts", "received_units", kReceipts<&R::received_units>,
       "Column of the units received."},
  };
}

std::vector<Option> model_options() {
  using F = ForecastConfig;
  using P = PlanConfig;
  return {
      {"forecast", "horizon", kForecast<&F::horizon>, "Periods ahead.", {}, between(1, 730)},
      {"forecast",
       "levels",
       kForecast<&F::levels>,
       "Central intervals in percent.",
       {},
       {.low = 0, .high = 100, .low_open = true, .high_open = true}},
      {"forecast",
       "objective",
       kForecast<&F::objective>,
       "What the model minimises.",
       {"auto", "tweedie", "poisson", "squared", "quantile"}},
      {"forecast",
       "mode",
       kForecast<&F::mode>,
       "Forecast each period directly, feed forecasts back as lags, or average both (twice the "
       "time).",
       {"direct", "recursive", "mixed"}},
      {"forecast",
       "target_transform",
       kForecast<&F::target_transform>,
       "What the model learns of units, by squared errors; level = over the baseline.",
       {"none", "log1p", "sqrt", "level"}},
      {"forecast", "model_per", kForecast<&F::model_per>,
       "Key or attribute column: a model for each value, one for small ones; empty = one for all."},
      {"forecast",
       "trees_max",
       kForecast<&F::trees_max>,
       "Most boosting rounds; early stopping may take fewer.",
       {},
       between(1, 20000)},
      {"forecast",
       "trees_min",
       kForecast<&F::trees_min>,
       "Fewest boosting rounds.",
       {},
       between(1, 20000)},
      {"forecast", "depth", kForecast<&F::depth>, "Depth of a tree.", {}, between(1, 16)},
      {"forecast",
       "learning_rate",
       kForecast<&F::learning_rate>,
       "Shrinkage of each tree.",
       {},
       {.low = 0, .high = 1, .low_open = true}},
      {"forecast",
       "min_child_weight",
       kForecast<&F::min_child_weight>,
       "Smallest weight of the rows in a leaf; 0 = decided from the size of the data.",
       {},
       at_least(0)},
      {"forecast",
       "lambda",
       kForecast<&F::lambda>,
       "Pull of leaf values towards zero.",
       {},
       at_least(0)},
      {"forecast",
       "row_share",
       kForecast<&F::row_share>,
       "Share of the rows that each tree learns from, drawn anew for each.",
       {},
       {.low = 0, .high = 1, .low_open = true}},
      {"forecast",
       "column_share",
       kForecast<&F::column_share>,
       "Share of the features that each tree may use, drawn anew for each.",
       {},
       {.low = 0, .high = 1, .low_open = true}},
      {"forecast", "price_monotone", kForecast<&F::price_monotone>,
       "A higher planned price never raises the forecast of its period."},
      {"forecast",
       "train_periods_max",
       kForecast<&F::train_periods_max>,
       "Learn from the last N periods only; 0 = decided by memory.",
       {},
       at_least(0)},
      {"forecast", "integers", kForecast<&F::integers>, "Round point forecasts to whole units."},
      {"forecast",
       "censored",
       kForecast<&F::censored>,
       "Periods out of stock: leave them out, or learn from an estimate of their demand.",
       {"skip", "estimate"}},
      {"forecast",
       "ensemble",
       kForecast<&F::ensemble>,
       "Combine the model with simpler forecasts: where that pays, never, or always.",
       {"auto", "off", "on"}},
      {"forecast", "refit", kForecast<&F::refit>,
       "Fit again with the validation window after early stopping."},
      {"plan",
       "lead_time",
       kPlan<&P::lead_time>,
       "Periods between order and arrival.",
       {},
       between(0, 730)},
      {"plan",
       "review_period",
       kPlan<&P::review_period>,
       "Periods between two orders.",
       {},
       between(1, 730)},
      {"plan",
       "service_level",
       kPlan<&P::service_level>,
       "Chance of no stock-out in an order cycle; 0 = from holding and shortage cost.",
       {},
       {.low = 0, .high = 1, .high_open = true}},
      {"plan", "holding_cost", kPlan<&P::holding_cost>, "Money per unit and period.", {}, above(0)},
      {"plan",
       "shortage_cost",
       kPlan<&P::shortage_cost>,
       "Money per unit of lost sale.",
       {},
       above(0)},
      {"plan",
       "critical_ratio",
       kPlan<&P::critical_ratio>,
       "Share of outcomes that an order of restock plan covers; 0 = from holding and shortage "
       "cost.",
       {},
       {.low = 0, .high = 1, .high_open = true}},
      {"plan",
       "service",
       kPlan<&P::service>,
       "What service_level is the target of: cycles without a lost sale, or demand served.",
       {"cycle", "fill_rate"}},
      {"plan", "service_group", kPlan<&P::service_group>,
       "Whose target service_level is, weighed by revenue: empty = each series, all, or a key or "
       "attribute column: each of its values."},
      {"plan",
       "shelf_life",
       kPlan<&P::shelf_life>,
       "Periods in which goods can be sold, that of the arrival included; 0 = they keep.",
       {},
       between(0, 10000)},
      {"plan",
       "display_stock",
       kPlan<&P::display_stock>,
       "Mean stock that the end of the cover is not planned under, in units.",
       {},
       at_least(0)},
      {"plan",
       "max_cover",
       kPlan<&P::max_cover>,
       "Most periods whose expected sales an order may cover; 0 = no cap.",
       {},
       between(0, 10000)},
      {"plan", "moq", kPlan<&P::moq>, "Minimum order quantity in units.", {}, at_least(0)},
      {"plan",
       "pack_size",
       kPlan<&P::pack_size>,
       "Orders are multiples of it, in units.",
       {},
       above(0)},
      {"plan",
       "rounding",
       kPlan<&P::rounding>,
       "How an order is brought to whole packs; nearest rounds ties up.",
       {"up", "down", "nearest"}},
      {"plan",
       "budget",
       kPlan<&P::budget>,
       "Money that all orders of one day may cost; 0 = no limit. Needs [inventory] unit_cost.",
       {},
       at_least(0)},
      {"plan", "transfers", kPlan<&P::transfers>,
       "Move stock between the locations of a product before anything is bought, where that saves "
       "more than it costs."},
      {"plan", "transfer_cost", kPlan<&P::transfer_cost>, "Money per unit moved.", {}, at_least(0)},
      {"plan",
       "transfer_time",
       kPlan<&P::transfer_time>,
       "Full periods that moved goods are on the way.",
       {},
       between(0, 730)},
      {"plan",
       "moving_average",
       kPlan<&P::moving_average>,
       "Periods of the moving-average policy that the plan is judged against.",
       {},
       between(1, 730)},
      {"plan",
       "replay_periods",
       kPlan<&P::replay_periods>,
       "Periods replayed at the end of the history; 0 = none.",
       {},
       between(0, 730)},
  };
}

std::vector<Option> run_options() {
  using O = OutputConfig;
  using R = ResourceConfig;
  return {
      {"output", "directory", kOutput<&O::directory>,
       "Lake, exports and report; relative to this file."},
      {"output", "csv", kOutput<&O::csv>, "Write CSV exports."},
      {"output", "parquet", kOutput<&O::parquet>, "Write partitioned Parquet exports."},
      {"output", "report", kOutput<&O::report>, "Write the HTML report."},
      {"run", "threads", kRun<&R::threads>, "Threads; 0 = all cores.", {}, between(0, 1024)},
      {"run",
       "memory",
       kRun<&R::memory_bytes>,
       "Most memory, such as \"6GiB\"; \"0B\" = three quarters of the machine.",
       {},
       at_least(0)},
      {"run", "seed", kRun<&R::seed>, "Seed of every random draw.", {}, at_least(0)},
  };
}

struct TypeName {
  std::string operator()(const std::string*) const { return "text"; }
  std::string operator()(const bool*) const { return "true or false"; }
  std::string operator()(const int*) const { return "whole number"; }
  std::string operator()(const double*) const { return "number"; }
  std::string operator()(const int64_t*) const { return "size of memory"; }
  std::string operator()(const uint64_t*) const { return "whole number"; }
  std::string operator()(const std::vector<std::string>*) const { return "list of texts"; }
  std::string operator()(const std::vector<double>*) const { return "list of numbers"; }
};

}  // namespace

bool OptionRange::holds(double value) const {
  if (std::isnan(value) || std::isinf(value)) return false;
  return (low_open ? value > low : value >= low) && (high_open ? value < high : value <= high);
}

std::string OptionRange::describe() const {
  const bool has_low = std::isfinite(low);
  const bool has_high = std::isfinite(high);
  if (!has_low && !has_high) return "";
  if (!has_high) return fmt::format("{} {}", low_open ? "above" : "at least", low);
  if (!has_low) return fmt::format("{} {}", high_open ? "below" : "at most", high);
  if (!low_open && !high_open) return fmt::format("{} to {}", low, high);
  return fmt::format("{} {} and {} {}", low_open ? "above" : "at least", low,
                     high_open ? "below" : "at most", high);
}

std::string Option::name() const {
  return fmt::format("{}.{}", section, key);
}

std::string Option::type_name() const {
  RunConfig config;
  return std::visit(TypeName{}, field(config));
}

std::vector<Option> option_table() {
  std::vector<Option> all = data_options();
  for (auto* part :
       {&table_options, &location_options, &supplier_options, &model_options, &run_options}) {
    for (Option& option : (*part)()) all.push_back(std::move(option));
  }
  return all;
}

std::vector<OptionSection> option_sections() {
  return {{"data", "Where the sales history is and what its columns mean."},
          {"products", "Attributes of products, joined by key columns."},
          {"stores", "Attributes of stores, joined by key columns."},
          {"life_cycle", "Products that replace others, launches and last days of sale."},
          {"inventory", "Stock and open orders at the end of the history."},
          {"locations", "Stores and warehouses, and which supplies which."},
          {"limits", "What the orders of one day may take together: money, room, short stock."},
          {"calendar", "Holidays by rule, and your own."},
          {"suppliers", "Offers of suppliers: prices, lead times, days of order and delivery."},
          {"receipts", "Deliveries of the past, from which lead times are learnt."},
          {"forecast", "The model."},
          {"plan", "Orders: timing, costs and pack sizes. Columns of [inventory] go before these."},
          {"output", "What is written and where."},
          {"run", "Resources."}};
}

}  // namespace restock
