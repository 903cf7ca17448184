# embed_texts(TARGET): builds the page, and compiles it and the description of the API into TARGET.
function(embed_texts target)
  set(page ${PROJECT_BINARY_DIR}/page)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/ui/src/* ${PROJECT_SOURCE_DIR}/sdk/typescript/src/*)
  foreach(name index.html package.json package-lock.json svelte.config.js vite.config.js public/icon.svg)
    list(APPEND sources ${PROJECT_SOURCE_DIR}/ui/${name})
  endforeach()
  set(files ${page}/index.html ${page}/page.css ${page}/page.js ${page}/icon.svg)
  add_custom_command(OUTPUT ${files}
    COMMAND ${PROJECT_SOURCE_DIR}/script/build-page ${page}
    COMMAND ${CMAKE_COMMAND} -E touch ${files}
    DEPENDS ${sources} ${PROJECT_SOURCE_DIR}/script/build-page
    COMMENT "Building the page" VERBATIM)

  set(openapi ${PROJECT_SOURCE_DIR}/api/openapi.yaml)
  set(json ${PROJECT_BINARY_DIR}/generated/openapi.json)
  add_custom_command(OUTPUT ${json}
    COMMAND python3 ${PROJECT_SOURCE_DIR}/cmake/yaml_to_json.py ${openapi} ${json}
    DEPENDS ${openapi} ${PROJECT_SOURCE_DIR}/cmake/yaml_to_json.py VERBATIM)

  set(script ${PROJECT_SOURCE_DIR}/cmake/embed_texts.cmake)
  set(output ${PROJECT_BINARY_DIR}/generated/embedded_texts.cpp)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DPAGE=${page} -DOPENAPI=${json} -DOUTPUT=${output} -P ${script}
    DEPENDS ${files} ${json} ${script} VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
