/**
 * The order flow as one table: states, events and guards, for the marketplace's view and the seller's. The docs and the order
 * screen draw it from here. It is total: an event with no row for a state changes nothing, and is kept and shown as one that
 * does not fit. Names are the protocol's where it has one (reference 3.4 to 3.8).
 */

/** What the marketplace holds an order to be. */
export const marketplaceStates = [
  'order-created', // recorded and split; to be simulated once more
  'divergence-waiting', // what the seller says now differs from what was sold: a person decides
  'waiting-for-authorization', // being placed: the seller has not confirmed yet
  'placement-failed', // the seller refused it
  'payment-pending', // reserved at the seller
  'payment-approved', // paid; fulfilment is being authorised
  'waiting-seller-handling', // authorised: the seller's turn
  'partially-invoiced',
  'invoiced',
  'delivered',
  'returned', // the whole amount came back
  'waiting-for-seller-decision', // cancellation asked outside the window
  'cancel', // cancellation decided; the seller is being told
  'window-to-change-seller', // the seller cancelled: another may take over
  'canceled',
  'replaced', // another seller took over
] as const;
export type MarketplaceState = (typeof marketplaceStates)[number];

/** What the seller has told us the order is at its side. */
export const sellerStates = [
  'not-placed',
  'placing', // sent; the answer is outstanding, or was lost
  'on-order-completed-ffm', // taken into its queue; the result comes by callback
  'waiting-for-manual-authorization', // held by its price-divergence rule
  'waiting-ffmt-authorization', // reserved; waits for our authorisation
  'authorize-fulfillment', // authorisation sent
  'window-to-cancel', // authorised; we may still cancel without asking
  'ready-for-handling',
  'handling',
  'partially-invoiced',
  'invoiced',
  'cancellation-requested', // we asked it to cancel
  'canceled',
  'refused',
] as const;
export type SellerState = (typeof sellerStates)[number];

export const eventTypes = [
  'simulation-agrees',
  'simulation-diverges',
  'divergence-accepted',
  'placement-sent',
  'placement-enqueued',
  'placement-held',
  'placed',
  'placement-refused',
  'placement-retried',
  'payment-approved',
  'payment-denied',
  'authorisation-sent',
  'authorised',
  'authorisation-held',
  'authorisation-refused',
  'handling-started',
  'cancellation-window-closed',
  'invoiced',
  'invoice-returned',
  'invoice-voided', // a person took out one that was wrong
  'tracked',
  'delivered',
  'cancel-requested',
  'cancellation-sent',
  'cancellation-evaluating',
  'cancellation-confirmed',
  'cancellation-refused',
  'seller-canceled',
  'seller-replaced',
  'seller-window-closed',
  'change-requested',
  'change-acknowledged',
  'change-applied',
  'change-refused',
  'change-canceled',
] as const;
export type EventType = (typeof eventTypes)[number];

/** What a row may ask about the order besides its state. Amounts include the event's own. */
export const guards = [
  'paid',
  'authorised',
  'nothing-at-seller',
  'inside-cancellation-window',
  'covers-total',
  'nothing-invoiced',
  'all-returned',
  'all-delivered',
] as const;
export type Guard = (typeof guards)[number];
export type GuardValues = Readonly<Record<Guard, boolean>>;

/** One row: in these states, on this event, when the guard holds, the view moves (or stays, when `to` is null). */
export interface Transition<State extends string> {
  readonly from: readonly State[];
  readonly on: EventType;
  readonly when?: Guard;
  readonly to: State | null;
}

const rows = <State extends string>(
  from: readonly State[],
  cells: readonly (readonly [on: EventType, to: State | null, when?: Guard])[],
): Transition<State>[] => cells.map(([on, to, when]) => ({ from, on, to, ...(when ? { when } : {}) }));

