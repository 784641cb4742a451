/** Letters and digits in lower case without accents, split into words. */
function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

function pairsOf(text: string): Map<string, number> {
  const pairs = new Map<string, number>();
  for (const word of wordsOf(text)) {
    const padded = ` ${word} `;
    for (let index = 0; index + 2 <= padded.length; index++) {
      const pair = padded.slice(index, index + 2);
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    }
  }
  return pairs;
}

/**
 * How alike two names are, 0 to 1: the Dice coefficient of their letter pairs, the last part of a path counting double,
 * since `Informatica/Notebooks` and `Computers/Notebooks` mean the same shelf.
 */
export function similarity(left: string, right: string): number {
  const whole = dice(pairsOf(left), pairsOf(right));
  const leaf = dice(pairsOf(left.split('/').at(-1) ?? left), pairsOf(right.split('/').at(-1) ?? right));
  return (whole + 2 * leaf) / 3;
}

function dice(left: Map<string, number>, right: Map<string, number>): number {
  let shared = 0;
  let total = 0;
  for (const [pair, count] of left) {
    total += count;
    shared += Math.min(count, right.get(pair) ?? 0);
  }
  for (const count of right.values()) total += count;
  return total === 0 ? 0 : (2 * shared) / total;
}
