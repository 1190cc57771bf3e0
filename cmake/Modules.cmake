# Reads MODULES and makes, for each line floor/name:
#   restock_NAME        static library of src/floor/name/*.cc
#   restock_NAME_test   its *_test.cc with GoogleTest, one ctest entry "name"
#   restock_NAME_bench  its *_bench.cc with google-benchmark
# and for src/interfaces/cli/main.cc the program `restock`. Targets appear only if their files exist.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/MODULES")
file(STRINGS "${CMAKE_SOURCE_DIR}/MODULES" lines REGEX "^[a-z]")

set(RESTOCK_MODULES "")
foreach(line IN LISTS lines)
  if(NOT line MATCHES "^([a-z]+)/([a-z_0-9]+):([^|]*)(\\|(.*))?$")
    message(FATAL_ERROR "MODULES: cannot read '${line}'; write 'floor/module: modules | third-party'")
  endif()
  set(name "${CMAKE_MATCH_2}")
  set(folder "${CMAKE_MATCH_1}/${CMAKE_MATCH_2}")
  set(third_party "${CMAKE_MATCH_5}")  # the next match overwrites CMAKE_MATCH_5
  string(REGEX MATCHALL "[^ \t,]+" module_${name}_deps "${CMAKE_MATCH_3}")
  string(REGEX MATCHALL "[^ \t,]+" module_${name}_third_party "${third_party}")
  if(IS_DIRECTORY "${CMAKE_SOURCE_DIR}/src/${folder}")
    list(APPEND RESTOCK_MODULES "${name}")
    set(module_${name}_folder "${CMAKE_SOURCE_DIR}/src/${folder}")
  else()
    message(WARNING "MODULES lists ${folder}, but src/${folder} does not exist")
  endif()
endforeach()

function(restock_executable target)
  add_executable(${target} ${ARGN})
  target_link_libraries(${target} PRIVATE restock_options)
  set_target_properties(${target} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin"
    INSTALL_RPATH "$ORIGIN/../lib")
endfunction()

function(restock_module name)
  set(folder "${module_${name}_folder}")
  file(GLOB sources CONFIGURE_DEPENDS "${folder}/*.cc")
  set(tests ${sources})
  set(benches ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER benches INCLUDE REGEX "_bench\\.cc$")
  list(FILTER sources EXCLUDE REGEX "(_test|_bench|/main)\\.cc$")

  set(links "")
  foreach(dep IN LISTS module_${name}_deps)
    if(dep IN_LIST RESTOCK_MODULES)
      list(APPEND links restock_${dep})
    else()
      message(WARNING "MODULES: ${name} depends on '${dep}', which is not a module whose folder exists")
    endif()
  endforeach()
  set(owned "")
  foreach(library IN LISTS module_${name}_third_party)
    if(NOT TARGET third_party_${library})
      message(FATAL_ERROR "MODULES: ${name} owns '${library}', which cmake/ThirdParty.cmake does not define")
    endif()
    list(APPEND owned third_party_${library})
  endforeach()

  if(sources)
    add_library(restock_${name} STATIC ${sources})
    target_include_directories(restock_${name} PUBLIC "${CMAKE_SOURCE_DIR}/src")
    target_link_libraries(restock_${name}
      PUBLIC ${links} third_party_fmt Threads::Threads PRIVATE restock_options ${owned})
  else()
    file(GLOB headers CONFIGURE_DEPENDS "${folder}/*.h")
    add_library(restock_${name} INTERFACE ${headers})
    target_include_directories(restock_${name} INTERFACE "${CMAKE_SOURCE_DIR}/src")
    target_link_libraries(restock_${name} INTERFACE ${links} third_party_fmt Threads::Threads ${owned})
  endif()
  add_library(restock::${name} ALIAS restock_${name})
  # What is special about one module, such as generated sources, lies in its own folder.
  include("${folder}/module.cmake" OPTIONAL)

  if(tests)
    restock_executable(restock_${name}_test ${tests})
    target_link_libraries(restock_${name}_test PRIVATE restock_${name} ${owned} third_party_gtest)
    target_compile_definitions(restock_${name}_test PRIVATE RESTOCK_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    add_test(NAME ${name} COMMAND restock_${name}_test)
    set_tests_properties(${name} PROPERTIES LABELS "unit;${name}" TIMEOUT 900
      ENVIRONMENT "${RESTOCK_TEST_ENVIRONMENT}")
  endif()
  if(benches)
    restock_executable(restock_${name}_bench ${benches})
    target_link_libraries(restock_${name}_bench PRIVATE restock_${name} ${owned} third_party_benchmark)
    set_property(GLOBAL APPEND PROPERTY RESTOCK_BENCHES restock_${name}_bench)
  endif()
endfunction()

foreach(name IN LISTS RESTOCK_MODULES)
  restock_module(${name})
endforeach()

file(GLOB main CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/interfaces/cli/main.cc")
if(main AND TARGET restock_cli)
  restock_executable(restock ${main})
  target_link_libraries(restock PRIVATE restock_cli)
  # An RPATH, not a RUNPATH: XGBoost finds its own libgomp through it once installed.
  target_link_options(restock PRIVATE -Wl,--disable-new-dtags)
  install(TARGETS restock RUNTIME DESTINATION bin)
  install(FILES "${duckdb_library}" "${xgboost_library}" "${highs_library}" DESTINATION lib)
  install(DIRECTORY "${RESTOCK_DEPS}/xgboost_cpu.libs/" DESTINATION lib)
  install(DIRECTORY "${RESTOCK_EXTENSION_DIR}/" DESTINATION lib/restock/extensions)
endif()
