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
  projects: [
    { name: 'electron', outputDir: 'test-results/e2e/electron', testIgnore: '**/console.spec.ts' },
    {
      name: 'chromium',
      outputDir: 'test-results/e2e/chromium',
      testIgnore: ['**/window.spec.ts', '**/package.spec.ts'],
    },
  ],
});
