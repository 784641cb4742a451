/** What was said to a seller and what it answered, kept as it went over the wire. */
import { instantOf } from '../../../shared/domain/brand.ts';
import type { Ambient } from '../context.ts';
import type { Exchange } from '../protocol/http.ts';
import type { StoredMessage } from './writes.ts';

/** Characters of an answer that are kept. */
const mostAnswer = 256 * 1_024;

export interface Exchanges {
  /** For the address of the seller. */
  readonly onExchange: (exchange: Exchange) => void;
  /** All of it so far, sealed. @param said what to keep beside a call that had no answer, in our words */
  messages(said: unknown): StoredMessage[];
}

export function recordExchanges(peer: string, ambient: Ambient, sealer: { seal(text: string): string }): Exchanges {
  const exchanges: (Exchange & { readonly at: string })[] = [];
  return {
    onExchange: (exchange) => exchanges.push({ ...exchange, at: instantOf(ambient.now()) }),
    messages: (said) =>
      exchanges.map(({ at, call, body, status, text }) => ({
        at,
        direction: 'out',
        peer,
        call: call.slice(0, 300),
        status,
        bodySealed: body === null ? null : sealer.seal(body),
        answerSealed: sealer.seal(text === null ? JSON.stringify(said ?? null) : text.slice(0, mostAnswer)),
      })),
  };
}
