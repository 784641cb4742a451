import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en.ts';
import { es } from './es.ts';
import { ptBR } from './pt-BR.ts';

export const languages = [
  { code: 'en', name: 'English' },
  { code: 'pt-BR', name: 'Português (Brasil)' },
  { code: 'es', name: 'Español' },
] as const;
export type Language = (typeof languages)[number]['code'];

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'app';
    resources: typeof en;
    returnNull: false;
  }
}

const storageKey = 'bindery.language';

function firstLanguage(): Language {
  const wanted = [localStorage.getItem(storageKey) ?? '', ...navigator.languages];
  for (const tag of wanted) {
    const exact = languages.find(({ code }) => code.toLowerCase() === tag.toLowerCase());
    const close = exact ?? languages.find(({ code }) => code.slice(0, 2) === tag.slice(0, 2).toLowerCase());
    if (close) return close.code;
  }
  return 'en';
}

/** Loads all texts (they are in the bundle) and picks the language: the last chosen, else the browser's, else English. */
export function startLanguages(): void {
  void i18next.use(initReactI18next).init({
    lng: firstLanguage(),
    fallbackLng: 'en',
    supportedLngs: languages.map(({ code }) => code),
    resources: { en, 'pt-BR': ptBR, es },
    ns: Object.keys(en),
    defaultNS: 'app',
    interpolation: { escapeValue: false }, // React escapes
    returnNull: false,
    initAsync: false,
  });
  document.documentElement.lang = i18next.language;
}

/** Switches the language of the page, and remembers it. */
export function setLanguage(language: Language): void {
  localStorage.setItem(storageKey, language);
  document.documentElement.lang = language;
  void i18next.changeLanguage(language);
}
