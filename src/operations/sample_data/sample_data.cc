#include "operations/sample_data/sample_data.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "foundation/config/suggest.h"
#include "operations/sample_data/chain_tables.h"
#include "operations/sample_data/part.h"
#include "operations/sample_data/part_files.h"
#include "operations/sample_data/text_file.h"

namespace restock {
namespace {

namespace fs = std::filesystem;
using generator::GeneratorOptions;
using generator::World;

constexpr int64_t kPartRows = 2'000'000;
constexpr int64_t kCsvRowsMax = 2'000'000;
constexpr int32_t kNoiseFloorDays = 28;
/// Measured on the presets, rounded up. A row has its truth, always Parquet, beside it.
constexpr int64_t kParquetBytesPerRow = 10;
constexpr int64_t kCsvBytesPerRow = 65;
/// Folder inside the output where files are made before they take their places.
constexpr std::string_view kStaging = ".generating";
/// Everything that a data set may consist of.
constexpr std::string_view kOutputs[] = {
    "restock.toml",  "sales",           "sales.csv",   "sales.parquet", "planned",
    "planned.csv",   "planned.parquet", "truth",       "stores.csv",    "products.csv",
    "suppliers.csv", "inventory.csv",   "holidays.csv"};

Status check_word(std::string_view option, const std::string& value,
                  const std::vector<std::string>& allowed) {
  if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return {};
  return Error{Code::kInvalidArgument,
               fmt::format("{} must be one of {}, got \"{}\"{}", option, fmt::join(allowed, ", "),
                           value, did_you_mean(value, allowed)),
               fmt::format("give --{} {}", option, allowed.front())};
}

Status check_own_options(const GenerateOptions& options) {
  RESTOCK_TRY(check_word("preset", options.preset, {"small", "m5"}));
  RESTOCK_TRY(check_word("format", options.format, {"auto", "csv", "parquet"}));
  if (options.out_directory.empty()) {
    return Error{Code::kInvalidArgument, "no folder to write to", "give --out DIR"};
  }
  if (!(options.dirt >= 0 && options.dirt <= 0.5)) {
    return Error{Code::kInvalidArgument,
                 fmt::format("dirt must be in 0..0.5, got {}", options.dirt),
                 "it is a share: 0.01 spoils one row in a hundred"};
  }
  if (options.dirt > 0 && options.format == "parquet") {
    return Error{Code::kInvalidArgument,
                 "dirt needs the csv format: Parquet columns cannot hold values of a wrong type",
                 "give --format csv, or leave --format out"};
  }
  return {};
}

/// What is decided before anything is computed.
struct Layout {
  fs::path directory;
  fs::path staging;
  bool csv = false;
  double dirt = 0;
  bool horizon = false;
  int64_t part_series = 1;
  int64_t parts = 1;

