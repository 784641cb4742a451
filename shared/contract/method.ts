import type { z } from 'zod';
import type { Authority } from '../domain/roles.ts';

/** One method of the service: what it is called, what it takes and what it answers. The only thing both sides share. */
export interface MethodDeclaration<Request extends z.ZodType = z.ZodType, Reply extends z.ZodType = z.ZodType> {
  /** Parsed in the service on arrival; a request that does not parse is answered with `invalid-request`. */
  readonly request: Request;
  /** The shape of the answer. Parsed in tests; typed everywhere. */
  readonly reply: Reply;
  /**
   * `query` reads and may be called by anybody who is connected; otherwise the authority that the signed-in operator's
   * role must grant.
   */
  readonly needs: 'query' | Authority;
}

/** Declares a query. */
export function query<Request extends z.ZodType, Reply extends z.ZodType>(
  request: Request,
  reply: Reply,
): MethodDeclaration<Request, Reply> {
  return { request, reply, needs: 'query' };
}

/** Declares a command, and the authority it needs. */
export function command<Request extends z.ZodType, Reply extends z.ZodType>(
  needs: Authority,
  request: Request,
  reply: Reply,
): MethodDeclaration<Request, Reply> {
  return { request, reply, needs };
}
