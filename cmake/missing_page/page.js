// The page was not built: cmake/missing_page.
