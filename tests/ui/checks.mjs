// Checks one after the other, each with a name that is a sentence; the last line is counted by script/test.
let passed = 0;
let failed = 0;
/** What is done when a check failed, with its name. */
export const afterFailure = { do: async (_name) => {} };

export async function check(name, work) {
  const began = Date.now();
  try {
    await work();
    passed += 1;
    console.log(`ok      ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  } catch (failure) {
    failed += 1;
    await afterFailure.do(name).catch(() => {});
    console.log(`FAILED  ${name}\n${failure.stack ?? failure}`);
  }
}
export function must(condition, words) {
  if (!condition) throw new Error(words);
}
export function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}
