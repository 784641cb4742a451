import { differingFields, type PaymentCondition } from '../../../shared/domain/payments/condition.ts';

/** A rule of the backend changed by what we know of it: all else that it holds stays. */

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Which field of the protocol says what of a condition. */
const fieldOf: Readonly<Record<Exclude<keyof PaymentCondition, 'id'>, string>> = {
  name: 'name',
  salesChannels: 'salesChannels',
  system: 'paymentSystem',
  connector: 'connector',
  antifraud: 'antifraud',
  issuer: 'issuer',
  installments: 'installmentOptions',
  deadlines: 'deadlines',
  isSelfAuthorized: 'isSelfAuthorized',
  requiresAuthentication: 'requiresAuthentication',
  enabled: 'enabled',
  installmentsService: 'installmentsService',
  isDefault: 'isDefault',
  beginsAt: 'beginDate',
  endsAt: 'endDate',
  commercial: 'condition',
  merchants: 'multiMerchantList',
  country: 'country',
  windows: 'dateIntervals',
  externalInterest: 'externalInterest',
  minimum: 'minimumValue',
  cobrand: 'cobrand',
  cardLevel: 'cardLevel',
  excludedBins: 'excludedBinsRanges',
};

/** What tells the entries of a list apart; entries of other lists have no name. */
const nameOf = (entry: Fields): unknown =>
  entry.quantity ??
  entry.days ??
  entry.id ??
  (Array.isArray(entry.paymentOptions) ? daysOf(entry.paymentOptions) : undefined);
const daysOf = (options: readonly unknown[]): string =>
  options.map((option) => (isFields(option) ? String(option.days) : '')).join(' ');

/** What our texts hold only because the protocol asks for it: an installment's amount, and the names of its rule and of a country. */
const notOurs: ReadonlySet<string> = new Set(['value', 'ruleId']);

function over(there: unknown, ours: unknown): unknown {
  if (isFields(there) && isFields(ours)) {
    const merged: Record<string, unknown> = { ...there };
    for (const [name, value] of Object.entries(ours))
      if (!(notOurs.has(name) && there[name] !== undefined)) merged[name] = over(there[name], value);
    return merged;
  }
  if (!Array.isArray(there) || !Array.isArray(ours)) return ours;
  const known = new Map<unknown, unknown>(there.filter(isFields).map((entry) => [nameOf(entry), entry]));
  return ours.map((entry: unknown) => {
    const name = isFields(entry) ? nameOf(entry) : undefined;
    return name === undefined ? entry : over(known.get(name), entry);
  });
}

/**
 * The text that replaces a rule: what is as it was stays as the backend wrote it; of what differs, the parts that our model does not have stay
 * (an installment's by its quantity).
 * @param there the rule as the backend gives it
 * @param read what it means; null: it cannot be read
 * @param ours the condition as the protocol writes it
 */
export function mergedRule(
  there: unknown,
  read: PaymentCondition | null,
  condition: PaymentCondition,
  ours: Fields,
): Fields {
  if (!isFields(there)) return ours;
  const differ = new Set(read && differingFields(condition, read).map((field) => field));
  const merged: Record<string, unknown> = { ...there };
  for (const [field, name] of Object.entries(fieldOf) as [Exclude<keyof PaymentCondition, 'id'>, string][]) {
    // the keys of the map are those of a condition
    if (read !== null && !differ.has(field)) continue;
    // another country has another name, and another commercial condition everything else
    merged[name] = field === 'country' || field === 'commercial' ? ours[name] : over(there[name], ours[name]);
  }
  return merged;
}
