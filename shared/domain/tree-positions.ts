/** Between two neighbours of a tree that is placed for the first time. */
export const spacing = 1_024;

/** Indices of a longest strictly rising run among the known positions. */
function rising(known: readonly (number | null)[]): number[] {
  /** For each length, the index at which the run of that length with the lowest end ends. */
  const ends: number[] = [];
  const before: number[] = [];
  const positionAt = (index: number): number => known[index] ?? Number.NEGATIVE_INFINITY;
  for (const [index, position] of known.entries()) {
    before.push(-1);
    if (position === null) continue;
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (positionAt(ends[middle] ?? -1) < position) low = middle + 1;
      else high = middle;
    }
    before[index] = low === 0 ? -1 : (ends[low - 1] ?? -1);
    ends[low] = index;
  }
  const run: number[] = [];
  for (let index = ends.at(-1) ?? -1; index >= 0; index = before[index] ?? -1) run.push(index);
  return run.reverse();
}

/**
 * Strictly rising whole numbers for a list, as close to the earlier ones as can be: whoever kept their place among the others
 * keeps their number, newcomers get one between their neighbours'. Only when there is no room between two of them is everything
 * numbered anew, {@link spacing} apart.
 * @param known the earlier number of each in today's order; null for a newcomer
 */
export function placeInOrder(known: readonly (number | null)[]): number[] {
  const anchors = rising(known);
  const placed: number[] = [];
  for (let next = 0; next <= anchors.length; next++) {
    const anchor = anchors[next];
    const until = anchor ?? known.length;
    const count = until - placed.length;
    const from = placed.at(-1);
    const to = anchor === undefined ? undefined : (known[anchor] ?? 0);
    for (let index = 0; index < count; index++) {
      if (from !== undefined && to !== undefined) {
        if (to - from <= count) return known.map((_, at) => (at + 1) * spacing);
        placed.push(from + Math.floor(((to - from) * (index + 1)) / (count + 1)));
      } else if (to !== undefined) placed.push(to - (count - index) * spacing);
      else placed.push((from ?? 0) + (index + 1) * spacing);
    }
    if (to !== undefined) placed.push(to);
  }
  return placed;
}
