import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const day = 24 * 60 * 60_000;

/** 256 random bits, as text. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Whether two secrets are equal, in a time that does not tell where they differ. */
export function equalSecrets(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

/**
 * Who may use the console: single-use tokens are exchanged for sessions. Only hashes are held, in memory: a restart asks
 * for a new link.
 */
export class ConsoleSessions {
  readonly #tokens = new Set<string>();
  readonly #sessions = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** A new single-use token. */
  issueToken(): string {
    const token = randomToken();
    this.#tokens.add(hash(token));
    return token;
  }

  /** The id of a new session, or null when the token was never issued or has been used. */
  exchange(token: string): string | null {
    if (!this.#tokens.delete(hash(token))) return null;
    const session = randomToken();
    this.#sessions.set(hash(session), this.#now() + day);
    return session;
  }

  /** Whether a session holds; each use lengthens it to a day. */
  holds(session: string | undefined): boolean {
    if (session === undefined) return false;
    const key = hash(session);
    const until = this.#sessions.get(key);
    if (until === undefined) return false;
    if (until < this.#now()) {
      this.#sessions.delete(key);
      return false;
    }
    this.#sessions.set(key, this.#now() + day);
    return true;
  }
}
