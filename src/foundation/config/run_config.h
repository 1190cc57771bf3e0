#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace restock {

/// [data]: where the sales history is and what its columns mean.
struct DataConfig {
  std::vector<std::string> files;  ///< Paths or globs, relative to the config file.
  std::string format =
      "auto";  ///< auto, csv, tsv, jsonl, parquet (csv, tsv and jsonl may be .gz or .zst)
  std::vector<std::string>
      keys;          ///< Columns that name a series, most general first (store, product).
  std::string date;  ///< Column of the date or time of a row.
  std::string date_format = "auto";  ///< auto, or a strptime format such as "%m/%d/%y %H:%M".
  std::string units;                 ///< Column of the units sold.
  std::string price;                 ///< Column of the price per unit; empty = none.
  std::string
      promotion;  ///< Column of the planned promotion (flag, intensity or text); empty = none.
  std::string
      in_stock;  ///< Column that is false or 0 when the item was out of stock; empty = none.
  std::string out_of_stock;  ///< The other way round: true or above 0 when it was out of stock;
                             ///< empty = none.
  std::string out_of_stock_hours;  ///< Column of the hours of a day without stock, 0..open_hours;
                                   ///< empty = none.
  double open_hours = 24;          ///< Hours a day that `out_of_stock_hours` are of.
  std::string closed;  ///< Column that is true or 1 where a closure is known ahead; empty = none.
  std::string
      open;  ///< The other way round: false or 0 where a closure is known ahead; empty = none.
  std::string event_id;  ///< Column that identifies one record, for exact duplicates; empty = none.
  std::vector<std::string> covariates;  ///< Numeric columns known ahead.
  std::vector<std::string> attributes;  ///< Columns that do not change within a series.
  std::string frequency = "auto";       ///< auto, hourly, daily, weekly, monthly.
  std::string layout = "long";  ///< long, or wide (one column a date; `wide_columns` matches them).
  std::string wide_columns;     ///< Regular expression of the date columns of a wide table.
  std::string
      wide_start;  ///< Date of the column numbered 1, where they are numbered (d_1, d_2, ...).
  std::string delimiter = "auto";  ///< Text files: auto, or one of , ; | or a tab.
  std::string decimal = "auto";    ///< Decimal mark of numbers in text: auto, "." or ",".
  /// What a period without a row inside a series' life means: auto, zero, missing.
  std::string gaps = "auto";
  /// Several rows for one series and period: auto, sum (transactions), reject, last.
  std::string duplicates = "auto";
  /// Negative units: quarantine, net (subtract within the period, floor 0), zero.
  std::string returns = "quarantine";
};

/// [products], [stores]: attribute tables joined by key columns. Empty file = none.
struct AttributeTableConfig {
  std::string file;
  std::vector<std::string> keys;        ///< Key columns of the sales data present in the table.
  std::vector<std::string> attributes;  ///< Empty = all other columns.
};

/// [life_cycle]: which product replaces which, first and last days of sale. Columns of the usual
/// names may be absent.
struct LifeCycleConfig {
  std::string file;               ///< One row a product; empty = none.
  std::vector<std::string> keys;  ///< Key columns of the sales in it; empty = all it has.
  std::string predecessor = "predecessor";
  std::string factor = "factor";
  std::string launch = "launch";
  std::string phase_out = "phase_out";
  bool detect_phase_out = false;  ///< Forecast nothing for products that have stopped selling.
};

/// [inventory]: stock on hand and open orders at the origin, and how replenishment works.
struct InventoryConfig {
  std::string file;  ///< One row a series: keys, on_hand, on_order...; empty = no stock is known.
  std::string on_hand = "on_hand";
  /// Columns of open orders; the i-th, from 1, arrives after i review periods unless its name says
  /// in_K_periods (in_2_weeks: after two periods).
  std::vector<std::string> on_order;
  std::string lead_time;      ///< Column of the lead time in periods; empty = [plan] lead_time.
  std::string unit_cost;      ///< Column of the purchase cost per unit; empty = none.
  std::string supplier;       ///< Column of the supplier; empty = none.
  std::string moq;            ///< Column of the minimum order quantity; empty = [plan] moq.
  std::string pack_size;      ///< Column of the pack size; empty = [plan] pack_size.
  std::string shelf_life;     ///< Column of the shelf life in periods; empty = [plan] shelf_life.
  std::string display_stock;  ///< Column of the display stock; empty = [plan] display_stock.
  std::string max_cover;      ///< Column of the most periods covered; empty = [plan] max_cover.
  /// Columns of stock on hand by its last period of sale; the i-th, from 1, is the i-th period
  /// after the origin unless its name says in_K_periods.
  std::vector<std::string> expiring;
};

/// [locations]: which location supplies which. Columns of the usual names may be absent, except
/// location and supplied_by.
struct LocationsConfig {
  std::string file;  ///< One row a location; empty = each is supplied from outside.
  std::string key;   ///< Key column of the sales that names the location; empty = the first.
  std::string location = "location";
  std::string supplied_by = "supplied_by";
  std::string lead_time = "lead_time";
  std::string review_period = "review_period";
  std::string pack_size = "pack_size";
  std::string allocation = "reward";  ///< Who gets short stock: reward, proportional.
};

