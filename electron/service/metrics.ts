/** What `serve` tells a Prometheus server: the process, the sellers' listener, and what waits. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Status } from '../../shared/contract/workspace.ts';
import type { AccessLine } from './endpoints/types.ts';

/** What is looked up when somebody asks. Times in seconds. */
export interface Measured {
  readonly status: Status;
  /** Whether the sellers' listener is open. */
  readonly listening: boolean;
  /** Waiting for the disk now. */
  readonly pending: number;
  readonly oldestWaiting: number;
  readonly sellersPaused: number;
  readonly sellersLeftAlone: number;
  readonly windows: number;
  /** Seconds since the last complete synchronisation; null before the first. */
  readonly syncedAgo: number | null;
  /** Where several processes run the workspace: whether the broker takes messages, and whether this desk leads. */
  readonly shared: { readonly ready: boolean; readonly leading: boolean } | null;
  /** Bytes of the database's log that is not yet part of it. */
  readonly walBytes: number;
}

export interface Metrics {
  onAnswer(line: AccessLine): void;
  /** The text format of Prometheus. */
  text(measured: Measured): Promise<string>;
  readonly contentType: string;
}

/** Of the process; begun when somebody first asks, once. */
let ofProcess: Registry | null = null;
function processRegistry(): Registry {
  if (ofProcess === null) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess, prefix: 'bindery_' });
  }
  return ofProcess;
}

/** One set of counters; each opened profile has its own. Routes and statuses are the only labels, so their number is bounded. */
export function createMetrics(): Metrics {
  const register = new Registry();
  const registers = [register];
  const calls = new Counter({
    name: 'bindery_endpoint_calls_total',
    help: 'Calls of the sellers’ listener, by route and status',
    labelNames: ['route', 'method', 'status'],
    registers,
  });
  const took = new Histogram({
    name: 'bindery_endpoint_call_seconds',
    help: 'Time to the answer; a 2xx includes the commit to disk',
    labelNames: ['route'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers,
  });
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `bindery_${name}`, help, labelNames, registers });
  const gauges = {
    pending: gauge('endpoint_pending', 'Notifications that wait for the disk'),
    listening: gauge('endpoint_listening', 'Whether the sellers’ listener is open'),
    inbox: gauge('inbox_entries', 'Entries of the inbox that are not done', ['state']),
    oldest: gauge('inbox_oldest_seconds', 'How long the oldest waits'),
    outbox: gauge('outbox_entries', 'Entries of the outbox that are not done', ['state']),
    paused: gauge('sellers_paused', 'Sellers whose notifications a person paused'),
    alone: gauge('sellers_left_alone', 'Sellers that are not asked after failures'),
    windows: gauge('windows', 'Connected windows'),
    online: gauge('backend_online', 'Whether the marketplace’s backend answers'),
    synced: gauge('synced_seconds', 'Since the last complete synchronisation'),
    wal: gauge('database_wal_bytes', 'The database’s log that is not yet part of it'),
  };
  const shared = {
    ready: gauge('broker_ready', 'Whether the workspace’s broker takes messages; 1 where there is none'),
    leading: gauge('leading', 'Whether this desk asks sellers and tells the marketplace'),
  };
  return {
    contentType: register.contentType,
    onAnswer({ route, method, status, milliseconds }) {
      // an unknown path is the caller's invention
      const verb = route === 'unknown' ? 'any' : method;
      calls.inc({ route, method: verb, status: String(status) });
      took.observe({ route }, milliseconds / 1_000);
    },
    async text(measured) {
      const { status } = measured;
      gauges.pending.set(measured.pending);
      gauges.listening.set(measured.listening ? 1 : 0);
      gauges.inbox.set({ state: 'waiting' }, status.endpoints.waiting);
      gauges.inbox.set({ state: 'failing' }, status.endpoints.failing);
      gauges.oldest.set(measured.oldestWaiting);
      for (const [state, count] of Object.entries(status.outbox)) gauges.outbox.set({ state }, count);
      gauges.paused.set(measured.sellersPaused);
      gauges.alone.set(measured.sellersLeftAlone);
      gauges.windows.set(measured.windows);
      gauges.online.set(status.connection === 'online' ? 1 : 0);
      if (measured.syncedAgo !== null) gauges.synced.set(measured.syncedAgo);
      gauges.wal.set(measured.walBytes);
      shared.ready.set(measured.shared?.ready === false ? 0 : 1);
      shared.leading.set(measured.shared?.leading === false ? 0 : 1);
      return `${await processRegistry().metrics()}${await register.metrics()}`;
    },
  };
}