/** Rows of one state and event are tried in order; the first whose guard holds counts. */
export const marketplaceTable: readonly Transition<MarketplaceState>[] = [
  ...rows<MarketplaceState>(
    ['order-created', 'divergence-waiting'],
    [
      ['simulation-agrees', 'waiting-for-authorization'],
      ['simulation-diverges', 'divergence-waiting'],
      ['payment-approved', null],
      ['payment-denied', 'canceled'],
      ['cancel-requested', 'canceled'],
      ['seller-replaced', 'replaced'],
    ],
  ),
  ...rows<MarketplaceState>(['divergence-waiting'], [['divergence-accepted', 'waiting-for-authorization']]),
  ...rows<MarketplaceState>(
    ['waiting-for-authorization'],
    [
      ['placement-sent', null],
      ['placement-enqueued', null],
      ['placement-held', null],
      ['placed', 'payment-approved', 'paid'],
      ['placed', 'payment-pending'],
      ['placement-refused', 'placement-failed'],
      ['payment-approved', null],
      ['payment-denied', 'canceled', 'nothing-at-seller'],
      ['payment-denied', 'cancel'],
      ['cancel-requested', 'canceled', 'nothing-at-seller'],
      ['cancel-requested', 'cancel'],
      ['seller-canceled', 'window-to-change-seller'],
      ['seller-replaced', 'replaced'],
    ],
  ),
  ...rows<MarketplaceState>(
    ['placement-failed'],
    [
      ['placement-retried', 'order-created'],
      ['divergence-accepted', 'waiting-for-authorization'], // placed anew, at the price it was sold for
      ['placed', 'payment-approved', 'paid'], // an answer that came late
      ['placed', 'payment-pending'],
      ['placement-refused', null],
      ['payment-approved', null],
      ['payment-denied', 'canceled'],
      ['cancel-requested', 'canceled'],
      ['seller-replaced', 'replaced'],
    ],
  ),
  ...rows<MarketplaceState>(
    ['payment-pending'],
    [
      ['placed', null],
      ['payment-approved', 'payment-approved'],
      ['payment-denied', 'cancel'],
      ['cancel-requested', 'cancel'],
      ['seller-canceled', 'window-to-change-seller'],
      ['seller-replaced', 'replaced'],
    ],
  ),
  ...rows<MarketplaceState>(
    ['payment-approved'],
    [
      ['placed', null],
      ['payment-approved', null],
      ['authorisation-sent', null],
      ['authorisation-held', null],
      ['authorisation-refused', null],
      ['authorised', 'waiting-seller-handling'],
      ['handling-started', 'waiting-seller-handling'],
      ['invoiced', 'invoiced', 'covers-total'], // overtook the answer to our authorisation
      ['invoiced', 'partially-invoiced'],
    ],
  ),
  ...rows<MarketplaceState>(
    ['waiting-seller-handling'],
    [
      ['payment-approved', null],
      ['authorised', null],
      ['handling-started', null],
      ['invoiced', 'invoiced', 'covers-total'],
      ['invoiced', 'partially-invoiced'],
      ['change-applied', null],
    ],
  ),
  // changes are asked for while the seller has the goods; the answers may come when the order has gone on
  ...rows<MarketplaceState>(
    ['waiting-seller-handling', 'partially-invoiced'],
    [
      ['change-requested', null],
      ['change-acknowledged', null],
    ],
  ),
  ...rows<MarketplaceState>(
    [
      'waiting-seller-handling',
      'partially-invoiced',
      'invoiced',
      'delivered',
      'returned',
      'waiting-for-seller-decision',
      'cancel',
      'window-to-change-seller',
      'canceled',
      'replaced',
    ],
    [
      ['change-refused', null],
      ['change-canceled', null],
    ],
  ),
  ...rows<MarketplaceState>(
    ['waiting-for-seller-decision'],
    [
      ['change-acknowledged', null],
      ['change-applied', null],
    ],
  ),
  ...rows<MarketplaceState>(
    ['payment-approved', 'waiting-seller-handling'],
    [
      ['cancellation-window-closed', null],
      ['cancel-requested', 'cancel', 'inside-cancellation-window'],
      ['cancel-requested', 'waiting-for-seller-decision'],
      ['seller-canceled', 'window-to-change-seller'],
    ],
  ),
  ...rows<MarketplaceState>(
    ['partially-invoiced'],
    [
      ['authorised', null],
      ['handling-started', null],
      ['cancellation-window-closed', null],
      ['invoiced', 'invoiced', 'covers-total'],
      ['invoiced', null],
      ['invoice-returned', null],
      ['tracked', null],
      ['delivered', null],
      ['change-applied', 'invoiced', 'covers-total'], // what was missing was taken out
      ['change-applied', null],
    ],
  ),
  ...rows<MarketplaceState>(
    ['invoiced', 'delivered'],
    [
      ['authorised', null],
      ['handling-started', null],
      ['cancellation-window-closed', null],
      ['tracked', null],
      ['delivered', 'delivered', 'all-delivered'],
      ['delivered', null],
      ['invoice-returned', 'returned', 'all-returned'],
      ['invoice-returned', null],
    ],
  ),
  ...rows<MarketplaceState>(
    ['partially-invoiced', 'invoiced'],
    [
      ['invoice-voided', 'waiting-seller-handling', 'nothing-invoiced'],
      ['invoice-voided', 'partially-invoiced'],
    ],
  ),
  // Outside the window the seller decides, and the first of its answers on our disk counts: an invoice is a refusal.
  ...rows<MarketplaceState>(
    ['waiting-for-seller-decision'],
    [
      ['authorised', null],
      ['handling-started', null],
      ['cancellation-window-closed', null],
      ['cancel-requested', null],
      ['cancellation-sent', null],
      ['cancellation-evaluating', null],
      ['cancellation-confirmed', 'canceled'],
      ['seller-canceled', 'canceled'],
      ['cancellation-refused', 'waiting-seller-handling', 'authorised'],
      ['cancellation-refused', 'payment-approved'], // the seller still waits for our authorisation
      ['invoiced', 'invoiced', 'covers-total'],
      ['invoiced', 'partially-invoiced'],
    ],
  ),
  // Inside the window it is decided: the seller is told, and an invoice that follows does not fit.
  ...rows<MarketplaceState>(
    ['cancel'],
    [
      ['placement-sent', null],
      ['placement-enqueued', null],
      ['placement-held', null],
      ['placed', null],
      ['placement-refused', 'canceled'],
      ['payment-approved', null],
      ['payment-denied', null],
      ['authorised', null],
      ['authorisation-refused', null],
      ['handling-started', null],
      ['cancellation-window-closed', null],
      ['cancel-requested', null],
      ['cancellation-sent', null],
      ['cancellation-evaluating', 'canceled'], // the seller has no say
      ['cancellation-confirmed', 'canceled'],
      ['cancellation-refused', 'canceled'],
      ['seller-canceled', 'canceled'],
    ],
  ),
  ...rows<MarketplaceState>(
    ['window-to-change-seller'],
    [
      ['payment-approved', null],
      ['payment-denied', 'canceled'],
      ['cancel-requested', 'canceled'],
      ['cancellation-confirmed', null],
      ['seller-canceled', null],
      ['seller-replaced', 'replaced'],
      ['seller-window-closed', 'canceled'],
    ],
  ),
  ...rows<MarketplaceState>(
    ['canceled', 'replaced'],
    [
      // answers to calls of ours that were on their way; the seller's view keeps what they say
      ['placement-sent', null],
      ['placement-enqueued', null],
      ['placement-held', null],
      ['placed', null],
      ['placement-refused', null],
      ['authorised', null],
      ['authorisation-held', null],
      ['authorisation-refused', null],
      ['payment-denied', null],
      ['cancel-requested', null],
      ['cancellation-sent', null],
      ['cancellation-evaluating', null],
      ['cancellation-confirmed', null],
      ['cancellation-refused', null],
      ['seller-canceled', null],
      ['cancellation-window-closed', null],
      ['seller-window-closed', null],
    ],
  ),
];

