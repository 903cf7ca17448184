# embed_texts(TARGET): compiles the page and the description of the API into TARGET.
function(embed_texts target)
  set(page ${PROJECT_SOURCE_DIR}/src/app/page)
  file(GLOB files CONFIGURE_DEPENDS ${page}/*)
  set(openapi ${PROJECT_SOURCE_DIR}/api/openapi.yaml)
  set(json ${PROJECT_BINARY_DIR}/generated/openapi.json)
  set(script ${PROJECT_SOURCE_DIR}/cmake/embed_texts.cmake)
  set(output ${PROJECT_BINARY_DIR}/generated/embedded_texts.cpp)
  add_custom_command(OUTPUT ${json}
    COMMAND python3 ${PROJECT_SOURCE_DIR}/cmake/yaml_to_json.py ${openapi} ${json}
    DEPENDS ${openapi} ${PROJECT_SOURCE_DIR}/cmake/yaml_to_json.py VERBATIM)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DPAGE=${page} -DOPENAPI=${json} -DOUTPUT=${output} -P ${script}
    DEPENDS ${files} ${json} ${script} VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
