/** What sellers send about orders, checked field by field. Both capitalisations of names and words are taken. */
import { z } from 'zod';
import type { Agreement } from '../protocol/seller-orders.ts';

const text = z.string().trim().max(2_000);
const name = text.min(1, 'is required').max(200);
const optional = text.nullish().transform((value) => (value === undefined || value === '' ? null : value));
/** Whole cents. A decimal point means that somebody sent currency units: said so, because the sum would never match. */
const cents = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)], 'must be a number')
  .refine((value) => Number.isInteger(value), 'must be in cents: 24.99 is sent as 2499')
  .refine((value) => value >= 0 && value <= 1_000_000_000_000, 'is out of range');

/** No sum of a call is above this either: whatever is added up stays a whole number, here and in the database. Cents. */
const mostSum = 1_000_000_000_000;
const sumOf = (parts: readonly { readonly quantity: number; readonly priceMinor: number }[]): number =>
  parts.reduce((sum, { quantity: units, priceMinor }) => sum + units * priceMinor, 0);

/** Field names as they come, in the protocol's own capitalisation. */
export function camel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camel);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key.slice(0, 1).toLowerCase() + key.slice(1), camel(each)]),
  );
}

export const invoiceBody = z
  .object({
    type: z
      .string('is required: Output, or Input for a return')
      .transform((value) => value.trim().toLowerCase())
      .pipe(z.enum(['output', 'input'], 'must be Output, or Input for a return')),
    invoiceNumber: z.union([name, z.int().transform(String)], 'is required'),
    items: z
      .array(
        z.object({
          id: z.union([name, z.int().transform(String)], 'is required'),
          quantity: z.int('must be a whole number').min(1, 'must be at least 1').max(1_000_000),
          price: cents,
        }),
        'must be a list',
      )
      .max(1_000),
    invoiceValue: cents.nullish(),
    issuanceDate: optional,
    courier: optional,
    trackingNumber: optional,
    trackingUrl: optional,
  })
  .refine(
    ({ items }) =>
      sumOf(items.map(({ quantity: units, price }) => ({ quantity: units, priceMinor: price }))) <= mostSum,
    {
      path: ['items'],
      message: 'add up to more than an invoice can be of',
    },
  );

export const trackingBody = z.object({
  courier: name,
  trackingNumber: name,
  trackingUrl: optional,
  dispatchedDate: optional,
});
export const trackingStatusBody = z.object({
  isDelivered: z.boolean('must be true or false'),
  events: z
    .array(z.object({ city: optional, state: optional, description: optional, date: optional }))
    .max(200)
    .nullish()
    .transform((events) => events ?? []),
});
export const cancelBody = z.object({ reason: text.nullish().transform((value) => value ?? '') });
export const resultBody = z.object({
  success: z.boolean('must be true or false'),
  flow: z.enum(['PlaceOrder', 'ApproveOrder'], 'must be PlaceOrder or ApproveOrder'),
  marketplaceOrderId: name,
  operationId: optional,
  code: name,
  message: optional,
  fields: z.object({ mainOrderId: optional }).nullish(),
});
/** The backend's hook, when it is set; and for every change of status. */
export const pingBody = z.object({ hookConfig: z.literal('ping') });
export const hookBody = z.object({ orderId: name, state: name });
export const paymentBody = z.object({ status: z.enum(['approved', 'denied'], 'must be approved or denied') });

const id = z.union([name, z.int().transform(String)], 'is required');
const quantity = z.int('must be a whole number').min(1, 'must be at least 1').max(1_000_000);
/** A line of a change: of the protocol's notification its price is that of all units, of the orders API that of one. */
const changeLine = z
  .object({
    sellerItemId: id.optional(),
    id: id.optional(),
    name: optional,
    quantity,
    price: cents.nullish(),
  })
  .transform((line, context) => {
    const sku = line.sellerItemId ?? line.id;
    if (sku === undefined) {
      context.addIssue({ code: 'custom', path: ['sellerItemId'], message: 'is required' });
      return z.NEVER;
    }
    const price = line.price ?? 0;
    const unit = line.sellerItemId === undefined ? price : Math.floor(price / line.quantity);
    return {
      sellerSkuId: sku,
      name: line.name ?? sku,
      quantity: line.quantity,
      priceMinor: unit,
      /** What does not divide evenly. Cents. */
      restMinor: line.sellerItemId === undefined ? 0 : price - unit * line.quantity,
    };
  });
