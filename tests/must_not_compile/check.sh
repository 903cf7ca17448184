#!/usr/bin/env bash
# check.sh FILE COMPILER FLAG...: FILE must compile as it is, and must fail to compile with -DMISUSE, for the reason that
# its line "// EXPECT: regular expression" gives. Either half alone would prove nothing.
set -u
file=$1; shift
expected=$(sed -n 's|^// EXPECT: ||p' "$file")
[ -n "$expected" ] || { echo "$file has no // EXPECT: line"; exit 1; }
if ! output=$("$@" -fsyntax-only "$file" 2>&1); then
  printf 'without the misuse it should compile:\n%s\n' "$output"; exit 1
fi
if output=$("$@" -fsyntax-only -DMISUSE "$file" 2>&1); then
  echo "the misuse compiles"; exit 1
fi
if ! grep -qE "$expected" <<<"$output"; then
  printf 'it fails for another reason than "%s":\n%s\n' "$expected" "$output"; exit 1
fi
echo "refused as it should be: $expected"
