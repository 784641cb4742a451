/** Whether an invoice can be what it says: the sums, and the unit that is most often mistaken. Amounts in minor units. */
import type { MarketplaceState } from './flow.ts';

export interface InvoiceClaim {
  /** A return: what came back of it. */
  readonly isReturn: boolean;
  readonly valueMinor: number;
  /** Its lines at the prices of the order; null when a line is not of the order, or there is none. */
  readonly pricedMinor: number | null;
}

export interface InvoicedOrder {
  readonly state: MarketplaceState;
  readonly totalMinor: number;
  readonly itemsMinor: number;
  /** What counts as invoiced, and of it as returned. */
  readonly invoicedMinor: number;
  readonly returnedMinor: number;
  /** What was invoiced and never counted, less what came back of it: the order was not in a state to be invoiced. */
  readonly uncountedMinor: number;
}

export interface InvoiceRefusal {
  readonly field: 'invoiceValue' | 'type';
  readonly message: string;
}

/** States in which a return counts. */
const returnCounts: readonly MarketplaceState[] = ['partially-invoiced', 'invoiced', 'delivered', 'returned'];

/** Whether the value looks as if it had been sent in currency units: a hundred times as much is a sum that is expected. */
function looksLikeUnits({ valueMinor, pricedMinor }: InvoiceClaim, expected: readonly number[]): boolean {
  // a hundredth of an order may be one of its hundred equal items
  if (valueMinor === 0 || pricedMinor === valueMinor) return false;
  return valueMinor * 100 === pricedMinor || expected.includes(valueMinor * 100);
}

const inUnits = (valueMinor: number): string =>
  `it looks as if it was sent in currency units: ${valueMinor} is sent as ${valueMinor * 100}`;

/** Why an invoice is refused; null when it may be taken. What does not fit the order's state is no refusal: that is kept. */
export function invoiceRefusal(claim: InvoiceClaim, order: InvoicedOrder): InvoiceRefusal | null {
  const { valueMinor, isReturn } = claim;
  const missing = order.totalMinor - order.invoicedMinor;
  if (isReturn) {
    if (order.state === 'partially-invoiced')
      return {
        field: 'type',
        message: `a return comes after the whole amount is invoiced: ${missing} of ${order.totalMinor} cents are missing`,
      };
    const back = returnCounts.includes(order.state) ? order.invoicedMinor - order.returnedMinor : order.uncountedMinor;
    if (valueMinor > back)
      return {
        field: 'invoiceValue',
        message: `the return is of ${valueMinor} and only ${back} of what was invoiced can come back (all in cents)`,
      };
    if (looksLikeUnits(claim, [back]))
      return { field: 'invoiceValue', message: `the return is of ${valueMinor} cents; ${inUnits(valueMinor)}` };
    return null;
  }
  // before it is simulated its total may still change hands; what comes then is kept and does not count
  if (order.state !== 'order-created' && valueMinor > missing) {
    const sums = [missing, order.totalMinor, order.itemsMinor].filter((sum) => sum > 0);
    return {
      field: 'invoiceValue',
      message: `the invoice is of ${valueMinor} and only ${missing} of ${order.totalMinor} is left to invoice (all in cents${
        sums.some((sum) => sum * 100 === valueMinor) ? '; it looks as if it was multiplied by 100 once too often' : ''
      })`,
    };
  }
  if (looksLikeUnits(claim, [missing, order.totalMinor, order.itemsMinor]))
    return { field: 'invoiceValue', message: `the invoice is of ${valueMinor} cents; ${inUnits(valueMinor)}` };
  return null;
}
