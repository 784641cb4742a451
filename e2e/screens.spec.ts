import { mkdirSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './fixtures.ts';
import { screens } from './pages/bindery.ts';

test('every screen is pictured, light and dark; axe, in Chromium, finds nothing serious on any', async ({
  bindery,
  sandbox,
}, info) => {
  test.setTimeout(600_000); // two pictures of every screen, and a whole look by axe
  const { page } = bindery;
  const folder = `test-results/screenshots/${info.project.name}`;
  mkdirSync(folder, { recursive: true });
  const { suggestions } = await sandbox.state();
  await bindery.offers.arrived(suggestions.pending);
  const findings: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const screen of screens) {
      await bindery.go(screen);
      if (screen === 'offers') await bindery.offers.openFirstWithCandidate();
      await bindery.still();
      // an empty list has nothing to choose: its picture is of the empty list
      if (screen !== 'offers') {
        await bindery.chooseFirstRowIfAny();
        await bindery.still();
      }
      await page.screenshot({ path: `${folder}/${screen}-${colorScheme}.png` });
      // the same pages in both windows: axe takes minutes for all of them, and looks at those in Chromium
      if (info.project.name === 'electron') continue;
      const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
      for (const { id, impact, nodes } of violations) {
        if (impact !== 'serious' && impact !== 'critical') continue;
        findings.push(
          `${screen} ${colorScheme} ${id}: ${nodes
            .map((node) => node.target.join(' '))
            .slice(0, 3)
            .join(' | ')}`,
        );
      }
    }
  }
  expect(findings).toEqual([]);
});
