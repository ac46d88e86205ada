# What is installed, and how it is packed. Two components, which become two Debian packages:
#   runtime      the command
#   development  headers, archives, the CMake package and assay.pc
include(CMakePackageConfigHelpers)

# Installing builds nothing: `make build` makes the command alone, not the tests.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY TRUE)
set(ASSAY_CMAKE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/assay")
set(ASSAY_PKGCONFIG_DIR "${CMAKE_INSTALL_LIBDIR}/pkgconfig")

install(TARGETS assay RUNTIME COMPONENT runtime)

install(TARGETS assay_core assay_scanners EXPORT assay
  ARCHIVE COMPONENT development)
install(DIRECTORY core/include/assay scanners/include/assay "${PROJECT_BINARY_DIR}/generated/assay"
  TYPE INCLUDE COMPONENT development FILES_MATCHING PATTERN "*.h")

install(EXPORT assay NAMESPACE assay:: FILE assayTargets.cmake
  DESTINATION "${ASSAY_CMAKE_DIR}" COMPONENT development)
configure_package_config_file(cmake/assayConfig.cmake.in
  "${PROJECT_BINARY_DIR}/install/assayConfig.cmake" INSTALL_DESTINATION "${ASSAY_CMAKE_DIR}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/install/assayConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/install/assayConfig.cmake"
  "${PROJECT_BINARY_DIR}/install/assayConfigVersion.cmake"
  DESTINATION "${ASSAY_CMAKE_DIR}" COMPONENT development)

# assay.pc finds its prefix from where it lies, so that the tree may be moved.
file(RELATIVE_PATH ASSAY_PREFIX_FROM_PC "/${ASSAY_PKGCONFIG_DIR}" "/")
set(ASSAY_PC_LIBS "")
if(ASSAY_BLAKE3)
  set(ASSAY_PC_LIBS " ${ASSAY_BLAKE3_LIBRARY}")
endif()
configure_file(cmake/assay.pc.in "${PROJECT_BINARY_DIR}/install/assay.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/install/assay.pc"
  DESTINATION "${ASSAY_PKGCONFIG_DIR}" COMPONENT development)

if(PROJECT_IS_TOP_LEVEL)
  include(AssayPackage)
endif()
