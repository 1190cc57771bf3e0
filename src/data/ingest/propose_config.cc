#include "data/ingest/propose_config.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "data/ingest/attribute_table.h"
#include "data/ingest/axis_detection.h"
#include "data/ingest/column_profile.h"
#include "data/ingest/column_reading.h"
#include "data/ingest/raw_table.h"
#include "data/ingest/role_guess.h"
#include "data/ingest/source_files.h"
#include "data/ingest/typed_rows.h"
#include "foundation/config/config_file.h"

namespace restock::ingest {
namespace {

namespace fs = std::filesystem;
using sql::quote_identifier;
using sql::quote_literal;

/// Rows looked at; keys and attributes of bigger files are judged by the rows of a part of their
/// series.
constexpr int64_t kRowsMost = 2000000;

/// One of the given files.
struct Given {
  SourceFile source;
  std::string path;  ///< As restock.toml should name it.
  RawTable raw;
  std::string relation;  ///< Temporary table with its rows.
  int64_t rows = 0;
  std::vector<ColumnProfile> columns;
  WideColumns wide;
  const ColumnProfile* date = nullptr;
  const ColumnProfile* units = nullptr;
  bool used = false;

  [[nodiscard]] bool is_history() const {
    return !wide.pattern.empty() || (date != nullptr && units != nullptr);
  }
  [[nodiscard]] const ColumnProfile* find(const std::string& name) const {
    for (const auto& column : columns) {
      if (column.column.name == name) return &column;
    }
    return nullptr;
  }
};

std::string relative_path(const std::string& path, const std::string& directory) {
  std::error_code problem;
  const fs::path from =
      fs::weakly_canonical(fs::absolute(directory.empty() ? "." : directory), problem);
  const fs::path to = fs::weakly_canonical(fs::absolute(path), problem);
  const fs::path near = to.lexically_relative(from);
  return near.empty() || near.native().starts_with("../../..") ? to.string() : near.string();
}

class Proposer {
 public:
  Proposer(sql::Database& database, const ProposeOptions& options)
      : database_(database), options_(options) {}

  Result<std::string> run(const std::vector<std::string>& files) {
    RESTOCK_TRY(const auto sources, find_source_files(files, "", "auto"));
    for (const auto& source : sources) {
      RESTOCK_TRY(open(source));
    }
    Given* history = pick_history();
    if (history == nullptr) return no_history();
    RESTOCK_TRY(describe_history(*history));
    RESTOCK_TRY(place_other_files(*history));
    RESTOCK_TRY(settle_periods());
    notes_.header = fmt::format(
        "Written by `restock init` from {}. Each decision has its reason above it; change what is "
        "wrong.\n"
        "Options behind a # are at their default.",
        fmt::join(files, ", "));
    return to_toml(config_, notes_);
  }

 private:
  Status open(const SourceFile& source) {
    Given given{.source = source, .path = relative_path(source.path, options_.directory)};
    const std::string folder = fmt::format("{}/file_{}", options_.work_directory, given_.size());
    std::error_code problem;
    fs::create_directories(folder, problem);
    if (problem)
      return Error{Code::kIo,
                   fmt::format("cannot make the folder {}: {}", folder, problem.message()), ""};
    RESTOCK_TRY(given.raw, open_raw_table(database_, {source}, DataConfig(), folder));
    given.wide = find_wide_columns(given.raw.names());
    std::vector<RawTable::Column> columns;
    std::vector<std::string> names;
    for (const auto& column : given.raw.columns) {
      if (std::find(given.wide.names.begin(), given.wide.names.end(), column.name) !=
          given.wide.names.end())
        continue;
      columns.push_back(column);
      names.push_back(quote_identifier(column.name));
    }
    if (names.empty()) names.emplace_back("1 AS nothing");
    given.relation = fmt::format("propose_{}", given_.size());
    RESTOCK_TRY(const auto rows,
                database_.query(fmt::format("SELECT count(*) FROM {}", given.raw.plain_relation)));
    given.rows = rows.single_integer();
    RESTOCK_TRY(database_.execute(
        fmt::format("CREATE OR REPLACE TEMP TABLE {} AS SELECT {} FROM {} LIMIT {}", given.relation,
                    fmt::join(names, ", "), given.raw.plain_relation, kRowsMost)));
    RESTOCK_TRY(given.columns, profile_columns(database_, given.relation, columns));
    given_.push_back(std::move(given));
    return {};
  }

