// Writes schema.json from the built configuration schema; with --check, fails where the committed file differs.

import { readFileSync, writeFileSync } from 'node:fs';

const { configJsonSchema } = await import(new URL('../dist/config/json-schema.js', import.meta.url).href);
const file = new URL('../schema.json', import.meta.url);
const generated = `${JSON.stringify(configJsonSchema(), null, 2)}\n`;

if (!process.argv.includes('--check')) {
  writeFileSync(file, generated);
} else if (read() !== generated) {
  console.error('schema.json is not what the configuration schema gives: run node scripts/schema.mjs after a build.');
  process.exitCode = 1;
}

function read() {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
