# The libraries that assay stands on. packages.txt names the Debian packages that bring them.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto)
find_package(TBB REQUIRED)
find_package(ZLIB REQUIRED)
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
