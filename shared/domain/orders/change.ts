/**
 * Changes of an order that the seller holds already: what they make of its lines and its money, and the handshake that
 * applies them (reference 1.7 and 3.7). The marketplace asks and acknowledges, the seller acknowledges, the marketplace asks for the
 * confirmation, the seller confirms: only then the change counts. Amounts in minor units of the order's currency.
 */

/** One line as it is sold: of a SKU, at one price. */
export interface ChangeLine {
  readonly sellerSkuId: string;
  readonly name: string;
  readonly quantity: number;
  readonly priceMinor: number;
}

export interface RemovedLine {
  readonly sellerSkuId: string;
  readonly quantity: number;
}

/** What is asked for. A replacement takes out one line and puts in another in its place. */
export interface OrderChange {
  readonly replace: readonly { readonly from: RemovedLine; readonly to: ChangeLine }[];
  readonly add: readonly ChangeLine[];
  readonly remove: readonly RemovedLine[];
  readonly discountMinor: number;
  readonly incrementMinor: number;
}

/** What a change is computed from. Freight stays as it was sold: it is lowered by a discount, never silently. */
export interface ChangeableOrder {
  readonly lines: readonly ChangeLine[];
  readonly freightMinor: number;
  /** Increments minus discounts of earlier changes. */
  readonly adjustmentMinor: number;
  readonly invoicedMinor: number;
}

export const changeProblems = [
  'nothing-changes', // it asks for nothing
  'not-in-order', // it takes out what the order does not hold, or more of it
  'nothing-left', // that is a cancellation
  'below-zero',
  'below-invoiced', // less than what is invoiced already
] as const;
export type ChangeProblem = (typeof changeProblems)[number];

export interface ChangeOutcome {
  readonly lines: readonly ChangeLine[];
  readonly itemsMinor: number;
  readonly adjustmentMinor: number;
  readonly totalMinor: number;
  /** What the buyer pays more (above 0) or gets back (below 0). */
  readonly differenceMinor: number;
  /** Units that the seller has to reserve (above 0) or gets back (below 0), each SKU once. */
  readonly stock: readonly { readonly sellerSkuId: string; readonly name: string; readonly delta: number }[];
  readonly problem: ChangeProblem | null;
  /** The SKU at fault, where one is. */
  readonly problemSku: string | null;
}

const sumOf = (lines: readonly ChangeLine[]): number =>
  lines.reduce((sum, { quantity, priceMinor }) => sum + quantity * priceMinor, 0);

/** Takes a quantity of a SKU out of the lines, from the last line of it back. Null: there is not so much of it. */
function without(lines: readonly ChangeLine[], { sellerSkuId, quantity }: RemovedLine): ChangeLine[] | null {
  let left = quantity;
  const kept: ChangeLine[] = [];
  for (const line of [...lines].reverse()) {
    const taken = line.sellerSkuId === sellerSkuId ? Math.min(left, line.quantity) : 0;
    left -= taken;
    if (line.quantity > taken) kept.push({ ...line, quantity: line.quantity - taken });
  }
  return left > 0 ? null : kept.reverse();
}

/** Puts a line in: on top of one of the same SKU and price, or behind all. */
function withLine(lines: readonly ChangeLine[], added: ChangeLine): ChangeLine[] {
  const at = lines.findIndex(
    ({ sellerSkuId, priceMinor }) => sellerSkuId === added.sellerSkuId && priceMinor === added.priceMinor,
  );
  if (at < 0) return [...lines, added];
  return lines.map((line, index) => (index === at ? { ...line, quantity: line.quantity + added.quantity } : line));
}

