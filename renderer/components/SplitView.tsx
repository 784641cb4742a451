import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Group, Panel, Separator } from 'react-resizable-panels';

interface SplitViewProps {
  /** Under which the width is remembered. */
  readonly name: string;
  readonly list: ReactNode;
  readonly detail: ReactNode;
  /** Pixels of the detail when nothing is remembered. */
  readonly detailWidth?: number;
}

function remembered(key: string): Record<string, number> | undefined {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    if (typeof stored !== 'object' || stored === null || !('list' in stored) || !('detail' in stored)) return undefined;
    const { list, detail } = stored;
    return typeof list === 'number' && typeof detail === 'number' ? { list, detail } : undefined;
  } catch {
    return undefined;
  }
}

/** List on the left, detail on the right, a line between them that can be dragged or moved with the arrow keys. */
export function SplitView({ name, list, detail, detailWidth = 480 }: SplitViewProps) {
  const { t } = useTranslation('app');
  const key = `bindery.split.${name}`;
  const layout = remembered(key);
  // a small window keeps room for the list
  const width = Math.max(360, Math.min(detailWidth, Math.round(window.innerWidth * 0.33)));
  return (
    <Group
      className="split"
      orientation="horizontal"
      {...(layout && { defaultLayout: layout })}
      onLayoutChanged={(next, { isUserInteraction }) => {
        if (isUserInteraction) localStorage.setItem(key, JSON.stringify(next));
      }}
    >
      <Panel id="list" minSize={360} className="split-list">
        {list}
      </Panel>
      <Separator className="split-line" aria-label={t('resize')} />
      <Panel
        id="detail"
        defaultSize={width}
        minSize={340}
        className="split-detail"
        groupResizeBehavior="preserve-pixel-size"
      >
        {detail}
      </Panel>
    </Group>
  );
}
