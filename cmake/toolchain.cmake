# Language, warnings, sanitizers. Every target of ours links `regard_warnings`.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_LINK_DEPENDS_NO_SHARED ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "build type" FORCE)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O3")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1 -fno-omit-frame-pointer")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(regard_warnings INTERFACE)
target_compile_options(regard_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
  -Wold-style-cast -Wconversion -Wno-sign-conversion $<$<BOOL:${REGARD_WERROR}>:-Werror>
  # g++ 12 sees overlaps in std::string's operator+ that are not there: gcc.gnu.org/PR105651.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)

if(CMAKE_UNITY_BUILD)
  # Several files are compiled as one, which makes the sanitizers' builds three times faster. What these two warn of
  # (a name hidden, a type of an unnamed namespace in a field) is judged file by file in the release build.
  target_compile_options(regard_warnings INTERFACE -Wno-shadow $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()

if(REGARD_SANITIZE)
  # g++ 12 takes std::function's buffer for uninitialised under sanitizers: gcc.gnu.org/PR105562.
  target_compile_options(regard_warnings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  add_compile_options(-fsanitize=${REGARD_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${REGARD_SANITIZE})
endif()

if(REGARD_FUZZ)
  # Coverage counters in everything, so that the fuzzer sees into the libraries that it calls.
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
endif()
