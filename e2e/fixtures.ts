import { mkdirSync } from 'node:fs';
import { type Browser, test as base } from '@playwright/test';
import { freshDirectory, type Host, launchChromium, openBrowser, openElectron } from './hosts.ts';
import { BinderyPage } from './pages/bindery.ts';
import { Sandbox } from './sandbox.ts';

interface Fixtures {
  /** A folder of CSV files that the marketplace is made of; null: it is generated. */
  input: string | null;
  /** How the marketplace misbehaves before anybody connects. */
  faults: readonly object[];
  sandbox: Sandbox;
  host: Host;
  /** The screens, signed in. */
  bindery: BinderyPage;
}

interface WorkerFixtures {
  /** The browser of all tests of a run, launched by the first that wants it. */
  chromium: () => Promise<Browser>;
}

/** A fresh marketplace, a fresh data directory, and the project's kind of window on them. */
export const test = base.extend<Fixtures, WorkerFixtures>({
  chromium: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of a fixture's needs
    async ({}, use) => {
      let launched: Promise<Browser> | null = null;
      await use(() => {
        launched ??= launchChromium();
        return launched;
      });
      if (launched) await (await (launched as Promise<Browser>)).close();
    },
    { scope: 'worker' },
  ],
  input: [null, { option: true }],
  faults: [[], { option: true }],
  sandbox: async ({ input, faults }, use) => {
    const sandbox = await Sandbox.start(input);
    if (faults.length > 0) await sandbox.control('faults', faults);
    await use(sandbox);
    await sandbox.close();
  },
  host: async ({ sandbox, chromium }, use, info) => {
    const data = freshDirectory();
    const host =
      info.project.name === 'electron'
        ? await openElectron(sandbox, data.path)
        : await openBrowser(sandbox, data.path, await chromium());
    await use(host);
    if (info.status !== info.expectedStatus) {
      const folder = `test-results/failures/${info.project.name}`;
      mkdirSync(folder, { recursive: true });
      const path = `${folder}/${info.title.replace(/\W+/g, '-')}.png`;
      await host.page.screenshot({ path, timeout: 10_000 }).catch(() => undefined);
    }
    await host.close();
    data.remove();
  },
  bindery: async ({ host }, use) => {
    const bindery = new BinderyPage(host.page);
    await bindery.signIn('Ana Souza');
    await use(bindery);
  },
});

export { expect } from '@playwright/test';
