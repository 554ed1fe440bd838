import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Where .ci/run wants the counts. */
const jsonFile = process.env['VITEST_JSON'];

// "unit" needs neither root nor a Debian package; "e2e" makes namespaces and starts real programs (test/e2e/run).
const config: ViteUserConfig = defineConfig({
  test: {
    reporters: jsonFile === undefined ? ['default'] : ['default', 'json'],
    ...(jsonFile !== undefined && { outputFile: { json: jsonFile } }),
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{unit,property,contract}/**/*.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/{integration,e2e}/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});

export default config;
