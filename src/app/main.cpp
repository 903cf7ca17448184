#include "app/app.h"

int main(int argc, char** argv) { return regard::app::run(argc, argv); }
