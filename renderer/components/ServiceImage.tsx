import { useQuery } from '../connection/hooks.ts';

/** A seller-given image, fetched by the service; nothing is shown when it cannot be had. */
export function ServiceImage({ url, alt, size = 44 }: { url: string | null; alt: string; size?: number }) {
  const image = useQuery('images.get', { url: url ?? '' }, { enabled: url !== null });
  if (url === null || image.error) return null;
  const box = { width: size, height: size };
  if (!image.data) return <span className="thumb" style={box} />;
  return <img className="thumb" style={box} src={image.data.dataUrl} alt={alt} />;
}
