#include <filesystem>
#include <ostream>

#include <fmt/format.h>

#include "data/ingest/propose_config.h"
#include "data/sql/database.h"
#include "interfaces/cli/verb.h"
#include "operations/pipeline/import_stage.h"
#include "operations/publish/atomic_file.h"

namespace restock::cli {
namespace {

namespace fs = std::filesystem;

Result<int> run_init(const Arguments& arguments, Console& console) {
  const std::string out = arguments.has("out") ? arguments.text("out") : "restock.toml";
  std::error_code ignored;
  if (fs::exists(out, ignored)) {
    return Error{Code::kInvalidArgument, fmt::format("'{}' exists already", out),
                 "remove it, or name another file with --out"};
  }
  RESTOCK_TRY(const auto work, WorkFolder::make_temporary("restock-init"));
  RESTOCK_TRY(sql::Database database, sql::Database::open({.temp_directory = work->path()}));
  ingest::ProposeOptions options;
  options.directory = fs::absolute(out, ignored).parent_path().string();
  options.work_directory = work->path();
  RESTOCK_TRY(const std::string text,
              ingest::propose_config(database, arguments.texts("from"), options));
  RESTOCK_TRY(write_file_atomically(out, text));
  console.out << fmt::format(
      "Wrote {}: each decision stands beside its reason; look it through.\nNext: restock run "
      "--config {}\n",
      out, out);
  return kExitDone;
}

}  // namespace

Verb init_verb() {
  Verb verb;
  verb.spec = {
      .name = "init",
      .summary = "Write a configuration for your own files",
      .description =
          "Looks at files of sales (and of products, stores, stock, if there are any) and writes a "
          "commented "
          "configuration for them: which column is what, and why. restock run accepts it as it is.",
      .options = {{.name = "from",
                   .value_name = "FILE",
                   .help = "Files or globs: CSV, TSV, JSON lines or Parquet, also .gz and .zst.",
                   .required = true,
                   .repeated = true},
                  {.name = "out",
                   .value_name = "FILE",
                   .help = "Configuration to write; it must not exist.",
                   .standard = "restock.toml"}},
      .examples = {"restock init --from sales.csv products.csv",
                   "restock init --from 'data/*.parquet' --out shop/restock.toml"},
  };
  verb.run = run_init;
  return verb;
}

}  // namespace restock::cli
