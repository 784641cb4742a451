import { useFormat, useTick } from './format.ts';

/** How long ago it was, and stays right while it is on screen; the moment itself on hover. */
export function Age({ instant }: { instant: string }) {
  const format = useFormat();
  useTick(15_000);
  return <time dateTime={instant}>{format.age(instant)}</time>;
}
