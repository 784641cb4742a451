import type { PaymentCondition } from '../../shared/domain/payments/condition.ts';

/** A field of a condition as a table shows it. */

/** How the operator's language writes what conditions are made of. */
export interface Words {
  /** Millionths. */
  rate(value: number): string;
  /** Basis points. */
  share(value: number): string;
  /** Minor units. */
  money(value: number): string;
  moment(value: string): string;
  days(value: readonly number[]): string;
  method(value: string): string;
  due(value: string): string;
  readonly yes: string;
  readonly no: string;
  readonly none: string;
}

/** Each number of payments of one rate, in a row: `1–6× 0 %, 7–12× 1,99 %`. */
function plansText(plans: NonNullable<PaymentCondition['installments']>['plans'], words: Words): string {
  const runs: { from: number; to: number; rate: string }[] = [];
  for (const { quantity, rate, tax } of plans.toSorted((a, b) => a.quantity - b.quantity)) {
    const text = `${words.rate(rate)}${tax === 0 ? '' : ` + ${words.rate(tax)}`}`;
    const last = runs.at(-1);
    if (last?.rate === text && last.to === quantity - 1) last.to = quantity;
    else runs.push({ from: quantity, to: quantity, rate: text });
  }
  return runs.map(({ from, to, rate }) => `${from === to ? from : `${from}–${to}`}× ${rate}`).join(', ');
}

const two = (value: number): string => String(value).padStart(2, '0');
const clock = (minutes: number): string => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
const zone = (offset: number): string => `UTC${offset < 0 ? '−' : '+'}${clock(Math.abs(offset))}`;

type Texts = {
  [Field in keyof PaymentCondition]: (value: NonNullable<PaymentCondition[Field]>, words: Words) => string;
};
const flag = (value: boolean, { yes, no }: Words): string => (value ? yes : no);
const list = (value: readonly string[]): string => value.join(', ');
const service = ({ implementation, affiliationId }: NonNullable<PaymentCondition['connector']>): string =>
  [implementation, affiliationId].filter((each) => each !== null).join(' · ');
const moment = (value: string, words: Words): string => words.moment(value);

const texts: Texts = {
  id: String,
  name: String,
  salesChannels: list,
  system: ({ id, name }) => `${name} (${id})`,
  connector: service,
  antifraud: service,
  issuer: String,
  installments: ({ plans, method, dueDate, minimum }, words) =>
    [
      plansText(plans, words),
      words.method(method),
      words.due(dueDate),
      ...(minimum === 0 ? [] : [`≥ ${words.money(minimum)}`]),
    ].join('; '),
  deadlines: (value, words) =>
    value
      .map(({ payments }) => payments.map(({ days, rate }) => `${days}: ${words.rate(rate)}`).join(' + '))
      .join('; '),
  isSelfAuthorized: flag,
  requiresAuthentication: flag,
  enabled: flag,
  installmentsService: flag,
  isDefault: flag,
  beginsAt: moment,
  endsAt: moment,
  commercial: ({ id, name, share }, words) => `${name ?? id} · ${words.share(share)}`,
  merchants: list,
  country: String,
  windows: (value, words) =>
    value
      .map(({ days, from, until, offset }) => `${words.days(days)} ${clock(from)}–${clock(until)} (${zone(offset)})`)
      .join('; '),
  externalInterest: flag,
  minimum: (value, words) => words.money(value),
  cobrand: String,
  cardLevel: String,
  excludedBins: (value) => value.map(({ from, to }) => (from === to ? from : `${from}–${to}`)).join(', '),
};

/** @param json the field as the service tells it; empty: not set */
export function valueText(field: string, json: string, words: Words): string {
  const value: unknown = json === '' ? null : JSON.parse(json);
  if (value === null) return words.none;
  // the service names a field of a condition, and tells its value
  const text = (texts as Readonly<Record<string, (value: unknown, words: Words) => string>>)[field];
  return text?.(value, words) || words.none;
}
