# Everything third-party, found once. Which stage may use what is said in src/CMakeLists.txt.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Boost 1.74 REQUIRED)  # headers only: Asio and Beast
find_package(CURL REQUIRED)
find_package(LibArchive REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(pugixml REQUIRED)
find_package(Protobuf REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Eigen3 REQUIRED)
pkg_check_modules(FFMPEG REQUIRED IMPORTED_TARGET libavformat libavcodec libavutil libswscale libavdevice)
pkg_check_modules(TURBOJPEG REQUIRED IMPORTED_TARGET libturbojpeg)
pkg_check_modules(WEBP REQUIRED IMPORTED_TARGET libwebp)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(MOSQUITTO REQUIRED IMPORTED_TARGET libmosquitto)
pkg_check_modules(HIGHWAY REQUIRED IMPORTED_TARGET libhwy)
find_package(SQLite3 REQUIRED)
find_package(SQLiteCpp REQUIRED)
find_library(SPNG_LIBRARY spng REQUIRED)

# OpenCV's own CMake package comes only with all of its modules; two of them are enough here.
find_library(OPENCV_CORE_LIBRARY opencv_core REQUIRED)
find_library(OPENCV_IMGPROC_LIBRARY opencv_imgproc REQUIRED)
find_path(OPENCV_INCLUDE opencv2/core.hpp PATH_SUFFIXES opencv4 REQUIRED)
add_library(opencv INTERFACE)
target_link_libraries(opencv INTERFACE ${OPENCV_IMGPROC_LIBRARY} ${OPENCV_CORE_LIBRARY})
target_include_directories(opencv SYSTEM INTERFACE ${OPENCV_INCLUDE})

if(REGARD_TESTS)
  find_package(GTest REQUIRED)
  find_package(benchmark REQUIRED)
endif()

# libonnx-dev: only the messages of the ONNX format, on top of protobuf.
find_library(ONNX_PROTO_LIBRARY onnx_proto REQUIRED)
add_library(onnx_format INTERFACE)
target_link_libraries(onnx_format INTERFACE ${ONNX_PROTO_LIBRARY} protobuf::libprotobuf)
target_compile_definitions(onnx_format INTERFACE ONNX_NAMESPACE=onnx ONNX_ML=1)

# ONNX Runtime: the library of the npm package and Debian's headers, both put there by script/setup.
find_library(ONNXRUNTIME_LIBRARY NAMES onnxruntime libonnxruntime.so.1 PATHS ${REGARD_DEPS}/onnxruntime/lib NO_DEFAULT_PATH)
find_path(ONNXRUNTIME_INCLUDE onnxruntime_cxx_api.h PATHS ${REGARD_DEPS}/onnxruntime/include NO_DEFAULT_PATH)
if(NOT ONNXRUNTIME_LIBRARY OR NOT ONNXRUNTIME_INCLUDE)
  message(FATAL_ERROR "ONNX Runtime is not in ${REGARD_DEPS}/onnxruntime: run script/setup first")
endif()
add_library(onnxruntime SHARED IMPORTED)
set_target_properties(onnxruntime PROPERTIES IMPORTED_LOCATION ${ONNXRUNTIME_LIBRARY}
  INTERFACE_INCLUDE_DIRECTORIES ${ONNXRUNTIME_INCLUDE})

if(REGARD_TESTS)
  add_library(regard_test INTERFACE)
  target_link_libraries(regard_test INTERFACE GTest::gmock GTest::gtest_main)
  target_include_directories(regard_test INTERFACE ${PROJECT_SOURCE_DIR}/tests/support)
endif()
