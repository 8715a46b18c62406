/** {@link Notes} of the real browser: its storages, which some browsers refuse. */
import type { Notes } from './ports';

/** Those that last. */
export const browserNotes: Notes = notesIn(() => localStorage);
/** Those of a tab, which outlive a reload. */
export const tabNotes: Notes = notesIn(() => sessionStorage);

function notesIn(storage: () => Storage): Notes {
  return {
    read(name) {
      try {
        return storage().getItem(name);
      } catch {
        return null;
      }
    },
    write(name, text) {
      try {
        if (text === null) storage().removeItem(name);
        else storage().setItem(name, text);
      } catch {
        // Full, or refused: it is forgotten.
      }
    },
  };
}
