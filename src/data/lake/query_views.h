#pragma once

#include <map>
#include <string>
#include <vector>

#include "data/lake/lake_table.h"

namespace restock::lake {

/// The columns of the lake's tables by table name; a missing table has no entry.
using LakeColumns = std::map<std::string, std::vector<TableColumn>>;

/// The statements that make the views described at `make_query_views`. Pure.
[[nodiscard]] std::string query_view_statements(const std::vector<std::string>& key_names,
                                                const LakeColumns& tables);

}  // namespace restock::lake
