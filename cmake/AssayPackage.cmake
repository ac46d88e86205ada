# Debian packages by CPack: assay (the command) and libassay-dev (the library).
file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/install")

# Debian wants the changelog compressed, and without a time in it.
set(changelog "${PROJECT_BINARY_DIR}/install/changelog.gz")
execute_process(COMMAND gzip -9nc "${PROJECT_SOURCE_DIR}/cmake/debian/changelog"
  OUTPUT_FILE "${changelog}" COMMAND_ERROR_IS_FATAL ANY)
foreach(package IN ITEMS assay:runtime libassay-dev:development)
  string(REPLACE ":" ";" parts "${package}")
  list(GET parts 0 name)
  list(GET parts 1 component)
  install(FILES "${changelog}" cmake/debian/copyright
    DESTINATION "${CMAKE_INSTALL_DATAROOTDIR}/doc/${name}" COMPONENT ${component})
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_PACKAGE_VENDOR "The assay authors")
set(CPACK_PACKAGE_CONTACT "The assay authors <assay@example.org>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL runtime development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME assay)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
# Loaded when they are needed (core/registry/curl.h, scanners/archive/libarchive.h), so nothing in the
# program says that they are.
set(CPACK_DEBIAN_RUNTIME_PACKAGE_DEPENDS "libcurl4 (>= 7.87), libarchive13")
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION "inspector of machine learning model artifacts
 Reads every byte of a model artifact once and, in that one pass, hashes it,
 inspects it and accounts for it.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libassay-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libssl-dev, libtbb-dev, libfmt-dev, zlib1g-dev, libisal-dev, libbz2-dev, liblzma-dev, liblz4-dev, libzstd-dev, libsodium-dev, pkg-config, libcurl4 (>= 7.87), libarchive13")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "inspector of machine learning model artifacts (library)
 Headers and static archives for programs that hash and inspect model
 artifacts themselves, with a CMake package and a pkg-config file.")

include(CPack)
