import { createContext, use } from 'react';
import type { Doctor } from '../../session/model';

/** Who looks at the connection when asked. */
export const DoctorContext = createContext<Doctor | null>(null);

/** The doctor; it comes with its first examination, which fails if it cannot be loaded. */
export function useDoctor(): Doctor {
  const doctor = use(DoctorContext);
  if (doctor === null) throw new Error('ui: DoctorContext is not set');
  return doctor;
}
