import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type InvoicedOrder, invoiceRefusal } from './invoice.ts';

const order: InvoicedOrder = {
  state: 'waiting-seller-handling',
  totalMinor: 6_000,
  itemsMinor: 5_000,
  invoicedMinor: 0,
  returnedMinor: 0,
  uncountedMinor: 0,
};
const invoice = (valueMinor: number, pricedMinor: number | null = null) => ({
  isReturn: false,
  valueMinor,
  pricedMinor,
});
const back = (valueMinor: number, over: Partial<InvoicedOrder>) =>
  invoiceRefusal({ isReturn: true, valueMinor, pricedMinor: null }, { ...order, ...over });

describe('an invoice', () => {
  it('in currency units is refused, with what it should be', () => {
    for (const value of [60, 50])
      expect(invoiceRefusal(invoice(value), order)).toMatchObject({
        field: 'invoiceValue',
        message: expect.stringContaining(`${value} is sent as ${value * 100}`),
      });
    // of a part: its lines say what it is of
    expect(invoiceRefusal(invoice(25, 2_500), order)).toMatchObject({ field: 'invoiceValue' });
    expect(invoiceRefusal(invoice(20), { ...order, invoicedMinor: 4_000 })).not.toBe(null);
  });
  it('of one of a hundred equal items is taken', () => {
    expect(invoiceRefusal(invoice(60, 60), order)).toBe(null);
  });
  it('a hundred times too large says so, of what is left and of the whole', () => {
    for (const [value, invoicedMinor] of [
      [600_000, 0],
      [600_000, 1_000],
      [500_000, 1_000],
    ] as const)
      expect(invoiceRefusal(invoice(value), { ...order, invoicedMinor })?.message).toContain(
        'multiplied by 100 once too often',
      );
    expect(invoiceRefusal(invoice(6_001), order)?.message).not.toContain('once too often');
  });
});

describe('a return', () => {
  const whole = { state: 'invoiced', invoicedMinor: 6_000 } as const;
  it('is of no more than was invoiced, less what came back', () => {
    expect(back(6_000, whole)).toBe(null);
    expect(back(6_001, whole)).toMatchObject({ field: 'invoiceValue' });
    expect(back(4_000, { ...whole, returnedMinor: 2_001 })).toMatchObject({ field: 'invoiceValue' });
    expect(back(60, whole)).toMatchObject({ message: expect.stringContaining('currency units') });
  });
  it('comes after the whole amount is invoiced', () => {
    expect(back(100, { state: 'partially-invoiced', invoicedMinor: 3_000 })).toMatchObject({ field: 'type' });
    expect(back(1, {})).toMatchObject({ field: 'invoiceValue' });
  });
  it('of an invoice that is kept and does not count is kept as well, up to that', () => {
    expect(back(3_000, { state: 'canceled', uncountedMinor: 3_000 })).toBe(null);
    expect(back(3_001, { state: 'canceled', uncountedMinor: 3_000 })).not.toBe(null);
  });
  it('never leaves more returned than invoiced', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000 }),
        fc.array(fc.integer({ min: 0, max: 12_000 }), { maxLength: 6 }),
        (invoicedMinor, values) => {
          let returnedMinor = 0;
          for (const value of values)
            if (back(value, { state: 'delivered', totalMinor: invoicedMinor, invoicedMinor, returnedMinor }) === null)
              returnedMinor += value;
          expect(returnedMinor).toBeLessThanOrEqual(invoicedMinor);
        },
      ),
    );
  });
});
