/** The listener over TLS: whoever trusts the certificate is served, and a renewed one is taken up without a restart. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeCertificate } from '../testing/tls.ts';
import { createEndpoints, type Endpoints, type IncomingNotification } from './index.ts';
import type { TlsFiles } from './types.ts';

let folder = '';
let tls: TlsFiles;
let endpoints: Endpoints;
let taken: IncomingNotification[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bindery-tls-'));
  tls = makeCertificate(folder);
  taken = [];
  endpoints = await createEndpoints({
    port: 0,
    host: '127.0.0.1',
    tls,
    verify: () => ({ credentialId: 'c', sellerId: 'seller-1', signingKey: null }),
    accept: async (batch) => {
      taken.push(...batch);
    },
    isBound: async () => true,
  });
});
afterEach(async () => {
  await endpoints.close();
  rmSync(folder, { recursive: true, force: true });
});

const keys = { 'x-vtex-api-appkey': 'key', 'x-vtex-api-apptoken': 'token' };
function post(
  ca: Buffer,
): Promise<{ status: number | undefined; protocol: string | null; certificate: PeerCertificate }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${endpoints.url}/api/notificator/seller-1/changenotification/1/price`,
      { method: 'POST', ca, servername: 'localhost', headers: keys, agent: false },
      (reply) => {
        // asked for over https, so the socket is one of TLS
        const socket = reply.socket as TLSSocket;
        const answer = {
          status: reply.statusCode,
          protocol: socket.getProtocol(),
          certificate: socket.getPeerCertificate(),
        };
        reply.resume();
        reply.once('end', () => resolve(answer));
      },
    );
    sent.once('error', reject);
    sent.end();
  });
}

it('shakes hands with whoever trusts the certificate, and takes the notification', async () => {
  expect(endpoints.url).toMatch(/^https:/);
  const { status, protocol } = await post(readFileSync(tls.certificateFile));
  expect([status, protocol]).toEqual([202, 'TLSv1.3']);
  expect(taken).toMatchObject([{ kind: 'price', sellerId: 'seller-1' }]);
});

it('is not trusted by who trusts another certificate, and serves neither plain HTTP nor an old TLS', async () => {
  const other = makeCertificate(folder, 'other');
  await expect(post(readFileSync(other.certificateFile))).rejects.toThrow(/self-signed|unable to verify/);
  await expect(fetch(endpoints.url.replace('https', 'http'))).rejects.toThrow();
  const refused = await new Promise<string>((resolve) => {
    const socket = connect({
      port: endpoints.port,
      host: '127.0.0.1',
      rejectUnauthorized: false,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT:@SECLEVEL=0',
    });
    socket.once('secureConnect', () => resolve('let in'));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
  expect(refused).not.toBe('let in');
  expect(taken).toEqual([]);
});

it('takes up a renewed certificate, and keeps the old one when the new cannot be used', async () => {
  const first = await post(readFileSync(tls.certificateFile));
  const renewed = makeCertificate(folder, 'renewed');
  copyFileSync(renewed.certificateFile, tls.certificateFile);
  expect(() => endpoints.renewTls()).toThrow(/belong together/);
  expect((await post(readFileSync(renewed.certificateFile)).catch(() => null))?.status).toBeUndefined();
  copyFileSync(renewed.keyFile, tls.keyFile);
  endpoints.renewTls();
  const second = await post(readFileSync(renewed.certificateFile));
  expect(second.status).toBe(202);
  expect(second.certificate.fingerprint256).not.toBe(first.certificate.fingerprint256);
});
