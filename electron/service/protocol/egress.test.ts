import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { BinderyError } from '../../../shared/domain/errors.ts';
import { createEgress, type Egress, type EgressOptions, refusalOfAddress } from './egress.ts';

const png = Buffer.concat([
  Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
  Buffer.from([0, 0, 0, 40, 0, 0, 0, 30, 8, 6, 0, 0, 0]),
]);
const limits = { maxBytes: 10_000, maxPixels: 10_000 };

let servers: Server[] = [];
let egress: Egress | undefined;
afterEach(async () => {
  await egress?.close();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  servers = [];
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function guard(options: EgressOptions = {}): Egress {
  egress = createEgress(options);
  return egress;
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const thrown: unknown = await promise.then(
    () => 'nothing thrown',
    (cause: unknown) => cause,
  );
  return thrown instanceof BinderyError ? thrown.code : String(thrown);
}

describe('the egress guard', () => {
  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://0.0.0.0/',
    'http://10.1.2.3/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data',
    'http://168.63.129.16/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://[::1]/',
    'http://[::]/',
    'http://[fe80::1]/',
    'http://[fc00::1]/',
    'http://[fd00:ec2::254]/',
    'http://[fec0::1]/',
    'http://[ff02::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:8.8.8.8]/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'file:///etc/passwd',
    'gopher://example.com/',
    'http://user:pass@example.com/',
    'not a url',
  ])('refuses %s', async (url) => {
    expect(await codeOf(guard().check(url))).toBe('address-refused');
  });

  it('refuses a name when any of its addresses is refused', async () => {
    const resolve = async (): Promise<string[]> => ['8.8.8.8', '10.0.0.1'];
    expect(await codeOf(guard({ resolve }).check('https://shop.example/'))).toBe('address-refused');
    expect((await guard({ resolve: async () => ['8.8.8.8'] }).check('https://shop.example/a')).pathname).toBe('/a');
  });

  it('passes no private IPv4 address in any notation', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const inside = fc.oneof(
      fc.tuple(fc.constant(10), octet, octet, octet),
      fc.tuple(fc.constant(127), octet, octet, octet),
      fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
      fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
    );
    fc.assert(
      fc.property(inside, (address) => {
        const dotted = address.join('.');
        expect(refusalOfAddress(dotted)).not.toBeNull();
        expect(refusalOfAddress(`::ffff:${dotted}`)).not.toBeNull();
      }),
    );
  });

  it('connects to the address it checked, and never to one it was not told then', async () => {
    let asked = 0;
    const connected: (string | undefined)[][] = [];
    const guarded = guard({
      // a name that changes its mind after the first look
      resolve: async () => [++asked === 1 ? '8.8.8.8' : '127.0.0.1'],
      connector: (target, done) => {
        connected.push([target.hostname, target.servername]);
        done(new Error('this test connects to nobody'), null);
      },
    });
    const first = request('https://rebind.example/', { dispatcher: guarded.dispatcher });
    await expect(first).rejects.toThrow('connects to nobody');
    expect(connected).toEqual([['8.8.8.8', 'rebind.example']]);
    const second = request('https://other.example/', { dispatcher: guarded.dispatcher });
    expect(await codeOf(second)).toBe('address-refused');
    expect(connected).toHaveLength(1);
  });

  it('refuses on the way out too, whatever was checked before', async () => {
    const url = await serve((_request, reply) => reply.end('inside'));
    expect(await codeOf(request(url, { dispatcher: guard().dispatcher }))).toBe('address-refused');
  });

  it('lets an allowed origin pass, and only that port', async () => {
    const url = await serve((_request, reply) => reply.end(png));
    const other = await serve((_request, reply) => reply.end(png));
    const guarded = guard({ allowedOrigins: [url] });
    expect(await guarded.fetchImage(`${url}/1.png`, limits)).toMatchObject({
      mediaType: 'image/png',
      width: 40,
      height: 30,
    });
    expect(await codeOf(guarded.fetchImage(other, limits))).toBe('address-refused');
    guarded.allow(other);
    expect((await guarded.fetchImage(other, limits)).bytes).toEqual(png);
  });

  it('checks where a redirect leads', async () => {
    const inside = await serve((_request, reply) => reply.end(png));
    const url = await serve((incoming, reply) => {
      const to = incoming.url === '/own' ? '/picture' : incoming.url === '/loop' ? '/loop' : inside;
      if (incoming.url === '/picture') reply.end(png);
      else reply.writeHead(302, { location: to }).end();
    });
    const guarded = guard({ allowedOrigins: [url] });
    expect((await guarded.fetchImage(`${url}/own`, limits)).mediaType).toBe('image/png');
    expect(await codeOf(guarded.fetchImage(`${url}/out`, limits))).toBe('address-refused');
    expect(await codeOf(guarded.fetchImage(`${url}/loop`, limits))).toBe('address-refused');
  });

  it('limits size, pixels, time and kind', async () => {
    const svg = (inner: string): string => `<svg xmlns="http://www.w3.org/2000/svg">${inner}</svg>`;
    const url = await serve((incoming, reply) => {
      if (incoming.url === '/large') reply.end(Buffer.concat([png, Buffer.alloc(20_000)]));
      else if (incoming.url === '/svg') reply.end(svg('<rect width="4" height="4" fill="#abc"/>'));
      else if (incoming.url === '/active') reply.end(svg('<script>alert(1)</script>'));
      else if (incoming.url === '/handler') reply.end(svg('<rect onload="x()"/>'));
      else if (incoming.url === '/html') reply.setHeader('content-type', 'image/png').end('<html></html>');
      else if (incoming.url === '/gone') reply.writeHead(404).end();
      else if (incoming.url !== '/slow') reply.end(png);
    });
    const guarded = guard({ allowedOrigins: [url], imageTimeoutMs: 200 });
    expect(await codeOf(guarded.fetchImage(`${url}/large`, limits))).toBe('unexpected-reply');
    expect(await codeOf(guarded.fetchImage(`${url}/png`, { ...limits, maxPixels: 1199 }))).toBe('unexpected-reply');
    expect(await codeOf(guarded.fetchImage(`${url}/html`, limits))).toBe('unexpected-reply');
    expect(await codeOf(guarded.fetchImage(`${url}/svg`, limits))).toBe('unexpected-reply');
    expect(await codeOf(guarded.fetchImage(`${url}/gone`, limits))).toBe('refused-by-backend');
    expect(await codeOf(guarded.fetchImage(`${url}/slow`, limits))).toBe('timed-out');
    const abort = AbortSignal.timeout(20);
    expect(await codeOf(guarded.fetchImage(`${url}/slow`, { ...limits, signal: abort }))).toBe('cancelled');
    await guarded.close();
    const lenient = guard({ allowedOrigins: [url], svgFromAllowedOrigins: true });
    expect((await lenient.fetchImage(`${url}/svg`, limits)).mediaType).toBe('image/svg+xml');
    expect(await codeOf(lenient.fetchImage(`${url}/active`, limits))).toBe('unexpected-reply');
    expect(await codeOf(lenient.fetchImage(`${url}/handler`, limits))).toBe('unexpected-reply');
  });
});
