# Run with cmake -P: writes OUTPUT, a C++ file that holds the text of every models/*.toml of FOLDER.
file(GLOB manifests ${FOLDER}/*.toml)
list(SORT manifests)
set(entries "")
foreach(manifest IN LISTS manifests)
  get_filename_component(name ${manifest} NAME_WLE)
  file(READ ${manifest} text)
  string(APPEND entries "    {\"${name}\", R\"~manifest~(${text})~manifest~\"},\n")
endforeach()
file(WRITE ${OUTPUT} "// Written by cmake/embed_manifests.cmake from models/*.toml.
#include \"infer/logic/built_in.h\"

namespace regard::infer {
namespace {

constexpr EmbeddedText texts[] = {
${entries}};

}  // namespace

std::span<const EmbeddedText> embedded_manifests() { return texts; }

}  // namespace regard::infer
")
