# Run with cmake -P: writes OUTPUT, a C++ file that holds the files of PAGE (a folder) and OPENAPI (JSON) as they are.
file(GLOB files ${PAGE}/*)
list(SORT files)
set(entries "")
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME)
  file(READ ${file} text)
  string(APPEND entries "    {\"${name}\", R\"~page~(${text})~page~\"},\n")
endforeach()
file(READ ${OPENAPI} openapi)
file(WRITE ${OUTPUT} "// Written by cmake/embed_texts.cmake from ui and api.
#include \"app/server.h\"

namespace regard::app {
namespace {

constexpr PageFile files[] = {
${entries}};

}  // namespace

std::span<const PageFile> page_files() { return files; }

std::string_view openapi_json() { return R\"~json~(${openapi})~json~\"; }

}  // namespace regard::app
")
