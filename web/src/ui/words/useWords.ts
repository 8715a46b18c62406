import { createContext, use } from 'react';
import { english, type Words } from './english';

/** Which catalogue the screens speak. English until a language is chosen. */
export const WordsContext = createContext<Words>(english);

/** The catalogue of the language in use. */
export function useWords(): Words {
  return use(WordsContext);
}
