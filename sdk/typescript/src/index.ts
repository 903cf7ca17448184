// A client of `regard serve`. No dependencies: fetch and WebSocket of browsers, Node.js 22, Deno or Bun.
// Types come from schema.ts, which is made of api/openapi.yaml; a test holds both, and that each operation has its method.
import type { components } from './schema.ts';

export type Schemas = components['schemas'];
export type Me = Schemas['Me'];
export type Camera = Schemas['Camera'];
export type Person = Schemas['Person'];
export type Consent = Schemas['Consent'];

/** What went wrong, in the three parts that every answer of Regard has. `status` is 0 when the server was not reached. */
export class RegardError extends Error {
  constructor(
    readonly status: number,
    readonly doing: string,
    readonly cause_: string,
    readonly remedy: string,
  ) {
    super([doing, cause_, remedy].filter(Boolean).join(': '));
    this.name = 'RegardError';
  }
}

export interface Options {
  /** "https://regard.example"; empty: the server that the page came from. */
  base?: string;
  /** An API key. Without it the browser's session is used. */
  key?: string;
  /** Told when the server says that nobody is logged in (any more). */
  onUnauthorized?: () => void;
}

/** The head of the transparency log, as docs/transparency-log.md describes it. */
export interface LogHead {
  size: number;
  root: string;
  time: string;
  previous: string;
  signature: string;
}

/** One event of api/events.schema.json. */
export interface RegardEvent {
  event: 'track_started' | 'track_ended' | 'camera_state' | 'identified' | 'summary';
  time: string;
  camera?: string;
  track?: number;
  kind?: string;
  class?: string;
  box?: [number, number, number, number];
  score?: number;
  duration?: number;
  body?: number;
  state?: Camera['state'];
  detail?: string;
  person?: string;
  name?: string;
  gallery?: string;
  zone?: string;
  threshold?: number;
  margin?: number;
  entry?: number;
  live?: boolean;
  liveness?: number;
}

export interface Listener {
  event(id: number, event: RegardEvent): void;
  /** So many events were forgotten by the server before they could be told. */
  missed?(count: number): void;
  state?(state: 'connecting' | 'open' | 'lost'): void;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
const part = encodeURIComponent;

export class Regard {
  #csrf = '';
  constructor(private readonly options: Options = {}) {}

