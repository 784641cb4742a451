/** The flow drawn from its table: for the docs, and as the line of steps that the order screen shows. */
import {
  type EventType,
  type MarketplaceState,
  marketplaceStates,
  marketplaceTable,
  type SellerState,
  sellerStates,
  sellerTable,
  type Transition,
  terminalStates,
} from './flow.ts';

const idOf = (state: string): string => state.replaceAll('-', '_');

function edges<State extends string>(table: readonly Transition<State>[]): Map<string, string[]> {
  const labels = new Map<string, string[]>();
  for (const { from, on, when, to } of table) {
    if (to === null) continue;
    for (const state of from) {
      if (state === to) continue;
      const key = `${idOf(state)} --> ${idOf(to)}`;
      labels.set(key, [...(labels.get(key) ?? []), when ? `${on} [${when}]` : on]);
    }
  }
  return labels;
}

function drawing<State extends string>(
  first: State,
  states: readonly State[],
  table: readonly Transition<State>[],
  terminal: readonly State[],
): string {
  return [
    '```mermaid',
    'stateDiagram-v2',
    ...states.map((state) => `  state "${state}" as ${idOf(state)}`),
    `  [*] --> ${idOf(first)}`,
    ...[...edges(table)].map(([edge, labels]) => `  ${edge}: ${labels.join(' / ')}`),
    ...terminal.map((state) => `  ${idOf(state)} --> [*]`),
    '```',
  ].join('\n');
}

/** The page `docs/order-flow.md`, which a test keeps equal to the table. */
export function flowPage(): string {
  const stays = (table: readonly Transition<string>[], states: readonly string[]) =>
    states
      .map((state) => {
        const events = table.filter(({ from, to }) => to === null && from.includes(state)).map(({ on }) => on);
        return `| ${state} | ${[...new Set(events)].join(', ') || '(none)'} |`;
      })
      .join('\n');
  return `# The order flow

Drawn from \`shared/domain/orders/flow.ts\`; a test fails when the two differ. Every state answers every event: one that is not
drawn and not listed below does not fit, and is kept and shown, never dropped and never forced.

Rules of the race between an invoice and a cancellation: inside the cancellation window the cancellation is decided when it is
recorded, and an invoice that follows does not fit. Outside it, the seller decides, and the first of its answers on our disk
counts: its confirmation cancels, its invoice refuses. A partially invoiced order is never cancelled, only changed.

## As the marketplace sees it

${drawing('order-created', marketplaceStates, marketplaceTable, terminalStates)}

Events that fit without moving it:

| State | Events |
|---|---|
${stays(marketplaceTable, marketplaceStates)}

## As the seller sees it

${drawing('not-placed', sellerStates, sellerTable, [])}

| State | Events |
|---|---|
${stays(sellerTable, sellerStates)}
`;
}

/** The way of an order that goes well, in steps that the screen draws. */
export const happyPath: readonly MarketplaceState[] = [
  'order-created',
  'waiting-for-authorization',
  'payment-pending',
  'payment-approved',
  'waiting-seller-handling',
  'invoiced',
  'delivered',
];

/** The same as its seller sees it. */
export const sellerPath: readonly SellerState[] = [
  'not-placed',
  'placing',
  'waiting-ffmt-authorization',
  'authorize-fulfillment',
  'ready-for-handling',
  'handling',
  'invoiced',
];

function waysOf<State extends string>(table: readonly Transition<State>[], state: State) {
  const ways = new Map<State, EventType[]>();
  for (const { from, on, to } of table) {
    if (to === null || to === state || !from.includes(state)) continue;
    ways.set(to, [...new Set([...(ways.get(to) ?? []), on])]);
  }
  return [...ways].map(([to, on]) => ({ to, on }));
}

/** Where an order may go from a state of the marketplace's view, each state once with the events that lead there. */
export const waysFrom = (state: MarketplaceState): readonly { to: MarketplaceState; on: EventType[] }[] =>
  waysOf(marketplaceTable, state);
/** The same of the seller's view. */
export const sellerWaysFrom = (state: SellerState): readonly { to: SellerState; on: EventType[] }[] =>
  waysOf(sellerTable, state);

/** The step of the happy path that a state stands at or leaves from. */
export function stepOf(state: MarketplaceState): number {
  const near: Partial<Readonly<Record<MarketplaceState, MarketplaceState>>> = {
    'divergence-waiting': 'order-created',
    'placement-failed': 'waiting-for-authorization',
    'partially-invoiced': 'waiting-seller-handling',
    'waiting-for-seller-decision': 'waiting-seller-handling',
    returned: 'delivered',
  };
  return happyPath.indexOf(near[state] ?? state);
}

/** The same of the seller's view. */
export function sellerStepOf(state: SellerState): number {
  const near: Partial<Readonly<Record<SellerState, SellerState>>> = {
    'on-order-completed-ffm': 'placing',
    'waiting-for-manual-authorization': 'placing',
    'window-to-cancel': 'authorize-fulfillment',
    'partially-invoiced': 'handling',
  };
  return sellerPath.indexOf(near[state] ?? state);
}
