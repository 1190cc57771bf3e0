# One target third_party_NAME for each @NAME in MODULES. Versions: tools/dependencies.lock.
set(RESTOCK_DEPS "${CMAKE_SOURCE_DIR}/.deps" CACHE PATH "Where tools/install_dependencies puts libraries")
set(RESTOCK_LIBDUCKDB "$ENV{RESTOCK_LIBDUCKDB}" CACHE FILEPATH "Your own libduckdb.so (1.5.5)")
set(RESTOCK_DUCKDB_INCLUDE_DIR "$ENV{RESTOCK_DUCKDB_INCLUDE_DIR}" CACHE PATH "Folder of its duckdb.h")
set(RESTOCK_LIBXGBOOST "$ENV{RESTOCK_LIBXGBOOST}" CACHE FILEPATH "Your own libxgboost.so (3.2)")
set(RESTOCK_XGBOOST_INCLUDE_DIR "$ENV{RESTOCK_XGBOOST_INCLUDE_DIR}" CACHE PATH "Folder of its xgboost/c_api.h")
set(RESTOCK_EXTENSION_DIR "${RESTOCK_DEPS}/duckdb/extensions" CACHE PATH "DuckDB extensions of the build tree")

# A library given as one file: the user's own, or the one in .deps.
function(restock_import_library name library own_library include_dir own_include_dir header)
  if(own_library)
    set(library "${own_library}")
    if(own_include_dir)
      set(include_dir "${own_include_dir}")
    else()
      set(include_dir "")  # the compiler's own search path
    endif()
  endif()
  if(NOT EXISTS "${library}")
    message(FATAL_ERROR "${library} is missing: run tools/install_dependencies, or give your own with "
      "-DRESTOCK_LIBDUCKDB=/path/libduckdb.so, -DRESTOCK_LIBXGBOOST=/path/libxgboost.so")
  endif()
  if(include_dir AND NOT EXISTS "${include_dir}/${header}")
    message(FATAL_ERROR "${include_dir}/${header} is missing: run tools/install_dependencies")
  endif()
  add_library(third_party_${name} SHARED IMPORTED GLOBAL)
  set_target_properties(third_party_${name} PROPERTIES IMPORTED_LOCATION "${library}")
  if(include_dir)
    target_include_directories(third_party_${name} SYSTEM INTERFACE "${include_dir}")
  endif()
endfunction()

restock_import_library(duckdb
  "${RESTOCK_DEPS}/duckdb/lib/libduckdb.so" "${RESTOCK_LIBDUCKDB}"
  "${RESTOCK_DEPS}/duckdb/include" "${RESTOCK_DUCKDB_INCLUDE_DIR}" duckdb.h)
target_compile_definitions(third_party_duckdb INTERFACE RESTOCK_EXTENSION_DIR="${RESTOCK_EXTENSION_DIR}")
restock_import_library(xgboost
  "${RESTOCK_DEPS}/xgboost/lib/libxgboost.so" "${RESTOCK_LIBXGBOOST}"
  "${RESTOCK_DEPS}/xgboost/include" "${RESTOCK_XGBOOST_INCLUDE_DIR}" xgboost/c_api.h)

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
