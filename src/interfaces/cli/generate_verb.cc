#include <cstdlib>
#include <optional>
#include <ostream>

#include <fmt/format.h>

#include "foundation/base/thread_pool.h"
#include "foundation/domain/date.h"
#include "interfaces/cli/job_options.h"
#include "interfaces/cli/progress_printer.h"
#include "interfaces/cli/verb.h"
#include "operations/publish/number_text.h"
#include "operations/sample_data/sample_data.h"

namespace restock::cli {
namespace {

Result<double> share(const Arguments& arguments, const std::string& name, double high) {
  const std::string text = arguments.text(name);
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  // Written so that NaN is refused too.
  if (text.empty() || *end != '\0' || !(value >= 0 && value <= high)) {
    return Error{Code::kInvalidArgument,
                 fmt::format("--{} needs a number from 0 to {}, got '{}'", name, high, text),
                 fmt::format("for example --{} 0.01", name)};
  }
  return value;
}

std::optional<int32_t> count(const Arguments& arguments, const std::string& name) {
  const auto value = arguments.integer(name);
  return value ? std::optional(static_cast<int32_t>(*value)) : std::nullopt;
}

Result<GenerateOptions> options_from(const Arguments& arguments) {
  GenerateOptions options;
  options.out_directory = arguments.text("out");
  if (arguments.has("preset")) options.preset = arguments.text("preset");
  if (arguments.has("format")) options.format = arguments.text("format");
  if (const auto seed = arguments.integer("seed")) options.seed = static_cast<uint64_t>(*seed);
  options.stores = count(arguments, "stores");
  options.products = count(arguments, "products");
  options.days = count(arguments, "days");
  options.horizon = count(arguments, "horizon");
  if (arguments.has("start")) {
    RESTOCK_TRY(options.start, Date::parse(arguments.text("start")));
  }
  if (arguments.has("intermittent_share")) {
    RESTOCK_TRY(options.intermittent_share, share(arguments, "intermittent_share", 1));
  }
  if (arguments.has("dirt")) {
    RESTOCK_TRY(options.dirt, share(arguments, "dirt", 0.5));
  }
  options.stock_outs = !arguments.has("no_stock_outs");
  options.overwrite = arguments.has("overwrite");
  return options;
}

std::string summary_text(const GenerateSummary& summary) {
  return fmt::format(
      "Wrote {} with {} sales rows ({}) to {}.\n"
      "  {} units sold; {} rows without sales, {} not for sale, {} out of stock ({} units lost)\n"
      "  The true mean would reach a WAPE of {:.2f} % on the last {} days.\n"
      "Next: restock run --config {}\n",
      counted(summary.series, "series", "series"), grouped(summary.sales_rows),
      size_text(summary.bytes), summary.directory, grouped(summary.units),
      grouped(summary.zero_rows), grouped(summary.not_for_sale_rows),
      grouped(summary.out_of_stock_rows), grouped(summary.lost_units), summary.noise_floor_wape,
      summary.noise_floor_days, summary.config_path);
}

Result<int> generate(const Arguments& arguments, Console& console) {
  RESTOCK_TRY(const GenerateOptions options, options_from(arguments));
  ThreadPool pool(static_cast<int>(arguments.integer("threads").value_or(0)));
  ProgressPrinter printer(console);
  const auto summary = generate_sample_data(options, pool, printer.callback());
  printer.finish();
  if (!summary.ok()) return summary.error();
  console.out << summary_text(*summary);
  return kExitDone;
}

}  // namespace

Verb generate_verb() {
  const char* of_preset = "that of the preset";
  Verb verb;
  verb.spec = {
      .name = "generate",
      .summary = "Make sample data with a known truth, ready to run",
      .description =
          "Writes sales, planned prices and promotions, stores, products, suppliers, stock levels "
          "and "
          "holidays of a made-up retail chain, the truth behind them apart, and a restock.toml "
          "that runs on "
          "them. The same options give the same bytes.",
      .options =
          {{.name = "out", .value_name = "DIR", .help = "Folder to write to.", .required = true},
           {.name = "preset",
            .value_name = "NAME",
            .help = "Size and character of the data.",
            .standard = "small",
            .choices = {"small", "m5"}},
           number_option("seed", "Seed of everything random.", 0, INT64_MAX, "42"),
           number_option("stores", "Number of stores.", 1, 10'000, of_preset),
           number_option("products", "Number of products.", 1, 1'000'000, of_preset),
           number_option("days", "Days with sales.", 1, 10'000, of_preset),
           number_option("horizon", "Days after them with planned prices and promotions.", 0, 730,
                         of_preset),
           {.name = "start",
            .value_name = "DATE",
            .help = "First day, such as 2024-01-01.",
            .standard = of_preset},
           {.name = "intermittent_share",
            .value_name = "SHARE",
            .help = "Share of products with rare or lumpy demand, 0 to 1.",
            .standard = of_preset},
           {.name = "no_stock_outs", .kind = ValueKind::kFlag, .help = "Serve every demand."},
           {.name = "dirt",
            .value_name = "SHARE",
            .help = "Share of sales rows to spoil (duplicates, gaps, wrong types, ...), 0 to 0.5.",
            .standard = "0"},
           {.name = "format",
            .value_name = "NAME",
            .help = "Format of the sales.",
            .standard = "auto",
            .choices = {"auto", "csv", "parquet"}},
           {.name = "overwrite",
            .kind = ValueKind::kFlag,
            .help = "Replace a data set that is already there."},
           number_option("threads", "Use N threads; the data do not depend on it.", 1, 1024,
                         "all cores")},
      .examples = {"restock generate --out sample-data", "restock generate --out m5 --preset m5"},
  };
  verb.run = generate;
  return verb;
}

}  // namespace restock::cli
