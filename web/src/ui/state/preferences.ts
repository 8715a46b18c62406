import { createContext, use, useSyncExternalStore } from 'react';

/** Light, dark, or what the device says. */
export type Appearance = 'system' | 'light' | 'dark';

/** What a person chose in the settings. */
export type Preferences = {
  /** Only relayed paths: the other side never learns this device's address. Default false. */
  readonly relayOnly: boolean;
  /** Default `system`. */
  readonly appearance: Appearance;
  /** Soft tones. Default true; never before a gesture. */
  readonly sounds: boolean;
  /** Enter sends and Shift with Enter makes a new line. Default true. */
  readonly enterSends: boolean;
  /** In rooms the others see when this person is writing. Default true. */
  readonly tellTyping: boolean;
  /** In rooms the others see how far this person has read. Default true. */
  readonly tellRead: boolean;
  /** The person was asked once what they want to be called. Default false. */
  readonly nameAsked: boolean;
};

/** What holds until somebody chooses. */
export const defaults: Preferences = {
  relayOnly: false,
  appearance: 'system',
  sounds: true,
  enterSends: true,
  tellTyping: true,
  tellRead: true,
  nameAsked: false,
};

/** The part of localStorage that is needed; absent when the browser blocks it. */
export type Shelf = Pick<Storage, 'getItem' | 'setItem'>;

/** Where the choices are kept: key of localStorage. `public/first.js` reads it too, before the first paint. */
export const SHELF_KEY = 'parley.preferences';

/** The choices, and whether they outlast the page. */
export type PreferencesStore = {
  get(): Preferences;
  /** Changes some; the others stay. */
  set(change: Partial<Preferences>): void;
  /** False if the browser refuses storage: the choices then hold until the page is closed. */
  stored(): boolean;
  /** Calls after every change; returns the unsubscribe. */
  subscribe(listener: () => void): () => void;
};

/**
 * Reads the choices and keeps them.
 *
 * @param shelf - gives localStorage; may throw, as browsers do that block it.
 */
export function createPreferences(shelf: () => Shelf): PreferencesStore {
  const listeners = new Set<() => void>();
  let stored = true;
  let present = defaults;
  try {
    present = parsePreferences(shelf().getItem(SHELF_KEY));
    keep();
  } catch {
    stored = false;
  }
  function keep(): void {
    shelf().setItem(SHELF_KEY, JSON.stringify(present));
  }
  return {
    get: () => present,
    stored: () => stored,
    set(change) {
      present = { ...present, ...change };
      try {
        keep();
      } catch {
        stored = false;
      }
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Choices from stored text; what is missing or odd is the default. */
export function parsePreferences(text: string | null): Preferences {
  let found: unknown = null;
  try {
    found = JSON.parse(text ?? 'null');
  } catch {
    return defaults;
  }
  if (typeof found !== 'object' || found === null) return defaults;
  const has = (name: keyof Preferences): unknown => (found as Record<string, unknown>)[name];
  const flag = (name: Exclude<keyof Preferences, 'appearance'>): boolean => {
    const value = has(name);
    return typeof value === 'boolean' ? value : defaults[name];
  };
  const appearance = has('appearance');
  return {
    relayOnly: flag('relayOnly'),
    sounds: flag('sounds'),
    enterSends: flag('enterSends'),
    tellTyping: flag('tellTyping'),
    tellRead: flag('tellRead'),
    nameAsked: flag('nameAsked'),
    appearance: appearance === 'light' || appearance === 'dark' ? appearance : defaults.appearance,
  };
}

/** The store that the screens read. */
export const PreferencesContext = createContext<PreferencesStore | null>(null);

/** The store, to change a choice. */
export function usePreferencesStore(): PreferencesStore {
  const store = use(PreferencesContext);
  if (store === null) throw new Error('ui: PreferencesContext is not set');
  return store;
}

/** The present choices. */
export function usePreferences(): Preferences {
  const store = usePreferencesStore();
  return useSyncExternalStore(store.subscribe, store.get);
}
