/** Why connections fail here: findings in, one cause out (SPEC section 12). Pure; `protocol/diagnosis` in Go is the same. */

/** What a doctor looks at (G1): a closed list, in the order in which it is shown. */
export const findingNames = [
  'webrtc',
  'webcrypto',
  'network',
  'permission',
  'site',
  'clock',
  'signIn',
  'function',
  'store',
  'relay',
  'relayOnly',
  'stun',
  'nat',
  'turnUdp',
  'turnTcp',
  'turnTls',
] as const;

/** One thing that is looked at. */
export type Finding = (typeof findingNames)[number];

/** What was found (G2): a closed list. */
export const findingStates = [
  'unknown',
  'yes',
  'no',
  'absent',
  'refused',
  'full',
  'untrusted',
  'closed',
  'silent',
  'open',
  'same',
  'differs',
] as const;

/** What was found of one thing. */
export type FindingState = (typeof findingStates)[number];

/** What was found; what is missing is `unknown`. */
export type Findings = { readonly [name in Finding]?: FindingState };

/** What a cause means for connections: all work, some do, none does. */
export type Outlook = 'works' | 'limited' | 'stops';

type Rule = readonly [name: string, outlook: Outlook, holds: (f: Findings) => boolean];

const badStates: readonly (FindingState | undefined)[] = ['no', 'refused', 'full', 'untrusted', 'closed', 'silent'];
const ways = ['turnUdp', 'turnTcp', 'turnTls'] as const;
const needed = ['site', 'signIn', 'function', 'store', 'stun', ...ways] as const;

const bad = (name: Finding) => (f: Findings) => badStates.includes(f[name]);
const refused = (name: Finding) => (f: Findings) => f[name] === 'refused';
const unknown = (f: Findings, name: Finding) => (f[name] ?? 'unknown') === 'unknown';
const relayIs = (f: Findings, state: FindingState) => ways.some((way) => f[way] === state);
const relayBad = (f: Findings) => ways.some((way) => bad(way)(f));
const streamIs = (f: Findings, state: FindingState) => f.turnTcp === state || f.turnTls === state;

/** UDP was tried and nothing came back (G4). */
function udpBlocked(f: Findings): boolean {
  if (f.stun === 'yes' || f.turnUdp === 'yes' || f.turnUdp === 'refused' || f.turnUdp === 'full') return false;
  return f.turnUdp === 'closed' || f.turnUdp === 'silent' || bad('stun')(f);
}

/** Something that holds only when no way to a relay works. */
const without = (holds: (f: Findings) => boolean) => (f: Findings) => {
  const looked = relayBad(f) || !ways.some((way) => unknown(f, way));
  return looked && !relayIs(f, 'yes') && holds(f);
};

/** The table of SPEC section 12: the order decides. */
const rules = [
  ['no_webrtc', 'stops', bad('webrtc')],
  ['no_webcrypto', 'stops', bad('webcrypto')],
  ['no_network', 'stops', bad('network')],
  ['site_unreachable', 'stops', bad('site')],
  ['clock_wrong', 'limited', bad('clock')],
  ['sign_in_refused', 'stops', refused('signIn')],
  ['sign_in_unreachable', 'stops', bad('signIn')],
  ['function_refuses', 'stops', refused('function')],
  ['function_unreachable', 'stops', bad('function')],
  ['store_refuses', 'stops', refused('store')],
  ['store_unreachable', 'stops', bad('store')],
  ['hidden_without_relay', 'stops', without((f) => f.relayOnly === 'yes')],
  ['relay_unavailable', 'limited', without(bad('relay'))],
  ['relay_refuses', 'limited', without((f) => relayIs(f, 'refused'))],
  ['relay_full', 'limited', without((f) => relayIs(f, 'full'))],
  ['relay_untrusted', 'limited', without((f) => relayIs(f, 'untrusted'))],
  [
    'udp_blocked_without_relay',
    'stops',
    without((f) => udpBlocked(f) && !streamIs(f, 'silent') && !streamIs(f, 'closed')),
  ],
  ['firewall', 'stops', without((f) => udpBlocked(f) && !streamIs(f, 'closed'))],
  ['relay_down', 'limited', without(relayBad)],
  ['symmetric_nat_without_relay', 'limited', without((f) => f.nat === 'differs')],
  ['no_relay', 'limited', without(() => true)],
  ['permission_denied', 'limited', bad('permission')],
  ['udp_blocked', 'works', (f) => udpBlocked(f) && f.turnTcp === 'yes'],
  ['only_tls', 'works', (f) => udpBlocked(f) && f.turnTls === 'yes'],
  ['symmetric_nat', 'works', (f) => f.nat === 'differs'],
  ['stun_down', 'works', bad('stun')],
  ['relay_partly', 'works', relayBad],
  ['unknown', 'limited', (f) => needed.some((name) => unknown(f, name))],
  ['none', 'works', () => true],
] as const satisfies readonly Rule[];

/** Why connections fail or are slow here: one of the closed list (G3). */
export type Cause = (typeof rules)[number][0];

/** The closed list, in the order in which causes are looked for. */
export const causes: readonly Cause[] = rules.map(([name]) => name);

/** The cause that is named (G3), and what it means for connections. There always is one. */
export function diagnose(findings: Findings): { readonly cause: Cause; readonly outlook: Outlook } {
  for (const [cause, outlook, holds] of rules) if (holds(findings)) return { cause, outlook };
  return { cause: 'none', outlook: 'works' };
}
