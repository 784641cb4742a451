import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { SecretStore } from '../secrets.ts';
import { certificateOf, type Evidence, isGenuine, openCertificateKey } from './certificate.ts';

function memory(): SecretStore {
  const values = new Map<string, string>();
  return {
    get: async (name) => values.get(name) ?? null,
    set: async (name, value) => {
      if (value === null) values.delete(name);
      else values.set(name, value);
    },
  };
}
const evidence = (id: number): Evidence => ({
  id,
  receivedAt: '2026-11-25T09:00:00.000Z',
  kind: 'price',
  sellerId: 'seller-1',
  sellerSkuId: `sku-${id}\n-----\nSHA-256: forged`,
  method: 'POST',
  target: '/api/notificator/seller-1/changenotification/1/price',
  address: '203.0.113.7',
  appKey: 'key-1',
  operationId: null,
  bodyDigest: null,
  answered: 202,
  outcome: 'changed',
  handledAt: null,
});
const head = { marketplace: 'Acme', issuedAt: '2026-11-25T10:00:00.000Z', issuedBy: 'Ana' };

it('is genuine as it was issued, and not once anything of it is changed, left out or signed by another', async () => {
  const secrets = memory();
  const key = await openCertificateKey(secrets);
  expect((await openCertificateKey(secrets)).publicKey).toBe(key.publicKey);
  const { text } = certificateOf(head, [evidence(1), evidence(2), evidence(3)], key);
  expect(isGenuine(text, key.publicKey)).toBe(true);
  expect(isGenuine(text, (await openCertificateKey(memory())).publicKey)).toBe(false);
  const lines = text.split('\n');
  for (const [n, line] of lines.entries()) {
    if (line === '') continue;
    expect(isGenuine(lines.filter((_, at) => at !== n).join('\n'), key.publicKey), `without ${line}`).toBe(false);
    const altered = lines.map((each, at) => (at === n ? `${each.slice(0, -1)}#` : each)).join('\n');
    expect(isGenuine(altered, key.publicKey), `altered ${line}`).toBe(false);
  }
  expect(isGenuine('', key.publicKey)).toBe(false);
});

it('is checked by a tool that is not ours', async () => {
  const key = await openCertificateKey(memory());
  const { text } = certificateOf(head, [evidence(1)], key);
  const body = text.slice(0, text.lastIndexOf('-----\nSHA-256'));
  const signature = /Ed25519: (.+)\n$/.exec(text)?.[1] ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'bindery-certificate-'));
  try {
    writeFileSync(join(folder, 'body'), body);
    writeFileSync(join(folder, 'signature'), Buffer.from(signature, 'base64'));
    writeFileSync(join(folder, 'key.pem'), key.publicKey);
    const args = [
      'pkeyutl',
      '-verify',
      '-pubin',
      '-inkey',
      'key.pem',
      '-rawin',
      '-in',
      'body',
      '-sigfile',
      'signature',
    ];
    expect(execFileSync('openssl', args, { cwd: folder, encoding: 'utf8' })).toMatch(/Verified Successfully/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
