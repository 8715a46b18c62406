import { createContext, use } from 'react';
import type { Doctor } from '../../session/model';

/** The real one, which comes with its first examination. Named here and not in the app, whose load it would be part of. */
const browser: Doctor = async (...asked) => (await import('../../session/browser-doctor')).doctor(...asked);

/** Who looks at the connection when asked. */
export const DoctorContext = createContext(browser);

/** The doctor; an examination fails if it cannot be loaded. */
export function useDoctor(): Doctor {
  return use(DoctorContext);
}
