/** The log of notifications at a million rows: how soon its first rows are there, and a block of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openReadable, openWritable, prepareDatabase } from '../electron/service/database/open.ts';
import { notificationReads } from '../electron/service/notifications/reads.ts';
import type { NotificationViewParams } from '../electron/service/notifications/view.ts';
import type { SellerId } from '../shared/domain/brand.ts';
import { instantOf } from '../shared/domain/brand.ts';
import { alternate, atMost, quantile, type Row, rowOf } from './measure.ts';

const sort = { column: 'received', direction: 'descending' } as const;
const views: Readonly<Record<string, NotificationViewParams>> = {
  all: { filter: {}, sort },
  seller: { filter: { sellerIds: ['seller-7' as SellerId] }, sort },
  rare: { filter: { outcomes: ['aside'], kinds: ['suggestion'] }, sort },
  'sku-part': { filter: { text: '-99999' }, sort },
};

export async function notificationRows(size: number): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bindery-bench-log-'));
  const file = join(folder, 'log.sqlite');
  try {
    prepareDatabase(file, instantOf(Date.now()));
    const writer = openWritable(file);
    const insert = writer.prepare(
      `INSERT INTO inbox (kind, seller_id, seller_sku_id, received_at, state, outcome, not_before, credential_id, address, target, reply, handled_at)
       VALUES (?, ?, ?, ?, 'done', ?, ?, 'c', '203.0.113.7', '/api/notificator', 202, ?)`,
    );
    const start = Date.UTC(2026, 10, 11);
    writer.transaction(() => {
      for (let n = 0; n < size; n++) {
        const at = new Date(start + n * 1_200).toISOString();
        const kind = n % 50 === 0 ? 'suggestion' : n % 3 === 0 ? 'inventory' : 'price';
        insert.run(kind, `seller-${n % 40}`, `sku-${n % 120_000}`, at, n % 9_973 === 0 ? 2 : 3 + (n % 2), at, at);
      }
    })();
    writer.pragma('optimize');
    writer.close();
    const reader = openReadable(file);
    try {
      const rows: Row[] = [];
      for (const [name, params] of Object.entries(views)) {
        const time = (work: () => unknown) => {
          const started = performance.now();
          work();
          return performance.now() - started;
        };
        const first = async () =>
          quantile(
            Array.from({ length: 10 }, () =>
              time(() => notificationReads['notifications.first'](reader, { ...params, limit: 100 })),
            ),
            0.95,
          );
        const whole = async () => time(() => notificationReads['notifications.all'](reader, params));
        rows.push(
          rowOf(
            {
              name: `notifications/first-rows/${name}`,
              unit: 'ms p95',
              reference: 'the order of the whole list',
              goal: atMost(300, 'ms'),
              note: `${size} notifications; ${notificationReads['notifications.all'](reader, params).length} in the list`,
            },
            await alternate(first, whole),
          ),
        );
      }
      return rows;
    } finally {
      reader.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
