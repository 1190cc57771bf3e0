# One target third_party_NAME for each @NAME in MODULES. Versions: tools/dependencies.lock.
set(RESTOCK_DEPS "${CMAKE_SOURCE_DIR}/.deps" CACHE PATH "Where tools/install_dependencies puts libraries")
set(RESTOCK_LIBDUCKDB "$ENV{RESTOCK_LIBDUCKDB}" CACHE FILEPATH "Your own libduckdb.so (1.5.5)")
set(RESTOCK_DUCKDB_INCLUDE_DIR "$ENV{RESTOCK_DUCKDB_INCLUDE_DIR}" CACHE PATH "Folder of its duckdb.h")
set(RESTOCK_LIBXGBOOST "$ENV{RESTOCK_LIBXGBOOST}" CACHE FILEPATH "Your own libxgboost.so (3.2)")
set(RESTOCK_XGBOOST_INCLUDE_DIR "$ENV{RESTOCK_XGBOOST_INCLUDE_DIR}" CACHE PATH "Folder of its xgboost/c_api.h")
set(RESTOCK_LIBHIGHS "$ENV{RESTOCK_LIBHIGHS}" CACHE FILEPATH "Your own libhighs.so (1.15)")
set(RESTOCK_HIGHS_INCLUDE_DIR "$ENV{RESTOCK_HIGHS_INCLUDE_DIR}" CACHE PATH "Folder of its interfaces/highs_c_api.h")
set(RESTOCK_EXTENSION_DIR "${RESTOCK_DEPS}/duckdb/extensions" CACHE PATH "DuckDB extensions of the build tree")

# Library and header folder of NAME: the user's own, or those in .deps. Sets NAME_library, NAME_include_dir.
function(restock_locate name library include_dir header own_library own_include_dir)
  if(own_library)
    set(library "${own_library}")
    set(include_dir "${own_include_dir}")  # empty: the compiler's own search path
  endif()
  foreach(file "${library}" "${include_dir}/${header}")
    if(NOT EXISTS "${file}" AND NOT file STREQUAL "/${header}")
      message(FATAL_ERROR "${file} is missing: run tools/install_dependencies, or give your own with "
        "-DRESTOCK_LIBDUCKDB=/path/libduckdb.so, -DRESTOCK_LIBXGBOOST=/path/libxgboost.so, "
        "-DRESTOCK_LIBHIGHS=/path/libhighs.so.1")
    endif()
  endforeach()
  set(${name}_library "${library}" PARENT_SCOPE)
  set(${name}_include_dir "${include_dir}" PARENT_SCOPE)
endfunction()

restock_locate(duckdb "${RESTOCK_DEPS}/duckdb/lib/libduckdb.so" "${RESTOCK_DEPS}/duckdb/include" duckdb.h
  "${RESTOCK_LIBDUCKDB}" "${RESTOCK_DUCKDB_INCLUDE_DIR}")
add_library(third_party_duckdb SHARED IMPORTED GLOBAL)
set_target_properties(third_party_duckdb PROPERTIES IMPORTED_LOCATION "${duckdb_library}")
target_include_directories(third_party_duckdb SYSTEM INTERFACE ${duckdb_include_dir})
target_compile_definitions(third_party_duckdb INTERFACE RESTOCK_EXTENSION_DIR="${RESTOCK_EXTENSION_DIR}")

# XGBoost is not linked: its owner opens it at run time, because its libgomp must load after
# OMP_WAIT_POLICY is set.
restock_locate(xgboost "${RESTOCK_DEPS}/xgboost/lib/libxgboost.so" "${RESTOCK_DEPS}/xgboost/include" xgboost/c_api.h
  "${RESTOCK_LIBXGBOOST}" "${RESTOCK_XGBOOST_INCLUDE_DIR}")
add_library(third_party_xgboost INTERFACE)
target_include_directories(third_party_xgboost SYSTEM INTERFACE ${xgboost_include_dir})
target_compile_definitions(third_party_xgboost INTERFACE RESTOCK_LIBXGBOOST_FILE="${xgboost_library}")
target_link_libraries(third_party_xgboost INTERFACE ${CMAKE_DL_LIBS})

restock_locate(highs "${RESTOCK_DEPS}/highs/lib/libhighs.so.1" "${RESTOCK_DEPS}/highs/include" interfaces/highs_c_api.h
  "${RESTOCK_LIBHIGHS}" "${RESTOCK_HIGHS_INCLUDE_DIR}")
add_library(third_party_highs SHARED IMPORTED GLOBAL)
set_target_properties(third_party_highs PROPERTIES IMPORTED_LOCATION "${highs_library}")
target_include_directories(third_party_highs SYSTEM INTERFACE ${highs_include_dir})

find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)
add_library(third_party_fmt ALIAS fmt::fmt)
add_library(third_party_gtest INTERFACE)
target_link_libraries(third_party_gtest INTERFACE GTest::gmock GTest::gtest_main)
add_library(third_party_benchmark INTERFACE)
target_link_libraries(third_party_benchmark INTERFACE benchmark::benchmark_main)

# Header-only, in the compiler's own search path.
foreach(name tomlplusplus nlohmann_json cli11)
  add_library(third_party_${name} INTERFACE)
endforeach()
find_package(ZLIB REQUIRED)
add_library(third_party_zlib ALIAS ZLIB::ZLIB)
find_library(RESTOCK_LIBZSTD zstd REQUIRED)
add_library(third_party_zstd INTERFACE)
target_link_libraries(third_party_zstd INTERFACE "${RESTOCK_LIBZSTD}")
