# stage(NAME [AFTER stage...] [LIBRARIES target...])
#
# One folder of src/ becomes two libraries and a test:
#   NAME      the public header and logic/*.cpp: pure, sees only its upstream (AFTER)
#   NAME_io   io/*.cpp: the part with third-party LIBRARIES, invisible to everybody else
#   NAME_test every *_test.cpp of the folder, linked with what it needs, run by CTest
#
# How "sees only its upstream" is enforced: no target has src/ in its include path. Each stage gets a folder
# build/.../see/NAME that holds one link, NAME -> src/NAME, and that folder alone is its public include path. Including
# "detect/detect.h" from a stage that is not AFTER detect therefore finds no file.
function(stage name)
  cmake_parse_arguments(arg "" "" "AFTER;LIBRARIES" ${ARGN})
  set(folder ${CMAKE_CURRENT_SOURCE_DIR}/${name})
  set(see ${PROJECT_BINARY_DIR}/see/${name})
  file(MAKE_DIRECTORY ${see})
  file(CREATE_LINK ${folder} ${see}/${name} SYMBOLIC)

  file(GLOB logic CONFIGURE_DEPENDS ${folder}/logic/*.cpp)
  file(GLOB io CONFIGURE_DEPENDS ${folder}/io/*.cpp)
  set(tests ${logic} ${io})
  list(FILTER logic EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER io EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")

  set(upstream ${arg_AFTER})
  set(upstream_io ${arg_AFTER})
  list(TRANSFORM upstream_io APPEND _io)

  if(logic)
    add_library(${name} STATIC ${logic})
    target_include_directories(${name} PUBLIC ${see})
    target_link_libraries(${name} PUBLIC regard_warnings ${upstream})
  else()
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE ${see})
    target_link_libraries(${name} INTERFACE regard_warnings ${upstream})
  endif()

  if(io)
    add_library(${name}_io STATIC ${io})
    target_link_libraries(${name}_io PUBLIC ${name} ${upstream_io} PRIVATE ${arg_LIBRARIES})
  else()
    add_library(${name}_io INTERFACE)
    target_link_libraries(${name}_io INTERFACE ${name} ${upstream_io})
  endif()

  if(tests AND REGARD_TESTS)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE ${name}_io ${arg_LIBRARIES} regard_test)
    target_compile_definitions(${name}_test PRIVATE REGARD_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    gtest_discover_tests(${name}_test TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60
      PROPERTIES TIMEOUT 300 LABELS unit)
    unit_test(${name}_test)
  endif()
endfunction()

# unit_test(TARGET): makes it part of the target unit_tests, and a line of unit_tests.txt in the build folder.
if(REGARD_TESTS)
  add_custom_target(unit_tests)
  file(WRITE ${PROJECT_BINARY_DIR}/unit_tests.txt "")
endif()
function(unit_test target)
  add_dependencies(unit_tests ${target})
  file(APPEND ${PROJECT_BINARY_DIR}/unit_tests.txt "${target}\n")
endfunction()
