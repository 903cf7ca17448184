// All events that the server keeps, newest first, and new ones as they come. One for the whole page.
import type { RegardEvent } from '@regard/client';
import { api } from './session.svelte.ts';

export interface Told {
  id: number;
  event: RegardEvent;
}
/** More than anybody reads; the server keeps 10,000. */
const most = 5000;

class Feed {
  told = $state.raw<Told[]>([]);
  state = $state<'connecting' | 'open' | 'lost'>('connecting');
  #new: Told[] = [];
  #following: AbortController | null = null;

  begin(): void {
    if (this.#following) return;
    this.#following = new AbortController();
    api.events(
      0,
      {
        event: (id, event) => {
          this.#new.push({ id, event });
          if (this.#new.length === 1) setTimeout(() => this.#take(), 100);
        },
        state: (state) => (this.state = state),
      },
      this.#following.signal,
    );
  }
  end(): void {
    this.#following?.abort();
    this.#following = null;
    this.#new = [];
    this.told = [];
  }
  /** Many at once, so that thousands of kept events are drawn once. */
  #take(): void {
    this.told = [...this.#new.reverse(), ...this.told].slice(0, most);
    this.#new = [];
  }
}
export const feed = new Feed();
