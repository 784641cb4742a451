import { contextBridge, ipcRenderer } from 'electron';

/**
 * The page asks for a connection to the service and gets one MessagePort, as a window message that repeats its nonce. A
 * port cannot cross the context bridge, so it is posted. The page also hears when the service behind its port is gone,
 * which browsers before Chrome 122 do not tell. Nothing else is handed over. The shell hears in which language the page is, for
 * its menu.
 */
ipcRenderer.on('bindery:port', (event, nonce: unknown) => {
  window.postMessage({ type: 'bindery:port', nonce }, location.origin, [...event.ports]);
});
ipcRenderer.on('bindery:gone', () => {
  window.postMessage({ type: 'bindery:gone' }, location.origin);
});

const tellLanguage = () => {
  const { lang } = document.documentElement;
  if (lang !== '') ipcRenderer.send('bindery:language', lang);
};
window.addEventListener('DOMContentLoaded', () => {
  tellLanguage();
  new MutationObserver(tellLanguage).observe(document.documentElement, { attributeFilter: ['lang'] });
});

contextBridge.exposeInMainWorld('bindery', {
  requestPort: (nonce: string) => ipcRenderer.send('bindery:request-port', String(nonce)),
});
