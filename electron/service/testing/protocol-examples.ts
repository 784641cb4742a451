/** The examples of the protocol's own descriptions, for contract tests. Those need `../shared/protocol`. */
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const folder = new URL('../../../../shared/protocol/', import.meta.url);
/** Whether the descriptions are there. */
export const isThere = existsSync(folder);
if (!isThere) console.log(`contract tests skipped: there is no ${folder.pathname}`);

const fields = z.record(z.string(), z.unknown());

/** The example of a schema, put together from those of its fields where it has none of its own. */
function exampleOf(root: unknown, given: unknown): unknown {
  const parsed = fields.safeParse(given);
  if (!parsed.success) return undefined;
  const schema = parsed.data;
  if (typeof schema.$ref === 'string')
    return exampleOf(
      root,
      schema.$ref
        .slice(2)
        .split('/')
        .reduce<unknown>((at, key) => fields.parse(at)[key], root),
    );
  if (schema.example !== undefined) return schema.example;
  if (schema.default !== undefined) return schema.default;
  if (schema.properties !== undefined)
    return Object.fromEntries(
      Object.entries(fields.parse(schema.properties)).map(([name, each]) => [name, exampleOf(root, each)]),
    );
  if (schema.items !== undefined) return [exampleOf(root, schema.items)];
  return undefined;
}

/** The example of a call's body. */
export function bodyOf(file: string, method: string, path: string): unknown {
  const root = fields.parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
  const operation = fields.parse(fields.parse(fields.parse(root.paths)[path])[method]);
  const content = fields.parse(fields.parse(operation.requestBody).content);
  const media = fields.parse(content['application/json'] ?? Object.values(content)[0]);
  return media.example ?? exampleOf(root, media.schema);
}
