import { allocate, type Minor, minorOf, wholeBasisPoints } from '../exact.ts';
import type { Deadline, DueDate, Installment, InterestMethod } from './condition.ts';
import { type Ppm, wholePpm } from './rate.ts';

/** One payment of a plan. */
export interface Payment {
  /** Months (installments) or days (deadlines) after the order. */
  readonly after: number;
  readonly amount: Minor;
}

/** One way to pay an amount, to the cent. The payments add up to the total, the total less the amount is the interest. */
export interface Plan {
  readonly quantity: number;
  readonly unit: 'month' | 'day';
  readonly payments: readonly Payment[];
  readonly total: Minor;
  readonly interest: Minor;
  /** Basis points a month (deadlines: once), as the condition has it. */
  readonly rate: Ppm;
  /** What it costs a year, in basis points, everything included; null: there is no such rate (all is paid at once). */
  readonly annualCost: number | null;
  /** The interest is calculated elsewhere and not in these amounts. */
  readonly external: boolean;
}

/** `numerator / denominator` to the nearest, halves up; both positive. */
const rounded = (numerator: bigint, denominator: bigint): number =>
  Number((numerator * 2n + denominator) / (denominator * 2n));

/**
 * The whole that is paid for an amount in so many installments, minor units, rounded once.
 * - `compound`: equal installments of a loan at the rate a month (the price table), due at the end or the beginning of each month.
 * - `simple`: the amount, the tax on it once, and the rate on it for each month.
 * - `single`: the amount and the rate on it once.
 */
export function totalOf(amount: Minor, method: InterestMethod, dueDate: DueDate, plan: Installment): Minor {
  const value = BigInt(amount);
  const whole = BigInt(wholePpm);
  const rate = BigInt(plan.rate);
  const months = BigInt(plan.quantity);
  if (plan.rate === 0 && plan.tax === 0) return amount;
  if (method === 'single') return minorOf(rounded(value * (whole + rate), whole));
  if (method === 'simple') return minorOf(rounded(value * (whole + BigInt(plan.tax) + rate * months), whole));
  if (plan.rate === 0) return amount;
  // payment = amount * r * g / (g - 1), g = (1 + r)^n; a month earlier it is worth (1 + r) times as much
  const grown = (whole + rate) ** months;
  const first = dueDate === 'end' ? whole : whole + rate;
  return minorOf(rounded(value * months * rate * grown, first * (grown - whole ** months)));
}

/** The largest billionth of a rate that is looked for: a hundredfold a period. */
const most = 100_000_000_000n;
const billion = 1_000_000_000n;

/** Whether the payments, discounted at a rate a period (billionths), are worth at least the amount. Exact. */
function isWorth(amount: bigint, payments: readonly Payment[], rate: bigint): boolean {
  const last = payments.reduce((latest, { after }) => Math.max(latest, after), 0);
  const factor = billion + rate;
  let sum = 0n;
  for (const { after, amount: paid } of payments)
    sum += BigInt(paid) * billion ** BigInt(after) * factor ** BigInt(last - after);
  return sum >= amount * factor ** BigInt(last);
}

/**
 * The effective cost a year, in basis points: the rate at which what is paid later is worth exactly the amount now, compounded over a year.
 * Found by halving on whole numbers, so that no amount is ever a fraction.
 * @returns null when nothing is paid later, or no rate up to a hundredfold a period does it
 */
export function annualCostOf(amount: Minor, payments: readonly Payment[], periodsPerYear: number): number | null {
  const later = payments.filter(({ after }) => after > 0);
  const owed =
    BigInt(amount) - payments.reduce((sum, { after, amount: paid }) => sum + (after > 0 ? 0n : BigInt(paid)), 0n);
  if (later.length === 0 || owed <= 0n) {
    const paid = payments.reduce((sum, { amount: each }) => sum + each, 0);
    return paid === amount ? 0 : null;
  }
  const value = BigInt(amount);
  if (!isWorth(value, payments, 0n)) return null;
  if (isWorth(value, payments, most)) return null;
  let low = 0n;
  let high = most;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (isWorth(value, payments, middle)) low = middle;
    else high = middle;
  }
  // a cent of rounding over a day is no interest
  const grown = (billion + low) ** BigInt(periodsPerYear);
  const unit = billion ** BigInt(periodsPerYear);
  const cost = rounded((grown - unit) * BigInt(wholeBasisPoints), unit);
  return Number.isSafeInteger(cost) ? cost : null;
}

/** A plan of installments of an amount. @param external the interest is added elsewhere: the amounts are without it */
export function installmentPlan(
  amount: Minor,
  method: InterestMethod,
  dueDate: DueDate,
  plan: Installment,
  external: boolean,
): Plan {
  const total = external ? amount : totalOf(amount, method, dueDate, plan);
  const parts = allocate(
    total,
    Array.from({ length: plan.quantity }, () => 1),
  );
  const payments = parts.map((part, index) => ({ after: dueDate === 'end' ? index + 1 : index, amount: part }));
  return {
    quantity: plan.quantity,
    unit: 'month',
    payments,
    total,
    interest: minorOf(total - amount),
    rate: plan.rate,
    // without interest the remainder in the first installment is no cost
    annualCost: total === amount ? (external ? null : 0) : annualCostOf(amount, payments, 12),
    external,
  };
}

/** A plan of a deadline: the amount in equal shares, each with its own interest, after its own days. */
export function deadlinePlan(amount: Minor, { payments: terms }: Deadline): Plan {
  const shares = allocate(
    amount,
    terms.map(() => 1),
  );
  const payments = terms.map(({ days, rate }, index) => {
    const share = shares[index] ?? minorOf(0);
    return { after: days, amount: minorOf(rounded(BigInt(share) * BigInt(wholePpm + rate), BigInt(wholePpm))) };
  });
  const total = minorOf(payments.reduce((sum, { amount: part }) => sum + part, 0));
  return {
    quantity: terms.length,
    unit: 'day',
    payments,
    total,
    interest: minorOf(total - amount),
    rate: terms[0]?.rate ?? (0 as Ppm),
    annualCost: total === amount ? 0 : annualCostOf(amount, payments, 365),
    external: false,
  };
}
