# embed_manifests(TARGET): compiles models/*.toml into TARGET.
function(embed_manifests target)
  file(GLOB manifests CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/models/*.toml)
  set(output ${PROJECT_BINARY_DIR}/generated/embedded_manifests.cpp)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${PROJECT_SOURCE_DIR}/models -DOUTPUT=${output} -P ${PROJECT_SOURCE_DIR}/cmake/embed_manifests.cmake
    DEPENDS ${manifests} ${PROJECT_SOURCE_DIR}/cmake/embed_manifests.cmake VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
