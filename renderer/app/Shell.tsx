import '../components/pane/pane.css';
import { Component, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { type Hello, type Operator, useConnection } from '../connection/connection.ts';
import { useOrderNotices } from '../orders/notify-desktop.ts';
import { useStoredAppearance } from './appearance.ts';
import { DecisionsPanel } from './DecisionsPanel.tsx';
import { Footer } from './Footer.tsx';
import { Header } from './Header.tsx';
import { Navigation } from './Navigation.tsx';
import { Palette } from './Palette.tsx';
import { useRoute } from './routes.ts';
import { ShortcutsOverlay } from './ShortcutsOverlay.tsx';
import { SyncProgress } from './SyncProgress.tsx';
import { screenComponents } from './screens.tsx';
import { useShellCommands } from './shell-commands.ts';
import { useStatusFeed } from './status.ts';

/** The frame around every screen: header, navigation by profession, and the footer that tells the truth. */
export function Shell({ hello, operator }: { hello: Hello; operator: Operator }) {
  const { t } = useTranslation('app');
  const screen = useRoute((route) => route.screen);
  const state = useConnection((connection) => connection.state);
  useStoredAppearance();
  useStatusFeed();
  useShellCommands();
  useOrderNotices();
  const Screen = screenComponents[screen];
  return (
    <div className="shell">
      <button type="button" className="shell-skip" onClick={() => document.getElementById('content')?.focus()}>
        {t('skipToContent')}
      </button>
      <Header hello={hello} operator={operator} />
      <div className="shell-note" aria-live="polite">
        {state !== 'ready' && (
          <div className="notice warn" data-testid="reconnecting">
            {t('connection.reconnecting')}
          </div>
        )}
        {hello.database.state === 'recovered' && (
          <div className="notice bad">{hello.database.message ?? t('connection.recovered')}</div>
        )}
        <SyncProgress />
      </div>
      <Navigation screen={screen} />
      <main className="shell-main" id="content" tabIndex={-1} data-testid={`screen-${screen}`}>
        <ScreenBoundary key={screen} title={t('screenFailed')} hint={t('screenFailedHint')} retry={t('retry')}>
          <Suspense fallback={<div className="grow" aria-busy="true" />}>
            <Screen />
          </Suspense>
        </ScreenBoundary>
      </main>
      <Footer />
      <Palette />
      <ShortcutsOverlay />
      <DecisionsPanel />
    </div>
  );
}

interface BoundaryProps {
  readonly children: ReactNode;
  readonly title: string;
  readonly hint: string;
  readonly retry: string;
}

/** A screen that throws takes nothing else with it. */
class ScreenBoundary extends Component<BoundaryProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <div className="state" role="alert">
        <b>{this.props.title}</b>
        <span>{this.props.hint}</span>
        <button type="button" className="btn" onClick={() => this.setState({ failed: false })}>
          {this.props.retry}
        </button>
      </div>
    );
  }
}
