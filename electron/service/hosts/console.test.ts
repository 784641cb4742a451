import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import WebSocket from 'ws';
import type { Port } from '../../../shared/rpc/port.ts';
import { type Console, openConsole } from './console.ts';

let folder: string;
let opened: Console;
let ports: Port[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bindery-console-'));
  const screens = join(folder, 'screens');
  mkdirSync(screens);
  writeFileSync(join(screens, 'index.html'), '<!doctype html><title>Bindery</title>');
  ports = [];
  opened = await openConsole({ port: 0, screens, dataDirectory: folder, connect: (port) => ports.push(port) });
});
afterEach(async () => {
  await opened.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Exchanges a link for a session, as a browser does. */
async function signIn(): Promise<string> {
  const answer = await fetch(opened.issueAddress().address, { redirect: 'manual' });
  expect(answer.status).toBe(303);
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
}

/** Whether an upgrade with these headers is let in. */
function connects(headers: Record<string, string>): Promise<boolean> {
  const socket = new WebSocket(`${opened.url.replace('http', 'ws')}/rpc`, { headers });
  return new Promise((resolve) => {
    socket.once('open', () => {
      socket.close();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

test('a link lets one browser in, once, with a cookie that no script and no other site can use', async () => {
  const { address } = opened.issueAddress();
  const first = await fetch(address, { redirect: 'manual' });
  expect(first.headers.get('location')).toBe('/');
  expect(first.headers.get('set-cookie')).toMatch(/^bindery_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  expect((await fetch(address, { redirect: 'manual' })).status).toBe(401);
});

test('screens need a session and carry the policy; ready needs none', async () => {
  expect((await fetch(`${opened.url}/`)).status).toBe(401);
  expect(await (await fetch(`${opened.url}/ready`)).json()).toEqual({ ready: true });
  const page = await fetch(`${opened.url}/`, { headers: { cookie: await signIn() } });
  expect(page.status).toBe(200);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
});

test('the upgrade needs a session, our own origin and our own name', async () => {
  const cookie = await signIn();
  expect(await connects({ origin: opened.url, cookie })).toBe(true);
  expect(ports).toHaveLength(1);
  expect(await connects({ origin: opened.url })).toBe(false);
  expect(await connects({ origin: 'http://elsewhere.example', cookie })).toBe(false);
  expect(await connects({ cookie })).toBe(false);
  expect(await connects({ origin: 'http://elsewhere.example', host: 'elsewhere.example', cookie })).toBe(false);
  expect(ports).toHaveLength(1);
});

test('a name that resolves to this machine is not ours', async () => {
  const status = await new Promise((resolve) => {
    request(`${opened.url}/ready`, { headers: { host: 'elsewhere.example' } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).end();
  });
  expect(status).toBe(421);
});

test('scripts that may read the data folder ask for a link', async () => {
  const file = join(folder, 'console-token');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const ask = (secret: string) =>
    fetch(`${opened.url}/token`, { method: 'POST', headers: { authorization: `Bearer ${secret}` } });
  expect((await ask('guessed')).status).toBe(401);
  const answer = await ask(readFileSync(file, 'utf8').trim());
  expect(await answer.json()).toEqual({
    address: expect.stringContaining(`${opened.url}/?token=`),
    token: expect.any(String),
  });
});
