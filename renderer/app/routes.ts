import { create } from 'zustand';
import { type Screen, screens } from '../../shared/host/screens.ts';

export { type Screen, screens };

export interface Route {
  readonly screen: Screen;
  /** What follows the question mark: `#/catalogue?sku=18807`. */
  readonly params: Readonly<Record<string, string>>;
}

function parse(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?');
  const screen = screens.find((name) => name === path) ?? 'offers';
  return { screen, params: Object.fromEntries(new URLSearchParams(search)) };
}

/** The screen the address names. */
export const useRoute = create<Route>()(() => parse(location.hash));

window.addEventListener('hashchange', () => useRoute.setState(parse(location.hash), true));

/** The address of a screen, for links. */
export function hrefOf(screen: Screen, params: Readonly<Record<string, string>> = {}): string {
  const search = new URLSearchParams(params).toString();
  return `#/${screen}${search === '' ? '' : `?${search}`}`;
}

/** Goes to a screen. */
export function go(screen: Screen, params: Readonly<Record<string, string>> = {}): void {
  location.hash = hrefOf(screen, params);
}
