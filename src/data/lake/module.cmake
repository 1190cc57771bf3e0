# Builds sql/*.sql into the library as one generated source file (see embedded_queries.h).
file(GLOB query_files CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/sql/*.sql")
set(embedded "${CMAKE_BINARY_DIR}/generated/data/lake/embedded_queries.cc")
add_custom_command(OUTPUT "${embedded}"
  COMMAND "${CMAKE_COMMAND}" "-DOUTPUT=${embedded}" "-DFOLDER=${CMAKE_SOURCE_DIR}/sql"
    -P "${CMAKE_CURRENT_LIST_DIR}/embed_queries.cmake"
  DEPENDS ${query_files} "${CMAKE_CURRENT_LIST_DIR}/embed_queries.cmake"
  COMMENT "Embedding sql/*.sql")
target_sources(restock_lake PRIVATE "${embedded}")