const lines = z
  .array(changeLine, 'must be a list')
  .max(500)
  .nullish()
  .transform((each) => each ?? []);
/** Items of one side of a replacement, as the orders API has them. */
const side = z
  .object({ items: lines })
  .nullish()
  .transform((each) => each?.items ?? []);
export const changeBody = z
  .object({
    requestId: optional,
    reason: text.nullish().transform((value) => value ?? ''),
    discountValue: cents.nullish(),
    incrementValue: cents.nullish(),
    itemsAdded: lines,
    itemsRemoved: lines,
    // the newer form
    replace: z
      .array(z.object({ from: side, to: side }), 'must be a list')
      .max(100)
      .nullish()
      .transform((each) => each ?? []),
    add: side,
    remove: side,
    manualDiscountValue: cents.nullish(),
    manualIncrementValue: cents.nullish(),
  })
  .transform((body) => {
    const bare = ({ restMinor: _rest, ...line }: z.output<typeof changeLine>) => line;
    const removed = ({ sellerSkuId, quantity: units }: { sellerSkuId: string; quantity: number }) => ({
      sellerSkuId,
      quantity: units,
    });
    // what is put in place of another and names no price costs what that one did
    const put = body.replace.flatMap(({ from, to }) =>
      to.map((line) => ({ ...bare(line), priceMinor: line.priceMinor || (from[0]?.priceMinor ?? 0) })),
    );
    const added = [...body.itemsAdded, ...body.add];
    const pairs = body.replace.every(({ from, to }) => from.length === 1 && to.length === 1);
    const gone = body.replace.flatMap(({ from }) => from).map(removed);
    return {
      requestId: body.requestId,
      reason: body.reason,
      change: {
        replace: pairs
          ? gone.flatMap((from, index) => {
              const to = put[index];
              return to === undefined ? [] : [{ from, to }];
            })
          : [],
        add: [...added.map(bare), ...(pairs ? [] : put)],
        remove: [...[...body.itemsRemoved, ...body.remove].map(removed), ...(pairs ? [] : gone)],
        discountMinor: (body.discountValue ?? 0) + (body.manualDiscountValue ?? 0),
        incrementMinor:
          (body.incrementValue ?? 0) +
          (body.manualIncrementValue ?? 0) +
          added.reduce((sum, { restMinor }) => sum + restMinor, 0),
      },
    };
  })
  .refine(
    ({ change: { replace, add, incrementMinor } }) =>
      sumOf([...replace.map(({ to }) => to), ...add]) + incrementMinor <= mostSum,
    { path: ['itemsAdded'], message: 'add up to more than an order can be of' },
  );
export const agreementBody = z.object({
  agreementType: z
    .string('is required: Acknowledgment or Confirmation')
    .transform((value) => value.trim().toLowerCase().replace('acknowledgement', 'acknowledgment'))
    .pipe(z.enum(['acknowledgment', 'confirmation'], 'must be Acknowledgment or Confirmation'))
    .transform((value): Agreement => (value === 'confirmation' ? 'Confirmation' : 'Acknowledgment')),
});

export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** The first field at fault. */
export function parseBody<Output>(schema: z.ZodType<Output>, body: unknown): { value: Output } | { error: FieldError } {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return { value: parsed.data };
  const issue = parsed.error.issues[0];
  const field = issue?.path.map(String).join('.') || 'body';
  return { error: { field, message: `${field} ${issue?.message ?? 'is malformed'}` } };
}
