/** {@link Notes} of the real browser: localStorage, which some browsers refuse. */
import type { Notes } from './ports';

export const browserNotes: Notes = {
  read(name) {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  },
  write(name, text) {
    try {
      if (text === null) localStorage.removeItem(name);
      else localStorage.setItem(name, text);
    } catch {
      // Full, or refused: it is forgotten.
    }
  },
};