  // ---- Oneself
  setUp = (body: Schemas['Setup']) => this.#begin('/v1/setup', body);
  logIn = (body: Schemas['Login']) => this.#begin('/v1/session', body);
  async whoAmI(): Promise<Me> {
    return this.#keep(await this.#json<Me>('GET', '/v1/session'));
  }
  async logOut(): Promise<void> {
    await this.#ask('DELETE', '/v1/session');
    this.#csrf = '';
  }
  changePassword = async (body: Schemas['PasswordChange']) => void (await this.#ask('PUT', '/v1/session/password', body));
  offerSecondFactor = (body: Schemas['Password']) =>
    this.#json<Schemas['SecondFactorOffer']>('POST', '/v1/session/second-factor', body);
  enableSecondFactor = (body: Schemas['Code']) =>
    this.#json<Schemas['RecoveryCodes']>('PUT', '/v1/session/second-factor', body);
  disableSecondFactor = async (body: Schemas['PasswordAndCode']) =>
    void (await this.#ask('POST', '/v1/session/second-factor/disable', body));
  /** For `PublicKeyCredential.parseRequestOptionsFromJSON`. */
  challengePasskey = () => this.#json<Schemas['PasskeyRequest']>('POST', '/v1/session/passkey/challenge');
  /** `credential` is what `PublicKeyCredential.toJSON()` gives. */
  logInWithPasskey = (body: Schemas['PasskeyAnswer']) => this.#begin('/v1/session/passkey', body);
  listPasskeys = async () => (await this.#json<Schemas['Passkeys']>('GET', '/v1/session/passkeys')).passkeys;
  /** For `PublicKeyCredential.parseCreationOptionsFromJSON`. */
  offerPasskey = (body: Schemas['Password']) =>
    this.#json<Schemas['PasskeyCreation']>('POST', '/v1/session/passkeys/challenge', body);
  addPasskey = (body: Schemas['NewPasskey']) => this.#json<Schemas['Passkey']>('POST', '/v1/session/passkeys', body);
  removePasskey = async (id: string) => void (await this.#ask('DELETE', `/v1/session/passkeys/${part(id)}`));

  // ---- Cameras
  listCameras = async () => (await this.#json<Schemas['Cameras']>('GET', '/v1/cameras')).cameras;
  addCamera = (body: Schemas['NewCamera']) => this.#json<Camera>('POST', '/v1/cameras', body);
  changeCamera = (name: string, body: Schemas['CameraSettings']) =>
    this.#json<Camera>('PUT', `/v1/cameras/${part(name)}`, body);
  removeCamera = async (name: string) => void (await this.#ask('DELETE', `/v1/cameras/${part(name)}`));
  /** Pictures as they come, everybody blurred, as JPEG. Ends when `signal` is aborted; begins anew when the server went. */
  live(camera: string, picture: (jpeg: Blob) => void, signal: AbortSignal, state?: Listener['state']): void {
    this.#pictures(`/v1/cameras/${part(camera)}/live`, picture, signal, state);
  }
  /** Unblurred for a minute; the log has the entry first. */
  reveal = (camera: string, body: Schemas['Reason']) =>
    this.#json<Schemas['Revealed']>('POST', `/v1/cameras/${part(camera)}/reveal`, body);
  /** The pictures that `reveal` opened, for whoever asked. Abort `signal` when the minute is over. */
  revealed(camera: string, entry: number, picture: (jpeg: Blob) => void, signal: AbortSignal): void {
    this.#pictures(`/v1/cameras/${part(camera)}/revealed/${entry}`, picture, signal);
  }

  // ---- Events
  /** Events from behind number `after` on (0: all that are kept); goes on behind the last one after the connection was lost. */
  events(after: number, listener: Listener, signal: AbortSignal): void {
    let last = after;
    const heard = (data: unknown) => {
      if (typeof data !== 'string') return;
      const message = JSON.parse(data) as { id?: number; type: string; data: RegardEvent & { messages?: number } };
      if (message.type === 'missed') listener.missed?.(message.data.messages ?? 0);
      if (message.id === undefined) return;
      last = message.id;
      listener.event(message.id, message.data);
    };
    this.#follow(() => `/v1/events?after=${last}`, heard, signal, listener.state);
  }

  // ---- People
  listPeople = (cursor?: string, limit = 100) =>
    this.#json<Schemas['People']>('GET', `/v1/people?limit=${limit}${cursor ? `&cursor=${part(cursor)}` : ''}`);
  addPerson = (body: Schemas['NewPerson']) => this.#json<Schemas['AddedPerson']>('POST', '/v1/people', body);
  showPerson = (id: string) => this.#json<Person>('GET', `/v1/people/${part(id)}`);
  erasePerson = (id: string) => this.#json<Schemas['Erasure']>('DELETE', `/v1/people/${part(id)}`);
  grantConsent = (person: string, body: Schemas['NewConsent']) =>
    this.#json<Schemas['GrantedConsent']>('POST', `/v1/people/${part(person)}/consents`, body);
  withdrawConsent = (id: string) => this.#json<Schemas['Withdrawal']>('DELETE', `/v1/consents/${part(id)}`);

  // ---- Recognition
  enrol = (person: string, body: Schemas['Enrolment']) =>
    this.#json<Schemas['Enrolled']>('POST', `/v1/people/${part(person)}/templates`, body);
  verify = (person: string, body: Schemas['Probe']) =>
    this.#json<Schemas['Verification']>('POST', `/v1/people/${part(person)}/verify`, body);
  identify = (body: Schemas['Search']) => this.#json<Schemas['Identities']>('POST', '/v1/identify', body);
  listGalleries = async () => (await this.#json<Schemas['Galleries']>('GET', '/v1/galleries')).galleries;
  createGallery = (body: Schemas['NewGallery']) => this.#json<Schemas['CreatedGallery']>('POST', '/v1/galleries', body);

  // ---- Watchlists
  listWatchlists = async () => (await this.#json<Schemas['Watchlists']>('GET', '/v1/watchlists')).watchlists;
  showWatchlist = async (id: string) =>
    (await this.#json<Schemas['WatchlistVersions']>('GET', `/v1/watchlists/${part(id)}`)).versions;
  proposeWatchlist = (body: Schemas['NewWatchlist']) => this.#watchlist('POST', '/v1/watchlists', body);
  approveWatchlist = (id: string) => this.#watchlist('POST', `/v1/watchlists/${part(id)}/approvals`, {});
  renewWatchlist = (id: string, body: Schemas['Renewal']) =>
    this.#watchlist('POST', `/v1/watchlists/${part(id)}/renewals`, body);
  judgeAlert = (id: string, body: Schemas['Verdict']) => this.#watchlist('POST', `/v1/watchlists/${part(id)}/alerts`, body);
  closeWatchlist = (id: string) => this.#watchlist('DELETE', `/v1/watchlists/${part(id)}`);

  // ---- The log
  logHead = () => this.#json<LogHead>('GET', '/v1/log/head');
  /** Lines exactly as the log has them: hash these bytes. */
  async logEntries(from: number, count: number): Promise<string[]> {
    const answer = await this.#ask('GET', `/v1/log/entries?from=${from}&count=${count}`);
    return (await answer.text()).split('\n').filter(Boolean);
  }
  logProof = async (entry: number) => (await this.#ask('GET', `/v1/log/entries/${entry}/proof`)).text();

  // ---- Accounts
  listUsers = async () => (await this.#json<Schemas['Users']>('GET', '/v1/users')).users;
  addUser = (body: Schemas['NewUser']) => this.#json<Schemas['User']>('POST', '/v1/users', body);
  changeUser = (id: string, body: Schemas['UserChange']) =>
    this.#json<Schemas['User']>('PATCH', `/v1/users/${part(id)}`, body);
  removeUser = async (id: string) => void (await this.#ask('DELETE', `/v1/users/${part(id)}`));
  resetSecondFactor = async (id: string) => void (await this.#ask('DELETE', `/v1/users/${part(id)}/second-factor`));
  forgetPasskeys = async (id: string) => void (await this.#ask('DELETE', `/v1/users/${part(id)}/passkeys`));
  listKeys = async () => (await this.#json<Schemas['Keys']>('GET', '/v1/keys')).keys;
  makeKey = (body: Schemas['NewKey']) => this.#json<Schemas['MadeKey']>('POST', '/v1/keys', body);
  revokeKey = async (id: string) => void (await this.#ask('DELETE', `/v1/keys/${part(id)}`));

  // ---- Sinks
  listSinks = () => this.#json<Schemas['Sinks']>('GET', '/v1/sinks');
  deadLetters = (sink: string) => this.#json<Schemas['DeadLetters']>('GET', `/v1/sinks/${part(sink)}/dead-letters`);
  replayDeadLetters = (sink: string, body: Schemas['Replay']) =>
    this.#json<Schemas['Replayed']>('POST', `/v1/sinks/${part(sink)}/replay`, body);

  // ---- The server
  /** For the people in front of the cameras; nobody needs to be logged in. */
  notice = () => this.#json<Schemas['Notice']>('GET', '/v1/notice');
  health = async () => (await this.#ask('GET', '/healthz')).ok;
  readiness = async () => (await this.#ask('GET', '/readyz')).ok;
  metrics = async () => (await this.#ask('GET', '/metrics')).text();
  openapi = () => this.#json<Record<string, unknown>>('GET', '/openapi.json');

  #watchlist = (method: Method, path: string, body?: unknown) =>
    this.#json<Schemas['WatchlistChange']>(method, path, body);
  #pictures(path: string, picture: (jpeg: Blob) => void, signal: AbortSignal, state?: Listener['state']): void {
    this.#follow(() => path, (data) => data instanceof Blob && picture(data), signal, state);
  }
  async #begin(path: string, body: unknown): Promise<Me> {
    return this.#keep(await this.#json<Me>('POST', path, body));
  }
  #keep(me: Me): Me {
    this.#csrf = me.csrf;
    return me;
  }
  async #json<Answer>(method: Method, path: string, body?: unknown): Promise<Answer> {
    return (await this.#ask(method, path, body)).json() as Promise<Answer>;
  }

  async #ask(method: Method, path: string, body?: unknown): Promise<Response> {
    const headers: Record<string, string> = {};
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (this.options.key) headers['Authorization'] = `Bearer ${this.options.key}`;
    else if (this.#csrf) headers['X-CSRF-Token'] = this.#csrf;
    let answer: Response;
    try {
      answer = await fetch((this.options.base ?? '') + path, {
        method,
        headers,
        body: body === undefined ? null : JSON.stringify(body),
      });
    } catch {
      throw new RegardError(0, 'asking the server', 'it does not answer', 'see whether it runs, and the network');
    }
    if (answer.ok) return answer;
    if (answer.status === 401 && this.#csrf) {
      this.#csrf = '';
      this.options.onUnauthorized?.();
    }
    const said = (await answer.json().catch(() => ({}))) as Partial<Schemas['Problem']>;
    throw new RegardError(answer.status, said.doing ?? path, said.cause ?? `the server says ${answer.status}`, said.remedy ?? '');
  }

  /** A WebSocket that is opened anew, later each time up to 15 s, until `signal` is aborted or nobody is logged in. */
  #follow(path: () => string, heard: (data: unknown) => void, signal: AbortSignal, state?: Listener['state']): void {
    let wait = 500;
    const open = () => {
      if (signal.aborted) return;
      state?.('connecting');
      const base = this.options.base || globalThis.location?.origin || '';
      const socket = new WebSocket(base.replace(/^http/, 'ws') + path());
      const close = () => socket.close();
      signal.addEventListener('abort', close);
      socket.onopen = () => state?.('open');
      socket.onmessage = (message) => {
        wait = 500;
        heard(message.data);
      };
      socket.onclose = async () => {
        signal.removeEventListener('abort', close);
        if (signal.aborted) return;
        state?.('lost');
        // A socket does not say why it was refused; a request does, and ends the session when it is over.
        const status = await this.whoAmI().then(() => 200, (failure: RegardError) => failure.status);
        if (status === 401) return;
        setTimeout(open, wait);
        wait = Math.min(wait * 2, 15_000);
      };
    };
    open();
  }
}
