/** Values of terms as sentences of a table have them. */

/** How the operator's language writes what terms are made of. */
export interface Words {
  /** Basis points. */
  rate(value: number): string;
  /** Minor units. */
  money(value: number): string;
  number(value: number): string;
  days(value: number): string;
  schedule(value: string): string;
  channel(value: string): string;
  readonly yes: string;
  readonly no: string;
  /** Not agreed. */
  readonly none: string;
}

const isRate = (path: string): boolean =>
  path.startsWith('commission.') || path === 'payout.retention' || path.startsWith('scorecard.thresholds.');

interface Region {
  readonly region: string;
  readonly maximumDays: number | null;
  readonly maximumFreight: number | null;
}

function one(path: string, value: unknown, words: Words): string {
  if (value === null || value === undefined || value === '') return words.none;
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  if (typeof value === 'number') return isRate(path) ? words.rate(value) : words.number(value);
  if (typeof value === 'string')
    return path === 'payout.schedule'
      ? words.schedule(value)
      : path === 'support.channels'
        ? words.channel(value)
        : value;
  if (Array.isArray(value))
    return value.length === 0
      ? words.none
      : value.map((each: unknown) => one(path, each, words)).join(path === 'delivery.regions' ? '; ' : ', ');
  if (typeof value === 'object' && 'region' in value) {
    // as terms have them
    const { region, maximumDays, maximumFreight } = value as Region;
    const limits = [
      maximumDays === null ? null : words.days(maximumDays),
      maximumFreight === null ? null : words.money(maximumFreight),
    ];
    return `${region}: ${limits.filter((each) => each !== null).join(', ')}`;
  }
  // the limits of a rate: from where a person is warned, and from where the seller should be suspended
  return Object.values(value)
    .map((each: unknown) => one(path, each, words))
    .join(' / ');
}

/**
 * A value of terms by its dotted path, as people read it.
 * @param json as the difference of two versions has it; empty: there was none
 */
export function valueText(path: string, json: string, words: Words): string {
  return one(path, json === '' ? null : JSON.parse(json), words);
}
