import type { SellerRow } from '../../../shared/contract/sellers.ts';
import type { Instant, SellerId } from '../../../shared/domain/brand.ts';
import { jsonOf, statement } from '../database/convert.ts';
import type { ReadableDatabase } from '../database/open.ts';

interface StoredSeller {
  id: string;
  name: string;
  is_active: number;
  endpoint: string | null;
  seller_type: string;
  email: string | null;
  tax_code: string | null;
  channels: string;
  waiting: number;
  bound: number;
  last_answer_at: string | null;
  last_notification_at: string | null;
  answers: string | null;
  failures: number | null;
  problem: string | null;
  has_token: number;
}

const sql = `
  SELECT s.*, h.last_answer_at, h.last_notification_at, h.answers, h.failures, h.problem,
         (SELECT COUNT(*) FROM offer o WHERE o.queue = 0 AND o.seller_id = s.id) AS waiting,
         (SELECT COUNT(*) FROM binding b WHERE b.seller_id = s.id AND b.is_active = 1 AND b.is_removed = 0) AS bound,
         EXISTS (SELECT 1 FROM seller_credential c WHERE c.seller_id = s.id AND c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))) AS has_token
    FROM seller s LEFT JOIN seller_health h ON h.seller_id = s.id`;

/** An answer slower than this, in milliseconds, is called slow; the protocol's own limit is 2,500. */
const slowAnswer = 1_500;

function rowOf(stored: StoredSeller): SellerRow {
  const answers = jsonOf<number[]>(stored.answers, []).toSorted((left, right) => left - right);
  const median = answers[Math.floor(answers.length / 2)];
  const failures = stored.failures ?? 0;
  const state = !stored.is_active
    ? 'paused'
    : failures > 0
      ? 'failing'
      : median === undefined
        ? 'unknown'
        : median > slowAnswer
          ? 'slow'
          : 'healthy';
  return {
    sellerId: stored.id as SellerId,
    name: stored.name,
    isActive: stored.is_active === 1,
    endpoint: stored.endpoint,
    sellerType: stored.seller_type === 'white-label' ? 'white-label' : 'regular',
    email: stored.email,
    taxCode: stored.tax_code,
    channels: jsonOf<{ marketplaceChannel: string; sellerChannel: string }[]>(stored.channels, []),
    waitingOffers: stored.waiting,
    activeBindings: stored.bound,
    health: {
      state,
      lastAnswerAt: stored.last_answer_at as Instant | null,
      lastNotificationAt: stored.last_notification_at as Instant | null,
      medianAnswer: median === undefined ? null : Math.round(median),
      failures,
      problem: stored.problem,
    },
    hasToken: stored.has_token === 1,
  };
}

/** The list of sellers, by name or exact id. */
export const sellerListSql = `${sql} WHERE s.gone_at IS NULL AND (s.name LIKE '%' || ? || '%' OR s.id = ?) ORDER BY s.name COLLATE NOCASE LIMIT 1000`;

export const sellerReads = {
  'sellers.list': (database: ReadableDatabase, params: { text: string }): SellerRow[] =>
    statement<[string, string], StoredSeller>(database, sellerListSql).all(params.text, params.text).map(rowOf),
  /** Every seller of the register, however many. */
  'sellers.ids': (database: ReadableDatabase, _params: Record<never, never>): string[] =>
    statement<[], { id: string }>(database, 'SELECT id FROM seller WHERE gone_at IS NULL ORDER BY id')
      .all()
      .map(({ id }) => id),
  /** Sellers that a whole pull did not bring; each is looked up once more before it is believed gone. */
  'sellers.unseen': (database: ReadableDatabase, params: { generation: number }): string[] =>
    statement<[number], { id: string }>(database, 'SELECT id FROM seller WHERE gone_at IS NULL AND generation < ?')
      .all(params.generation)
      .map(({ id }) => id),
  'sellers.detail': (database: ReadableDatabase, params: { sellerId: string }): SellerRow | null => {
    const stored = statement<[string], StoredSeller>(database, `${sql} WHERE s.id = ?`).get(params.sellerId);
    return stored ? rowOf(stored) : null;
  },
  'sellers.invitations': (database: ReadableDatabase, _params: Record<never, never>) =>
    statement<[], { lead_id: string; email_sealed: string; status: string; sent_at: string }>(
      database,
      'SELECT * FROM invitation ORDER BY sent_at DESC LIMIT 100',
    ).all(),
};
