/** Regions of an agreement's delivery: everywhere (`*`), a country (`BRA`), a state of any country (`PR`), or of one (`BRA-PR`). */

/** Where an order goes: `BRA-PR`. As coarse as agreements speak of it. */
export function regionOf(country: string, state: string): string {
  return `${regionKey(country)}-${regionKey(state)}`;
}

/** How a region of an agreement is compared. */
export const regionKey = (name: string): string => name.trim().toUpperCase();
