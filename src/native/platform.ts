// Which platform this process runs on, in the words of the packages under npm/.

import { readFileSync } from 'node:fs';

/** For example `linux-x64-gnu`; whether a package of that name exists is the loader's business. */
export function platformTriple(): string {
  const base = `${process.platform}-${process.arch}`;
  if (process.platform === 'linux') return `${base}-${isMusl() ? 'musl' : 'gnu'}`;
  return process.platform === 'win32' ? `${base}-msvc` : base;
}

function isMusl(): boolean {
  try {
    return readFileSync('/usr/bin/ldd', 'latin1').includes('musl');
  } catch {
    return !reportNamesGlibc();
  }
}

/** Slower than reading ldd, and the only way where there is no ldd. */
function reportNamesGlibc(): boolean {
  const report: unknown = process.report.getReport();
  const header = typeof report === 'object' && report !== null && 'header' in report ? report.header : undefined;
  return typeof header === 'object' && header !== null && 'glibcVersionRuntime' in header;
}