  [[nodiscard]] std::string extension() const { return csv ? "csv" : "parquet"; }
  /// "sales.csv", or "sales/part-0003.csv" where there are several.
  [[nodiscard]] std::string file(std::string_view name, int64_t part) const {
    if (parts == 1) return fmt::format("{}.{}", name, extension());
    return fmt::format("{}/part-{:04}.{}", name, part + 1, extension());
  }
  [[nodiscard]] std::string glob(std::string_view name) const {
    return parts == 1 ? file(name, 0) : fmt::format("{}/*.{}", name, extension());
  }
  [[nodiscard]] sample_data::PartPaths paths(int64_t part) const {
    const auto at = [&](const std::string& name) { return (staging / name).string(); };
    return {.sales = at(file("sales", part)),
            .planned = horizon ? at(file("planned", part)) : "",
            .truth = at(fmt::format("truth/part-{:04}.parquet", part + 1)),
            .inventory = at(fmt::format("inventory-{:04}", part + 1)),
            .dirt = dirt > 0 ? at(fmt::format("dirt-{:04}", part + 1)) : ""};
  }
};

Layout make_layout(const GenerateOptions& options, const GeneratorOptions& what) {
  Layout layout;
  layout.directory = options.out_directory;
  layout.staging = layout.directory / kStaging;
  layout.dirt = options.dirt;
  layout.horizon = what.horizon > 0;
  layout.csv = options.format == "csv" || options.dirt > 0 ||
               (options.format == "auto" && what.n_sales_rows() <= kCsvRowsMax);
  const int64_t rows_per_series = what.days + what.horizon;
  const int64_t parts =
      std::max<int64_t>(1, (what.n_series() * rows_per_series + kPartRows - 1) / kPartRows);
  layout.part_series = (what.n_series() + parts - 1) / parts;
  layout.parts = (what.n_series() + layout.part_series - 1) / layout.part_series;
  return layout;
}

Error folder_error(std::string_view what, const fs::path& path, const std::error_code& code) {
  const bool denied =
      code == std::errc::permission_denied || code == std::errc::operation_not_permitted;
  return Error{denied ? Code::kPermission : Code::kIo,
               fmt::format("cannot {} {}: {}", what, path.string(), code.message()),
               "check the folder given by --out"};
}

Status check_target(const Layout& layout, const GeneratorOptions& what, bool overwrite) {
  std::error_code code;
  fs::create_directories(layout.directory, code);
  if (code) return folder_error("make the folder", layout.directory, code);
  if (!overwrite) {
    for (std::string_view name : kOutputs) {
      if (!fs::exists(layout.directory / name, code)) continue;
      return Error{Code::kInvalidArgument,
                   fmt::format("{} already holds {}", layout.directory.string(), name),
                   "give another folder, or --overwrite to replace the data set in it"};
    }
  }
  const fs::space_info space = fs::space(layout.directory, code);
  if (code) return folder_error("look at the disk of", layout.directory, code);
  const int64_t rows = what.n_sales_rows() + what.n_planned_rows();
  const int64_t bytes = rows * (layout.csv ? kCsvBytesPerRow : kParquetBytesPerRow);
  if (static_cast<uint64_t>(bytes) > space.available) {
    return Error{Code::kResourceExhausted,
                 fmt::format("{} rows take about {:.1f} GB as {}, but {} has {:.1f} GB free", rows,
                             static_cast<double>(bytes) / 1e9, layout.extension(),
                             layout.directory.string(), static_cast<double>(space.available) / 1e9),
                 layout.csv ? "generate less, or give --format parquet"
                            : "generate less, or free some disk space"};
  }
  return {};
}

/// Remove what a run left in the staging folder, whether it ended well or not.
class StagingFolder {
 public:
  explicit StagingFolder(const Layout& layout) : layout_(layout) {}
  StagingFolder(const StagingFolder&) = delete;
  StagingFolder& operator=(const StagingFolder&) = delete;
  ~StagingFolder() {
    std::error_code ignored;
    fs::remove_all(layout_.staging, ignored);
  }
  Status make() const {
    std::error_code code;
    fs::remove_all(layout_.staging, code);
    if (!code) fs::create_directories(layout_.staging / "truth", code);
    if (!code && layout_.parts > 1) fs::create_directories(layout_.staging / "sales", code);
    if (!code && layout_.parts > 1 && layout_.horizon)
      fs::create_directories(layout_.staging / "planned", code);
    if (code) return folder_error("make the folder", layout_.staging, code);
    return {};
  }
  /// Give the finished files their places; restock.toml comes last, as the sign that the others are
  /// there.
  Status publish() const {
    std::error_code code;
    for (std::string_view name : kOutputs) {
      fs::remove_all(layout_.directory / name, code);
      if (code) return folder_error("replace", layout_.directory / name, code);
    }
    for (auto name = std::rbegin(kOutputs); name != std::rend(kOutputs); ++name) {
      if (!fs::exists(layout_.staging / *name, code)) continue;
      fs::rename(layout_.staging / *name, layout_.directory / *name, code);
      if (code) return folder_error("put into place", layout_.directory / *name, code);
    }
    return {};
  }

