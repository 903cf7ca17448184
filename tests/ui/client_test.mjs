// The client of sdk/typescript against api/openapi.yaml, and the types of client and page.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, finish, must } from './checks.mjs';

const root = new URL('../..', import.meta.url).pathname;
const tool = (name) => join(root, 'tests/ui/node_modules/.bin', name);
const description = readFileSync(join(root, 'api/openapi.yaml'), 'utf8');
const client = readFileSync(join(root, 'sdk/typescript/src/index.ts'), 'utf8');

await check("the client's types are those of the description", () => {
  const folder = mkdtempSync(join(tmpdir(), 'regard-types-'));
  execFileSync(tool('openapi-typescript'), [join(root, 'api/openapi.yaml'), '-o', join(folder, 'schema.ts')], { stdio: 'pipe' });
  const fresh = readFileSync(join(folder, 'schema.ts'), 'utf8');
  rmSync(folder, { recursive: true });
  const kept = readFileSync(join(root, 'sdk/typescript/src/schema.ts'), 'utf8');
  must(fresh === kept, 'run: tests/ui/node_modules/.bin/openapi-typescript api/openapi.yaml -o sdk/typescript/src/schema.ts');
});

await check('every operation has its method in the client', () => {
  const files = ['page', 'pageStyle', 'pageScript', 'pageIcon']; // what browsers ask for by themselves
  const operations = [...description.matchAll(/operationId: (\w+)/g)].map((match) => match[1]);
  must(operations.length > 30, 'the description was not read');
  const missing = operations.filter(
    (id) => !files.includes(id) && !new RegExp(`^  (async )?${id}( = |\\(|<)`, 'm').test(client),
  );
  must(!missing.length, `without a method: ${missing.join(', ')}`);
});

await check('every request of the client is one of the description', () => {
  const described = new Set([...description.matchAll(/^  (\/[^\n:]*):$/gm)].map((match) => match[1].replace(/\{\w+\}/g, '{}')));
  const asked = [...client.matchAll(/['`](\/(?:v1|healthz|readyz|metrics|openapi)[^'`]*)['`]/g)].map((match) =>
    match[1].replace(/\$\{cursor[\s\S]*$/, '').replace(/\?.*$/, '').replace(/\$\{[^}]*\}/g, '{}'),
  );
  must(asked.length > 30, 'the client was not read');
  const unknown = asked.filter((path) => !described.has(path));
  must(!unknown.length, `not described: ${unknown.join(', ')}`);
});

await check('types of client and page are right', () => {
  try {
    execFileSync(tool('svelte-check'), ['--workspace', join(root, 'ui'), '--tsconfig', join(root, 'ui/tsconfig.json'), '--fail-on-warnings', '--output', 'human'], { stdio: 'pipe' });
  } catch (failure) {
    throw new Error(String(failure.stdout));
  }
});

finish();
