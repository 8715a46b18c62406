import type { Cause, Finding, FindingState } from '../../session/model';

/** What is wrong in one sentence, and what to do about it. */
export type CauseWords = { readonly sentence: string; readonly cure: string };

/** Those of SPEC section 12. */
const causes: Readonly<Record<Cause, CauseWords>> = {
  no_webrtc: {
    sentence: 'This browser cannot connect to others, or has that switched off.',
    cure: 'Use a current Chrome, Edge, Firefox or Safari, and switch off extensions that block WebRTC.',
  },
  no_webcrypto: {
    sentence: 'This page was not opened securely, so the browser gives it no encryption.',
    cure: 'Open the address with https at its beginning.',
  },
  no_network: {
    sentence: 'This device has no network.',
    cure: 'Check Wi-Fi, cable or mobile data.',
  },
  site_unreachable: {
    sentence: 'Parley itself does not answer at its address.',
    cure: 'Check the address and your network, and try again in a minute.',
  },
  clock_wrong: {
    sentence: 'The clock of this device is wrong by more than a minute.',
    cure: 'Let the device set its time by itself, then try again.',
  },
  sign_in_refused: {
    sentence: 'The sign-in service says no to people without a name.',
    cure: 'Tell whoever runs this Parley: anonymous sign-in has to be switched on in its project.',
  },
  sign_in_unreachable: {
    sentence: 'The sign-in service does not answer.',
    cure: 'Allow this page in blockers, or try another network.',
  },
  function_refuses: {
    sentence: 'The meeting service answers, and refuses what it is asked.',
    cure: 'Load the page again; if that does not help, tell whoever runs this Parley.',
  },
  function_unreachable: {
    sentence: 'The meeting service does not answer.',
    cure: 'Try again in a minute; if it stays so, tell whoever runs this Parley.',
  },
  store_refuses: {
    sentence: 'The meeting point answers, and refuses what everybody may do.',
    cure: 'Tell whoever runs this Parley: its Firestore rules are not those of this version.',
  },
  store_unreachable: {
    sentence: 'The meeting point does not answer from here.',
    cure: 'Try another network; some companies block Firestore.',
  },
  hidden_without_relay: {
    sentence: 'You hide your address, which needs a relay, and no relay works.',
    cure: 'Switch off «Hide my address», or try again later.',
  },
  relay_unavailable: {
    sentence: 'The service that gives out this Parley’s relay does not answer.',
    cure: 'Try again in some minutes; paths without a relay work meanwhile.',
  },
  relay_refuses: {
    sentence: 'The relay refuses the credentials that this Parley gives out.',
    cure: 'Tell whoever runs this Parley: its function and its relay have different secrets.',
  },
  relay_full: {
    sentence: 'The relay has no place left.',
    cure: 'Try again in some minutes.',
  },
  relay_untrusted: {
    sentence: 'The relay shows a certificate that does not hold.',
    cure: 'Tell whoever runs this Parley; in a company network, tell those who run that.',
  },
  udp_blocked_without_relay: {
    sentence: 'This network lets no UDP through, and there is no relay by TCP or TLS.',
    cure: 'Try another network, such as mobile data.',
  },
  firewall: {
    sentence: 'This network lets nothing out but web pages: no UDP, and no way to a relay.',
    cure: 'Try another network, such as mobile data; if it is the same there, the relay is down.',
  },
  relay_down: {
    sentence: 'The relay does not answer.',
    cure: 'Try again in a minute; if it stays so, tell whoever runs this Parley.',
  },
  symmetric_nat_without_relay: {
    sentence: 'Your router shows each partner another address, and there is no relay that helps with that.',
    cure: 'Try another network, such as mobile data, or a wire to another router.',
  },
  no_relay: {
    sentence: 'This Parley has no relay, so some pairs of networks cannot meet.',
    cure: 'Try another network; whoever runs this Parley can add a relay.',
  },
  permission_denied: {
    sentence: 'This browser was told to keep this page from devices in your network.',
    cure: 'Allow «local network» for this page, beside its address, then try again.',
  },
  udp_blocked: {
    sentence: 'This network lets no UDP through, so everything goes through a relay by TCP.',
    cure: 'Nothing has to be done; another network would be faster.',
  },
  only_tls: {
    sentence: 'This network lets nothing out but TLS, so everything goes through a relay that looks like a web page.',
    cure: 'Nothing has to be done; another network would be faster.',
  },
  symmetric_nat: {
    sentence: 'Your router shows each partner another address, so many connections go through a relay.',
    cure: 'Nothing has to be done; another network would be faster.',
  },
  stun_down: {
    sentence: 'The server that tells devices their own address does not answer.',
    cure: 'Nothing has to be done: the relay tells it too.',
  },
  relay_partly: {
    sentence: 'One of the ways to the relay is shut; others work.',
    cure: 'Nothing has to be done.',
  },
  unknown: {
    sentence: 'Not everything could be looked at.',
    cure: 'Run the check again.',
  },
  none: {
    sentence: 'Nothing is wrong on this side.',
    cure: 'If one connection still fails, ask the other to run this check.',
  },
};

