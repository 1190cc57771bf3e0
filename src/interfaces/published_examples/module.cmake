# The library of this module has the name that the program should have, so the target's name differs.
restock_executable(restock_published_examples_program "${CMAKE_CURRENT_LIST_DIR}/main.cc")
set_target_properties(restock_published_examples_program PROPERTIES OUTPUT_NAME restock_published_examples)
target_link_libraries(restock_published_examples_program PRIVATE restock_published_examples)
