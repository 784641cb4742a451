import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageInfoOf } from './image-header.ts';

const be16 = (n: number): number[] => [n >> 8, n & 255];
const be32 = (n: number): number[] => [0, 0, n >> 8, n & 255];
const le16 = (n: number): number[] => [n & 255, n >> 8];
const text = (words: string): number[] => [...Buffer.from(words, 'latin1')];
const pad = new Array<number>(32).fill(0);

const makers: Readonly<Record<string, (width: number, height: number) => number[]>> = {
  'image/png': (w, h) => [0x89, ...text('PNG\r\n\u001a\n'), ...be32(13), ...text('IHDR'), ...be32(w), ...be32(h)],
  'image/gif': (w, h) => [...text('GIF89a'), ...le16(w), ...le16(h), ...pad],
  'image/jpeg': (w, h) => [
    ...[0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xdb, 0, 3, 9, 0xff, 0xff, 0xc2, 0, 11, 8],
    ...be16(h),
    ...be16(w),
    ...pad,
  ],
  'image/webp': (w, h) => [
    ...text('RIFF\0\0\0\0WEBPVP8 '),
    ...[0, 0, 0, 0, 0, 0, 0, 0x9d, 0x01, 0x2a],
    ...le16(w & 0x3fff || 1),
    ...le16(h & 0x3fff || 1),
    ...pad,
  ],
  'image/avif': (w, h) => [
    ...be32(24),
    ...text('ftypavif\0\0\0\0avifmif1'),
    ...be32(20),
    ...text('ispe\0\0\0\0'),
    ...be32(w),
    ...be32(h),
  ],
};

describe('the size of a picture', () => {
  it.each(Object.keys(makers))('is read from the header of %s', (mediaType) => {
    const size = fc.integer({ min: 1, max: 0x3fff });
    fc.assert(
      fc.property(size, size, (width, height) => {
        const bytes = Uint8Array.from(makers[mediaType]?.(width, height) ?? []);
        expect(imageInfoOf(bytes)).toEqual({ mediaType, width, height });
      }),
    );
  });

  it('reads extended and lossless WebP', () => {
    const extended = [...text('RIFF\0\0\0\0WEBPVP8X'), 10, 0, 0, 0, 0, 0, 0, 0, 99, 0, 0, 49, 0, 0, ...pad];
    expect(imageInfoOf(Uint8Array.from(extended))).toMatchObject({ width: 100, height: 50 });
    const lossless = [...text('RIFF\0\0\0\0WEBPVP8L'), 0, 0, 0, 0, 0x2f, 99, 0x40, 12, 0, ...pad];
    expect(imageInfoOf(Uint8Array.from(lossless))).toMatchObject({ width: 100, height: 50 });
  });

  it('never throws, whatever the bytes', () => {
    const start = fc.constantFrom(...Object.values(makers).map((make) => make(3, 3)));
    fc.assert(
      fc.property(start, fc.nat(60), fc.uint8Array({ maxLength: 80 }), (bytes, keep, rest) => {
        imageInfoOf(Uint8Array.from([...bytes.slice(0, keep), ...rest]));
      }),
      { numRuns: 2000 },
    );
  });
});