/** What was found, where nothing more fitting is said of one thing. */
const states: Readonly<Record<FindingState, string>> = {
  unknown: 'not known',
  yes: 'answers',
  no: 'no',
  absent: 'none is offered',
  refused: 'refuses',
  full: 'is full',
  untrusted: 'its certificate does not hold',
  closed: 'nobody is there',
  silent: 'does not answer',
  open: 'none',
  same: 'one address for everybody',
  differs: 'another address for each partner',
};

type FindingWords = { readonly name: string } & { readonly [state in FindingState]?: string };

/** What the doctor looks at. */
const findings: Readonly<Record<Finding, FindingWords>> = {
  webrtc: { name: 'Connecting browsers (WebRTC)', yes: 'can be done', no: 'cannot be done' },
  webcrypto: { name: 'Encryption', yes: 'is there', no: 'the page is not secure' },
  network: { name: 'Network of this device', yes: 'is there', no: 'there is none' },
  permission: { name: 'Devices in your network', yes: 'not forbidden', no: 'forbidden in this browser' },
  site: { name: 'Parley’s address' },
  clock: { name: 'Clock of this device', yes: 'right', no: 'wrong by over a minute' },
  signIn: { name: 'Sign-in' },
  function: { name: 'Meeting service' },
  store: { name: 'Meeting point (Firestore)' },
  relay: { name: 'Service of the relay', no: 'does not answer' },
  relayOnly: { name: '«Hide my address»', yes: 'on', no: 'off' },
  stun: { name: 'Own address by UDP (STUN)' },
  nat: { name: 'Address translation (NAT)' },
  turnUdp: { name: 'Relay by UDP' },
  turnTcp: { name: 'Relay by TCP' },
  turnTls: { name: 'Relay by TLS' },
};

/** The words of the doctor; they come with it. */
export const englishDoctor = {
  causes,
  /** In the order in which they are shown. */
  findings: Object.keys(findings) as readonly Finding[], // the type of the record has no other keys
  findingName: (finding: Finding) => findings[finding].name,
  findingState: (finding: Finding, state: FindingState) => findings[finding][state] ?? states[state],
  title: 'Connection check',
  close: 'Close',
  looking: 'Looking at everything that a connection needs. A few seconds.',
  pending: 'looking',
  progress: (done: number, of: number) => `${done} of ${of}`,
  found: 'What the check found',
  you: 'What you can do',
  list: 'What was looked at',
  whole: 'See the whole check',
  again: 'Check again',
  copy: 'Copy report',
  copyNote: 'The report names what was found. It holds no address, no name and no message.',
  failed: 'The check itself could not be loaded. Check your network, then try again.',
};

/** The form of it; a language that lacks a word does not compile. */
export type DoctorWords = typeof englishDoctor;
