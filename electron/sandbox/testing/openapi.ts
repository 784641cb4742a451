/** Reading of the protocol's OpenAPI files, as far as the sandbox's tests need it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fields } from '../input.ts';
import { fields, isFields } from '../input.ts';

/** Follows a local reference. */
function resolve(root: Fields, value: unknown): unknown {
  if (!isFields(value) || typeof value.$ref !== 'string') return value;
  const target = value.$ref
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((at, key) => (isFields(at) ? at[key] : undefined), root);
  return resolve(root, target);
}

/** An OpenAPI 3.0 schema as JSON Schema: references in place, `nullable` as a type, a bare text where a schema belongs as "anything". */
function plainSchema(root: Fields, value: unknown, depth = 0): unknown {
  const schema = resolve(root, value);
  if (!isFields(schema) || depth > 12) return true;
  const out: Record<string, unknown> = {};
  if (typeof schema.type === 'string') out.type = schema.nullable === true ? [schema.type, 'null'] : schema.type;
  if (Array.isArray(schema.required)) out.required = schema.required.filter((name) => typeof name === 'string');
  if (Array.isArray(schema.enum)) out.enum = schema.enum;
  if (isFields(schema.properties)) {
    out.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, s]) => [name, plainSchema(root, s, depth + 1)]),
    );
  }
  if (isFields(schema.items)) out.items = plainSchema(root, schema.items, depth + 1);
  if (isFields(schema.additionalProperties))
    out.additionalProperties = plainSchema(root, schema.additionalProperties, depth + 1);
  for (const name of ['oneOf', 'anyOf', 'allOf']) {
    const list = schema[name];
    if (Array.isArray(list)) out[name] = list.map((s) => plainSchema(root, s, depth + 1));
  }
  return out;
}

/** A schema that an example implies: types and, for objects, the names it has. */
export function shapeOf(example: unknown): unknown {
  if (Array.isArray(example))
    return example.length === 0 ? { type: 'array' } : { type: 'array', items: shapeOf(example[0]) };
  if (isFields(example))
    return { type: 'object', properties: Object.fromEntries(Object.entries(example).map(([k, v]) => [k, shapeOf(v)])) };
  return example === null ? true : { type: typeof example };
}

interface Declared {
  readonly schema: unknown;
  readonly example: unknown;
}

const loaded = new Map<string, Fields>();

/** What a file declares for a call's reply of this status. */
export function declared(folder: string, file: string, method: string, path: string, status: number): Declared {
  const root = loaded.get(file) ?? fields(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  loaded.set(file, root);
  const operation = fields(fields(fields(root.paths)[path], `${file} ${path}`)[method], `${file} ${method} ${path}`);
  const reply = fields(
    resolve(root, fields(operation.responses)[String(status)]),
    `${file} ${method} ${path} ${status}`,
  );
  const content = isFields(reply.content) ? reply.content : {};
  const media = isFields(content['application/json']) ? content['application/json'] : {};
  const examples = isFields(media.examples) ? Object.values(media.examples) : [];
  const named = resolve(root, examples[0]);
  return {
    schema: media.schema === undefined ? undefined : plainSchema(root, media.schema),
    example: media.example ?? (isFields(named) ? named.value : undefined),
  };
}
