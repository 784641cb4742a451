import { type ReactNode, useId } from 'react';
import './pane.css';

/** A titled part of a detail pane. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className="section" aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {children}
    </section>
  );
}

interface AskProps {
  readonly title?: string;
  readonly text: string;
  readonly children: ReactNode;
}

/** A question in the pane, above its actions: what will happen, and the two answers. */
export function Ask({ title, text, children }: AskProps) {
  return (
    <section className="ask" aria-live="polite" aria-label={title ?? text}>
      {title && <b>{title}</b>}
      <p>{text}</p>
      <div>{children}</div>
    </section>
  );
}
