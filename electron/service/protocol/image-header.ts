/** What a picture is and how large, read from its first bytes: a server's word for it is not taken. */

export interface ImageInfo {
  readonly mediaType: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp' | 'image/avif';
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

function ascii(bytes: Buffer, from: number, to: number): string {
  return bytes.toString('latin1', from, to);
}

/** PNG: the IHDR chunk has to be the first. */
function png(bytes: Buffer): ImageInfo | null {
  if (bytes.length < 24 || ascii(bytes, 12, 16) !== 'IHDR') return null;
  return { mediaType: 'image/png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** JPEG: walks the segments to the start of frame, which holds the size. */
function jpeg(bytes: Buffer): ImageInfo | null {
  let at = 2;
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) {
      return { mediaType: 'image/jpeg', width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    }
    if (marker === 0xda || marker === 0xd9) return null;
    const standsAlone = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
    at += standsAlone ? 2 : 2 + bytes.readUInt16BE(at + 2);
  }
  return null;
}

/** WebP: the canvas of an extended file, or the frame of a simple one (lossy or lossless). */
function webp(bytes: Buffer): ImageInfo | null {
  if (bytes.length < 30) return null;
  const mediaType = 'image/webp';
  switch (ascii(bytes, 12, 16)) {
    case 'VP8X':
      return { mediaType, width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
    case 'VP8L': {
      if (bytes[20] !== 0x2f) return null;
      const bits = bytes.readUInt32LE(21);
      return { mediaType, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8 ':
      if (bytes[23] !== 0x9d || bytes[24] !== 0x01 || bytes[25] !== 0x2a) return null;
      return { mediaType, width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
    default:
      return null;
  }
}

/** AVIF: the largest of the sizes that its items have (`ispe` properties, in the header's first 64 KiB). */
function avif(bytes: Buffer): ImageInfo | null {
  const brandsEnd = Math.min(bytes.length, bytes.readUInt32BE(0));
  const brands = ascii(bytes, 8, brandsEnd);
  if (!brands.includes('avif') && !brands.includes('avis')) return null;
  const head = bytes.subarray(0, 65_536);
  let best: ImageInfo | null = null;
  for (let at = head.indexOf('ispe', 0, 'latin1'); at >= 0; at = head.indexOf('ispe', at + 4, 'latin1')) {
    if (at + 16 > head.length) break;
    const found: ImageInfo = {
      mediaType: 'image/avif',
      width: head.readUInt32BE(at + 8),
      height: head.readUInt32BE(at + 12),
    };
    if (best === null || found.width * found.height > best.width * best.height) best = found;
  }
  return best;
}

/** Kind and size of a picture, or null when it is none of these kinds or its header does not say a size. */
export function imageInfoOf(input: Uint8Array): ImageInfo | null {
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  const info = sniff(bytes);
  return info !== null && info.width > 0 && info.height > 0 ? info : null;
}

function sniff(bytes: Buffer): ImageInfo | null {
  if (bytes.length < 12) return null;
  if (bytes.readUInt32BE(0) === 0x89504e47 && bytes.readUInt32BE(4) === 0x0d0a1a0a) return png(bytes);
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return jpeg(bytes);
  const start = ascii(bytes, 0, 6);
  if (start === 'GIF87a' || start === 'GIF89a') {
    return { mediaType: 'image/gif', width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  }
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return webp(bytes);
  if (ascii(bytes, 4, 8) === 'ftyp') return avif(bytes);
  return null;
}

/** An SVG without anything active or fetched: no script, no handler, no style, no reference but to itself, no entity. */
export function isHarmlessSvg(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes).toString('utf8');
  if (text.includes('\u0000') || !/^\s*(<\?xml[^>]*\?>\s*)?<svg[\s>]/.test(text)) return false;
  if (/<!(?!--)|<\?(?!xml\s)|&(?!(amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i.test(text)) return false;
  const elements = [...text.matchAll(/<\/?\s*([^\s/>!?]+)/g)].map((match) => match[1]?.toLowerCase() ?? '');
  const harmless =
    /^(svg|g|defs|title|desc|path|rect|circle|ellipse|line|polyline|polygon|text|tspan|lineargradient|radialgradient|stop|clippath)$/;
  if (!elements.every((name) => harmless.test(name))) return false;
  return !/\son\w+\s*=|href\s*=|style\s*=|javascript:|url\(\s*['"]?(?!#)/i.test(text);
}
