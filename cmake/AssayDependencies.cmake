# The libraries that assay stands on. packages.txt names the Debian packages that bring them.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto)
find_package(TBB REQUIRED)
find_path(ASSAY_HIGHWAY_INCLUDE hwy/highway.h REQUIRED)  # headers alone: nothing is linked
mark_as_advanced(ASSAY_HIGHWAY_INCLUDE)
find_path(ASSAY_CURL_INCLUDE curl/curl.h REQUIRED)  # headers alone: it is loaded when it is needed
mark_as_advanced(ASSAY_CURL_INCLUDE)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(BZip2 REQUIRED)
find_package(LibLZMA REQUIRED)
find_package(PkgConfig REQUIRED)  # for what brings no CMake package
find_path(ASSAY_LIBARCHIVE_INCLUDE archive_entry.h REQUIRED)  # headers alone, as of curl
mark_as_advanced(ASSAY_LIBARCHIVE_INCLUDE)
pkg_check_modules(isal REQUIRED IMPORTED_TARGET libisal)
pkg_check_modules(lz4 REQUIRED IMPORTED_TARGET liblz4)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)

# Debian 12 has no libblake3; where the system has one, `--digest blake3` is offered.
find_path(ASSAY_BLAKE3_INCLUDE blake3.h)
find_library(ASSAY_BLAKE3_LIBRARY blake3)
mark_as_advanced(ASSAY_BLAKE3_INCLUDE ASSAY_BLAKE3_LIBRARY)
set(ASSAY_BLAKE3 OFF)
if(ASSAY_BLAKE3_INCLUDE AND ASSAY_BLAKE3_LIBRARY)
  set(ASSAY_BLAKE3 ON)
  add_library(assay::blake3 UNKNOWN IMPORTED)
  set_target_properties(assay::blake3 PROPERTIES
    IMPORTED_LOCATION "${ASSAY_BLAKE3_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${ASSAY_BLAKE3_INCLUDE}")
endif()

# Each shared library costs the start of the command about 0.2 ms, and a scan of a checkpoint takes three. So
# what only computes is linked in, where the system has the archive. OpenSSL is not: what checks
# signatures is to be mended by the system's updates alone.
function(assay_link_archive target name)
  find_library(ASSAY_ARCHIVE_${name} NAMES lib${name}.a)
  mark_as_advanced(ASSAY_ARCHIVE_${name})
  if(NOT ASSAY_ARCHIVE_${name})
    return()
  endif()
  get_target_property(kind ${target} TYPE)
  if(kind STREQUAL "INTERFACE_LIBRARY")  # of pkg-config
    set_target_properties(${target} PROPERTIES INTERFACE_LINK_LIBRARIES "${ASSAY_ARCHIVE_${name}}")
  else()
    set_target_properties(${target} PROPERTIES
      IMPORTED_LOCATION "${ASSAY_ARCHIVE_${name}}"
      IMPORTED_LOCATION_RELEASE "${ASSAY_ARCHIVE_${name}}")
  endif()
endfunction()

if(PROJECT_IS_TOP_LEVEL)
  assay_link_archive(ZLIB::ZLIB z)
  assay_link_archive(BZip2::BZip2 bz2)
  assay_link_archive(LibLZMA::LibLZMA lzma)
  assay_link_archive(PkgConfig::lz4 lz4)
  assay_link_archive(PkgConfig::zstd zstd)
  assay_link_archive(PkgConfig::sodium sodium)
endif()
