/**
 * Signed calls: HMAC-SHA-256 over method, path, time and body, so that a call can be neither altered, nor sent twice, nor
 * held back and delivered after a later one about the same thing.
 */
import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { SeenSignature } from './statements.ts';

/** Milliseconds that the time of a signature may be off, either way. */
export const signatureWindow = 5 * 60_000;
/** Signatures that are remembered at most; beyond it the oldest is forgotten only once it is too old to be valid. */
const mostRemembered = 1_000_000;

export interface SignedCall {
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  /** Milliseconds since the epoch, as text: the header `x-bindery-timestamp`. */
  readonly timestamp: string;
  /** The bytes of the body; empty when there is none. */
  readonly body: Uint8Array;
}

/** What is signed, line by line. The first line names the scheme, so that a later one cannot be mistaken for it. */
export function signedText(call: SignedCall): string {
  return ['bindery-v1', call.timestamp, call.method, call.target, hash('sha256', call.body, 'hex')].join('\n');
}

/** The value of `x-bindery-signature`. */
export function sign(key: Uint8Array, call: SignedCall): string {
  return `v1=${createHmac('sha256', key).update(signedText(call)).digest('hex')}`;
}

/** Why a signature is refused, in the words that its sender reads. */
export type SignatureProblem = 'missing' | 'malformed' | 'expired' | 'wrong' | 'replayed' | 'out-of-order' | 'busy';

export interface SignatureMemory {
  /**
   * Checks a signature and remembers it. `subject` is what the call is about: of two signed calls about the same thing the
   * one signed earlier is refused once the later was accepted.
   */
  check(
    key: Uint8Array,
    signature: string,
    call: SignedCall,
    subject: string,
  ): { readonly problem: SignatureProblem } | { readonly problem: null; readonly seen: SeenSignature };
  /** Takes back what {@link check} remembered, when the call was not taken after all: its sender may send it again. */
  forget(seen: SeenSignature): void;
  readonly size: number;
}

const wellFormed = /^v1=([0-9a-f]{64})$/;

/** A memory of accepted signatures; `known` are those of an earlier life that may still be valid. */
export function createSignatureMemory(now: () => number, known: readonly SeenSignature[] = []): SignatureMemory {
  const digests = new Map<string, number>();
  const latest = new Map<string, number>();
  let swept = now();
  const remember = ({ digest, subject, signedAt }: SeenSignature) => {
    digests.set(digest, signedAt);
    latest.set(subject, Math.max(latest.get(subject) ?? 0, signedAt));
  };
  for (const each of known) remember(each);

  /** Forgets what is too old to be valid; at most once a second. */
  function sweep(at: number): void {
    if (at - swept < 1_000) return;
    swept = at;
    for (const map of [digests, latest])
      for (const [key, signedAt] of map) if (signedAt < at - signatureWindow) map.delete(key);
  }

  return {
    check(key, signature, call, subject) {
      if (signature === '' || call.timestamp === '') return { problem: 'missing' };
      const given = wellFormed.exec(signature)?.[1];
      if (given === undefined || !/^\d{13}$/.test(call.timestamp)) return { problem: 'malformed' };
      const at = now();
      const signedAt = Number(call.timestamp);
      if (Math.abs(at - signedAt) > signatureWindow) return { problem: 'expired' };
      const wanted = createHmac('sha256', key).update(signedText(call)).digest();
      if (!timingSafeEqual(wanted, Buffer.from(given, 'hex'))) return { problem: 'wrong' };
      sweep(at);
      if (digests.has(given)) return { problem: 'replayed' };
      if (signedAt < (latest.get(subject) ?? 0)) return { problem: 'out-of-order' };
      if (digests.size >= mostRemembered) return { problem: 'busy' };
      const seen = { digest: given, subject, signedAt };
      remember(seen);
      return { problem: null, seen };
    },
    forget({ digest }) {
      digests.delete(digest);
    },
    get size() {
      return digests.size;
    },
  };
}
