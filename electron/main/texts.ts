import { type MenuLanguage, screenNames } from '../../shared/host/screens.ts';

/** What the shell itself says: its menu, and the dialog that it shows when there is no page to say it. */
interface ShellTexts {
  readonly file: string;
  readonly newWindow: string;
  readonly close: string;
  readonly quit: string;
  readonly edit: string;
  readonly undo: string;
  readonly redo: string;
  readonly cut: string;
  readonly copy: string;
  readonly paste: string;
  readonly selectAll: string;
  readonly go: string;
  readonly palette: string;
  readonly view: string;
  readonly reload: string;
  readonly developerTools: string;
  readonly actualSize: string;
  readonly zoomIn: string;
  readonly zoomOut: string;
  readonly fullScreen: string;
  readonly window: string;
  readonly minimise: string;
  readonly help: string;
  readonly shortcuts: string;
  readonly showLogs: string;
  readonly restartService: string;
  readonly notRunning: string;
  readonly endedAgain: string;
  readonly logIsIn: (folder: string) => string;
  readonly tryAgain: string;
}

const english: ShellTexts = {
  file: '&File',
  newWindow: 'New Window',
  close: 'Close Window',
  quit: 'Quit',
  edit: '&Edit',
  undo: 'Undo',
  redo: 'Redo',
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  selectAll: 'Select All',
  go: '&Go',
  palette: 'Command Palette…',
  view: '&View',
  reload: 'Reload',
  developerTools: 'Developer Tools',
  actualSize: 'Actual Size',
  zoomIn: 'Zoom In',
  zoomOut: 'Zoom Out',
  fullScreen: 'Full Screen',
  window: '&Window',
  minimise: 'Minimise',
  help: '&Help',
  shortcuts: 'Keyboard Shortcuts',
  showLogs: 'Show Logs',
  restartService: 'Restart the Service',
  notRunning: 'The service of Bindery does not run.',
  endedAgain: 'It ended again and again.',
  logIsIn: (folder) => `The log is in ${folder}.`,
  tryAgain: 'Try Again',
};

const portuguese: ShellTexts = {
  file: '&Arquivo',
  newWindow: 'Nova janela',
  close: 'Fechar janela',
  quit: 'Sair',
  edit: '&Editar',
  undo: 'Desfazer',
  redo: 'Refazer',
  cut: 'Recortar',
  copy: 'Copiar',
  paste: 'Colar',
  selectAll: 'Selecionar tudo',
  go: '&Ir',
  palette: 'Paleta de comandos…',
  view: 'E&xibir',
  reload: 'Recarregar',
  developerTools: 'Ferramentas de desenvolvimento',
  actualSize: 'Tamanho real',
  zoomIn: 'Ampliar',
  zoomOut: 'Reduzir',
  fullScreen: 'Tela cheia',
  window: '&Janela',
  minimise: 'Minimizar',
  help: 'A&juda',
  shortcuts: 'Atalhos do teclado',
  showLogs: 'Mostrar os registros',
  restartService: 'Reiniciar o serviço',
  notRunning: 'O serviço do Bindery não está rodando.',
  endedAgain: 'Ele terminou repetidas vezes.',
  logIsIn: (folder) => `O registro está em ${folder}.`,
  tryAgain: 'Tentar de novo',
};

const spanish: ShellTexts = {
  file: '&Archivo',
  newWindow: 'Ventana nueva',
  close: 'Cerrar ventana',
  quit: 'Salir',
  edit: '&Editar',
  undo: 'Deshacer',
  redo: 'Rehacer',
  cut: 'Cortar',
  copy: 'Copiar',
  paste: 'Pegar',
  selectAll: 'Seleccionar todo',
  go: '&Ir',
  palette: 'Paleta de comandos…',
  view: '&Ver',
  reload: 'Recargar',
  developerTools: 'Herramientas de desarrollo',
  actualSize: 'Tamaño real',
  zoomIn: 'Acercar',
  zoomOut: 'Alejar',
  fullScreen: 'Pantalla completa',
  window: 'Ve&ntana',
  minimise: 'Minimizar',
  help: 'A&yuda',
  shortcuts: 'Atajos de teclado',
  showLogs: 'Mostrar los registros',
  restartService: 'Reiniciar el servicio',
  notRunning: 'El servicio de Bindery no está en marcha.',
  endedAgain: 'Terminó una y otra vez.',
  logIsIn: (folder) => `El registro está en ${folder}.`,
  tryAgain: 'Reintentar',
};

export const texts: Readonly<Record<MenuLanguage, ShellTexts>> = { en: english, 'pt-BR': portuguese, es: spanish };

/** The language of the shell for a tag: that of the page once it has said it, that of the system before. English where there is none. */
export function languageOf(tag: unknown): MenuLanguage {
  const wanted = typeof tag === 'string' ? tag.toLowerCase() : '';
  const known = Object.keys(screenNames) as MenuLanguage[]; // the keys of that very object
  return (
    known.find((one) => one.toLowerCase() === wanted) ??
    known.find((one) => one.slice(0, 2) === wanted.slice(0, 2)) ??
    'en'
  );
}
