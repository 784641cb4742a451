/**
 * A certificate of what was received: plain text that people read, signed with Ed25519, so that a seller or a court can tell that
 * the marketplace issued it and that nobody changed it since. What was signed is everything above the last line of hyphens.
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import type { SecretStore } from '../secrets.ts';

/** One notification as a certificate tells it, in the order of the fields. */
export interface Evidence {
  readonly id: number;
  readonly receivedAt: string;
  readonly kind: string;
  readonly sellerId: string;
  readonly sellerSkuId: string;
  readonly method: string | null;
  readonly target: string | null;
  readonly address: string | null;
  readonly appKey: string | null;
  readonly operationId: string | null;
  /** SHA-256 of the body, hexadecimal. */
  readonly bodyDigest: string | null;
  readonly answered: number | null;
  readonly outcome: string;
  readonly handledAt: string | null;
}

export interface CertificateHead {
  readonly marketplace: string;
  readonly issuedAt: string;
  readonly issuedBy: string;
}

const line = '-----';
const secretName = 'certificate-key';

export interface CertificateKey {
  sign(text: string): string;
  /** SPKI in PEM: what the endpoint `/certificate-key` answers with. */
  readonly publicKey: string;
}

/** The workspace's own key; made when it is first needed, and kept in the secret store. */
export async function openCertificateKey(secrets: SecretStore): Promise<CertificateKey> {
  let stored = await secrets.get(secretName);
  if (stored === null) {
    const { privateKey } = generateKeyPairSync('ed25519');
    stored = privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
    await secrets.set(secretName, stored);
  }
  const privateKey = createPrivateKey({ key: Buffer.from(stored, 'base64'), type: 'pkcs8', format: 'der' });
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
  return { sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64'), publicKey };
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Writes a certificate. Each entry is one line of JSON, and each line begins with the digest of itself and the line before, so
 * that none can be left out of the middle.
 */
export function certificateOf(
  head: CertificateHead,
  evidence: readonly Evidence[],
  key: CertificateKey,
): { readonly text: string; readonly digest: string } {
  let before = digestOf(JSON.stringify(head));
  const lines = evidence.map((each) => {
    const text = JSON.stringify(each);
    before = digestOf(`${before}\n${text}`);
    return `${before} ${text}`;
  });
  const body = [
    'Certificate of received notifications (bindery-certificate-v1)',
    `Marketplace: ${head.marketplace}`,
    `Issued: ${head.issuedAt} by ${head.issuedBy}`,
    `Notifications: ${evidence.length}`,
    'Each line: SHA-256 of the line before and this entry, then the entry. Times are UTC. bodyDigest is the SHA-256 of the body as it came.',
    '',
    ...lines,
    '',
  ].join('\n');
  const digest = digestOf(body);
  const text = `${body}${line}\nSHA-256: ${digest}\nEd25519: ${key.sign(body)}\n`;
  return { text, digest };
}

/** Whether a certificate is whole and was signed with the key. */
export function isGenuine(text: string, publicKey: string): boolean {
  const at = text.lastIndexOf(`\n${line}\n`);
  if (at < 0) return false;
  const body = text.slice(0, at + 1);
  const found = /^SHA-256: ([0-9a-f]{64})\nEd25519: ([A-Za-z0-9+/=]+)\n$/.exec(text.slice(at + 2 + line.length));
  if (found === null || digestOf(body) !== found[1]) return false;
  return verify(null, Buffer.from(body), createPublicKey(publicKey), Buffer.from(found[2] ?? '', 'base64'));
}