/** States in which the seller holds goods for us that it has not invoiced. */
const holding: readonly SellerState[] = [
  'waiting-ffmt-authorization',
  'authorize-fulfillment',
  'window-to-cancel',
  'ready-for-handling',
  'handling',
];

export const sellerTable: readonly Transition<SellerState>[] = [
  ...rows<SellerState>(['not-placed', 'refused'], [['placement-sent', 'placing']]),
  ...rows<SellerState>(
    ['refused'],
    [
      ['placement-refused', null],
      ['placement-held', 'waiting-for-manual-authorization'], // an answer that came late
      ['placed', 'waiting-ffmt-authorization'],
    ],
  ),
  ...rows<SellerState>(
    ['placing', 'on-order-completed-ffm', 'waiting-for-manual-authorization'],
    [
      ['placement-sent', null],
      ['placement-enqueued', 'on-order-completed-ffm'],
      ['placement-held', 'waiting-for-manual-authorization'],
      ['placed', 'waiting-ffmt-authorization'],
      ['placement-refused', 'refused'],
      ['seller-canceled', 'canceled'],
      ['cancellation-sent', 'cancellation-requested'],
    ],
  ),
  ...rows<SellerState>(
    ['waiting-ffmt-authorization', 'authorize-fulfillment'],
    [
      ['placed', null],
      ['authorisation-sent', 'authorize-fulfillment'],
      ['authorisation-held', null],
      ['authorisation-refused', 'waiting-ffmt-authorization'],
      ['authorised', 'window-to-cancel', 'inside-cancellation-window'],
      ['authorised', 'ready-for-handling'],
    ],
  ),
  ...rows<SellerState>(
    ['window-to-cancel', 'ready-for-handling', 'handling'],
    [
      ['authorisation-sent', null], // it began before it was paid
      ['authorised', null],
      ['change-applied', null],
    ],
  ),
  ...rows<SellerState>(['window-to-cancel'], [['cancellation-window-closed', 'ready-for-handling']]),
  ...rows<SellerState>(holding, [
    ['handling-started', 'handling'],
    ['invoiced', 'invoiced', 'covers-total'],
    ['invoiced', 'partially-invoiced'],
    ['cancellation-sent', 'cancellation-requested'],
    ['seller-canceled', 'canceled'],
  ]),
  ...rows<SellerState>(
    ['partially-invoiced'],
    [
      ['authorisation-sent', null],
      ['authorised', null],
      ['handling-started', null],
      ['invoiced', 'invoiced', 'covers-total'],
      ['invoiced', null],
      ['change-applied', 'invoiced', 'covers-total'],
      ['change-applied', null],
      ['tracked', null],
      ['delivered', null],
      ['invoice-returned', null],
      ['cancellation-sent', null],
      ['cancellation-evaluating', null],
      ['cancellation-refused', null],
    ],
  ),
  ...rows<SellerState>(
    ['invoiced'],
    [
      ['authorisation-sent', null],
      ['authorised', null],
      ['handling-started', null],
      ['tracked', null],
      ['delivered', null],
      ['invoice-returned', null],
      ['cancellation-sent', null],
      ['cancellation-evaluating', null],
      ['cancellation-refused', null],
    ],
  ),
  ...rows<SellerState>(
    ['partially-invoiced', 'invoiced'],
    [
      ['invoice-voided', 'handling', 'nothing-invoiced'],
      ['invoice-voided', 'partially-invoiced'],
    ],
  ),
  ...rows<SellerState>(
    ['cancellation-requested'],
    [
      ['placement-sent', null],
      ['placed', null],
      ['placement-refused', 'refused'],
      ['authorised', null],
      ['handling-started', null],
      ['cancellation-sent', null],
      ['cancellation-evaluating', null],
      ['cancellation-confirmed', 'canceled'],
      ['cancellation-refused', 'handling', 'authorised'],
      ['cancellation-refused', 'waiting-ffmt-authorization'],
      ['seller-canceled', 'canceled'],
      ['change-applied', null],
      ['invoiced', 'invoiced', 'covers-total'],
      ['invoiced', 'partially-invoiced'],
    ],
  ),
  ...rows<SellerState>(
    ['canceled'],
    [
      ['placement-refused', null],
      ['cancellation-sent', null],
      ['cancellation-evaluating', null],
      ['cancellation-confirmed', null],
      ['seller-canceled', null],
    ],
  ),
];