  /// The history is the file with dates and units that has the most rows (cells, for a wide table).
  Given* pick_history() {
    Given* best = nullptr;
    const auto size = [](const Given& g) {
      return g.rows * static_cast<int64_t>(std::max<size_t>(1, g.wide.names.size()));
    };
    for (Given& given : given_) {
      if (given.wide.pattern.empty()) {
        given.date = guess_date(given.columns);
        given.units = given.date == nullptr ? nullptr : guess_units(given.columns, given.date);
      }
      if (given.is_history() && (best == nullptr || size(given) > size(*best))) best = &given;
    }
    return best;
  }

  Error no_history() const {
    std::string seen;
    for (const Given& given : given_) {
      seen += fmt::format("{}{} has {} rows and the columns {}", seen.empty() ? "" : "; ",
                          given.source.name, given.rows, fmt::join(given.raw.names(), ", "));
    }
    return {Code::kInvalidData,
            fmt::format(
                "no file has both a column of dates and a column of numbers to forecast: {}", seen),
            "write restock.toml by hand; docs/reference/config.md describes it"};
  }

  Status describe_history(Given& history) {
    history.used = true;
    RESTOCK_TRY(GuessedRoles roles, guess_roles(database_, history.relation, history.columns,
                                                history.date, history.units));
    config_.data = roles.data;
    config_.data.files = {history.path};
    for (const auto& [option, why] : roles.reasons) notes_.by_option[option] = why;
    if (history.wide.pattern.empty()) return {};
    config_.data.layout = "wide";
    config_.data.wide_columns = history.wide.pattern;
    notes_.by_option["data.layout"] =
        fmt::format("{} columns are dates.", history.wide.names.size());
    return history.wide.numbered ? find_wide_start(history) : Status();
  }

  /// A calendar among the files tells the date of the first numbered column.
  Status find_wide_start(const Given& history) {
    for (Given& other : given_) {
      if (&other == &history || other.date == nullptr) continue;
      for (const auto& column : other.columns) {
        if (!column.column.is_text() || other.date == &column) continue;
        std::vector<DataFinding> ignored;
        RESTOCK_TRY(const ColumnReading reading, date_only(other, ignored));
        RESTOCK_TRY(const auto found,
                    database_.query(fmt::format(
                        "SELECT CAST({} AS DATE) FROM {} WHERE {} = {} LIMIT 1", reading.date.typed,
                        other.relation, quote_identifier(column.column.name),
                        quote_literal(first_numbered(history)))));
        if (found.rows.empty() || !found.rows[0][0]) continue;
        config_.data.wide_start = *found.rows[0][0];
        notes_.by_option["data.wide_start"] =
            fmt::format("{} says so for {}.", other.source.name, first_numbered(history));
        other.used = true;
        return {};
      }
    }
    config_.data.wide_start = "2001-01-01";
    notes_.by_option["data.wide_start"] =
        "Assumed, since no file says when the first column was: set the true date.";
    return {};
  }

  /// The column numbered 1 (or lowest).
  static std::string first_numbered(const Given& history) {
    std::string prefix = history.wide.names.front();
    while (!prefix.empty() && std::isdigit(static_cast<unsigned char>(prefix.back())) != 0)
      prefix.pop_back();
    return prefix + "1";
  }

