import { mkdirSync } from 'node:fs';
import { test as base } from '@playwright/test';
import { freshDirectory, type Host, openBrowser, openElectron } from './hosts.ts';
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

/** A fresh marketplace, a fresh data directory, and the project's kind of window on them. */
export const test = base.extend<Fixtures>({
  input: [null, { option: true }],
  faults: [[], { option: true }],
  sandbox: async ({ input, faults }, use) => {
    const sandbox = await Sandbox.start(input);
    if (faults.length > 0) await sandbox.control('faults', faults);
    await use(sandbox);
    await sandbox.close();
  },
  host: async ({ sandbox }, use, info) => {
    const data = freshDirectory();
    const host = await (info.project.name === 'electron' ? openElectron : openBrowser)(sandbox, data.path);
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
