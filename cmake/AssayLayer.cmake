# The walls of the house. Public headers lie flat in core/include/assay, yet a layer must not reach
# up: each layer's headers are staged (as links) in a folder of their own, and a layer's include
# path holds the folders of itself and of what it needs. A wrong include does not build.

# The generated assay/version.h belongs to base.
configure_file("${PROJECT_SOURCE_DIR}/cmake/version.h.in"
               "${PROJECT_BINARY_DIR}/generated/assay/version.h" @ONLY)

# assay_layer(NAME base HEADERS a.h b.h [NEEDS other...])
# Objects of core/NAME/*.cpp as target assay_NAME. Private headers lie beside the sources.
function(assay_layer)
  cmake_parse_arguments(layer "" "NAME" "HEADERS;NEEDS" ${ARGN})
  set(target assay_${layer_NAME})
  set(stage "${PROJECT_BINARY_DIR}/layers/${layer_NAME}")
  _assay_stage_headers("${stage}/assay" ${layer_HEADERS})

  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/core/${layer_NAME}/*.cpp")
  add_library(${target} OBJECT ${sources})
  target_include_directories(${target} PUBLIC "${stage}"
    PRIVATE "${PROJECT_SOURCE_DIR}/core/${layer_NAME}")
  target_link_libraries(${target} PUBLIC Threads::Threads PRIVATE assay_flags)
  if(layer_NAME STREQUAL "base")
    target_include_directories(${target} PUBLIC "${PROJECT_BINARY_DIR}/generated")
  endif()
  foreach(need IN LISTS layer_NEEDS)
    target_link_libraries(${target} PUBLIC assay_${need})
  endforeach()

  set_property(GLOBAL APPEND PROPERTY ASSAY_LAYERS ${layer_NAME})
  set_property(GLOBAL PROPERTY ASSAY_NEEDS_${layer_NAME} ${layer_NEEDS})
  set_property(GLOBAL PROPERTY ASSAY_HEADERS_${layer_NAME} ${layer_HEADERS})
endfunction()

function(_assay_stage_headers stage)
  file(REMOVE_RECURSE "${stage}")
  file(MAKE_DIRECTORY "${stage}")
  foreach(header IN LISTS ARGN)
    set(path "${PROJECT_SOURCE_DIR}/core/include/assay/${header}")
    file(CREATE_LINK "${path}" "${stage}/${header}" SYMBOLIC)
  endforeach()
endfunction()

# Every public header of core belongs to exactly one layer.
function(_assay_check_headers)
  file(GLOB present CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}/core/include/assay"
    "${PROJECT_SOURCE_DIR}/core/include/assay/*.h")
  get_property(layers GLOBAL PROPERTY ASSAY_LAYERS)
  foreach(layer IN LISTS layers)
    get_property(headers GLOBAL PROPERTY ASSAY_HEADERS_${layer})
    foreach(header IN LISTS headers)
      if(NOT header IN_LIST present)
        message(SEND_ERROR "assay/${header} is missing, or named by two layers")
      endif()
    endforeach()
    list(REMOVE_ITEM present ${headers})
  endforeach()
  if(present)
    message(SEND_ERROR "name the layer of assay/${present} in CMakeLists.txt")
  endif()
endfunction()

# One archive, libassay_core.a, of all layers: users see core, not how it is layered.
function(assay_core)
  _assay_check_headers()
  get_property(layers GLOBAL PROPERTY ASSAY_LAYERS)
  list(TRANSFORM layers REPLACE "(.+)" "$<TARGET_OBJECTS:assay_\\1>" OUTPUT_VARIABLE objects)
  add_library(assay_core STATIC ${objects})
  add_library(assay::core ALIAS assay_core)
  set_target_properties(assay_core PROPERTIES EXPORT_NAME core LINKER_LANGUAGE CXX)
  target_compile_features(assay_core PUBLIC cxx_std_20)
  target_include_directories(assay_core PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/core/include>
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/generated>
    $<INSTALL_INTERFACE:include>)
  target_link_libraries(assay_core PUBLIC Threads::Threads
    PRIVATE OpenSSL::Crypto TBB::tbb fmt::fmt PkgConfig::sodium ${CMAKE_DL_LIBS}
      $<BUILD_INTERFACE:assay_flags>)
  if(ASSAY_BLAKE3)
    target_link_libraries(assay_core PRIVATE "${ASSAY_BLAKE3_LIBRARY}")
  endif()
endfunction()

# assay_library(NAME scanners SOURCES globs... [EXCEPT paths...]) -> assay_scanners, assay::scanners
function(assay_library)
  cmake_parse_arguments(library "" "NAME" "SOURCES;EXCEPT" ${ARGN})
  list(TRANSFORM library_SOURCES PREPEND "${PROJECT_SOURCE_DIR}/")
  list(TRANSFORM library_EXCEPT PREPEND "${PROJECT_SOURCE_DIR}/")
  file(GLOB sources CONFIGURE_DEPENDS ${library_SOURCES})
  list(REMOVE_ITEM sources ${library_EXCEPT})
  add_library(assay_${library_NAME} STATIC ${sources})
  add_library(assay::${library_NAME} ALIAS assay_${library_NAME})
  set_target_properties(assay_${library_NAME} PROPERTIES EXPORT_NAME ${library_NAME})
  target_link_libraries(assay_${library_NAME} PRIVATE $<BUILD_INTERFACE:assay_flags>)
endfunction()
