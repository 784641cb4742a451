import '@mantine/core/styles.css';
import '@mantine/spotlight/styles.css';
import '@mantine/notifications/styles.css';
import './app/theme.css';
import './components/components.css';
import './components/grid/grid.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { useRoute } from './app/routes.ts';
import { preload } from './app/screens.tsx';
import { startConnection } from './connection/connection.ts';
import { startLanguages } from './i18n/index.ts';

const root = document.getElementById('root');
if (root) {
  startLanguages();
  startConnection();
  preload(useRoute.getState().screen);
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
