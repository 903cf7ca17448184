# Run with cmake -P: writes OUTPUT, a C++ file that holds the text of every NNNN_*.sql of FOLDER, numbered from 1.
file(GLOB migrations ${FOLDER}/*.sql)
list(SORT migrations)
set(entries "")
set(expected 0)
foreach(migration IN LISTS migrations)
  math(EXPR expected "${expected} + 1")
  get_filename_component(name ${migration} NAME_WLE)
  if(NOT name MATCHES "^0*${expected}_[a-z0-9_]+$")
    message(FATAL_ERROR "${migration}: migrations are numbered without a gap, this one should be number ${expected}")
  endif()
  file(READ ${migration} text)
  string(APPEND entries "    {${expected}, \"${name}\", R\"~sql~(${text})~sql~\"},\n")
endforeach()
file(WRITE ${OUTPUT} "// Written by cmake/embed_migrations.cmake from src/store/migrations/*.sql.
#include \"store/logic/migrations.h\"

namespace regard::store {
namespace {

constexpr Migration texts[] = {
${entries}};

}  // namespace

std::span<const Migration> migrations() { return texts; }

}  // namespace regard::store
")
