/** Links that open an order: `bindery://order/{marketplaceOrderId}`. */
export const scheme = 'bindery';

/** The route of the screens that a link names; null for anything else. Whoever made the link, it only ever opens a screen. */
export function routeOfLink(link: string): string | null {
  const match = /^bindery:\/\/order\/([\w.-]{1,80})\/?$/i.exec(link.trim());
  return match === null ? null : `#/orders?order=${encodeURIComponent(match[1] ?? '')}`;
}

/** The first link among a process's arguments. */
export function routeAmong(argv: readonly string[]): string | null {
  for (const argument of argv) {
    const route = routeOfLink(argument);
    if (route !== null) return route;
  }
  return null;
}
