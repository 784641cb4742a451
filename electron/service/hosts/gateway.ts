/**
 * The sellers' listener by itself: it keeps nothing. Who may call it learns from the workspace's records, what it is told goes
 * into the stream, and what it does not know it asks a desk.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { z } from 'zod';
import { openLink } from '../cluster/link.ts';
import type { ClusterOptions } from '../cluster/member.ts';
import { answers, messagesOf, type Question } from '../cluster/messages.ts';
import { readWorkspaceKey, recordOf, type SharedCredential } from '../cluster/records.ts';
import type { Log } from '../context.ts';
import { createVerifier, type KnownCredential } from '../credentials/directory.ts';
import { type ListenerConfig, openGateway } from '../endpoints/index.ts';

export interface GatewayHostOptions {
  readonly cluster: ClusterOptions;
  readonly listener: ListenerConfig;
  readonly version: string;
  readonly accessLog?: boolean;
  readonly log: Log;
}

export interface GatewayHost {
  readonly endpointsUrl: string | null;
  /** Why it takes no calls now; null when it does. */
  notReady(): string | null;
  close(): Promise<void>;
}

/** Milliseconds for a desk's answer: from its cache, and from a seller that it asks. */
const patience = 2_000;
const simulationPatience = 6_000;

/** @throws BinderyError when the key cannot be read, or the listener cannot be opened */
export async function serveGateway(options: GatewayHostOptions): Promise<GatewayHost> {
  const { log, cluster } = options;
  const key = readWorkspaceKey(cluster.keyFile, false);
  const verifier = createVerifier({ now: Date.now, uuid: randomUUID });
  const credentials = new Map<string, SharedCredential>();
  let unknowing: string | null = 'who may call is not known yet';
  let renewing = false;

  function knownOf(shared: SharedCredential): KnownCredential | null {
    const signingKey = shared.sealedKey === null ? null : key.unseal(shared.sealedKey);
    // without its key no signature can be checked, and an unsigned call must not pass instead
    if (shared.revoked_at !== null || (shared.signs === 1 && signingKey === null)) return null;
    return {
      id: shared.id,
      sellerId: shared.seller_id,
      appKey: shared.app_key,
      tokenHash: shared.token_hash,
      expiresAt: shared.expires_at,
      signingKey,
    };
  }
  /** Once for the many that come together. */
  function renew(): void {
    if (renewing) return;
    renewing = true;
    setImmediate(() => {
      renewing = false;
      verifier.replace([...credentials.values()].flatMap((each) => knownOf(each) ?? []));
    });
  }

  const link = openLink(cluster.broker, log);
  link.onOpen(async (broker) => {
    let check: string | null = null;
    await broker.watch((name, value) => {
      const record = recordOf(name, value);
      if (record?.kind === 'key') check = record.check;
      if (record?.kind !== 'credential') return;
      if (record.credential === null) credentials.delete(record.id);
      else credentials.set(record.id, record.credential);
      renew();
    });
    if (check !== null && check !== key.check)
      throw new Error('this workspace has another key: copy the file that --workspace-key names from one of its desks');
    await wait(0); // what was told is in force
    unknowing = null;
  });

  async function ask<About extends Question['about']>(
    asked: Extract<Question, { about: About }>,
    milliseconds: number,
  ): Promise<z.infer<(typeof answers)[About]>> {
    const { broker } = link;
    if (broker === null) throw new Error(link.problem() ?? 'the broker was not reached yet');
    const answer: unknown = JSON.parse(await broker.ask(JSON.stringify(asked), milliseconds));
    // the schema of this very question
    return answers[asked.about].parse(answer) as z.infer<(typeof answers)[About]>;
  }

  const notReady = () => link.problem() ?? unknowing;
  try {
    const gateway = await openGateway(
      options.listener,
      {
        log,
        shared: {
          verify: verifier.verify,
          accept: (arrived) => link.publish(messagesOf(arrived, key, randomUUID)),
          isBound: (sellerId, sellerSkuId) => ask({ about: 'bound', sellerId, sellerSkuId }, patience),
          ofMarketplaceSku: (sellerId, skuId) => ask({ about: 'sku', sellerId, skuId }, patience),
          trySimulation: (sellerId, sellerSkuId) =>
            ask({ about: 'simulation', sellerId, sellerSkuId }, simulationPatience).catch(() => ({
              passed: false,
              message: 'No desk could be asked. Try again later.',
            })),
          notReady,
          unknowing: () => unknowing,
          version: options.version,
          onAnswer: (line) => {
            if (options.accessLog) log('info', 'call answered', { ...line });
          },
          log,
        },
      },
      true,
    );
    return {
      get endpointsUrl() {
        return gateway.url;
      },
      notReady,
      async close() {
        await gateway.close();
        await link.close();
      },
    };
  } catch (error) {
    await link.close();
    throw error;
  }
}
