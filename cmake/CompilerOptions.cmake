# How Restock's own code is compiled. Same input gives the same bytes on every machine of one
# architecture, so nothing here may let the compiler reorder or fuse floating point.
set(RESTOCK_ARCH "x86-64-v3" CACHE STRING "Value of -march (empty: the compiler's default)")
set(RESTOCK_SANITIZE "" CACHE STRING "Value of -fsanitize, such as address,undefined or thread")
option(RESTOCK_WERROR "Warnings are errors" ON)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

add_library(restock_options INTERFACE)
target_compile_options(restock_options INTERFACE
  -Wall -Wextra -Wpedantic -Wno-error=pedantic -Wshadow -Wnon-virtual-dtor -Wno-missing-field-initializers -ffp-contract=off)
if(RESTOCK_WERROR)
  target_compile_options(restock_options INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # False alarms on std::string under -O3 (GCC bug 105651).
  target_compile_options(restock_options INTERFACE -Wno-restrict)
endif()
if(RESTOCK_ARCH AND CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  target_compile_options(restock_options INTERFACE "-march=${RESTOCK_ARCH}")
endif()
if(RESTOCK_SANITIZE)
  add_compile_options("-fsanitize=${RESTOCK_SANITIZE}" -fno-omit-frame-pointer)
  add_link_options("-fsanitize=${RESTOCK_SANITIZE}")
  if(RESTOCK_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
endif()

# Set for every test: no effect without the sanitizer it names.
set(RESTOCK_TEST_ENVIRONMENT
  "TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tools/tsan.supp:halt_on_error=1:second_deadlock_stack=1"
  "LSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tools/lsan.supp:print_suppressions=0"
  "UBSAN_OPTIONS=print_stacktrace=1")

find_program(RESTOCK_CCACHE ccache)
if(RESTOCK_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${RESTOCK_CCACHE}")
endif()
find_program(RESTOCK_MOLD mold)
find_program(RESTOCK_LLD ld.lld)
if(RESTOCK_MOLD)
  add_link_options(-fuse-ld=mold)
elseif(RESTOCK_LLD)
  add_link_options(-fuse-ld=lld)
endif()
