import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConnection } from '../connection/connection.ts';
import { handleKey } from './commands.ts';
import { FirstStart } from './FirstStart.tsx';
import { Shell } from './Shell.tsx';
import { cssVariables, theme } from './theme.ts';

/** A start that takes so many milliseconds is explained. */
const slowStart = 4_000;

export function App() {
  useEffect(() => {
    window.addEventListener('keydown', handleKey);
    return () => window.removeEventListener('keydown', handleKey);
  }, []);
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <Notifications position="bottom-left" limit={4} containerWidth={440} className="notes" />
      <Content />
    </MantineProvider>
  );
}

function Content() {
  const { t } = useTranslation('app');
  const hello = useConnection((connection) => connection.hello);
  const operator = useConnection((connection) => connection.operator);
  const problem = useConnection((connection) => connection.problem);
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (hello) return;
    const timer = setTimeout(() => setSlow(true), slowStart);
    return () => clearTimeout(timer);
  }, [hello]);
  if (!hello)
    return (
      <main className="start">
        <div role="status">
          <p>{problem ? t('connection.still', { problem }) : t('connection.connecting')}</p>
          {slow && !problem && <p className="tone-dim">{t('connection.preparing')}</p>}
        </div>
      </main>
    );
  if (!operator) return <FirstStart hello={hello} />;
  return <Shell hello={hello} operator={operator} />;
}
