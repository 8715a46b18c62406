/**
 * What the page learns when it starts. In production that is only what Firebase Hosting serves at
 * `/__/firebase/init.json`. Local services are obeyed for project names that begin with `demo-` alone,
 * which no real project can have: a deployed page can never be led to an emulator.
 */
import { asJsonObject, member, parseJsonObject, type JsonObject } from '../protocol/json-object';
import { ParseError } from '../protocol/parse-error';

/** The project (what `initializeApp` takes). */
export type ProjectConfig = {
  readonly projectId: string;
  readonly apiKey: string;
  readonly authDomain?: string;
  readonly appId?: string;
};

/** Where Firestore and Authentication are when they run on this machine. */
export type LocalServices = {
  readonly firestore: { readonly host: string; readonly ssl: boolean };
  readonly authUrl: string;
};

/** All of it. `local` is null in production. */
export type AppConfig = { readonly project: ProjectConfig; readonly local: LocalServices | null };

/** The address of the page, as `location` has it, and a random part of a host name. */
export type PageAddress = {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
  /** Lower-case letters and digits, fresh for each tab. */
  readonly tabName: string;
};

/** True for project names that no real project can have. */
export function isDemo(projectId: string): boolean {
  return projectId.startsWith('demo-');
}

/**
 * Reads `/__/firebase/init.json`.
 * @throws ParseError when it is not JSON or lacks what is needed.
 */
export function parseProject(body: string): ProjectConfig {
  const object = parseJsonObject('init.json', body);
  const authDomain = optionalText(object, 'authDomain');
  const appId = optionalText(object, 'appId');
  return {
    projectId: requiredText(object, 'projectId'),
    apiKey: requiredText(object, 'apiKey'),
    ...(authDomain === null ? {} : { authDomain }),
    ...(appId === null ? {} : { appId }),
  };
}

/**
 * Reads `/__/parley.json`; what it does not say is the page's own address. Firestore gets a host name of
 * this tab's own where that is possible: browsers open six connections to a host over HTTP/1.1, and a tab
 * holds two.
 * @throws ParseError when a member is of another type.
 */
export function parseLocalServices(body: string, page: PageAddress): LocalServices {
  const object = parseJsonObject('parley.json', body);
  const firestore = section(object, 'firestore');
  const ssl = boolean(firestore, 'ssl') ?? page.protocol === 'https:';
  const ownHost = (boolean(firestore, 'perTabHost') ?? false) && page.hostname === 'localhost';
  const elsewhere = page.hostname !== 'localhost' ? page.hostname : null;
  const name = ownHost ? `c${page.tabName}.localhost` : (elsewhere ?? optionalText(firestore, 'host') ?? 'localhost');
  const port = elsewhere === null ? (number(firestore, 'port') ?? page.port) : page.port;
  const origin = `${page.protocol}//${page.hostname}${page.port === '' ? '' : `:${page.port}`}`;
  const authUrl = elsewhere === null ? (optionalText(section(object, 'auth'), 'url') ?? origin) : origin;
  return { firestore: { host: port === '' ? name : `${name}:${port}`, ssl }, authUrl };
}

function section(object: JsonObject, name: string): JsonObject {
  const value = member(object, name);
  return value == null ? {} : asJsonObject('parley.json', name, value);
}

function requiredText(object: JsonObject, name: string): string {
  const value = optionalText(object, name);
  if (value === null || value === '') throw new ParseError('config', name, 'missing');
  return value;
}

function optionalText(object: JsonObject, name: string): string | null {
  const value = member(object, name);
  if (value == null) return null;
  if (typeof value !== 'string') throw new ParseError('config', name, 'not a string');
  return value;
}

function boolean(object: JsonObject, name: string): boolean | null {
  const value = member(object, name);
  if (value == null) return null;
  if (typeof value !== 'boolean') throw new ParseError('config', name, 'not a boolean');
  return value;
}

function number(object: JsonObject, name: string): string | null {
  const value = member(object, name);
  if (value == null) return null;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 65_535) {
    throw new ParseError('config', name, 'not a port');
  }
  return String(value);
}
