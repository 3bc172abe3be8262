// How vitest runs: never the copies of the source that some tests make.

import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: { exclude: [...configDefaults.exclude, '.cache/**', 'target/**'], testTimeout: 15_000, hookTimeout: 60_000 },
});
