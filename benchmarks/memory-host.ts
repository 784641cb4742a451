/** A child of the benchmark: the service on the given data directory, all six lists opened; then it reports its memory. */
import { createPlan } from '../electron/sandbox/generator.ts';
import { seed } from './cache.ts';
import { openBenchService } from './service.ts';
import { viewCases } from './view-cases.ts';

const [directory = '', size = ''] = process.argv.slice(2);
const { client, close } = await openBenchService(directory);
for (const view of viewCases(createPlan(seed, Number(size)))) {
  const { filter, sort } = view.variant(0);
  const { viewId } = await client.call('offers.open', { filter, sort, first: 100 });
  // the whole list is there when its last block is
  const { count } = await client.call('offers.rows', { viewId, from: 101, to: 201 });
  for (let n = 0; n < 50; n++) {
    const from = Math.floor((n / 50) * count);
    await client.call('offers.rows', { viewId, from, to: from + 100 });
  }
}
console.log(JSON.stringify({ rss: process.memoryUsage.rss(), peak: process.resourceUsage().maxRSS * 1_024 }));
await close();
