import { defineConfig } from '@playwright/test';

/** The same tests in the Electron window and in Chromium against `serve`. */
export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  workers: 1,
  timeout: 240_000,
  expect: { timeout: 30_000 },
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  reporter: 'list',
  projects: ['electron', 'chromium'].map((name) => ({ name, outputDir: `test-results/e2e/${name}` })),
});