/** The states after which the marketplace's view does not move any more. */
export const terminalStates: readonly MarketplaceState[] = marketplaceStates.filter((state) =>
  marketplaceTable.every(({ from, to }) => to === null || !from.includes(state)),
);

/** How one view takes an event. `none`: the event says nothing about that view. */
export type Verdict = 'moved' | 'stayed' | 'misfit' | 'none';

const indexes = new WeakMap<readonly Transition<string>[], Map<string, Transition<string>[]>>();

function indexOf(table: readonly Transition<string>[]): Map<string, Transition<string>[]> {
  let index = indexes.get(table);
  if (index === undefined) {
    index = new Map();
    for (const row of table) {
      index.set(row.on, [...(index.get(row.on) ?? []), row]);
      for (const from of row.from) {
        const key = `${from} ${row.on}`;
        index.set(key, [...(index.get(key) ?? []), row]);
      }
    }
    indexes.set(table, index);
  }
  return index;
}

/** Takes one event in one view. */
export function step<State extends string>(
  table: readonly Transition<State>[],
  state: State,
  event: EventType,
  values: GuardValues,
): { readonly state: State; readonly verdict: Verdict } {
  const index = indexOf(table);
  if (!index.has(event)) return { state, verdict: 'none' };
  const row = index.get(`${state} ${event}`)?.find(({ when }) => when === undefined || values[when]);
  if (row === undefined) return { state, verdict: 'misfit' };
  if (row.to === null || row.to === state) return { state, verdict: 'stayed' };
  // the index holds rows of this very table
  return { state: row.to as State, verdict: 'moved' };
}
