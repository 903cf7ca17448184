// Where we are: #/people/person_1?view=held. Everything that can be looked at has an address of its own.

class Route {
  #hash = $state(location.hash);
  readonly parts = $derived(
    (this.#hash.split('?')[0] ?? '').replace(/^#\/?/, '').split('/').filter(Boolean).map(decoded),
  );
  readonly query = $derived(new URLSearchParams(this.#hash.split('?')[1] ?? ''));
  /** The one-time link of the first start: #setup=TOKEN */
  readonly setupToken = $derived(/^#setup=([\w-]+)$/.exec(this.#hash)?.[1] ?? '');

  constructor() {
    addEventListener('hashchange', () => (this.#hash = location.hash));
  }
  /** Goes on without a new entry in the browser's history when `quietly`. */
  go(address: string, quietly = false): void {
    if (quietly) history.replaceState(null, '', address);
    else history.pushState(null, '', address);
    this.#hash = location.hash;
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const route = new Route();
export const link = (...parts: (string | number)[]) => '#/' + parts.map((part) => encodeURIComponent(part)).join('/');
