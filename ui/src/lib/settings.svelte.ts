// What this browser remembers: language, colours, and the words of the last consent. Nothing of anybody else.
import { en, type Text } from '../text/en.ts';
import { fr } from '../text/fr.ts';

export type Language = 'en' | 'fr';
export type Colours = 'auto' | 'light' | 'dark';
const texts: Record<Language, Text> = { en, fr };

function remembered(key: string): string | null {
  try {
    return localStorage.getItem('regard.' + key);
  } catch {
    return null; // a browser that keeps nothing
  }
}
export function remember(key: string, value: string): void {
  try {
    localStorage.setItem('regard.' + key, value);
  } catch {
    // then it is asked again next time
  }
}
export const recall = (key: string, otherwise: string) => remembered(key) ?? otherwise;

const browsers: Language = navigator.language.toLowerCase().startsWith('fr') ? 'fr' : 'en';

class Settings {
  language = $state<Language>(remembered('language') === 'fr' ? 'fr' : remembered('language') === 'en' ? 'en' : browsers);
  colours = $state<Colours>((remembered('colours') as Colours | null) ?? 'auto');
  readonly text: Text = $derived(texts[this.language]);

  speak(language: Language): void {
    this.language = language;
    remember('language', language);
  }
  paint(colours: Colours): void {
    this.colours = colours;
    remember('colours', colours);
  }
}
export const settings = new Settings();

// ---- Figures and times as the language writes them, in the reader's own country where it speaks that language
const locale = () => navigator.languages.find((one) => one.toLowerCase().startsWith(settings.language)) ?? settings.language;
export const number = (value: number) => value.toLocaleString(locale());
export const day = (time: string) => new Date(time).toLocaleDateString(locale(), { dateStyle: 'medium' });
export const clock = (time: string) => new Date(time).toLocaleTimeString(locale(), { timeStyle: 'medium' });
export const moment = (time: string) =>
  new Date(time).toLocaleString(locale(), { dateStyle: 'medium', timeStyle: 'medium' });