  Result<ColumnReading> date_only(const Given& given, std::vector<DataFinding>& findings) {
    DataConfig reading;
    reading.date = given.date->column.name;
    reading.units = reading.date;
    RawTable table = given.raw;
    table.plain_relation = given.relation;
    return read_columns(database_, table, reading, findings);
  }

  /// Attribute tables, stock and planned rows: files that share keys with the history.
  Status place_other_files(const Given& history) {
    for (Given& other : given_) {
      if (other.used) continue;
      if (continues_history(other, history)) {
        config_.data.files.push_back(other.path);
        note("data.files",
             fmt::format(
                 "{} has the columns of the history; rows without units say what is planned.",
                 other.source.name));
        other.used = true;
        continue;
      }
      std::vector<std::string> keys;
      for (const auto& key : config_.data.keys) {
        if (other.find(key) != nullptr) keys.push_back(key);
      }
      const bool dated = guess_date(other.columns) != nullptr;
      if (keys.empty() || dated) {
        note("data.files", fmt::format("{} is not used: {}.", other.source.name,
                                       keys.empty() ? "it shares no key with the history"
                                                    : "it has dates, but is not of the history"));
        continue;
      }
      RESTOCK_TRY(const bool unique, is_unique(other, keys));
      if (unique && keys.size() == config_.data.keys.size() && place_inventory(other)) continue;
      if (unique) place_attributes(other, keys);
    }
    return {};
  }

  void note(const std::string& option, const std::string& why) {
    std::string& text = notes_.by_option[option];
    text += (text.empty() ? "" : "\n") + why;
  }

  bool continues_history(const Given& other, const Given& history) const {
    if (!history.wide.pattern.empty() || history.date == nullptr ||
        other.find(history.date->column.name) == nullptr)
      return false;
    if ((other.source.format == FileFormat::kParquet) !=
        (history.source.format == FileFormat::kParquet))
      return false;
    return std::all_of(config_.data.keys.begin(), config_.data.keys.end(),
                       [&](const auto& key) { return other.find(key) != nullptr; }) &&
           std::all_of(other.columns.begin(), other.columns.end(),
                       [&](const ColumnProfile& column) {
                         return history.find(column.column.name) != nullptr || column.named({"id"});
                       });
  }

  Result<bool> is_unique(const Given& other, const std::vector<std::string>& keys) {
    std::vector<std::string> parts;
    for (const auto& key : keys) parts.push_back(quote_identifier(key));
    RESTOCK_TRY(const auto table,
                database_.query(fmt::format("SELECT count(*) - count(DISTINCT ({})) FROM {}",
                                            fmt::join(parts, ", "), other.relation)));
    return table.single_integer() == 0;
  }

  bool place_inventory(Given& other) {
    const ColumnProfile* on_hand = nullptr;
    for (const auto& column : other.columns) {
      if (column.is_number() &&
          column.named({"onhand", "stock", "inventory", "bestand", "stocklevel", "quantityonhand"}))
        on_hand = &column;
    }
    if (on_hand == nullptr || !config_.inventory.file.empty()) return false;
    config_.inventory.file = other.path;
    config_.inventory.on_hand = on_hand->column.name;
    const auto take = [&](const std::vector<std::string>& words, std::string& field) {
      for (const auto& column : other.columns) {
        if (field.empty() && &column != on_hand && column.named(words)) field = column.column.name;
      }
    };
    for (const auto& column : other.columns) {
      const bool coming =
          column.named({"arriving", "onorder", "incoming", "transit", "ordered", "intransit"});
      if (coming && column.is_number() && &column != on_hand)
        config_.inventory.on_order.push_back(column.column.name);
    }
    take({"leadtime"}, config_.inventory.lead_time);
    take({"cost", "unitcost", "purchaseprice"}, config_.inventory.unit_cost);
    take({"supplier", "vendor"}, config_.inventory.supplier);
    take({"moq", "minorder"}, config_.inventory.moq);
    take({"pack", "packsize", "casesize"}, config_.inventory.pack_size);
    notes_.by_option["inventory.file"] =
        "It has the keys of the sales, no dates, and a column of stock.";
    return other.used = true;
  }