/** What a change would make of an order. With a problem, everything is as it was. */
export function outcomeOf(order: ChangeableOrder, change: OrderChange): ChangeOutcome {
  const before = sumOf(order.lines) + order.freightMinor + order.adjustmentMinor;
  const failed = (problem: ChangeProblem, problemSku: string | null = null): ChangeOutcome => ({
    lines: order.lines,
    itemsMinor: sumOf(order.lines),
    adjustmentMinor: order.adjustmentMinor,
    totalMinor: before,
    differenceMinor: 0,
    stock: [],
    problem,
    problemSku,
  });
  const removed = [...change.replace.map(({ from }) => from), ...change.remove];
  const added = [...change.replace.map(({ to }) => to), ...change.add];
  if (removed.length === 0 && added.length === 0 && change.discountMinor === 0 && change.incrementMinor === 0)
    return failed('nothing-changes');
  let lines: ChangeLine[] = [...order.lines];
  for (const line of removed) {
    const rest = without(lines, line);
    if (rest === null) return failed('not-in-order', line.sellerSkuId);
    lines = rest;
  }
  for (const line of added) lines = withLine(lines, line);
  if (lines.length === 0) return failed('nothing-left');
  const itemsMinor = sumOf(lines);
  const adjustmentMinor = order.adjustmentMinor - change.discountMinor + change.incrementMinor;
  const totalMinor = itemsMinor + order.freightMinor + adjustmentMinor;
  if (totalMinor < 0) return failed('below-zero');
  if (totalMinor < order.invoicedMinor) return failed('below-invoiced');
  const names = new Map([...order.lines, ...added].map(({ sellerSkuId, name }) => [sellerSkuId, name]));
  const units = (of: readonly ChangeLine[], id: string) =>
    of.reduce((sum, { sellerSkuId, quantity }) => sum + (sellerSkuId === id ? quantity : 0), 0);
  return {
    lines,
    itemsMinor,
    adjustmentMinor,
    totalMinor,
    differenceMinor: totalMinor - before,
    stock: [...names]
      .map(([sellerSkuId, name]) => ({
        sellerSkuId,
        name,
        delta: units(lines, sellerSkuId) - units(order.lines, sellerSkuId),
      }))
      .filter(({ delta }) => delta !== 0),
    problem: null,
    problemSku: null,
  };
}

export const changeStates = [
  'proposed', // a seller asks: a person of the marketplace decides
  'requested', // asked of the seller; it has not acknowledged yet
  'acknowledged', // it will apply it, and is asked for the confirmation
  'canceling', // the marketplace takes it back; the seller is being told
  'applied',
  'refused',
  'canceled',
] as const;
export type ChangeState = (typeof changeStates)[number];

export const changeEvents = [
  'acknowledged',
  'confirmed',
  'refused',
  'cancel-asked',
  'cancel-confirmed',
  'accepted',
  'overtaken', // the order went on without it: invoiced, or cancelled
] as const;
export type ChangeEvent = (typeof changeEvents)[number];

/** States in which a change is not over. */
export const openChangeStates: readonly ChangeState[] = ['proposed', 'requested', 'acknowledged', 'canceling'];

/**
 * The handshake as a table. A confirmation says that the change is applied, whatever got lost before it; an acknowledgement that
 * comes late changes nothing. What is not listed does not fit.
 */
export const changeTable: Readonly<Record<ChangeState, Partial<Readonly<Record<ChangeEvent, ChangeState>>>>> = {
  proposed: { accepted: 'applied', refused: 'refused', overtaken: 'refused' },
  requested: {
    acknowledged: 'acknowledged',
    confirmed: 'applied',
    refused: 'refused',
    'cancel-asked': 'canceling',
    overtaken: 'refused',
  },
  acknowledged: {
    acknowledged: 'acknowledged',
    confirmed: 'applied',
    refused: 'refused',
    'cancel-asked': 'canceling',
    overtaken: 'refused',
  },
  canceling: {
    acknowledged: 'canceling',
    confirmed: 'applied', // it was faster
    refused: 'refused',
    'cancel-asked': 'canceling',
    'cancel-confirmed': 'canceled',
    overtaken: 'refused',
  },
  applied: { acknowledged: 'applied', confirmed: 'applied' },
  refused: { refused: 'refused', overtaken: 'refused' },
  canceled: { acknowledged: 'canceled', 'cancel-confirmed': 'canceled' },
};

/** Where an event leads; null when it does not fit. */
export function nextChangeState(state: ChangeState, event: ChangeEvent): ChangeState | null {
  return changeTable[state][event] ?? null;
}

/**
 * Whether a change that a seller reports is taken without asking: it only lowers what the buyer pays. What changes the goods or
 * costs more is for a person.
 */
export function isTakenAtOnce(change: OrderChange): boolean {
  return (
    change.replace.length === 0 &&
    change.add.length === 0 &&
    change.remove.length === 0 &&
    change.incrementMinor === 0 &&
    change.discountMinor > 0
  );
}
