#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "operations/publish/html_table.h"
#include "operations/publish/run_result.h"

namespace restock {

/// The parts of `report_html`, each a <section> with its heading, or an empty text when the run has
/// nothing for it.
[[nodiscard]] std::string overview_section(const RunResult& result);
[[nodiscard]] std::string forecast_section(const RunResult& result);
[[nodiscard]] std::string series_section(const RunResult& result);
[[nodiscard]] std::string accuracy_section(const RunResult& result);
[[nodiscard]] std::string calibration_section(const RunResult& result);
[[nodiscard]] std::string orders_section(const RunResult& result);
[[nodiscard]] std::string risk_section(const RunResult& result);
[[nodiscard]] std::string stock_section(const RunResult& result);
[[nodiscard]] std::string replay_section(const RunResult& result);
[[nodiscard]] std::string data_section(const RunResult& result);
[[nodiscard]] std::string model_section(const RunResult& result);
[[nodiscard]] std::string run_section(const RunResult& result);

/// <section id=...> around a heading and a body that is HTML already.
[[nodiscard]] std::string section_html(const std::string& id, const std::string& title,
                                       const std::string& body);

/// Columns of the keys of a series, and their cells in one row.
[[nodiscard]] std::vector<HtmlColumn> key_titles(const RunResult& result);
void add_key_cells(const RunResult& result, size_t series, std::vector<std::string>& cells);

/// "seasonal_naive" as people write it: "seasonal naive"; escaped.
[[nodiscard]] std::string name_html(const std::string& name);

}  // namespace restock