  void place_attributes(Given& other, const std::vector<std::string>& keys) {
    AttributeTableConfig& table = config_.products.file.empty() ? config_.products : config_.stores;
    if (!table.file.empty()) return;
    const std::string section = &table == &config_.products ? "products" : "stores";
    table.file = other.path;
    table.keys = keys;
    notes_.by_option[section + ".file"] =
        fmt::format("One row for each {}, and no dates.", fmt::join(keys, ", "));
    other.used = true;
  }

  /// Frequency, and options that are counted in periods.
  Status settle_periods() {
    RESTOCK_TRY(const auto files,
                find_source_files(config_.data.files, options_.directory, "auto"));
    const std::string folder = options_.work_directory + "/history";
    std::error_code problem;
    fs::create_directories(folder, problem);
    if (problem)
      return Error{Code::kIo,
                   fmt::format("cannot make the folder {}: {}", folder, problem.message()), ""};
    RESTOCK_TRY(RawTable table, open_raw_table(database_, files, config_.data, folder));
    if (config_.data.layout == "wide") {
      RESTOCK_TRY(table, unpivot(database_, table, config_.data, folder));
    }
    std::vector<DataFinding> findings;
    RESTOCK_TRY(const ColumnReading reading,
                read_columns(database_, table, config_.data, findings));
    const TypedRows rows = make_typed_rows(table, reading, config_.data.returns);
    RESTOCK_TRY(const DaySummary days, summarise_days(database_, rows, reading));
    RESTOCK_TRY(const DetectedAxis detected,
                detect_axis(database_, rows, reading, days, "auto", findings));
    for (const auto& finding : findings) {
      if (finding.code == "date_format") note("data.date_format", finding.message);
      if (finding.code == "frequency") note("data.frequency", finding.message);
    }
    if (reading.units.typed.find("replace(replace(") != std::string::npos)
      config_.data.decimal = ",";
    set_periods(detected.axis.frequency,
                (days.day_last - days.day_first + 1) / detected.axis.days_per_period());
    return {};
  }

  void set_periods(Frequency frequency, double periods) {
    config_.data.frequency = frequency_name(frequency);
    struct Periods {
      int horizon, lead_time, review_period, moving_average, replay;
    };
    const Periods of = frequency == Frequency::kHourly   ? Periods{48, 24, 24, 168, 168}
                       : frequency == Frequency::kDaily  ? Periods{30, 7, 7, 28, 30}
                       : frequency == Frequency::kWeekly ? Periods{8, 2, 1, 13, 8}
                                                         : Periods{6, 1, 1, 6, 6};
    const int fifth = std::max(1, static_cast<int>(periods / 5));
    config_.forecast.horizon = std::min(of.horizon, fifth);
    config_.plan.lead_time = std::min(of.lead_time, fifth);
    config_.plan.review_period = std::min(of.review_period, fifth);
    config_.plan.moving_average = std::min(of.moving_average, fifth);
    config_.plan.replay_periods = std::min(of.replay, fifth);
    notes_.by_option["forecast.horizon"] =
        fmt::format("The history has {:.0f} {} periods.", periods, frequency_name(frequency));
    notes_.by_option["plan.lead_time"] =
        "Assumed: set lead time, review period and costs to your own.";
  }

  sql::Database& database_;
  const ProposeOptions& options_;
  std::vector<Given> given_;
  RunConfig config_;
  ConfigNotes notes_;
};

}  // namespace

Result<std::string> propose_config(sql::Database& database, const std::vector<std::string>& files,
                                   const ProposeOptions& options) {
  if (files.empty())
    return Error{Code::kInvalidArgument, "no file was given",
                 "name the sales history: restock init --from sales.csv"};
  return Proposer(database, options).run(files);
}

}  // namespace restock::ingest
