# embed_migrations(TARGET): compiles src/store/migrations/NNNN_*.sql into TARGET.
function(embed_migrations target)
  set(folder ${PROJECT_SOURCE_DIR}/src/store/migrations)
  file(GLOB migrations CONFIGURE_DEPENDS ${folder}/*.sql)
  set(output ${PROJECT_BINARY_DIR}/generated/embedded_migrations.cpp)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${folder} -DOUTPUT=${output} -P ${PROJECT_SOURCE_DIR}/cmake/embed_migrations.cmake
    DEPENDS ${migrations} ${PROJECT_SOURCE_DIR}/cmake/embed_migrations.cmake VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
