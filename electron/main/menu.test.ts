import type { MenuItemConstructorOptions } from 'electron';
import { expect, test } from 'vitest';
import { type MenuLanguage, screenKeys, screenNames, screens } from '../../shared/host/screens.ts';
import { menuTemplate } from './menu-template.ts';
import { languageOf } from './texts.ts';

const languages = Object.keys(screenNames) as MenuLanguage[];
function menu(language: MenuLanguage, isMac = false) {
  const pressed: string[] = [];
  const template = menuTemplate({
    isMac,
    language,
    press: (key) => pressed.push(key),
    newWindow: () => pressed.push('new window'),
    showLogs: () => pressed.push('logs'),
    restartService: () => pressed.push('restart'),
  });
  const items = template.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
  return { template, items, pressed };
}
const click = (item: MenuItemConstructorOptions | undefined) => item?.click?.({} as never, undefined, {} as never);

test.each(languages)('goes to every screen, by the name and the key that it has in the page: %s', (language) => {
  const { items, pressed } = menu(language);
  for (const screen of screens) {
    const item = items.find(({ id }) => id === `go.${screen}`);
    const [key] = screenKeys(screen);
    expect(item?.label).toBe(screenNames[language][screen]);
    expect(item?.accelerator).toBe(key?.replace('Mod', 'CommandOrControl'));
    click(item);
    if (key !== undefined) expect(pressed.at(-1)).toBe(key);
  }
});

test('gives no key to two screens, and has one for each of the first ten and for Settings', () => {
  const keys = screens.flatMap(screenKeys);
  expect(new Set(keys).size).toBe(keys.length);
  for (const screen of screens.slice(0, 10)) expect(screenKeys(screen)[0]).toMatch(/^Alt\+\d$/);
  expect(screenKeys('settings')).toContain('Mod+,');
});

test('says everything in the language of the page', () => {
  const labelsOf = (language: MenuLanguage) => {
    const { template, items } = menu(language);
    return [...template, ...items].filter(({ type }) => type !== 'separator').map(({ label }) => label ?? '');
  };
  const english = labelsOf('en');
  expect(english.every((label) => label !== '')).toBe(true);
  for (const language of languages.filter((one) => one !== 'en')) {
    const labels = labelsOf(language);
    // "Sellers" and "Buy box" are the trade's own words in all three
    const same = labels.filter((label, index) => label === english[index]);
    expect(same.filter((label) => label !== 'Sellers' && label !== 'Buy box')).toEqual([]);
  }
});

test.each([
  ['pt-BR', 'pt-BR'],
  ['pt', 'pt-BR'],
  ['es-419', 'es'],
  ['de', 'en'],
  [null, 'en'],
])('speaks for %s: %s', (tag, language) => expect(languageOf(tag)).toBe(language));
