/** A whole desk as a member of a workspace that several processes run: its link, its following, and what it shares with the others. */
import { BinderyError } from '../../../shared/domain/errors.ts';
import type { Ambient, Log, Membership } from '../context.ts';
import { signingKeyName } from '../credentials/directory.ts';
import type { ServiceDatabase } from '../database/threads.ts';
import type { IncomingNotification } from '../endpoints/types.ts';
import type { SecretStore } from '../secrets.ts';
import type { Applied } from '../stream/statements.ts';
import type { SharedWork } from '../sync/shared-work.ts';
import type { BrokerOptions } from './broker.ts';
import { type Desk, openDesk } from './desk.ts';
import { type Link, openLink } from './link.ts';
import { messagesOf, question } from './messages.ts';
import {
  credentialRecord,
  pauseRecord,
  readWorkspaceKey,
  type SharedCredential,
  type SharedRecord,
} from './records.ts';

export interface ClusterOptions {
  readonly broker: BrokerOptions;
  /** The file of the workspace's key, the same on each of its machines; a desk makes it where there is none. */
  readonly keyFile: string;
}

export interface MemberOptions {
  readonly database: ServiceDatabase;
  readonly sealer: { seal(text: string): string };
  /** Where this profile keeps signing keys. */
  readonly secrets: SecretStore;
  readonly ambient: Ambient;
  readonly log: Log;
}

/** What of the desk is told what the stream brings. */
export interface MemberListeners {
  readonly onApplied: (applied: Applied) => void;
  readonly onLead: (isLeading: boolean) => void;
  readonly onCredentials: () => Promise<void>;
  readonly onPauses: () => void;
  /** @throws while the cache is not filled yet */
  readonly isBound: (sellerId: string, sellerSkuId: string) => Promise<boolean>;
  readonly ofMarketplaceSku: (sellerId: string, skuId: number) => Promise<string | null>;
  readonly trySimulation: (sellerId: string, sellerSkuId: string) => Promise<{ passed: boolean; message: string }>;
}

export interface Member extends SharedWork, Membership {
  readonly isLeading: boolean;
  start(listeners: MemberListeners): void;
  /** Sellers' calls, once they are in the stream. */
  accept(arrived: readonly IncomingNotification[]): Promise<void>;
  wake(): void;
  /** Why it takes nothing now; null when it does. */
  problem(): string | null;
  stop(): Promise<void>;
}

/** @throws BinderyError when the key of the workspace cannot be used */
export function createMember(cluster: ClusterOptions, options: MemberOptions): Member {
  const { database, secrets, ambient, log } = options;
  const key = readWorkspaceKey(cluster.keyFile, true);
  let link: Link | null = null;
  let desk: Desk | null = null;
  /** As the broker has them: what is here and not there is shared on joining. */
  const shared = new Map<string, SharedCredential>();

  function away(): BinderyError {
    return new BinderyError(
      'offline',
      `The workspace’s broker cannot be reached (${link?.problem() ?? 'not started'}). Try again when it is back.`,
    );
  }
  async function put(name: string, value: string | null): Promise<void> {
    const broker = link?.broker;
    if (!broker || link?.problem() !== null) throw away();
    await broker.put(name, value).catch(() => {
      throw away();
    });
  }
  async function shareOne(row: Omit<SharedCredential, 'sealedKey'>): Promise<void> {
    const signingKey = row.signs === 1 && row.revoked_at === null ? await secrets.get(signingKeyName(row.id)) : null;
    const { id, seller_id, app_key, token_hash, signs, issued_at, issued_by, expires_at, revoked_at } = row;
    const sealedKey = signingKey === null ? null : key.seal(signingKey);
    const value: SharedCredential = {
      ...{ id, seller_id, app_key, token_hash, signs, issued_at, issued_by, expires_at, revoked_at },
      sealedKey,
    };
    await put(credentialRecord(id), JSON.stringify(value));
  }

  async function keep(record: NonNullable<SharedRecord>, { onCredentials, onPauses }: MemberListeners): Promise<void> {
    if (record.kind === 'credential' && record.credential !== null) {
      const { sealedKey, ...credential } = record.credential;
      shared.set(record.id, record.credential);
      const signingKey = sealedKey === null ? null : key.unseal(sealedKey);
      if (signingKey !== null) await secrets.set(signingKeyName(record.id), signingKey);
      await database.write('credentials.learn', { credential });
      await onCredentials();
    } else if (record.kind === 'pause') {
      if (record.pause === null) await database.write('notifications.resume', { sellerId: record.sellerId });
      else await database.write('notifications.pause', record.pause);
      onPauses();
    }
  }
  /** What was issued here before there were others, or while the broker was away. */
  async function shareWhatIsMissing(): Promise<void> {
    for (const row of await database.read('credentials.all', {})) {
      const theirs = shared.get(row.id);
      if (theirs === undefined || (row.revoked_at !== null && theirs.revoked_at === null)) await shareOne(row);
    }
  }

  return {
    get isLeading() {
      return desk?.isLeading ?? false;
    },
    start(listeners) {
      const opened = openLink(cluster.broker, log);
      link = opened;
      desk = openDesk({
        link: opened,
        key,
        database,
        seal: options.sealer.seal,
        ambient,
        log,
        onApplied: listeners.onApplied,
        onLead: listeners.onLead,
        onRecord: (record) => keep(record, listeners),
        onJoined: shareWhatIsMissing,
        async answer(text) {
          const asked = question.parse(JSON.parse(text));
          const { sellerId } = asked;
          if (asked.about === 'bound') return JSON.stringify(await listeners.isBound(sellerId, asked.sellerSkuId));
          if (asked.about === 'sku') return JSON.stringify(await listeners.ofMarketplaceSku(sellerId, asked.skuId));
          return JSON.stringify(await listeners.trySimulation(sellerId, asked.sellerSkuId));
        },
      });
    },
    async accept(arrived) {
      if (link === null) throw new Error('the workspace was not joined yet');
      await link.publish(messagesOf(arrived, key, ambient.uuid));
    },
    wake: () => desk?.wake(),
    problem: () => (link === null ? 'the workspace was not joined yet' : link.problem()),
    answered: (result) => desk?.answered(result) ?? Promise.resolve(false),
    settled: (entry, outcome) => desk?.settled(entry, outcome) ?? Promise.resolve(false),
    mustReach() {
      if (link === null || link.problem() !== null) throw away();
    },
    async shareCredentials(sellerId) {
      for (const row of await database.read('credentials.all', {})) if (row.seller_id === sellerId) await shareOne(row);
    },
    async sharePause(sellerId, pause) {
      await put(pauseRecord(sellerId), pause === null ? null : JSON.stringify(pause));
    },
    async stop() {
      await desk?.stop();
      await link?.close();
    },
  };
}