/// [suppliers]: who sells what, when and at what price. Columns of the usual names may be absent.
struct SuppliersConfig {
  std::string file;  ///< One row an offer; a row without a key holds for all its values.
  std::string supplier = "supplier";
  std::string lead_time = "lead_time";
  std::string unit_cost = "unit_cost";
  std::string moq = "moq";
  std::string pack_size = "pack_size";
  std::string order_days = "order_days";
  std::string delivery_days = "delivery_days";
  std::string closed = "closed";
};

/// [receipts]: what suppliers have delivered, and when. Columns of the usual names may be absent,
/// except supplier and ordered.
struct ReceiptsConfig {
  std::string file;  ///< One row a delivery or an order still on its way; empty = none.
  std::string supplier = "supplier";
  std::string ordered = "ordered";
  std::string received = "received";
  std::string ordered_units = "ordered_units";
  std::string received_units = "received_units";
};

/// [limits]: what today's orders may take together.
struct LimitsConfig {
  std::string file;  ///< One row a limit: name, resource, amount, scope; empty = none.
};

/// [calendar]: holidays by rule and the user's own.
struct CalendarConfig {
  std::string
      country;  ///< ISO 3166 code with rules (see docs/reference/holidays.md); empty = none.
  std::string holidays_file;  ///< date,name per row; empty = none.
};

/// [forecast]
struct ForecastConfig {
  int horizon = 30;                               ///< Periods ahead, 1..730.
  std::vector<double> levels = {50, 80, 90, 95};  ///< Central intervals in percent.
  std::string objective = "auto";                 ///< auto, tweedie, poisson, squared, quantile.
  std::string mode = "direct";                    ///< direct, recursive, mixed.
  std::string target_transform = "none";          ///< none, log1p, sqrt, level.
  std::string model_per;  ///< Key or attribute column: a model for each value; empty = one.
  int trees_max = 600;    ///< Upper bound of boosting rounds; early stopping may take fewer.
  int trees_min = 20;
  int depth = 6;
  double learning_rate = 0.05;
  double min_child_weight =
      0;                      ///< Smallest weight of a leaf; 0 = decided from the size of the data.
  double lambda = 1;          ///< Pull of leaf values towards zero.
  double row_share = 1;       ///< Share of the rows each tree learns from, drawn anew for each.
  double column_share = 0.8;  ///< Share of the features each tree may use, drawn anew for each.
  bool price_monotone = false;    ///< A higher planned price never raises a forecast.
  int train_periods_max = 0;      ///< Learn from the last N periods only; 0 = decided by memory.
  bool integers = false;          ///< Round point forecasts to whole units.
  std::string censored = "skip";  ///< Out-of-stock periods: skip, estimate.
  std::string ensemble = "auto";  ///< Combine the model with simpler forecasts: auto, off, on.
  bool refit = true;              ///< Fit again with the validation window after early stopping.
};

/// [plan]
struct PlanConfig {
  int lead_time = 7;           ///< Periods between order and arrival.
  int review_period = 7;       ///< Periods between two orders.
  double service_level = 0;    ///< Cycle service in (0, 1); 0 = from the cost ratio.
  double holding_cost = 0.02;  ///< Money per unit and period.
  double shortage_cost = 1.0;  ///< Money per unit of lost sale.
  double critical_ratio = 0;   ///< Of restock plan, in (0, 1); 0 = from the cost ratio.
  double moq = 0;              ///< Minimum order quantity in units.
  double pack_size = 1;        ///< Order multiples in units.
  int shelf_life = 0;          ///< Periods in which goods can be sold; 0 = they keep.
  double display_stock = 0;    ///< Stock that the end of the cover is not planned under.
  int max_cover = 0;           ///< Most periods whose expected sales an order covers; 0 = no cap.
  std::string service = "cycle";  ///< What service_level is of: cycle, fill_rate.
  std::string service_group;      ///< empty = each series, all, or a key or attribute column.
  std::string rounding = "up";    ///< up, down, nearest (ties up).
  double budget = 0;              ///< Money for all orders of one day; 0 = no limit.
  bool transfers = false;         ///< Move stock between locations before buying.
  double transfer_cost = 0;       ///< Money per unit moved.
  int transfer_time = 1;          ///< Full periods that moved goods are on the way.
  int moving_average =
      28;  ///< Periods of the moving-average policy that the plan is judged against.
  int replay_periods = 30;  ///< Periods replayed at the end of the history.
};

/// [output]
struct OutputConfig {
  std::string directory = "restock-out";  ///< Lake, exports, report; relative to the config file.
  bool csv = true;
  bool parquet = true;
  bool report = true;
};

/// [run]
struct ResourceConfig {
  int threads = 0;           ///< 0 = all cores.
  int64_t memory_bytes = 0;  ///< 0 = three quarters of the machine; "6GiB" in the file.
  uint64_t seed = 42;
};

/// Everything in restock.toml. Paths are kept as written; `directory` is the folder they are
/// relative to.
struct RunConfig {
  std::string directory = ".";
  DataConfig data;
  AttributeTableConfig products;
  AttributeTableConfig stores;
  LifeCycleConfig life_cycle;
  InventoryConfig inventory;
  LocationsConfig locations;
  SuppliersConfig suppliers;
  ReceiptsConfig receipts;
  LimitsConfig limits;
  CalendarConfig calendar;
  ForecastConfig forecast;
  PlanConfig plan;
  OutputConfig output;
  ResourceConfig run;
};

}  // namespace restock
