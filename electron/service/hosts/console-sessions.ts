import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const day = 24 * 60 * 60_000;
/** Sessions held at most; beyond it the one unused the longest ends. */
const mostSessions = 10_000;

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

/** Who a session is of: the operator's token that it was opened with; null by a link, which asks who is working. */
export interface ConsoleSession {
  readonly tokenId: string | null;
}

/**
 * Who may use the console: single-use tokens of links, and operators' own tokens, are exchanged for sessions. Only hashes are
 * held, in memory: a restart asks for a new link, or to sign in again.
 */
export class ConsoleSessions {
  readonly #tokens = new Set<string>();
  readonly #sessions = new Map<string, { until: number; readonly session: ConsoleSession }>();
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
    return this.open({ tokenId: null });
  }

  /** The id of a new session. */
  open(session: ConsoleSession): string {
    const id = randomToken();
    for (const [oldest] of this.#sessions) {
      if (this.#sessions.size < mostSessions) break;
      this.#sessions.delete(oldest);
    }
    this.#sessions.set(hash(id), { until: this.#now() + day, session });
    return id;
  }

  /** The session, while it holds; each use lengthens it to a day. */
  find(id: string | undefined): ConsoleSession | null {
    if (id === undefined) return null;
    const key = hash(id);
    const held = this.#sessions.get(key);
    if (held === undefined) return null;
    // taken out and put back: the map's order is that of use
    this.#sessions.delete(key);
    if (held.until < this.#now()) return null;
    this.#sessions.set(key, { until: this.#now() + day, session: held.session });
    return held.session;
  }

  holds(id: string | undefined): boolean {
    return this.find(id) !== null;
  }

  end(id: string | undefined): void {
    if (id !== undefined) this.#sessions.delete(hash(id));
  }

  /** Ends every session that was opened with an operator's token. */
  endOf(tokenId: string): void {
    for (const [key, { session }] of this.#sessions) if (session.tokenId === tokenId) this.#sessions.delete(key);
  }
}
