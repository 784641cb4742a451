/**
 * The sandbox's replies against the OpenAPI files of the protocol, where a folder of them is given by BINDERY_PROTOCOL_DIR or lies beside the
 * repository. Each call's 200 reply is validated by the file's own response schema. Where a file contradicts itself (its example fails its
 * schema), the example's shape is what counts, and the contradiction is listed.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import { describe, expect, it } from 'vitest';
import { startSandbox } from './index.ts';
import { fields, isFields } from './input.ts';
import { clientOf, itemsOf } from './testing/client.ts';
import { declared, shapeOf } from './testing/openapi.ts';
import { calls, firstOfProduct } from './testing/protocol-calls.ts';

const beside = fileURLToPath(new URL('../../../shared/protocol', import.meta.url));
const folder = process.env.BINDERY_PROTOCOL_DIR ?? beside;
const there = existsSync(join(folder, 'catalog-api.json'));
if (!there)
  console.log(
    `Replies are not checked against the OpenAPI files: there is no catalog-api.json in ${folder} (BINDERY_PROTOCOL_DIR names another folder).`,
  );

describe('replies and the OpenAPI files', () => {
  it.runIf(there)('agree', async () => {
    const sandbox = await startSandbox({ size: 400, seed: 3 });
    const client = clientOf(sandbox);
    const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
    const failures: string[] = [];
    const contradictions: string[] = [];
    let schemas = 0;
    let statuses = 0;
    const [suggestion] = itemsOf(await client.get('/suggestions'));
    for (const [file, method, path, status, run] of calls(await firstOfProduct(client), fields(suggestion))) {
      const name = `${method.toUpperCase()} ${path} ${status}`;
      const { schema, example } = declared(folder, file, method, path, status);
      const answer = await run(client);
      statuses++;
      if (answer.status !== status) failures.push(`${name}: answered ${answer.status} ${JSON.stringify(answer.body)}`);
      if (schema === undefined || (isFields(schema) && Object.keys(schema).length === 0)) continue;
      let validate = ajv.compile(fields(schema));
      if (example !== undefined && !validate(example)) {
        contradictions.push(`${name}: ${ajv.errorsText(validate.errors)}`);
        validate = ajv.compile(fields(shapeOf(example)));
      }
      schemas++;
      if (!validate(answer.body)) failures.push(`${name}: ${ajv.errorsText(validate.errors)}`);
    }
    await sandbox.close();
    console.log(
      `OpenAPI: ${statuses} calls answered as declared, ${schemas} replies validated, ${contradictions.length} schemas that their own example fails`,
    );
    for (const line of contradictions) console.log(`  contradiction in the file: ${line.slice(0, 200)}`);
    expect(failures).toEqual([]);
  });
});
