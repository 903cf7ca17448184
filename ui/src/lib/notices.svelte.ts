// What happened, said in passing; and questions before what cannot be undone.
import { RegardError } from '@regard/client';

export interface Question {
  title: string;
  words: string;
  yes: string;
  /** Must be typed before `yes` can be pressed. */
  type?: string;
  answer: (yes: boolean) => void;
}

class Notices {
  said = $state('');
  question = $state<Question | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  say(words: string): void {
    this.said = words;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.said = ''), 8000);
  }
  ask(question: Omit<Question, 'answer'>): Promise<boolean> {
    return new Promise((resolve) => {
      this.question = {
        ...question,
        answer: (yes) => {
          this.question = null;
          resolve(yes);
        },
      };
    });
  }
}
export const notices = new Notices();

export const problemOf = (failure: unknown): RegardError =>
  failure instanceof RegardError ? failure : new RegardError(0, 'showing the page', String(failure), 'load it again');

/** One thing that is loaded: loading, there, or why not. */
export class Loaded<Value> {
  value = $state.raw<Value | null>(null);
  problem = $state.raw<RegardError | null>(null);
  loading = $state(false);
  constructor(private readonly get: () => Promise<Value>) {}
  async load(): Promise<void> {
    this.loading = true;
    try {
      this.value = await this.get();
      this.problem = null;
    } catch (failure) {
      this.problem = problemOf(failure);
    } finally {
      this.loading = false;
    }
  }
}

/** One thing that is done when somebody asks for it: busy, or why it failed. */
export class Deed {
  busy = $state(false);
  problem = $state.raw<RegardError | null>(null);
  async run(work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.problem = null;
    try {
      await work();
      return true;
    } catch (failure) {
      this.problem = problemOf(failure);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
