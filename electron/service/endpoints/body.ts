/** Bodies as sellers send them: JSON with and without saying so, and nothing at all; never deep, never large. */
import type { FastifyInstance } from 'fastify';
import { Refusal } from './refusal.ts';

/** Bytes of an offer at most; its images are addresses, not data. */
export const mostOfferBytes = 1024 * 1024;
export const mostNotificationBytes = 64 * 1024;
/** Levels of objects and lists within one another. An offer has four. */
export const mostDepth = 32;

const quote = 0x22;
const backslash = 0x5c;
const isOpening = (byte: number) => byte === 0x7b || byte === 0x5b;
const isClosing = (byte: number) => byte === 0x7d || byte === 0x5d;

/** Whether JSON text nests deeper than `most`; told from the bytes, before anything is built of them. */
export function isDeeper(bytes: Uint8Array, most: number): boolean {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (inText) {
      if (byte === backslash) at++;
      else if (byte === quote) inText = false;
    } else if (byte === quote) inText = true;
    else if (isOpening(byte) && ++depth > most) return true;
    else if (isClosing(byte)) depth--;
  }
  return false;
}

/** The bytes of each body, for the signature, until its request is gone. */
export const bodyBytes = new WeakMap<object, Uint8Array>();

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Replaces the listener's parsers by one for everything. */
export function takeBodies(app: FastifyInstance): void {
  // refuses __proto__ and constructor.prototype, which no honest sender has
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, given, done) => {
    const bytes = typeof given === 'string' ? Buffer.from(given) : given;
    bodyBytes.set(request, bytes);
    if (request.headers['content-encoding'] !== undefined) {
      done(new Refusal(415, 'UnsupportedEncoding', 'send the body as it is, without a content encoding'));
      return;
    }
    let text: string;
    try {
      text = utf8.decode(bytes);
    } catch {
      done(new Refusal(400, 'InvalidBody', 'the body is not JSON in UTF-8'));
      return;
    }
    if (text.trim() === '') {
      done(null, undefined);
      return;
    }
    if (isDeeper(bytes, mostDepth)) {
      done(new Refusal(400, 'InvalidBody', `the body nests deeper than ${mostDepth} levels`));
      return;
    }
    parseJson(request, text, (error, body) => {
      if (error) done(new Refusal(400, 'InvalidBody', 'the body is not JSON in UTF-8'));
      else done(null, body);
    });
  });
}
