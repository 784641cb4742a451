import type { ErrorValue } from '../domain/errors.ts';

/** What the client may ask of the service over a port: one function for every method, so that names stay data. */
export interface ServiceFunctions {
  call(method: string, request: unknown, callId: number): Promise<Answer>;
  cancel(callId: number): void;
}

/** What the service tells the client. */
export interface ClientFunctions {
  event(name: string, payload: unknown): void;
}

/** Errors are values: a rejected promise would lose its code on the way. */
export type Answer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: ErrorValue };
