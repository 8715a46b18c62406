import { ShieldCheck, ShieldQuestionMark } from 'lucide-react';
import type { Safety } from '../../session/model';

/** The sign that stands beside the word for what is verified: a tick in the shield, or a question mark. */
export function Shield({ verified, size }: { readonly verified: Safety['verified']; readonly size: number }) {
  const Sign = verified === 'no' ? ShieldQuestionMark : ShieldCheck;
  return <Sign size={size} strokeWidth={size < 20 ? 2.25 : 1.75} aria-hidden="true" />;
}
