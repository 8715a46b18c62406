import { createContext, use } from 'react';
import { englishDoctor, type DoctorWords } from './english-doctor';

/** The doctor's part of the catalogue in the language that the screens speak. */
export const DoctorWordsContext = createContext<DoctorWords>(englishDoctor);

/** The words of the doctor. Only its parts, which are not in the first load, may ask for them. */
export function useDoctorWords(): DoctorWords {
  return use(DoctorWordsContext);
}
