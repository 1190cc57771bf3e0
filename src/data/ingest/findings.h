#pragma once

#include <string>
#include <vector>

#include "data/ingest/duplicate_rows.h"
#include "data/ingest/import_result.h"
#include "data/sql/database.h"
#include "foundation/base/result.h"

namespace restock::ingest {

/// A sentence for people about `count` rows that were put in quarantine for `reason`.
[[nodiscard]] std::string describe_reason(const std::string& reason, int64_t count);

/// Count the temporary table `ingest_quarantine` by reason into `result`, with the first place of
/// each as a finding.
[[nodiscard]] Status report_quarantine(sql::Database& database, ImportResult& result);

/// Findings about series rather than rows: gaps, series that ended long ago, attributes that
/// change, series too short.
[[nodiscard]] Status report_series(sql::Database& database, const ColumnReading& reading,
                                   const SalesSchema& schema, const SeriesSummary& summary,
                                   std::vector<DataFinding>& findings);

}  // namespace restock::ingest
