# How everything of ours is compiled: the language, the warnings, the sanitizers, the cache.
# What only concerns our own build (warnings as errors, ccache) is left out where assay is a
# subproject of something else.
include(CheckLinkerFlag)
include(CheckPIESupported)
include(GNUInstallDirs)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
check_pie_supported(LANGUAGES CXX)

if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
  if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release)
  endif()
  find_program(ASSAY_CCACHE ccache)
  mark_as_advanced(ASSAY_CCACHE)
  if(ASSAY_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${ASSAY_CCACHE}")
  endif()
endif()

# What every target of ours is compiled and linked with; never exported.
add_library(assay_flags INTERFACE)
if(PROJECT_IS_TOP_LEVEL)
  target_compile_options(assay_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
    -Wold-style-cast -Werror)
endif()

if(ASSAY_SANITIZE)
  list(JOIN ASSAY_SANITIZE "," sanitizers)
  target_compile_options(assay_flags INTERFACE
    -fsanitize=${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(assay_flags INTERFACE -fsanitize=${sanitizers})
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  # This program reads hostile input. The sanitizers replace these where they run.
  target_compile_options(assay_flags INTERFACE -fstack-protector-strong -U_FORTIFY_SOURCE
    -D_FORTIFY_SOURCE=2)
  target_link_options(assay_flags INTERFACE -Wl,-z,relro,-z,now)
  # The start is short: no library is loaded that nothing is called of, symbols are found in short
  # chains, and relocations of tables take a bit each.
  target_link_options(assay_flags INTERFACE -Wl,-O1,--as-needed)
  check_linker_flag(CXX "LINKER:-z,pack-relative-relocs" ASSAY_PACKED_RELOCATIONS)
  if(ASSAY_PACKED_RELOCATIONS)
    target_link_options(assay_flags INTERFACE "LINKER:-z,pack-relative-relocs")
  endif()
endif()

if(ASSAY_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "ASSAY_FUZZ needs clang: use the preset 'fuzz'")
  endif()
  target_compile_options(assay_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
