/** Reading of request bodies and queries: unknown in, checked values out. */
import { invalidField } from './errors.ts';

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The body as an object; throws a 400 otherwise. */
export function fields(value: unknown, what = 'body'): Fields {
  if (!isFields(value)) throw invalidField(what, 'must be an object');
  return value;
}

/** The body as a list of objects; throws a 400 otherwise. */
export function listOfFields(value: unknown, what = 'body'): Fields[] {
  if (!Array.isArray(value)) throw invalidField(what, 'must be an array');
  return value.map((item, i) => fields(item, `${what}[${i}]`));
}

/** A text, or '' when absent, null or of another type (numbers become text, since ids come as both). */
export function text(from: Fields, name: string): string {
  const value = from[name];
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

/** A finite number, or undefined. */
export function number(from: Fields, name: string): number | undefined {
  const value = from[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function bool(from: Fields, name: string): boolean | undefined {
  const value = from[name];
  return typeof value === 'boolean' ? value : undefined;
}

/** A whole number of a query, `fallback` when absent; throws a 400 when it is something else. */
export function queryInt(query: Fields, name: string, fallback: number, least = 0): number {
  const raw = query[name];
  if (raw === undefined || raw === '') return fallback;
  const value = Number(raw);
  if (!Number.isInteger(value) || value < least) throw invalidField(name, `must be a whole number from ${least}`);
  return value;
}