 private:
  const Layout& layout_;
};

Result<sample_data::Tally> write_part(const World& world, const Layout& layout, int64_t index,
                                      sample_data::ProgressGate& gate) {
  const int64_t begin = index * layout.part_series;
  const int64_t end = std::min(begin + layout.part_series, world.options().n_series());
  sample_data::Part part(world, begin, end);
  if (!part.generate(gate)) return Error{Code::kCancelled, "generation was stopped", ""};
  sample_data::Tally tally = part.tally(kNoiseFloorDays);
  const sample_data::PartPaths paths = layout.paths(index);
  if (layout.csv) {
    const sample_data::CsvOptions csv{.dirt_share = layout.dirt,
                                      .sales_name = layout.file("sales", index)};
    RESTOCK_TRY(sample_data::write_sales_csv(part, paths, csv, gate, tally));
  } else {
    RESTOCK_TRY(sample_data::write_sales_parquet(part, paths, gate));
  }
  RESTOCK_TRY(sample_data::write_truth_parquet(part, paths, gate));
  RESTOCK_TRY(sample_data::write_inventory(part, paths));
  return tally;
}

/// Write all parts; the first failed part, in their order, gives the error.
Result<sample_data::Tally> write_parts(const World& world, const Layout& layout, ThreadPool& pool,
                                       const ProgressCallback& progress) {
  const GeneratorOptions& what = world.options();
  sample_data::ProgressGate gate(progress, what.n_sales_rows() + what.n_planned_rows());
  std::vector<std::optional<Result<sample_data::Tally>>> outcomes(
      static_cast<size_t>(layout.parts));
  const auto write_range = [&](size_t first, size_t last) {
    for (size_t i = first; i < last && !gate.stopped(); ++i) {
      outcomes[i] = write_part(world, layout, static_cast<int64_t>(i), gate);
      if (!outcomes[i]->ok()) gate.stop();
    }
  };
  // A worker that took the only part would leave nobody to tell the caller how far it is.
  if (outcomes.size() == 1) {
    write_range(0, 1);
  } else {
    pool.parallel_for(outcomes.size(), 1, write_range);
  }
  gate.advance(0);  // From the caller's own thread: the last parts may have ended on others.
  std::optional<Error> cancelled;
  sample_data::Tally total;
  for (const auto& outcome : outcomes) {
    // A part stopped because another failed reports kCancelled: the failure itself is the better
    // message.
    if (!outcome) continue;
    if (outcome->ok()) {
      total.add(outcome->value());
    } else if (outcome->error().code != Code::kCancelled) {
      return outcome->error();
    } else {
      cancelled = outcome->error();
    }
  }
  if (cancelled || gate.stopped()) {
    return Error{Code::kCancelled, "generation was stopped; nothing was written", "run it again"};
  }
  return total;
}

/// Join the pieces that the parts wrote.
Status join_pieces(const Layout& layout, std::string_view name, const fs::path& target,
                   std::string_view header) {
  RESTOCK_TRY(auto joined, sample_data::TextFile::create(target.string()));
  joined.write(header);
  for (int64_t i = 0; i < layout.parts; ++i) {
    RESTOCK_TRY(sample_data::append_and_remove(
        (layout.staging / fmt::format("{}-{:04}", name, i + 1)).string(), joined));
  }
  return joined.close();
}

Status write_tables(const World& world, const Layout& layout) {
  RESTOCK_TRY(sample_data::write_chain_tables(world, layout.staging.string()));
  RESTOCK_TRY(join_pieces(layout, "inventory", layout.staging / "inventory.csv",
                          sample_data::inventory_header(world)));
  if (layout.dirt > 0) {
    RESTOCK_TRY(join_pieces(layout, "dirt", layout.staging / "truth" / "dirt.csv",
                            sample_data::kDirtHeader));
  }
  sample_data::DataFiles files{.sales = {layout.glob("sales")},
                               .csv = layout.csv,
                               .dirty = layout.dirt > 0,
                               .seed = world.options().seed};
  if (layout.horizon) files.sales.push_back(layout.glob("planned"));
  return sample_data::write_config(world, files, (layout.staging / "restock.toml").string());
}

GenerateSummary summarise(const World& world, const Layout& layout,
                          const sample_data::Tally& tally) {
  const GeneratorOptions& what = world.options();
  GenerateSummary summary;
  summary.directory = layout.directory.string();
  summary.config_path = (layout.directory / "restock.toml").string();
  summary.series = what.n_series();
  summary.sales_rows = what.n_sales_rows();
  summary.planned_rows = what.n_planned_rows();
  summary.truth_rows = tally.truth_rows;
  summary.units = tally.units;
  summary.zero_rows = tally.zero_rows;
  summary.not_for_sale_rows = tally.not_for_sale_rows;
  summary.out_of_stock_rows = tally.out_of_stock_rows;
  summary.lost_units = tally.lost_units;
  summary.noise_floor_days = std::min(kNoiseFloorDays, what.days);
  if (tally.floor_units > 0) {
    summary.noise_floor_wape =
        100 * tally.floor_absolute_error / static_cast<double>(tally.floor_units);
  }
  summary.dirt_rows = tally.dirt_rows;
  for (std::string_view name : kOutputs) {
    std::error_code code;
    const fs::path path = layout.directory / name;
    const auto add = [&](const fs::path& file) {
      summary.files.push_back(file.lexically_relative(layout.directory).generic_string());
      summary.bytes += static_cast<int64_t>(fs::file_size(file, code));
    };
    if (fs::is_regular_file(path, code)) add(path);
    if (!fs::is_directory(path, code)) continue;
    for (const auto& entry : fs::directory_iterator(path, code)) add(entry.path());
  }
  std::sort(summary.files.begin(), summary.files.end());
  return summary;
}

}  // namespace

Result<GeneratorOptions> resolve_options(const GenerateOptions& options) {
  RESTOCK_TRY(check_own_options(options));
  GeneratorOptions what =
      options.preset == "m5" ? generator::m5_preset() : generator::small_preset();
  what.seed = options.seed;
  what.stores = options.stores.value_or(what.stores);
  what.products = options.products.value_or(what.products);
  what.days = options.days.value_or(what.days);
  what.horizon = options.horizon.value_or(what.horizon);
  what.start = options.start.value_or(what.start);
  what.intermittent_share = options.intermittent_share.value_or(what.intermittent_share);
  what.stock_outs = options.stock_outs;
  RESTOCK_TRY(generator::validate(what));
  return what;
}

Result<GenerateSummary> generate_sample_data(const GenerateOptions& options, ThreadPool& pool,
                                             const ProgressCallback& progress) {
  RESTOCK_TRY(const GeneratorOptions what, resolve_options(options));
  const Layout layout = make_layout(options, what);
  RESTOCK_TRY(check_target(layout, what, options.overwrite));
  RESTOCK_TRY(const World world, World::make(what));
  const StagingFolder staging(layout);
  RESTOCK_TRY(staging.make());
  RESTOCK_TRY(const sample_data::Tally tally, write_parts(world, layout, pool, progress));
  RESTOCK_TRY(write_tables(world, layout));
  RESTOCK_TRY(staging.publish());
  return summarise(world, layout, tally);
}

}  // namespace restock
