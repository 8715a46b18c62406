import { createContext, use } from 'react';
import { englishLater, type LaterWords } from './english-later';

/** The rest of the catalogue in the language that the screens speak. */
export const LaterWordsContext = createContext<LaterWords>(englishLater);

/** The words of parts that are not in the first load. Only such parts may ask for them. */
export function useLaterWords(): LaterWords {
  return use(LaterWordsContext);
}
